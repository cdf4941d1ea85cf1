-- Which reports were due and came: one definition for the nightly rollup and for the days not rolled up yet.
--
-- A device's time is cut into slots of its own period, from when it could first be heard: its installation, or
-- the day on which the first device of its home was heard, whichever is later (before that nothing is known of it).
-- A slot is due on the day on which it ends, and filled by any report or event in it, so that a device that
-- chatters does not make up for another's silence. `open_too` counts the slot in progress where it is filled.
CREATE FUNCTION reports_within(from_at timestamptz, to_at timestamptz, open_too boolean)
RETURNS TABLE (device_id int, home_id int, kind text, reports int, reports_due int) LANGUAGE sql STABLE AS $$
    WITH began AS (
        SELECT d.home_id, min(i.online_from) AS began_at
        FROM liveness_intervals i JOIN devices d USING (device_id) WHERE d.registered GROUP BY d.home_id
    ), watched AS (
        SELECT d.device_id, d.home_id, d.kind, extract(epoch FROM d.report_every) AS every_s,
               greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                        b.began_at) AS anchor,
               least(to_at, d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                     h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS until_at
        FROM devices d JOIN began b USING (home_id) JOIN homes h USING (home_id) WHERE d.registered
    ), slots AS (
        SELECT w.*,
               floor(extract(epoch FROM greatest(from_at, w.anchor) - w.anchor) / w.every_s)::bigint AS first_slot,
               floor(extract(epoch FROM w.until_at - w.anchor) / w.every_s)::bigint AS end_slot
        FROM watched w WHERE w.until_at > greatest(from_at, w.anchor)
    ), heard AS (
        SELECT s.device_id, s.end_slot, floor(extract(epoch FROM r.happened_at - s.anchor) / s.every_s)::bigint AS slot
        FROM slots s JOIN readings r ON r.device_id = s.device_id
            AND r.happened_at >= s.anchor + make_interval(secs => (s.first_slot * s.every_s)::float8)
            AND r.happened_at < s.until_at
        UNION ALL
        SELECT s.device_id, s.end_slot, floor(extract(epoch FROM e.happened_at - s.anchor) / s.every_s)::bigint
        FROM slots s JOIN events e ON e.device_id = s.device_id
            AND e.happened_at >= s.anchor + make_interval(secs => (s.first_slot * s.every_s)::float8)
            AND e.happened_at < s.until_at
    ), filled AS (
        SELECT h.device_id, count(DISTINCT h.slot) FILTER (WHERE h.slot < h.end_slot) AS closed,
               count(DISTINCT h.slot) FILTER (WHERE h.slot = h.end_slot AND open_too) AS open
        FROM heard h GROUP BY h.device_id
    )
    SELECT s.device_id, s.home_id, s.kind, (coalesce(f.closed, 0) + coalesce(f.open, 0))::int,
           (s.end_slot - s.first_slot + coalesce(f.open, 0))::int
    FROM slots s LEFT JOIN filled f USING (device_id)
$$;

-- How long each band was worn: what a report says holds until the next one, but no longer than twice its period.
CREATE FUNCTION worn_within(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (device_id int, worn_for interval) LANGUAGE sql STABLE AS $$
    SELECT s.device_id,
           coalesce(sum(greatest(least(s.next_at, s.at + s.longest, to_at) - greatest(s.at, from_at), interval '0'))
                    FILTER (WHERE s.worn), interval '0')
    FROM (
        SELECT r.device_id, r.happened_at AS at, r.worn, 2 * d.report_every AS longest,
               lead(r.happened_at) OVER (PARTITION BY r.device_id ORDER BY r.happened_at) AS next_at
        FROM readings r JOIN devices d USING (device_id)
        WHERE d.registered AND r.worn IS NOT NULL
          AND r.happened_at >= from_at - 2 * d.report_every AND r.happened_at < to_at
    ) s
    GROUP BY s.device_id
$$;
