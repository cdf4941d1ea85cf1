-- name: incidents  Incidents with their home and the deadline that runs, the newest first.
SELECT i.incident_id, i.home_id, h.name AS home_name, h.address AS home_address, h.phone AS home_phone,
       h.township, i.family, i.class AS alert_class, i.burning, i.drill, i.opened_at, i.closed_at, t.due_at, t.step
FROM incidents i LEFT JOIN homes h ON h.home_id = i.home_id
LEFT JOIN LATERAL (SELECT due_at, step FROM timers
                   WHERE incident_id = i.incident_id AND kind = 'escalate' ORDER BY due_at LIMIT 1) t ON true
WHERE (%(incident_id)s::bigint IS NULL OR i.incident_id = %(incident_id)s)
  AND (%(open)s::boolean IS NULL OR (i.closed_at IS NULL) = %(open)s)
  AND (%(closed_since)s::timestamptz IS NULL OR i.closed_at >= %(closed_since)s)
  AND (%(home_id)s::int IS NULL OR i.home_id = %(home_id)s)
  AND (%(before)s::bigint IS NULL OR i.incident_id < %(before)s)
ORDER BY CASE WHEN i.closed_at IS NULL THEN array_position(%(urgency)s::text[], i.class) END,
         coalesce(i.closed_at, i.opened_at) DESC
LIMIT %(limit)s

-- name: alerts_of  The alerts of these incidents with device, place, resident and who answered.
SELECT a.alert_id, a.incident_id, a.home_id, a.device_id, d.name AS device_name,
       a.class AS alert_class, a.kind, a.state, coalesce(a.place_id, d.place_id) AS place_id,
       place_path(coalesce(a.place_id, d.place_id)) || array_remove(ARRAY[x.name], NULL) AS place,
       d.address AS device_address, d.source AS device_source, coalesce(d.registered, false) AS device_registered,
       d.home_said, r.name AS resident_name, r.born_on AS resident_born_on, r.can_walk AS resident_can_walk, rp.name AS resident_room,
       a.happened_at, a.raised_at,
       a.acknowledged_at, coalesce(pa.name, said_at(a, a.acknowledged_at)) AS acknowledged_by, a.on_scene_at, coalesce(ps.name, said_at(a, a.on_scene_at)) AS on_scene_by,
       a.resolved_at, coalesce(pr.name, said_at(a, a.resolved_at)) AS resolved_by, a.outcome, a.cause, a.cleared_by_device_at,
       a.late, a.unregistered, a.drill, a.reason, a.subject, a.repeats,
       a.muted, s.ends_at AS muted_until, pm.name AS muted_by
FROM alerts a
LEFT JOIN devices d ON d.device_id = a.device_id
LEFT JOIN residents r ON r.resident_id = coalesce(a.resident_id, d.resident_id)
LEFT JOIN places rp ON rp.place_id = r.place_id
LEFT JOIN exits x USING (exit_id)
LEFT JOIN people pa ON pa.person_id = a.acknowledged_by
LEFT JOIN people ps ON ps.person_id = a.on_scene_by
LEFT JOIN people pr ON pr.person_id = a.resolved_by
LEFT JOIN suppressions s ON s.suppression_id = a.muted_by
LEFT JOIN people pm ON pm.person_id = s.made_by
WHERE a.incident_id = ANY(%(incidents)s)
ORDER BY a.incident_id, a.raised_at, a.alert_id

-- name: cannot_walk  Residents who cannot walk and sleep in these places or below them.
WITH RECURSIVE below AS (
    SELECT p.place_id AS top_id, p.place_id FROM places p WHERE p.place_id = ANY(%(places)s)
    UNION ALL
    SELECT below.top_id, p.place_id FROM below JOIN places p ON p.parent_id = below.place_id
)
SELECT below.top_id AS place_id, r.name, room.name AS room
FROM below JOIN residents r ON r.place_id = below.place_id JOIN places room ON room.place_id = r.place_id
WHERE NOT r.can_walk AND r.moved_in_on <= %(today)s
  AND (r.moved_out_on IS NULL OR r.moved_out_on > %(today)s)
ORDER BY below.top_id, room.name, r.name

-- name: floors_of  The floor (or, where there is none, the building) that each of these places stands in.
SELECT place_id, coalesce(place_above(place_id, 'floor'), place_above(place_id, 'building')) AS floor_id
FROM places WHERE place_id = ANY(%(places)s)

-- name: last_positions  The newest position of each of these wristbands, from readings of the last day.
SELECT DISTINCT ON (device_id) device_id, happened_at, lat, lon, accuracy_m
FROM readings
WHERE device_id = ANY(%(devices)s) AND happened_at > %(since)s AND lat IS NOT NULL AND lon IS NOT NULL
ORDER BY device_id, happened_at DESC

-- name: time_line  Everything that was done about an incident, in order.
SELECT l.number, l.at, l.alert_id, l.actor, l.via, l.action, l.details, p.role
FROM alert_log l LEFT JOIN people p USING (person_id)
WHERE l.incident_id = %(incident_id)s ORDER BY l.number

-- name: messages_of  Whom the service told about an incident, and whether it got through.
SELECT p.name AS person, p.role, n.stage, n.created_at, n.sent_at, n.given_up_at, n.withdrawn_at, n.tries
FROM notifications n LEFT JOIN people p USING (person_id)
WHERE n.incident_id = %(incident_id)s ORDER BY n.created_at, n.notification_id

-- name: answers_now  Whether the database answers.
SELECT 1
