-- A canary (试报): no alarm, but it goes the whole way of one each day, to a person's real phone.
-- Who is tried, and at what time of the day in Shanghai. The device is nobody's: it stands in no register.
CREATE TABLE canary_plans (
    home_id    int PRIMARY KEY REFERENCES homes,
    person_id  int NOT NULL REFERENCES people,
    device_id  int NOT NULL REFERENCES devices,
    at         time NOT NULL,
    set_at     timestamptz NOT NULL,
    set_by     text NOT NULL
);

-- One try, with the instant of each stage; `for_on` is null for one that was begun by hand.
CREATE TABLE canaries (
    canary_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    person_id    int NOT NULL REFERENCES people,
    device_id    int NOT NULL REFERENCES devices,
    for_on       date,
    begun_at     timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    published_at timestamptz,
    at_broker_at timestamptz,
    arrived_at   timestamptz,
    stored_at    timestamptz,
    incident_id  bigint REFERENCES incidents,
    answered_at  timestamptz,
    answered_by  text,
    answered_via text,
    ended_at     timestamptz,
    failed       text CHECK (failed IN ('missed', 'not_published', 'not_stored', 'not_sent', 'not_answered')),
    UNIQUE (home_id, for_on)
);
CREATE UNIQUE INDEX one_canary_at_a_time ON canaries (device_id) WHERE ended_at IS NULL;
CREATE INDEX canaries_by_home ON canaries (home_id, begun_at DESC);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['canary_plans', 'canaries']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
END $$;

-- Deferred, so that the clock is read as the transaction commits: no statement of ours can say when that is.
CREATE FUNCTION note_canary_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE canaries SET arrived_at = NEW.raised_at, stored_at = clock_timestamp(), incident_id = NEW.incident_id
    WHERE device_id = NEW.device_id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER canary_stored AFTER INSERT ON alerts DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.class = 'C1') EXECUTE FUNCTION note_canary_stored();
