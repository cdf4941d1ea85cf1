-- Who changed what in the registers, and when: old values stay readable, whichever way the change came.
CREATE TABLE imports (
    import_id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_name   text NOT NULL,
    sha256      bytea NOT NULL,
    imported_at timestamptz NOT NULL,
    actor       text NOT NULL,
    added       int NOT NULL,
    changed     int NOT NULL,
    undone_at   timestamptz,
    undone_by   text,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_homes ON imports TO yian_app USING (current_setting('yian.homes', true) = 'all');
REVOKE DELETE, TRUNCATE ON imports FROM yian_app;

CREATE TABLE register_log (
    change_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    register    text NOT NULL,
    row_id      bigint NOT NULL,
    home_id     int,
    before      jsonb,
    after       jsonb,
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    import_id   int REFERENCES imports,
    CHECK (before IS NOT NULL OR after IS NOT NULL)
);
CREATE INDEX register_log_by_row ON register_log (register, row_id, change_id);
CREATE INDEX register_log_by_import ON register_log (import_id) WHERE import_id IS NOT NULL;
ALTER TABLE register_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON register_log TO yian_app
    USING (may_see(home_id) OR current_setting('yian.homes', true) = 'all') WITH CHECK (true);
REVOKE UPDATE, DELETE, TRUNCATE ON register_log FROM yian_app;

-- The argument is the name of the key column. A password's hash is no fact of a register.
CREATE FUNCTION log_register() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) - 'password_hash' END;
    after  jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) - 'password_hash' END;
    it     jsonb := coalesce(after, before);
BEGIN
    IF before IS DISTINCT FROM after THEN
        INSERT INTO register_log (register, row_id, home_id, before, after, actor, import_id)
        VALUES (TG_TABLE_NAME, (it ->> TG_ARGV[0])::bigint, (it ->> 'home_id')::int, before, after,
                coalesce(nullif(current_setting('yian.actor', true), ''), current_setting('application_name')),
                nullif(current_setting('yian.import', true), '')::int);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE t text[];
BEGIN
    FOREACH t SLICE 1 IN ARRAY ARRAY[
        ['homes', 'home_id'], ['places', 'place_id'], ['residents', 'resident_id'], ['people', 'person_id'],
        ['duties', 'duty_id'], ['devices', 'device_id'], ['inspections', 'inspection_id'],
        ['hazards', 'hazard_id'], ['projects', 'project_id'], ['trainings', 'training_id'],
        ['accidents', 'accident_id'], ['insurances', 'insurance_id'], ['consents', 'consent_id']]
    LOOP
        EXECUTE format('CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION log_register(%L)', t[1], t[2]);
    END LOOP;
END $$;
