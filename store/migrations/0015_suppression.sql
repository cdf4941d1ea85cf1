-- Quiet on purpose: a shelf for one alert, a window of maintenance or tests for a device, a zone or a home.
-- What is muted is still raised and shown with its reason; life-safety classes are told all the same.
CREATE TABLE suppressions (
    suppression_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('shelf', 'maintenance', 'test')),
    home_id    int NOT NULL REFERENCES homes,
    place_id   int REFERENCES places,
    device_id  int REFERENCES devices,
    class      text,
    reason     text NOT NULL CHECK (length(trim(reason)) > 0),
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    made_by    int REFERENCES people,
    made_at    timestamptz NOT NULL,
    returned_at timestamptz,
    CHECK (ends_at > starts_at)
);
CREATE INDEX suppressions_by_home ON suppressions (home_id, ends_at) WHERE returned_at IS NULL;
ALTER TABLE suppressions ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON suppressions TO yian_app USING (may_see(home_id));

ALTER TABLE alerts ADD COLUMN muted text, ADD COLUMN muted_by int REFERENCES suppressions;
CREATE INDEX alerts_muted ON alerts (muted_by) WHERE muted_by IS NOT NULL AND state <> 'resolved';
