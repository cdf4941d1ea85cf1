-- Row-level security keeps homes apart; the application role owns no table.
-- `yian.homes` is 'all', or the home ids that this transaction may see, e.g. '{1,5}'.
DO $$ BEGIN
    CREATE ROLE yian_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO yian_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO yian_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO yian_app;
REVOKE UPDATE, DELETE, TRUNCATE ON alert_log FROM yian_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO yian_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO yian_app;
GRANT yian_app TO CURRENT_USER;

CREATE FUNCTION may_see(home int) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(current_setting('yian.homes', true), '')
        WHEN 'all' THEN true
        WHEN '' THEN false
        ELSE home = ANY (current_setting('yian.homes', true)::int[])
    END
$$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['homes', 'places', 'residents', 'duties', 'devices', 'events', 'incidents',
                             'alerts', 'notifications', 'device_days', 'inspections', 'hazards', 'trainings']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['device_states', 'liveness', 'liveness_intervals', 'readings', 'device_aliases']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_device ON %I TO yian_app USING (
            current_setting(''yian.homes'', true) = ''all''
            OR device_id IN (SELECT device_id FROM devices))', t);
    END LOOP;
END $$;
ALTER TABLE alert_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_incident ON alert_log TO yian_app USING (
    current_setting('yian.homes', true) = 'all' OR incident_id IN (SELECT incident_id FROM incidents))
    WITH CHECK (true);
