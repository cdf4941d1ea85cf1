-- The proof-test ledger: a device's own test, seen arriving, proves it; a walk says who was testing where.
CREATE TABLE walks (
    walk_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    place_id     int NOT NULL REFERENCES places,
    person_id    int NOT NULL REFERENCES people,
    person_name  text NOT NULL,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CHECK (ended_at >= started_at)
);
CREATE INDEX walks_by_home ON walks (home_id, started_at);
CREATE UNIQUE INDEX walks_open ON walks (place_id) WHERE ended_at IS NULL;

CREATE TABLE proof_tests (
    proof_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    device_id    int NOT NULL REFERENCES devices,
    alert_id     bigint NOT NULL UNIQUE REFERENCES alerts,
    walk_id      bigint REFERENCES walks,
    tested_by    text,
    -- when the device says that it was, when it arrived, when the ledger learned it
    tested_at    timestamptz NOT NULL,
    arrived_at   timestamptz NOT NULL,
    learned_at   timestamptz NOT NULL
);
CREATE INDEX proof_tests_by_home ON proof_tests (home_id, arrived_at);
CREATE INDEX proof_tests_by_device ON proof_tests (device_id, arrived_at);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['walks', 'proof_tests']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON walks TO yian_app;
REVOKE DELETE, TRUNCATE ON walks FROM yian_app;
GRANT SELECT, INSERT ON proof_tests TO yian_app;
REVOKE UPDATE, DELETE, TRUNCATE ON proof_tests FROM yian_app;
CREATE FUNCTION refuse_proof_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the proof-test ledger is only added to'; END $$;
CREATE TRIGGER proof_tests_append_only BEFORE UPDATE OR DELETE ON proof_tests
    FOR EACH ROW EXECUTE FUNCTION refuse_proof_change();
