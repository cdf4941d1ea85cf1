-- name: duties  turns of duty that touch this time, of one home or all; nobody who was disabled counts
SELECT d.home_id, d.role, d.starts_at, d.ends_at FROM duties d JOIN people p USING (person_id)
WHERE d.starts_at < %(to_at)s AND d.ends_at > %(from_at)s AND p.disabled_at IS NULL
  AND (%(home_id)s::int IS NULL OR d.home_id = %(home_id)s)
ORDER BY d.home_id, d.starts_at;

-- name: homes  open homes by code, one or all
SELECT home_id, code, name FROM homes
WHERE closed_on IS NULL AND (%(code)s::text IS NULL OR code = %(code)s) ORDER BY code;
