-- name: readings  of some devices, in the order in which they would have arrived
INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, rssi_dbm, temperature_c, lat, lon,
                      accuracy_m, worn)
SELECT d.device_id, t + d.device_id %% 60 * interval '1 s', ((extract(epoch FROM t)::bigint / 60) %% 1000000)::text,
       t + interval '1 s', 40 + d.device_id %% 60, -60 - d.device_id %% 30, 20.5 + d.device_id %% 7, 28.68, 115.85, 12,
       true
FROM generate_series(%(from_at)s, %(until)s - interval '1 min', %(every)s) t
CROSS JOIN (SELECT device_id FROM devices WHERE device_id > %(after)s ORDER BY device_id LIMIT %(devices)s) d;

-- name: hours  as the nightly rollup writes them, until yesterday
INSERT INTO device_hours (hour_at, device_id, reports, battery_min_pct, rssi_mean_dbm, temperature_min_c,
                          temperature_max_c, worn_share)
SELECT t, device_id, 6, 80, -70, 20, 22, 1
FROM generate_series(date_trunc('hour', %(from_at)s::timestamptz),
                     date_trunc('day', %(until)s::timestamptz, 'Asia/Shanghai') - interval '1 hour', '1 hour') t
CROSS JOIN devices;

-- name: device_days
INSERT INTO device_days (device_id, day, home_id, reports, reports_due, online_for, worn_for, battery_min_pct)
SELECT device_id, day, home_id, 140, 144, interval '23 h', CASE kind WHEN 'wristband' THEN interval '20 h' END, 80
FROM generate_series(1, %(days)s) back
CROSS JOIN LATERAL (SELECT (%(until)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date - back AS day) x
CROSS JOIN devices;

-- name: home_days
INSERT INTO home_days (home_id, day, kind, devices, reports, reports_due, online_for, worn_for, charged, with_battery,
                       rolled_at)
SELECT home_id, day, kind, count(*), sum(reports), sum(reports_due), sum(online_for), sum(worn_for), count(*),
       count(*), now()
FROM device_days JOIN devices d USING (device_id, home_id) GROUP BY home_id, day, kind;

-- name: residents  one band in ten is worn by a resident who may wander off
INSERT INTO residents (home_id, name, wanders, moved_in_on)
SELECT home_id, 'Resident ' || device_id, true, %(until)s::date - %(days)s
FROM devices WHERE kind = 'wristband' AND device_id %% 10 = 5;

-- name: bands
UPDATE devices d SET resident_id = r.resident_id FROM residents r WHERE r.name = 'Resident ' || d.device_id;

-- name: installed
UPDATE devices SET installed_on = %(until)s::date - %(days)s;

-- name: no_intervals
DELETE FROM liveness_intervals;

-- name: intervals  one break of an hour each month
INSERT INTO liveness_intervals (device_id, online_from, online_to)
SELECT device_id, t, CASE WHEN t + interval '30 days' < %(until)s THEN t + interval '719 hours' END
FROM devices
CROSS JOIN generate_series(%(until)s - make_interval(days => %(days)s), %(until)s::timestamptz, interval '30 days') t;

-- name: carers
INSERT INTO people (login, name, role, home_id, password_hash)
SELECT 'carer-' || home_id, 'Carer ' || home_id, 'carer', home_id, '-' FROM homes;

-- name: incidents  spread over the days and homes; the newest are open
INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at, closed_at)
SELECT d.home_id, CASE WHEN n %% 3 = 0 THEN 'fire' ELSE 'fault' END, 'device:' || d.device_id || ':' || n,
       CASE WHEN n %% 3 = 0 THEN 'F1' ELSE 'T1' END, '[]', at, CASE WHEN n > %(open)s THEN at + interval '9 min' END
FROM generate_series(1, %(all)s) n
CROSS JOIN LATERAL (SELECT %(until)s - n * make_interval(secs => 86400.0 * %(days)s / %(all)s) AS at) x
JOIN devices d ON d.device_id = 1 + (n * 7919::bigint) %% (SELECT count(*) FROM devices);

-- name: alerts
INSERT INTO alerts (incident_id, home_id, device_id, place_id, subject, class, kind, state, happened_at, raised_at,
                    acknowledged_at, acknowledged_by, on_scene_at, resolved_at, resolved_by, outcome, reason)
SELECT i.incident_id, i.home_id, d.device_id, d.place_id, i.scope, i.class,
       CASE WHEN i.class = 'F1' THEN 'smoke' ELSE 'offline' END,
       CASE WHEN i.closed_at IS NULL THEN 'raised' ELSE 'resolved' END, i.opened_at, i.opened_at,
       CASE WHEN i.closed_at IS NOT NULL THEN i.opened_at + interval '40 s' END, p.person_id,
       CASE WHEN i.closed_at IS NOT NULL THEN i.opened_at + interval '2 min' END, i.closed_at, p.person_id,
       CASE WHEN i.closed_at IS NOT NULL THEN 'false' END, 'as a rule says'
FROM incidents i JOIN devices d ON d.device_id = split_part(i.scope, ':', 2)::int
LEFT JOIN people p ON p.login = 'carer-' || i.home_id AND i.closed_at IS NOT NULL;

-- name: log  hashes of no chain: nobody verifies the log of a benchmark
INSERT INTO alert_log (incident_id, number, at, alert_id, actor, via, action, previous_hash, hash)
SELECT a.incident_id, n, a.raised_at + n * interval '1 min', a.alert_id, 'carer', 'board',
       (array['raised', 'told', 'acknowledged', 'on_scene', 'cleared', 'resolved'])[n], sha256(n::text::bytea),
       sha256((a.alert_id * 10 + n)::text::bytea)
FROM alerts a CROSS JOIN generate_series(1, 6) n WHERE a.state = 'resolved' OR n <= 2;

-- name: messages
INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title, body, urgent, created_at,
                           next_try_at, sent_at)
SELECT a.incident_id, a.home_id, p.person_id, stage, '{}', 'title', 'body', true, a.raised_at, a.raised_at, a.raised_at
FROM alerts a JOIN people p ON p.home_id = a.home_id CROSS JOIN (VALUES ('F1'), ('F1+1')) s (stage);
