-- name: alerts_since  of these homes, and of devices that belong to no home
SELECT a.alert_id, a.incident_id, a.class, a.kind, a.raised_at, a.happened_at, a.unregistered,
       d.source, d.address, h.code AS home, place_path(a.place_id) AS place
FROM alerts a LEFT JOIN devices d USING (device_id) LEFT JOIN homes h ON h.home_id = a.home_id
WHERE a.raised_at >= %(since)s AND NOT a.drill AND (h.code = ANY (%(homes)s) OR a.home_id IS NULL)
ORDER BY a.alert_id;

-- name: events_since
SELECT d.source, d.address, e.said_at, e.kind, count(*)::int AS rows
FROM events e JOIN devices d USING (device_id)
WHERE e.arrived_at >= %(since)s AND e.said_at IS NOT NULL
  AND d.home_id IN (SELECT home_id FROM homes WHERE code = ANY (%(homes)s))
GROUP BY 1, 2, 3, 4;

-- name: readings_since
SELECT d.source, d.address, r.happened_at AS said_at, 'report' AS kind, count(*)::int AS rows
FROM readings r JOIN devices d USING (device_id)
WHERE r.arrived_at >= %(since)s AND r.happened_at >= %(since)s - interval '1 hour'
  AND d.home_id IN (SELECT home_id FROM homes WHERE code = ANY (%(homes)s))
GROUP BY 1, 2, 3;

-- name: counts_since
SELECT (SELECT count(*) FROM dead_letters WHERE last_at >= %(since)s)::int AS dead_letters,
       count(*) FILTER (WHERE n.sent_at IS NOT NULL)::int AS sent,
       count(*) FILTER (WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND n.withdrawn_at IS NULL)::int AS unsent
FROM notifications n JOIN homes h USING (home_id)
WHERE n.created_at >= %(since)s AND h.code = ANY (%(homes)s);

-- name: open_alerts
SELECT a.alert_id, a.incident_id, a.class, a.home_id, a.device_id, d.address
FROM alerts a JOIN homes h USING (home_id) LEFT JOIN devices d USING (device_id)
WHERE a.state <> 'resolved' AND h.code = ANY (%(homes)s)
ORDER BY a.alert_id;

-- name: active_states  of strangers too
SELECT d.address, s.kind FROM device_states s JOIN devices d USING (device_id) JOIN homes h USING (home_id)
WHERE s.active AND s.kind <> 'offline' AND h.code = ANY (%(homes)s) AND d.retired_on IS NULL
ORDER BY d.address, s.kind;

-- name: recent_fires  devices whose fire alarm still counts when a second one of the zone follows
SELECT DISTINCT d.address FROM alerts a JOIN devices d USING (device_id) JOIN homes h ON h.home_id = a.home_id
WHERE a.class = 'F1' AND h.code = ANY (%(homes)s)
  AND (a.state <> 'resolved' OR (a.happened_at >= %(since)s AND a.outcome = 'true'));
