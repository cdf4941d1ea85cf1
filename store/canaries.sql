-- name: device  the sender of a home's canaries: registered nowhere, so in no figure
INSERT INTO devices (source, address, name, kind, home_id, report_every, registered)
VALUES ('yian', %(address)s, %(name)s, 'canary', %(home_id)s, interval '100 years', false)
ON CONFLICT (source, address) DO UPDATE SET kind = 'canary', name = EXCLUDED.name, home_id = EXCLUDED.home_id, retired_on = NULL
RETURNING device_id;

-- name: set_plan
INSERT INTO canary_plans (home_id, person_id, device_id, at, set_at, set_by)
VALUES (%(home_id)s, %(person_id)s, %(device_id)s, %(at)s, %(now)s, %(set_by)s)
ON CONFLICT (home_id) DO UPDATE
SET person_id = EXCLUDED.person_id, at = EXCLUDED.at, set_at = EXCLUDED.set_at, set_by = EXCLUDED.set_by;

-- name: drop_plan
DELETE FROM canary_plans WHERE home_id = %(home_id)s;

-- name: plans  with the last day that was tried
SELECT c.home_id, h.code AS home_code, h.name AS home_name, c.person_id, p.name AS person_name,
       cardinality(p.channels) AS channels, c.device_id, c.at, c.set_at, c.set_by,
       (SELECT max(t.for_on) FROM canaries t WHERE t.home_id = c.home_id) AS last_on
FROM canary_plans c JOIN homes h USING (home_id) JOIN people p USING (person_id)
WHERE %(home_id)s::int IS NULL OR c.home_id = %(home_id)s
ORDER BY h.name, c.home_id;

-- name: people  whose phone can be tried for a home: its own people and the offices
SELECT p.person_id, p.login, p.name, p.role, cardinality(p.channels) AS channels FROM people p
WHERE p.disabled_at IS NULL AND (p.home_id = %(home_id)s OR p.role IN ('bureau', 'admin')
      OR (p.role = 'township' AND p.township = (SELECT township FROM homes WHERE home_id = %(home_id)s)))
ORDER BY p.home_id NULLS LAST, p.name, p.person_id;

-- name: begin  nothing where that day was tried, or one is under way
INSERT INTO canaries (home_id, person_id, device_id, for_on, begun_at, due_at, ended_at, failed)
SELECT home_id, person_id, device_id, %(for_on)s, %(now)s, %(due_at)s,
       CASE WHEN %(missed)s THEN %(now)s::timestamptz END, CASE WHEN %(missed)s THEN 'missed' END
FROM canary_plans WHERE home_id = %(home_id)s
ON CONFLICT DO NOTHING
RETURNING canary_id;

-- name: unpublished  begun and not yet at the broker
SELECT c.canary_id, h.code AS home_code, c.published_at
FROM canaries c JOIN homes h USING (home_id)
WHERE c.ended_at IS NULL AND c.at_broker_at IS NULL ORDER BY c.canary_id;

-- name: publishing  the first try counts
UPDATE canaries SET published_at = coalesce(published_at, %(now)s) WHERE canary_id = %(canary_id)s
RETURNING published_at;

-- name: at_broker
UPDATE canaries SET at_broker_at = %(now)s WHERE canary_id = %(canary_id)s AND at_broker_at IS NULL;

-- name: under_way
SELECT canary_id, home_id, device_id FROM canaries WHERE ended_at IS NULL ORDER BY home_id, canary_id;

-- name: stages  of one canary as they are known; an answer counts from whoever had the phone
SELECT c.canary_id, c.home_id, c.device_id, h.name AS home_name, p.name AS person_name, c.for_on, c.begun_at,
       c.due_at, c.published_at, c.at_broker_at, c.arrived_at, c.stored_at, c.incident_id, n.sent_at, n.sent_by,
       n.receipt, coalesce(c.answered_at, l.at) AS answered_at, coalesce(c.answered_by, l.actor) AS answered_by,
       coalesce(c.answered_via, l.via) AS answered_via, c.ended_at, c.failed
FROM canaries c JOIN homes h USING (home_id) JOIN people p USING (person_id)
LEFT JOIN LATERAL (SELECT sent_at, sent_by, receipt FROM notifications n
                   WHERE n.incident_id = c.incident_id AND n.person_id = c.person_id AND n.sent_by <> 'board'
                   ORDER BY n.sent_at NULLS LAST LIMIT 1) n ON true
LEFT JOIN LATERAL (SELECT at, actor, split_part(via, ' ', 1) AS via FROM alert_log l
                   WHERE l.incident_id = c.incident_id AND l.via <> 'clock'
                     AND l.action = ANY ('{acknowledge,on_scene,resolve}') AND c.ended_at IS NULL
                   ORDER BY l.number LIMIT 1) l ON true
WHERE (%(canary_id)s::bigint IS NULL OR c.canary_id = %(canary_id)s)
  AND (%(home_id)s::int IS NULL OR c.home_id = %(home_id)s)
  AND (%(since)s::timestamptz IS NULL OR c.begun_at >= %(since)s)
ORDER BY c.begun_at, c.canary_id;

-- name: end
UPDATE canaries SET ended_at = %(now)s, answered_at = %(answered_at)s, answered_by = %(answered_by)s,
                    answered_via = %(answered_via)s, failed = %(failed)s
WHERE canary_id = %(canary_id)s AND ended_at IS NULL;

-- name: receiver  the one person whom a canary is for
SELECT p.person_id, p.role, p.name, p.channels, true AS on_duty
FROM incidents i JOIN canaries c ON i.scope = 'device:' || c.device_id JOIN people p USING (person_id)
WHERE i.incident_id = %(incident_id)s AND p.disabled_at IS NULL
ORDER BY c.canary_id DESC LIMIT 1;
