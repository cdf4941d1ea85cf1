-- name: rollup_day  one row per device that could be heard on the day (Asia/Shanghai); written again, it is the same
WITH day AS (
    SELECT %(day)s::date::timestamp AT TIME ZONE 'Asia/Shanghai' AS starts_at,
           (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS ends_at
), online AS (
    SELECT i.device_id,
           sum(least(coalesce(i.online_to, CASE WHEN l.silent_at <= day.ends_at THEN l.last_seen_at END, day.ends_at),
                     day.ends_at) - greatest(i.online_from, day.starts_at)) AS online_for
    FROM day, liveness_intervals i LEFT JOIN liveness l USING (device_id)
    WHERE i.online_from < day.ends_at
      AND coalesce(i.online_to, CASE WHEN l.silent_at <= day.ends_at THEN l.last_seen_at END, day.ends_at)
          > day.starts_at
    GROUP BY i.device_id
)
INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, worn_for, battery_min_pct)
SELECT w.device_id, %(day)s::date, w.home_id, w.reports, w.reports_due, coalesce(o.online_for, interval '0'),
       n.worn_for, w.battery_min_pct
FROM day
CROSS JOIN LATERAL reports_within(day.starts_at, day.ends_at, false, %(heard_homes)s, %(heard_at)s, NULL) w
LEFT JOIN online o USING (device_id)
LEFT JOIN worn_within((SELECT starts_at FROM day), (SELECT ends_at FROM day),
                      ARRAY(SELECT device_id FROM devices)) n USING (device_id)
ON CONFLICT (device_id, day) DO UPDATE
SET home_id = EXCLUDED.home_id, reports = EXCLUDED.reports, reports_due = EXCLUDED.reports_due,
    online_for = EXCLUDED.online_for, worn_for = EXCLUDED.worn_for, battery_min_pct = EXCLUDED.battery_min_pct;

-- name: rollup_homes  the day's sums per home and kind, so that a year need not read every device; worn: at risk only
INSERT INTO home_days (home_id, day, kind, devices, reports, reports_due, online_for, worn_for, charged,
                       with_battery, rolled_at)
SELECT x.home_id, x.day, d.kind, count(*), sum(x.reports), sum(x.reports_due), sum(x.online_for),
       sum(x.worn_for) FILTER (WHERE r.wanders), count(*) FILTER (WHERE x.battery_min_pct >= 20),
       count(x.battery_min_pct), now()
FROM device_days x JOIN devices d USING (device_id) LEFT JOIN residents r USING (resident_id)
WHERE x.day = %(day)s AND x.home_id IS NOT NULL
GROUP BY x.home_id, x.day, d.kind
ON CONFLICT (home_id, day, kind) DO UPDATE
SET devices = EXCLUDED.devices, reports = EXCLUDED.reports, reports_due = EXCLUDED.reports_due,
    online_for = EXCLUDED.online_for, worn_for = EXCLUDED.worn_for, charged = EXCLUDED.charged,
    with_battery = EXCLUDED.with_battery, rolled_at = EXCLUDED.rolled_at;

-- name: days_due  days with readings, before today, that are not rolled up yet
SELECT d::date
FROM generate_series(first_day_not_rolled_up(NULL),
                     (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date - 1, interval '1 day') d
ORDER BY d;

-- name: tail_from  where the days begin that are not rolled up
SELECT first_day_not_rolled_up(NULL)::timestamp AT TIME ZONE 'Asia/Shanghai';

-- name: rollup_tail  one row per device that could be heard since then, up to a full hour; written again, it is the same
INSERT INTO device_tails (device_id, home_id, kind, from_at, through_at, reports, reports_due, worn_for,
                          battery_min_pct)
SELECT w.device_id, w.home_id, w.kind, %(from_at)s, %(through_at)s, w.reports, w.reports_due, n.worn_for,
       w.battery_min_pct
FROM reports_within(%(from_at)s, %(through_at)s, false, %(heard_homes)s, %(heard_at)s, NULL) w
LEFT JOIN worn_within(%(from_at)s, %(through_at)s, ARRAY(SELECT device_id FROM devices WHERE kind = 'wristband')) n
    USING (device_id)
ON CONFLICT (device_id) DO UPDATE
SET home_id = EXCLUDED.home_id, kind = EXCLUDED.kind, from_at = EXCLUDED.from_at, through_at = EXCLUDED.through_at,
    reports = EXCLUDED.reports, reports_due = EXCLUDED.reports_due, worn_for = EXCLUDED.worn_for,
    battery_min_pct = EXCLUDED.battery_min_pct;

-- name: forget_tails  what no device comes to any more
DELETE FROM device_tails WHERE (from_at, through_at) IS DISTINCT FROM (%(from_at)s, %(through_at)s);
