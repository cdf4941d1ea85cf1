-- name: make_staging  a staging table of this connection, emptied at each commit
CREATE TEMP TABLE IF NOT EXISTS readings_in (LIKE readings) ON COMMIT DELETE ROWS;

-- name: copy_in
COPY readings_in (device_id, happened_at, reading_key, arrived_at, battery_pct, rssi_dbm, temperature_c, lat, lon,
                  accuracy_m, worn, details) FROM STDIN;

-- name: take_over  a duplicate row is passed over, never its whole batch
INSERT INTO readings SELECT * FROM readings_in ON CONFLICT DO NOTHING;

-- name: low_batteries  devices whose battery is known to be low
SELECT device_id FROM device_states WHERE kind = 'battery_low' AND active AND device_id = ANY (%(device_ids)s);

-- name: known_clear  pairs of device and kind that are known to be clear; one look-up for each
SELECT w.device_id, w.kind
FROM unnest(%(device_ids)s::int[], %(kinds)s::text[]) AS w (device_id, kind)
WHERE NOT coalesce((SELECT s.active FROM device_states s
                    WHERE s.device_id = w.device_id AND s.kind = w.kind), true);

-- name: drop_before  retention, by whole chunks where the server has them
SELECT drop_readings_before(%(before)s::timestamptz);
