-- name: minutes  what a device said, by steps of minutes, from its readings
SELECT date_bin(%(step)s, happened_at, %(from_at)s) AS at, count(*)::int AS reports,
       min(battery_pct) AS battery_min_pct, avg(rssi_dbm)::real AS rssi_mean_dbm,
       min(temperature_c) AS temperature_min_c, max(temperature_c) AS temperature_max_c,
       avg(worn::int)::real AS worn_share
FROM readings WHERE device_id = %(device_id)s AND happened_at >= %(from_at)s AND happened_at < %(to_at)s
GROUP BY 1 ORDER BY 1;

-- name: hours  the same by the hour from the rollup
SELECT hour_at AS at, reports, battery_min_pct, rssi_mean_dbm, temperature_min_c, temperature_max_c, worn_share
FROM device_hours WHERE device_id = %(device_id)s AND hour_at >= %(from_at)s AND hour_at < %(to_at)s
ORDER BY hour_at;

-- name: days  the same by the day (Asia/Shanghai) from the rollup, which is kept for years
SELECT day::timestamp AT TIME ZONE 'Asia/Shanghai' AS at, reports, battery_min_pct,
       NULL::real AS rssi_mean_dbm, NULL::real AS temperature_min_c, NULL::real AS temperature_max_c,
       (extract(epoch FROM worn_for) / 86400)::real AS worn_share
FROM device_days WHERE device_id = %(device_id)s AND day >= %(from_on)s AND day <= %(to_on)s
ORDER BY day;

-- name: rolled_until  the instant before which rollups have everything
SELECT (max(day) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' FROM home_days;

-- name: rollup_hours  the hours of a day (Asia/Shanghai); written again, they are the same
INSERT INTO device_hours (device_id, hour_at, reports, battery_min_pct, rssi_mean_dbm, temperature_min_c,
                          temperature_max_c, worn_share)
SELECT device_id, date_trunc('hour', happened_at, 'UTC'), count(*), min(battery_pct), avg(rssi_dbm),
       min(temperature_c), max(temperature_c), avg(worn::int)
FROM readings
WHERE happened_at >= %(day)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND happened_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
GROUP BY 1, 2
ON CONFLICT (device_id, hour_at) DO UPDATE
SET reports = EXCLUDED.reports, battery_min_pct = EXCLUDED.battery_min_pct, rssi_mean_dbm = EXCLUDED.rssi_mean_dbm,
    temperature_min_c = EXCLUDED.temperature_min_c, temperature_max_c = EXCLUDED.temperature_max_c,
    worn_share = EXCLUDED.worn_share;

-- name: drop_before  retention of hours
DELETE FROM device_hours WHERE hour_at < %(before)s;
