-- name: record  one drill record per incident, however often it is closed
INSERT INTO inspections (home_id, done_on, kind, findings, recorded_at)
SELECT %(home_id)s, %(done_on)s, 'drill', %(findings)s, %(now)s
WHERE NOT EXISTS (SELECT FROM inspections WHERE home_id = %(home_id)s AND kind = 'drill'
                  AND starts_with(findings, %(mark)s))
RETURNING inspection_id;

-- name: detectors  what a fire drill can begin at
SELECT device_id, concat_ws(' ', array_to_string(place_path(place_id), ' '), name) AS name FROM devices
WHERE home_id = %(home_id)s AND kind = 'detector' AND registered AND retired_on IS NULL ORDER BY 2;

-- name: held  drills as they were held, the newest first
SELECT i.incident_id, h.name AS home, i.opened_at, i.closed_at FROM incidents i JOIN homes h USING (home_id)
WHERE i.drill ORDER BY i.opened_at DESC LIMIT 50;
