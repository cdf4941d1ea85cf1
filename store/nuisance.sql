-- name: messages_since  how many messages each of these people was sent, or told of on the board
SELECT person_id, count(*)::int FROM notifications
WHERE person_id = ANY (%(people)s) AND created_at > %(since)s AND incident_id IS NOT NULL
GROUP BY person_id;

-- name: begun  how often a device began to say this, by arrival
SELECT count(*)::int FROM events
WHERE device_id = %(device_id)s AND kind = %(kind)s AND state = 'active' AND arrived_at > %(since)s
  AND happened_at > %(since)s - interval '1 hour';

-- name: standing  open alerts that somebody took on before this time, with the last reminder of each
SELECT a.alert_id, a.incident_id, a.home_id, max(l.at) AS reminded_at
FROM alerts a LEFT JOIN alert_log l ON l.incident_id = a.incident_id AND l.alert_id = a.alert_id AND l.action = 'stale'
WHERE a.state IN ('acknowledged', 'on_scene') AND greatest(a.raised_at, a.acknowledged_at, a.on_scene_at) < %(before)s AND NOT a.drill
GROUP BY a.alert_id, a.incident_id, a.home_id
HAVING coalesce(max(l.at), '-infinity') < %(before)s
ORDER BY a.alert_id LIMIT %(limit)s;
