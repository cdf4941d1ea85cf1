-- name: changes  all of them, or those of one setting, the oldest first
SELECT c.change_id, c.name, c.scope, c.home_id, c.place_id, c.device_id, c.value, c.effective_at, c.made_at, c.made_by,
       c.reason,
       coalesce(d.source || '/' || d.address, array_to_string(place_path(c.place_id), '/'), h.code, '') AS target
FROM setting_changes c LEFT JOIN homes h USING (home_id) LEFT JOIN devices d USING (device_id)
WHERE %(name)s::text IS NULL OR c.name = %(name)s
ORDER BY c.effective_at, c.change_id;

-- name: insert
INSERT INTO setting_changes (name, scope, home_id, place_id, device_id, value, effective_at, made_at, made_by, reason)
VALUES (%(name)s, %(scope)s, %(home_id)s, %(place_id)s, %(device_id)s, %(value)s, %(effective_at)s, %(now)s,
        %(made_by)s, %(reason)s)
RETURNING change_id;

-- name: zone  of a home, by its name
SELECT place_id FROM places WHERE home_id = %(home_id)s AND kind = 'zone' AND name = %(zone)s ORDER BY place_id;
