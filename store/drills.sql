-- name: record  one drill record per incident, however often it is closed
INSERT INTO inspections (home_id, done_on, kind, findings, recorded_at)
SELECT %(home_id)s, %(done_on)s, %(kind)s, %(findings)s, %(now)s
WHERE NOT EXISTS (SELECT FROM inspections WHERE home_id = %(home_id)s AND kind = %(kind)s
                  AND starts_with(findings, %(mark)s))
RETURNING inspection_id;

-- name: beginnings  what a drill can begin at: a detector, or a band with its bearer
SELECT d.device_id, concat_ws(' ', r.name, array_to_string(place_path(coalesce(d.place_id, r.place_id)), ' '), d.name) AS name
FROM devices d LEFT JOIN residents r USING (resident_id)
WHERE d.home_id = %(home_id)s AND d.kind = %(kind)s AND d.registered AND d.retired_on IS NULL ORDER BY 2;

-- name: held  drills as they were held, the newest first
SELECT i.incident_id, h.name AS home, CASE i.family WHEN 'fire' THEN 'fire' ELSE 'missing' END AS kind,
       i.opened_at, i.closed_at
FROM incidents i JOIN homes h USING (home_id)
WHERE i.drill ORDER BY i.opened_at DESC LIMIT 50;
