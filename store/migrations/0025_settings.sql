-- Thresholds as people set them, for the county, a home, a place in it or a device, from an instant on.
-- A change is a new row: what applied at any time, who set it and why stays known. NULL takes a setting back.
CREATE TABLE setting_changes (
    change_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL,
    scope         text NOT NULL CHECK (scope IN ('county', 'home', 'zone', 'device')),
    home_id       int REFERENCES homes,
    place_id      int REFERENCES places,
    device_id     int REFERENCES devices,
    value         double precision,
    effective_at  timestamptz NOT NULL,
    made_at       timestamptz NOT NULL,
    made_by       text NOT NULL CHECK (length(trim(made_by)) > 0),
    reason        text NOT NULL CHECK (length(trim(reason)) > 0),
    -- what has been is not rewritten
    CHECK (effective_at >= made_at),
    CHECK ((home_id IS NULL) = (scope = 'county')),
    CHECK ((place_id IS NOT NULL) = (scope = 'zone')),
    CHECK ((device_id IS NOT NULL) = (scope = 'device'))
);
CREATE INDEX setting_changes_by_name ON setting_changes (name, effective_at);
CREATE FUNCTION refuse_setting_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'setting_changes is append-only'; END $$;
CREATE TRIGGER setting_changes_append_only BEFORE UPDATE OR DELETE ON setting_changes
    FOR EACH ROW EXECUTE FUNCTION refuse_setting_change();
ALTER TABLE setting_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON setting_changes TO yian_app
    USING (home_id IS NULL OR may_see(home_id))
    WITH CHECK (may_see(home_id) OR current_setting('yian.homes', true) = 'all');
GRANT SELECT, INSERT ON setting_changes TO yian_app;
REVOKE UPDATE, DELETE, TRUNCATE ON setting_changes FROM yian_app;
