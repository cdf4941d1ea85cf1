-- Hours of each device, so that a month of it is some 700 rows and not 43,000; how old readings go; and from
-- when on readings must be asked because no rollup has them yet, without reading them all.
CREATE TABLE device_hours (
    hour_at           timestamptz NOT NULL,
    device_id         int NOT NULL REFERENCES devices,
    reports           int NOT NULL,
    battery_min_pct   real,
    rssi_mean_dbm     real,
    temperature_min_c real,
    temperature_max_c real,
    worn_share        real,
    PRIMARY KEY (device_id, hour_at)
);
CREATE INDEX device_hours_by_time ON device_hours USING brin (hour_at);
ALTER TABLE device_hours ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_device ON device_hours TO yian_app USING (
    current_setting('yian.homes', true) = 'all'
    OR EXISTS (SELECT FROM devices d WHERE d.device_id = device_hours.device_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON device_hours TO yian_app;

-- The nightly rollup reads one day of all devices; where TimescaleDB is, a day's chunk had no index by time.
CREATE INDEX IF NOT EXISTS readings_by_time ON readings USING brin (happened_at);

-- The first day from `from_on` on that readings must be counted for: the one after the last rollup, but none
-- before the oldest reading that is kept. One look-up per device at most, never all readings of the past.
CREATE FUNCTION first_day_not_rolled_up(from_on date) RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE
    day date := greatest((SELECT max(x.day) + 1 FROM home_days x), from_on);
    starts_at timestamptz := day::timestamp AT TIME ZONE 'Asia/Shanghai';
    first_at timestamptz;
BEGIN
    IF starts_at IS NOT NULL AND EXISTS (
        SELECT FROM devices d CROSS JOIN LATERAL (
            SELECT FROM readings r WHERE r.device_id = d.device_id AND r.happened_at < starts_at LIMIT 1) r) THEN
        RETURN day;
    END IF;
    SELECT min(r.happened_at) INTO first_at FROM devices d CROSS JOIN LATERAL (
        SELECT r.happened_at FROM readings r
        WHERE r.device_id = d.device_id AND r.happened_at >= coalesce(starts_at, '-infinity')
        ORDER BY r.happened_at LIMIT 1) r;
    RETURN (first_at AT TIME ZONE 'Asia/Shanghai')::date;
END $$;

-- Retention. A chunk that is past goes as a file; what is left of the day that is partly past goes by row. The
-- application's role owns no table, so this runs as the owner, for a service that sees every home only.
CREATE FUNCTION drop_readings_before(before timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('yian.homes', true) IS DISTINCT FROM 'all' THEN
        RAISE EXCEPTION 'readings of all homes are dropped by a service that sees them all';
    END IF;
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM drop_chunks('readings', older_than => before);
    END IF;
    DELETE FROM readings WHERE happened_at < before;
END $$;
REVOKE EXECUTE ON FUNCTION drop_readings_before FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_readings_before TO yian_app;
