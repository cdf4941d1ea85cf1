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

-- name: devices  Devices with their health; the filters are those of the page.
SELECT d.device_id, d.source, d.address, d.name, d.kind, d.model, d.registered, d.home_id, h.name AS home_name,
       place_path(coalesce(d.place_id, r.place_id)) AS place, r.name AS resident_name,
       l.last_seen_at, coalesce(l.online, false) AS online, l.battery_pct, l.worn, l.clock_skew,
       (SELECT coalesce(array_agg(s.kind ORDER BY s.kind), '{}') FROM device_states s
        WHERE s.device_id = d.device_id AND s.active) AS active,
       (SELECT count(*) FROM alerts a WHERE a.device_id = d.device_id AND a.state <> 'resolved') AS open_alerts
FROM devices d
LEFT JOIN homes h ON h.home_id = d.home_id
LEFT JOIN residents r ON r.resident_id = d.resident_id
LEFT JOIN liveness l ON l.device_id = d.device_id
WHERE d.registered AND d.retired_on IS NULL
  AND (%(home_id)s::int IS NULL OR d.home_id = %(home_id)s)
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
  AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ', d.name, d.address, h.name, r.name,
       array_to_string(place_path(coalesce(d.place_id, r.place_id)), ' '))), lower(%(text)s)) > 0)
  AND CASE %(health)s::text
      WHEN 'offline' THEN NOT coalesce(l.online, false)
      WHEN 'battery' THEN l.battery_pct <= %(battery_pct)s OR EXISTS (
          SELECT FROM device_states s WHERE s.device_id = d.device_id AND s.kind = 'battery_low' AND s.active)
      WHEN 'alarm' THEN EXISTS (SELECT FROM device_states s WHERE s.device_id = d.device_id AND s.active
          AND s.kind = ANY(%(alarm_kinds)s))
      WHEN 'skew' THEN l.clock_skew IS NOT NULL
      ELSE true END
ORDER BY coalesce(l.online, false), d.home_id, d.name, d.device_id
LIMIT %(limit)s OFFSET %(offset)s

-- name: device_counts  How many devices there are, and how many need a look.
SELECT count(*) AS total,
       count(*) FILTER (WHERE NOT coalesce(l.online, false)) AS offline,
       count(*) FILTER (WHERE l.battery_pct <= %(battery_pct)s OR 'battery_low' = ANY(s.kinds)) AS battery,
       count(*) FILTER (WHERE s.kinds && %(alarm_kinds)s::text[]) AS alarm,
       count(*) FILTER (WHERE l.clock_skew IS NOT NULL) AS skew
FROM devices d
LEFT JOIN liveness l ON l.device_id = d.device_id
LEFT JOIN LATERAL (SELECT array_agg(kind) AS kinds FROM device_states
                   WHERE device_id = d.device_id AND active) s ON true
WHERE d.registered AND d.retired_on IS NULL AND (%(home_id)s::int IS NULL OR d.home_id = %(home_id)s)

-- name: homes  Homes with the counts that say which is unsafe today, the worst first.
SELECT h.home_id, h.code, h.name, h.kind, h.township, h.address, h.phone, h.beds,
       coalesce(a.fire, 0) AS open_fire, coalesce(a.wristband, 0) AS open_wristband,
       coalesce(a.fault, 0) AS open_fault, coalesce(a.unanswered, 0) AS unanswered,
       coalesce(i.escalated, 0) AS escalated, coalesce(z.overdue, 0) AS hazards_overdue,
       coalesce(d.online, 0) AS detectors_online, coalesce(d.total, 0) AS detectors_total,
       coalesce(w.online, 0) AS wristbands_online, coalesce(w.total, 0) AS wristbands_total
FROM homes h
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE class LIKE 'F%%') AS fire,
                  count(*) FILTER (WHERE class LIKE 'W%%') AS wristband,
                  count(*) FILTER (WHERE class LIKE 'T%%') AS fault,
                  count(*) FILTER (WHERE state = 'raised') AS unanswered
           FROM alerts WHERE state <> 'resolved' AND NOT drill AND class <> 'C1' GROUP BY home_id) a USING (home_id)
LEFT JOIN (SELECT home_id, count(DISTINCT incident_id) AS escalated
           FROM incidents JOIN timers USING (incident_id)
           WHERE closed_at IS NULL AND NOT drill AND timers.kind = 'escalate' AND step > 0
           GROUP BY home_id) i USING (home_id)
LEFT JOIN (SELECT home_id, count(*) AS overdue FROM hazards
           WHERE closed_on IS NULL AND coalesce(deadline_on, CASE grade WHEN 'major' THEN found_on END) < %(today)s
           GROUP BY home_id) z USING (home_id)
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE l.online) AS online, count(*) AS total
           FROM devices LEFT JOIN liveness l USING (device_id)
           WHERE kind = 'detector' AND registered AND retired_on IS NULL GROUP BY home_id) d USING (home_id)
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE l.online) AS online, count(*) AS total
           FROM devices LEFT JOIN liveness l USING (device_id)
           WHERE kind = 'wristband' AND registered AND retired_on IS NULL GROUP BY home_id) w USING (home_id)
WHERE h.closed_on IS NULL
ORDER BY coalesce(a.fire, 0) DESC, coalesce(a.wristband, 0) DESC, coalesce(i.escalated, 0) DESC,
         coalesce(z.overdue, 0) DESC, coalesce(d.total, 0) - coalesce(d.online, 0) DESC, h.name

-- name: home_names  The homes that can be chosen in a filter.
SELECT home_id, name FROM homes WHERE closed_on IS NULL ORDER BY name

-- name: answers_now  Whether the database answers.
SELECT 1
