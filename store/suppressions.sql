-- name: insert
INSERT INTO suppressions (kind, home_id, place_id, device_id, class, reason, starts_at, ends_at, made_by, made_at)
VALUES (%(kind)s, %(home_id)s, %(place_id)s, %(device_id)s, %(class)s, %(reason)s, %(starts_at)s, %(ends_at)s,
        %(made_by)s, %(now)s)
RETURNING suppression_id;

-- name: over  what holds at a time for a device: itself, a place above it, or its home
SELECT s.suppression_id, s.kind, s.home_id, s.reason, s.starts_at, least(s.ends_at, s.returned_at) AS ends_at
FROM suppressions s JOIN devices d ON d.device_id = %(device_id)s
WHERE s.home_id = d.home_id AND s.ends_at > %(now)s AND s.starts_at <= %(now)s
  AND (s.returned_at IS NULL OR s.returned_at > %(now)s)
  AND (s.class IS NULL OR s.class = %(class)s)
  AND (s.device_id IS NULL OR s.device_id = d.device_id)
  AND (s.place_id IS NULL OR s.place_id IN (d.place_id, d.zone_id, d.building_id,
                                            place_above(d.place_id, 'floor'), place_above(d.place_id, 'room')))
ORDER BY s.ends_at DESC LIMIT 1;

-- name: by_id
SELECT suppression_id, kind, home_id, reason, starts_at, ends_at FROM suppressions
WHERE suppression_id = %(suppression_id)s AND returned_at IS NULL;

-- name: mute
UPDATE alerts SET muted = %(reason)s, muted_by = %(suppression_id)s WHERE alert_id = %(alert_id)s;

-- name: return_alerts  open alerts that this one muted count again
UPDATE alerts SET muted = NULL, muted_by = NULL
WHERE muted_by = %(suppression_id)s AND state <> 'resolved'
RETURNING alert_id, incident_id;

-- name: returned
UPDATE suppressions SET returned_at = %(now)s WHERE suppression_id = %(suppression_id)s AND returned_at IS NULL;

-- name: standing  everything that is quiet now or will be, with names and how many open alerts it mutes
SELECT s.suppression_id, s.kind, s.home_id, h.name AS home, place_path(coalesce(s.place_id, d.place_id)) AS place,
       d.name AS device, s.class AS alert_class, s.reason, s.starts_at, s.ends_at, p.name AS made_by,
       (SELECT count(*) FROM alerts a WHERE a.muted_by = s.suppression_id AND a.state <> 'resolved')::int AS alerts
FROM suppressions s JOIN homes h USING (home_id) LEFT JOIN devices d ON d.device_id = s.device_id
LEFT JOIN people p ON p.person_id = s.made_by
WHERE s.returned_at IS NULL AND s.ends_at > %(now)s
ORDER BY s.starts_at > %(now)s, s.ends_at, s.suppression_id;

-- name: targets  what a window can cover in a home: its places, then its devices
SELECT 'place' AS kind, place_id AS target_id, array_to_string(place_path(place_id), ' ') AS name
FROM places WHERE home_id = %(home_id)s
UNION ALL
SELECT 'device', device_id, concat_ws(' ', name, array_to_string(place_path(place_id), ' '))
FROM devices WHERE home_id = %(home_id)s AND registered AND retired_on IS NULL
ORDER BY 1 DESC, 3;

-- name: in_home  whether the home can be seen, and place and device (where given) are of it
SELECT EXISTS (SELECT FROM homes WHERE home_id = %(home_id)s)
   AND (%(place_id)s::int IS NULL OR EXISTS (SELECT FROM places WHERE place_id = %(place_id)s AND home_id = %(home_id)s))
   AND (%(device_id)s::int IS NULL
        OR EXISTS (SELECT FROM devices WHERE device_id = %(device_id)s AND home_id = %(home_id)s));

-- name: tests_due  detectors and call points of each open home, and those that transmitted a test in this time
SELECT h.code, h.name, count(d.device_id)::int AS due,
       count(d.device_id) FILTER (WHERE EXISTS (
           SELECT FROM alerts a WHERE a.device_id = d.device_id AND a.class = 'F3'
             AND a.raised_at >= %(from_at)s AND a.raised_at < %(to_at)s))::int AS tested,
       coalesce(array_agg(d.name ORDER BY d.name) FILTER (WHERE NOT EXISTS (
           SELECT FROM alerts a WHERE a.device_id = d.device_id AND a.class = 'F3'
             AND a.raised_at >= %(from_at)s AND a.raised_at < %(to_at)s)), '{}') AS missing
FROM homes h JOIN devices d USING (home_id)
WHERE h.closed_on IS NULL AND d.kind IN ('detector', 'call_point') AND d.registered
  AND (d.retired_on IS NULL OR d.retired_on > %(on)s) AND (d.installed_on IS NULL OR d.installed_on <= %(on)s)
  AND (%(code)s::text IS NULL OR h.code = %(code)s)
GROUP BY h.home_id, h.code, h.name ORDER BY h.code;
