-- Figures of a township or of one device: what was counted of a home, or of all, is counted of any homes, and of a
-- device where one is named.

-- When the first device of each home was ever heard: one look-up for each device.
DROP FUNCTION first_heard(int);
CREATE FUNCTION first_heard(of_homes int[]) RETURNS TABLE (home_id int, began_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT d.home_id, min(i.online_from)
    FROM devices d
    CROSS JOIN LATERAL (SELECT i.online_from FROM liveness_intervals i WHERE i.device_id = d.device_id
                        ORDER BY i.online_from LIMIT 1) i
    WHERE d.registered AND (of_homes IS NULL OR d.home_id = ANY (of_homes))
    GROUP BY d.home_id
$$;

-- As before (0014, 0035): a home's first device heard still begins the time of each of its devices.
DROP FUNCTION reports_within(timestamptz, timestamptz, boolean, int);
CREATE FUNCTION reports_within(from_at timestamptz, to_at timestamptz, open_too boolean, of_homes int[], of_device int)
RETURNS TABLE (device_id int, home_id int, kind text, reports int, reports_due int) LANGUAGE sql STABLE AS $$
    WITH watched AS (
        SELECT d.device_id, d.home_id, d.kind, extract(epoch FROM d.report_every) AS every_s,
               greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                        b.began_at) AS anchor,
               least(to_at, d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                     h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS until_at
        FROM devices d JOIN first_heard(of_homes) b USING (home_id) JOIN homes h USING (home_id)
        WHERE d.registered AND (of_device IS NULL OR d.device_id = of_device)
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
