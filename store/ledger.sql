-- name: learn  write what arrived and is not in the ledger; who tests is whoever walked there as it arrived
WITH RECURSIVE arrived AS (
    SELECT a.alert_id, a.home_id, a.device_id, a.happened_at, a.raised_at, coalesce(d.place_id, r.place_id) AS place_id
    FROM alerts a JOIN devices d USING (device_id) LEFT JOIN residents r ON r.resident_id = d.resident_id
    WHERE a.class = 'F3' AND NOT a.drill AND a.home_id IS NOT NULL
      AND (%(home_id)s::int IS NULL OR a.home_id = %(home_id)s)
      AND NOT EXISTS (SELECT FROM proof_tests p WHERE p.alert_id = a.alert_id)
), up AS (
    SELECT alert_id, place_id, 0 AS steps FROM arrived WHERE place_id IS NOT NULL
    UNION ALL
    SELECT up.alert_id, p.parent_id, up.steps + 1 FROM up JOIN places p USING (place_id) WHERE p.parent_id IS NOT NULL
), walked AS (
    SELECT DISTINCT ON (a.alert_id) a.alert_id, w.walk_id, w.person_name
    FROM arrived a JOIN up USING (alert_id) JOIN walks w ON w.place_id = up.place_id
    WHERE w.started_at <= a.raised_at AND coalesce(w.ended_at, w.started_at + interval '2 hours') >= a.raised_at
    ORDER BY a.alert_id, up.steps, w.started_at DESC
)
INSERT INTO proof_tests (home_id, device_id, alert_id, walk_id, tested_by, tested_at, arrived_at, learned_at)
SELECT a.home_id, a.device_id, a.alert_id, w.walk_id, w.person_name, a.happened_at, a.raised_at, %(now)s
FROM arrived a LEFT JOIN walked w USING (alert_id)
ORDER BY a.raised_at, a.alert_id
ON CONFLICT (alert_id) DO NOTHING;

-- name: tests  as known at a moment, the newest first
SELECT p.proof_id, h.code AS home, d.name AS device, d.kind, p.tested_by, p.walk_id, p.tested_at, p.arrived_at,
       p.learned_at
FROM proof_tests p JOIN devices d USING (device_id) JOIN homes h ON h.home_id = p.home_id
WHERE (%(home_id)s::int IS NULL OR p.home_id = %(home_id)s) AND p.learned_at <= %(known_at)s
  AND p.arrived_at >= %(from_at)s AND p.arrived_at < %(to_at)s
ORDER BY p.arrived_at DESC, p.proof_id DESC;

-- name: due  every device of a home that can be tested, with its room and its last test as known at a moment
SELECT d.device_id, d.name, d.kind, p.place_id, p.name AS place, last.arrived_at AS proven_at, last.tested_by
FROM devices d
LEFT JOIN residents r USING (resident_id)
LEFT JOIN places p ON p.place_id = coalesce(d.place_id, r.place_id)
LEFT JOIN LATERAL (
    SELECT t.arrived_at, t.tested_by FROM proof_tests t
    WHERE t.device_id = d.device_id AND t.learned_at <= %(known_at)s AND t.arrived_at < %(to_at)s
    ORDER BY t.arrived_at DESC LIMIT 1
) last ON true
WHERE d.home_id = %(home_id)s AND d.registered
  AND d.kind NOT IN ('gateway', 'beacon', 'door_sensor', 'unknown')
  AND coalesce(d.installed_on, %(on)s) <= %(on)s AND (d.retired_on IS NULL OR d.retired_on > %(on)s)
ORDER BY p.name NULLS LAST, d.kind, d.name, d.device_id;

-- name: relieve  a walk ends when another person begins there, and one that nobody ended, after two hours
UPDATE walks SET ended_at = least(%(now)s, started_at + interval '2 hours')
WHERE place_id = %(place_id)s AND ended_at IS NULL
  AND (person_id <> %(person_id)s OR started_at < %(now)s::timestamptz - interval '2 hours');

-- name: start  a room is walked by one person at a time
INSERT INTO walks (home_id, place_id, person_id, person_name, started_at)
SELECT p.home_id, p.place_id, %(person_id)s, %(person_name)s, %(now)s FROM places p WHERE p.place_id = %(place_id)s
ON CONFLICT (place_id) WHERE ended_at IS NULL DO NOTHING
RETURNING walk_id;

-- name: open_at  who walks a place now
SELECT walk_id FROM walks WHERE place_id = %(place_id)s AND ended_at IS NULL;

-- name: stop  one that was forgotten ended after two hours
UPDATE walks SET ended_at = least(%(now)s, started_at + interval '2 hours')
WHERE walk_id = %(walk_id)s AND ended_at IS NULL RETURNING walk_id;

-- name: walk
SELECT w.walk_id, w.home_id, h.name AS home, w.place_id, p.name AS place, w.person_name, w.started_at, w.ended_at
FROM walks w JOIN places p USING (place_id) JOIN homes h ON h.home_id = w.home_id WHERE w.walk_id = %(walk_id)s;

-- name: walked  devices below the walk's place, and when the test of each arrived during the walk
WITH RECURSIVE below AS (
    SELECT w.walk_id, w.place_id FROM walks w WHERE w.walk_id = %(walk_id)s
    UNION ALL
    SELECT b.walk_id, p.place_id FROM below b JOIN places p ON p.parent_id = b.place_id
)
SELECT d.device_id, d.name, d.kind, b.place_id, p.name AS place,
       (SELECT min(t.arrived_at) FROM proof_tests t
        WHERE t.device_id = d.device_id AND t.walk_id = b.walk_id) AS proven_at,
       NULL::text AS tested_by
FROM below b JOIN places p USING (place_id)
JOIN devices d ON d.registered AND d.kind NOT IN ('gateway', 'beacon', 'door_sensor', 'unknown')
    AND d.retired_on IS NULL
LEFT JOIN residents r USING (resident_id)
WHERE coalesce(d.place_id, r.place_id) = b.place_id
ORDER BY p.name, d.kind, d.name, d.device_id;
