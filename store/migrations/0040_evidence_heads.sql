-- Where each chain of the log ends, and the whole log sealed day by day: a tail that is taken out is missed.
-- No reference to incidents: what is deleted there does not reach here.
CREATE TABLE alert_log_heads (
    incident_id  bigint PRIMARY KEY,
    number       int NOT NULL,
    hash         bytea NOT NULL
) WITH (fillfactor = 70);
INSERT INTO alert_log_heads (incident_id, number, hash)
SELECT DISTINCT ON (incident_id) incident_id, number, hash FROM alert_log ORDER BY incident_id, number DESC;

-- `up_to` is the last log_id of a seal, `rows` how many there are up to it; `hash` goes over the seal before and them.
CREATE TABLE alert_log_seals (
    seal_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sealed_at      timestamptz NOT NULL,
    up_to          bigint NOT NULL UNIQUE,
    rows           bigint NOT NULL,
    previous_hash  bytea NOT NULL UNIQUE,
    hash           bytea NOT NULL UNIQUE
);

-- A row that does not follow its head is kept all the same, for an alarm is never refused; the head stays, and tells.
CREATE FUNCTION move_log_head() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO alert_log_heads AS h (incident_id, number, hash) VALUES (NEW.incident_id, NEW.number, NEW.hash)
    ON CONFLICT (incident_id) DO UPDATE SET number = EXCLUDED.number, hash = EXCLUDED.hash
    WHERE EXCLUDED.number = h.number + 1 AND NEW.previous_hash = h.hash;
    RETURN NULL;
END $$;
CREATE TRIGGER alert_log_moves_head AFTER INSERT ON alert_log FOR EACH ROW EXECUTE FUNCTION move_log_head();

CREATE FUNCTION refuse_head_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'alert_log_heads' AND TG_LEVEL = 'ROW' THEN
        IF NEW.incident_id = OLD.incident_id AND NEW.number = OLD.number + 1 THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME;
END $$;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['alert_log_heads', 'alert_log_seals']
    LOOP
        EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION refuse_head_change()', t);
        EXECUTE format('CREATE TRIGGER stays BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse_head_change()', t);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('REVOKE ALL ON %I FROM yian_app', t);
        EXECUTE format('GRANT SELECT ON %I TO yian_app', t);
    END LOOP;
END $$;
CREATE POLICY by_incident ON alert_log_heads TO yian_app USING (
    current_setting('yian.homes', true) = 'all' OR incident_id IN (SELECT incident_id FROM incidents));
CREATE POLICY for_all_homes ON alert_log_seals TO yian_app USING (current_setting('yian.homes', true) = 'all');
GRANT INSERT ON alert_log_seals TO yian_app;

-- The last row that is sure to have no other below it still on its way: writers are waited for, a moment at most.
CREATE FUNCTION alert_log_end() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
    LOCK TABLE alert_log IN SHARE MODE;
    RETURN coalesce((SELECT max(log_id) FROM alert_log), 0);
END $$;
