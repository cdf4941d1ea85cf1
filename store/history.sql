-- name: events  what was said in this time, of one home or of all, in the order of arrival
SELECT d.source || '/' || d.address AS device, e.kind, e.state, e.happened_at, e.arrived_at,
       e.home_id || ':' || d.zone_id AS zone, d.kind AS device_kind
FROM events e JOIN devices d USING (device_id)
WHERE e.arrived_at >= %(from_at)s AND e.arrived_at < %(to_at)s AND e.live
  AND (%(home_id)s::int IS NULL OR e.home_id = %(home_id)s)
ORDER BY e.arrived_at, e.event_id;

-- name: alerts  what these devices, or their zones, really raised in this time, and who was told of the incident when
SELECT coalesce(d.source || '/' || d.address, a.subject) AS device, a.class, a.reason, a.raised_at,
       coalesce((SELECT json_agg(t) FROM (
                    SELECT p.name, extract(epoch FROM min(n.created_at) - a.raised_at)::float8 AS after_s,
                           bool_or(n.channels <> '{}') AS by_channel
                    FROM notifications n JOIN people p USING (person_id) WHERE n.incident_id = a.incident_id
                    GROUP BY p.person_id, p.name ORDER BY 2, p.person_id) t), '[]') AS told
FROM alerts a LEFT JOIN devices d USING (device_id)
WHERE a.raised_at >= %(from_at)s AND a.raised_at <= %(to_at)s AND NOT a.drill
  AND a.home_id IN (SELECT home_id FROM devices WHERE source || '/' || address = ANY (%(devices)s))
  AND (d.device_id IS NULL OR d.source || '/' || d.address = ANY (%(devices)s))
ORDER BY a.raised_at, a.alert_id;

-- name: homes  of these devices
SELECT DISTINCT home_id FROM devices WHERE home_id IS NOT NULL AND source || '/' || address = ANY (%(devices)s);
