-- name: record  one drill record per incident, however often it is closed
INSERT INTO inspections (home_id, done_on, kind, findings, recorded_at)
SELECT %(home_id)s, %(done_on)s, 'drill', %(findings)s, %(now)s
WHERE NOT EXISTS (SELECT FROM inspections WHERE home_id = %(home_id)s AND kind = 'drill'
                  AND starts_with(findings, %(mark)s))
RETURNING inspection_id;
