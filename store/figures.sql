-- name: rollup_day  one row per device in service on the day (Asia/Shanghai); written again, it is the same
INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, worn_for, battery_min_pct)
SELECT d.device_id, %(day)s, d.home_id,
       coalesce(r.reports, 0),
       greatest(1, floor(extract(epoch FROM (w.ends - greatest(w.starts, d.installed_on::timestamp AT TIME ZONE
                'Asia/Shanghai'))) / extract(epoch FROM d.report_every)))::int,
       coalesce(o.online_for, interval '0'),
       NULL,
       r.battery_min_pct
FROM devices d
CROSS JOIN (SELECT %(day)s::timestamp AT TIME ZONE 'Asia/Shanghai' AS starts,
                   (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS ends) w
LEFT JOIN LATERAL (
    SELECT count(*)::int AS reports, min(battery_pct) AS battery_min_pct FROM readings x
    WHERE x.device_id = d.device_id AND x.happened_at >= w.starts AND x.happened_at < w.ends) r ON true
LEFT JOIN LATERAL (
    SELECT sum(least(coalesce(i.online_to, w.ends), w.ends) - greatest(i.online_from, w.starts)) AS online_for
    FROM liveness_intervals i
    WHERE i.device_id = d.device_id AND i.online_from < w.ends AND coalesce(i.online_to, w.ends) > w.starts) o ON true
WHERE d.registered AND d.installed_on <= %(day)s AND (d.retired_on IS NULL OR d.retired_on > %(day)s)
ON CONFLICT (device_id, day) DO UPDATE
SET reports = EXCLUDED.reports, reports_due = EXCLUDED.reports_due, online_for = EXCLUDED.online_for,
    battery_min_pct = EXCLUDED.battery_min_pct, home_id = EXCLUDED.home_id;
