-- Hours of each device, so that a month of it is some 700 rows and not 43,000; how old readings go; and what no
-- rollup has yet, counted by one look-up for each device of the home, never by a scan of all readings.
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

-- When the first device of each home was ever heard, of one home where it is named: one look-up for each device.
CREATE FUNCTION first_heard(of_home int) RETURNS TABLE (home_id int, began_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT d.home_id, min(i.online_from)
    FROM devices d
    CROSS JOIN LATERAL (SELECT i.online_from FROM liveness_intervals i WHERE i.device_id = d.device_id
                        ORDER BY i.online_from LIMIT 1) i
    WHERE d.registered AND (of_home IS NULL OR d.home_id = of_home)
    GROUP BY d.home_id
$$;

-- As before (0014), of one home where it is named.
DROP FUNCTION reports_within(timestamptz, timestamptz, boolean);
CREATE FUNCTION reports_within(from_at timestamptz, to_at timestamptz, open_too boolean, of_home int)
RETURNS TABLE (device_id int, home_id int, kind text, reports int, reports_due int) LANGUAGE sql STABLE AS $$
    WITH watched AS (
        SELECT d.device_id, d.home_id, d.kind, extract(epoch FROM d.report_every) AS every_s,
               greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                        b.began_at) AS anchor,
               least(to_at, d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                     h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS until_at
        FROM devices d JOIN first_heard(of_home) b USING (home_id) JOIN homes h USING (home_id) WHERE d.registered
    ), numbered AS (
        SELECT w.*,
               floor(extract(epoch FROM greatest(from_at, w.anchor) - w.anchor) / w.every_s)::bigint AS first_slot,
               floor(extract(epoch FROM w.until_at - w.anchor) / w.every_s)::bigint AS end_slot
        FROM watched w WHERE w.until_at > greatest(from_at, w.anchor)
    -- Materialized: under row-level security an index takes a bound only where it is a plain value by then.
    ), slots AS MATERIALIZED (
        SELECT n.*, n.anchor + make_interval(secs => (n.first_slot * n.every_s)::float8) AS first_at FROM numbered n
    )
    SELECT s.device_id, s.home_id, s.kind, (f.closed + f.open)::int, (s.end_slot - s.first_slot + f.open)::int
    FROM slots s
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT h.slot) FILTER (WHERE h.slot < s.end_slot) AS closed,
               count(DISTINCT h.slot) FILTER (WHERE h.slot = s.end_slot AND open_too) AS open
        FROM (
            SELECT floor(extract(epoch FROM r.happened_at - s.anchor) / s.every_s)::bigint AS slot FROM readings r
            WHERE r.device_id = s.device_id AND r.happened_at >= s.first_at AND r.happened_at < s.until_at
            UNION ALL
            SELECT floor(extract(epoch FROM e.happened_at - s.anchor) / s.every_s)::bigint FROM events e
            WHERE e.device_id = s.device_id AND e.happened_at >= s.first_at AND e.happened_at < s.until_at
        ) h
    ) f
$$;

-- How long a band was worn: what a report says holds until the next one, but no longer than twice its period.
DROP FUNCTION worn_within(timestamptz, timestamptz);
CREATE FUNCTION worn_of(device int, from_at timestamptz, to_at timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 0 THEN
           coalesce(sum(greatest(least(s.next_at, s.at + s.longest, to_at) - greatest(s.at, from_at), interval '0'))
                    FILTER (WHERE s.worn), interval '0') END
    FROM (
        SELECT r.happened_at AS at, r.worn, 2 * d.report_every AS longest,
               lead(r.happened_at) OVER (ORDER BY r.happened_at) AS next_at
        FROM (SELECT device_id, report_every, from_at - 2 * report_every AS first_at FROM devices
              WHERE device_id = device AND registered OFFSET 0) d
        CROSS JOIN LATERAL (SELECT r.happened_at, r.worn FROM readings r
                            WHERE r.device_id = d.device_id AND r.worn IS NOT NULL
                              AND r.happened_at >= d.first_at AND r.happened_at < to_at) r
    ) s
$$;
