-- name: strangers  devices that nobody registered, with what they last said
SELECT d.device_id, d.source, d.address, d.home_id, h.name AS home_name, d.home_said, d.created_at AS first_seen_at,
       l.last_seen_at, e.kind AS last_kind, e.state AS last_state, e.arrived_at AS last_event_at,
       (SELECT count(*) FROM alerts a WHERE a.device_id = d.device_id AND a.state <> 'resolved') AS open_alerts,
       d.set_aside_at, d.set_aside_by, d.set_aside_why
FROM devices d
LEFT JOIN homes h ON h.home_id = d.home_id
LEFT JOIN liveness l ON l.device_id = d.device_id
LEFT JOIN LATERAL (SELECT kind, state, arrived_at FROM events
                   WHERE device_id = d.device_id ORDER BY happened_at DESC LIMIT 1) e ON true
WHERE NOT d.registered AND d.kind <> 'canary' AND d.retired_on IS NULL
  AND (%(device_id)s::int IS NULL OR d.device_id = %(device_id)s)
ORDER BY NOT EXISTS (SELECT FROM alerts a WHERE a.device_id = d.device_id AND a.state <> 'resolved'),
         d.set_aside_at IS NOT NULL, coalesce(l.last_seen_at, d.created_at) DESC LIMIT %(limit)s;

-- name: places  where a device of a home may be
SELECT place_id, place_path(place_id) AS path FROM places WHERE home_id = %(home_id)s ORDER BY path;

-- name: residents  who may wear one
SELECT r.resident_id, concat_ws(' ', r.name, p.name) AS name
FROM residents r LEFT JOIN places p USING (place_id)
WHERE r.home_id = %(home_id)s AND (r.moved_out_on IS NULL OR r.moved_out_on > %(today)s) ORDER BY name;

-- name: fits  whether a place and a resident are of a home
SELECT (%(place_id)s::int IS NULL OR EXISTS (
            SELECT FROM places WHERE place_id = %(place_id)s AND home_id = %(home_id)s)),
       (%(resident_id)s::int IS NULL OR EXISTS (
            SELECT FROM residents WHERE resident_id = %(resident_id)s AND home_id = %(home_id)s));

-- name: register
UPDATE devices
SET name = %(name)s, kind = %(kind)s, home_id = %(home_id)s, place_id = %(place_id)s, resident_id = %(resident_id)s,
    report_every = %(report_every)s, installed_on = coalesce(installed_on, %(today)s), registered = true,
    set_aside_at = NULL, set_aside_by = NULL, set_aside_why = NULL
WHERE device_id = %(device_id)s AND NOT registered AND kind <> 'canary' AND retired_on IS NULL
RETURNING device_id;

-- name: set_aside  nobody, at no time and for no reason takes it back
UPDATE devices SET set_aside_at = %(at)s, set_aside_by = %(by)s, set_aside_why = %(why)s
WHERE device_id = %(device_id)s AND NOT registered AND kind <> 'canary' AND retired_on IS NULL
RETURNING device_id;
