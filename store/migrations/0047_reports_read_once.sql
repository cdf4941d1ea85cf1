-- As before (0014, 0035, 0043), with the least battery of each device from the same look-up of its readings, and of
-- the homes that are named with when each was first heard: the caller has asked that once for all its questions. By
-- date_bin: the same slots, without a division of numerics for each report.
DROP FUNCTION reports_within(timestamptz, timestamptz, boolean, int[], int);
CREATE FUNCTION reports_within(from_at timestamptz, to_at timestamptz, open_too boolean, of_homes int[],
                               heard_at timestamptz[], of_device int)
RETURNS TABLE (device_id int, home_id int, kind text, reports int, reports_due int, battery_min_pct real)
LANGUAGE sql STABLE AS $$
    WITH watched AS (
        SELECT d.device_id, d.home_id, d.kind, make_interval(secs => date_part('epoch', d.report_every)) AS every,
               greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                        b.began_at) AS anchor,
               least(to_at, d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                     h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS until_at
        FROM unnest(of_homes, heard_at) b (home_id, began_at) JOIN devices d USING (home_id) JOIN homes h USING (home_id)
        WHERE d.registered AND (of_device IS NULL OR d.device_id = of_device)
    ), slots AS (
        SELECT w.*, date_bin(w.every, greatest(from_at, w.anchor), w.anchor) AS first_at,
               date_bin(w.every, w.until_at, w.anchor) AS end_at
        FROM watched w WHERE w.until_at > greatest(from_at, w.anchor)
    -- Materialized: under row-level security an index takes a bound only where it is a plain value by then.
    ), read AS MATERIALIZED (
        SELECT s.*, least(s.first_at, from_at) AS read_at FROM slots s
    )
    SELECT s.device_id, s.home_id, s.kind, (f.closed + f.open)::int,
           (round(date_part('epoch', s.end_at - s.first_at) / date_part('epoch', s.every)) + f.open)::int,
           f.battery_min_pct
    FROM read s
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT h.slot_at) FILTER (WHERE h.slot_at < s.end_at) AS closed,
               count(DISTINCT h.slot_at) FILTER (WHERE h.slot_at = s.end_at AND open_too) AS open,
               min(h.battery_pct) AS battery_min_pct
        FROM (
            SELECT CASE WHEN r.happened_at >= s.first_at AND r.happened_at < s.until_at
                        THEN date_bin(s.every, r.happened_at, s.anchor) END AS slot_at,
                   CASE WHEN r.happened_at >= from_at THEN r.battery_pct END AS battery_pct
            FROM readings r
            WHERE r.device_id = s.device_id AND r.happened_at >= s.read_at AND r.happened_at < to_at
            UNION ALL
            SELECT date_bin(s.every, e.happened_at, s.anchor), NULL FROM events e
            WHERE e.device_id = s.device_id AND e.happened_at >= s.first_at AND e.happened_at < s.until_at
        ) h
    ) f
$$;

-- When the first device of a home was heard is asked by one query now, for all others (`observed_from`).
DROP FUNCTION first_heard(int[]);

-- As before (0035), of several bands in one statement: a call for each of them cost more than its readings.
DROP FUNCTION worn_of(int, timestamptz, timestamptz);
CREATE FUNCTION worn_within(from_at timestamptz, to_at timestamptz, of_devices int[])
RETURNS TABLE (device_id int, worn_for interval) LANGUAGE sql STABLE AS $$
    SELECT d.device_id, w.worn_for
    FROM (SELECT x.device_id, x.report_every, from_at - 2 * x.report_every AS first_at
          FROM unnest(of_devices) o (device_id) JOIN devices x USING (device_id) WHERE x.registered OFFSET 0) d
    CROSS JOIN LATERAL (
        SELECT CASE WHEN count(*) > 0 THEN
               coalesce(sum(greatest(least(s.next_at, s.at + 2 * d.report_every, to_at) - greatest(s.at, from_at),
                                     interval '0'))
                        FILTER (WHERE s.worn), interval '0') END AS worn_for
        FROM (SELECT r.happened_at AS at, r.worn, lead(r.happened_at) OVER (ORDER BY r.happened_at) AS next_at
              FROM readings r
              WHERE r.device_id = d.device_id AND r.worn IS NOT NULL
                AND r.happened_at >= d.first_at AND r.happened_at < to_at) s
    ) w
$$;
