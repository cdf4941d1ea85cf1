-- What the bureau's registers hold beside the first ones: fire acceptance, the micro fire station's equipment,
-- insurance by term, consents to the use of positions.
ALTER TABLE homes ADD COLUMN fire_acceptance_no text, ADD COLUMN fire_accepted_on date,
    ADD COLUMN station_equipment text NOT NULL DEFAULT '';

CREATE TABLE insurances (
    insurance_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    policy_no    text NOT NULL UNIQUE,
    insurer      text NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date NOT NULL,
    insured_beds int CHECK (insured_beds >= 0),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (ends_on >= starts_on)
);
CREATE INDEX insurances_by_home ON insurances (home_id, starts_on);

-- Positions are sensitive personal data: who agreed (the resident or a guardian), when, and when it was taken back.
CREATE TABLE consents (
    consent_id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    resident_id  int NOT NULL REFERENCES residents,
    given_on     date NOT NULL,
    given_by     text NOT NULL,
    withdrawn_on date,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (resident_id, given_on),
    CHECK (withdrawn_on >= given_on)
);
CREATE INDEX consents_by_home ON consents (home_id);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['insurances', 'consents']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
END $$;
