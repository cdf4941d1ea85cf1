-- name: lock  until those have committed who change what the days of this home are counted from
SELECT lock_online_days(%(home_id)s);

-- name: write  days of a home that are over and not there yet, some at a time
-- A device whose interval is open was online all of a day only if it was heard after it: before that, it may yet turn
-- out to have fallen silent. Its home's day waits for another night. No change of the past takes ten minutes to commit.
WITH due AS (
    SELECT g.day::date AS day, g.day AT TIME ZONE 'Asia/Shanghai' AS starts_at,
           (g.day + interval '1 day') AT TIME ZONE 'Asia/Shanghai' AS ends_at
    FROM generate_series(date_trunc('day', %(began_at)s::timestamptz AT TIME ZONE 'Asia/Shanghai'),
                         (least(%(now)s, now()) - interval '24 hours 10 minutes') AT TIME ZONE 'Asia/Shanghai',
                         interval '1 day') AS g (day)
), span AS MATERIALIZED (
    SELECT d.device_id, d.kind,
           greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                    %(began_at)s) AS from_at,
           least(d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                 h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai', 'infinity') AS to_at
    FROM devices d JOIN homes h USING (home_id) WHERE d.registered AND d.home_id = %(home_id)s
), unsure AS MATERIALIZED (
    SELECT l.last_seen_at AS from_at, s.to_at
    FROM span s JOIN liveness_intervals i USING (device_id) JOIN liveness l USING (device_id)
    WHERE i.online_to IS NULL AND s.to_at > greatest(s.from_at, l.last_seen_at)
), days AS MATERIALIZED (
    SELECT d.* FROM due d
    WHERE NOT EXISTS (SELECT FROM online_days x WHERE x.home_id = %(home_id)s AND x.day = d.day)
      AND NOT EXISTS (SELECT FROM unsure u WHERE u.from_at < d.ends_at AND u.to_at > d.starts_at)
    ORDER BY d.day LIMIT %(days)s
), within AS MATERIALIZED (
    SELECT min(starts_at) AS starts_at, max(ends_at) AS ends_at FROM days
), online AS MATERIALIZED (
    SELECT s.kind, lower(r) AS from_at, upper(r) AS to_at
    FROM within w CROSS JOIN span s
    CROSS JOIN LATERAL (
        SELECT range_agg(tstzrange(i.online_from, i.ends_at)) AS spans
        FROM liveness_intervals i
        WHERE i.device_id = s.device_id AND i.online_from < w.ends_at AND i.ends_at >= w.starts_at) o
    CROSS JOIN LATERAL unnest(o.spans * tstzmultirange(tstzrange(s.from_at, s.to_at))) r
    WHERE s.to_at > s.from_at
)
INSERT INTO online_days (home_id, day, kind, online_for)
SELECT %(home_id)s, d.day, k.kind,
       coalesce(sum(least(o.to_at, d.ends_at) - greatest(o.from_at, d.starts_at)) FILTER (WHERE o.kind IS NOT NULL),
                interval '0')
FROM days d CROSS JOIN (SELECT DISTINCT kind FROM span) k
LEFT JOIN online o ON o.kind = k.kind AND o.from_at < d.ends_at AND o.to_at > d.starts_at
GROUP BY d.day, k.kind;
