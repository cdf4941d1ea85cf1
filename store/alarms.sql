-- name: lock_home  serialise what concerns one home until the transaction ends
SELECT pg_advisory_xact_lock(7149, %(home_id)s);

-- name: lock_homes  the same for several, in this order
SELECT pg_advisory_xact_lock(7149, h.home_id)
FROM unnest(%(home_ids)s::int[]) WITH ORDINALITY AS h (home_id, n) ORDER BY h.n;

-- name: raise_alert  into the incident of the alert that is open, else into the one of the scope, made if there is none
-- and what an alert that joins has to know: the incident as it was, its log's end, its deadline, who waits for longer
WITH known AS (
    SELECT incident_id FROM alerts
    WHERE subject = %(subject)s AND class = %(class)s AND drill = %(drill)s AND state <> 'resolved'
), made AS (
    INSERT INTO incidents (home_id, family, scope, class, drill, ladder, opened_at)
    SELECT %(home_id)s::int, %(family)s, %(scope)s, %(class)s, %(drill)s, %(ladder)s::jsonb, %(raised_at)s::timestamptz
    WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (family, scope, drill) WHERE closed_at IS NULL DO UPDATE SET family = EXCLUDED.family
    RETURNING incident_id, (xmax = 0) AS is_new
), gathers AS (
    SELECT incident_id, is_new FROM made UNION ALL SELECT incident_id, false FROM known
), raised AS (
    INSERT INTO alerts (incident_id, home_id, device_id, place_id, resident_id, exit_id, subject, class, kind, happened_at,
                        raised_at, late, unregistered, drill, reason, cleared_by_device_at)
    SELECT incident_id, %(home_id)s::int, %(device_id)s::int, %(place_id)s::int, %(resident_id)s::int, %(exit_id)s::int,
           %(subject)s, %(class)s, %(kind)s, %(happened_at)s::timestamptz, %(raised_at)s::timestamptz, %(late)s,
           %(unregistered)s, %(drill)s, %(reason)s, %(cleared_at)s::timestamptz
    FROM gathers
    ON CONFLICT (subject, class, drill) WHERE state <> 'resolved'
    DO UPDATE SET repeats = alerts.repeats + 1, cleared_by_device_at = EXCLUDED.cleared_by_device_at
    RETURNING alert_id, incident_id, (xmax = 0) AS inserted
)
SELECT r.alert_id, r.incident_id, r.inserted, g.is_new, l.number, l.hash,
       -- Not EXISTS, for which all timers may be read at once.
       coalesce((SELECT true FROM timers t WHERE t.kind = 'escalate' AND t.subject = 'incident:' || r.incident_id), false) AS called,
       EXISTS (SELECT FROM (SELECT * FROM alerts WHERE incident_id = r.incident_id OFFSET 0) o
               WHERE o.alert_id <> r.alert_id AND o.state = 'raised' AND o.raised_at <= %(raised_at)s::timestamptz
                 AND (o.class = ANY (%(always)s) OR (o.cleared_by_device_at IS NULL AND o.muted IS NULL))) AS waits,
       i.class, i.stage, i.round, i.ladder, i.opened_at
FROM raised r JOIN gathers g USING (incident_id)
LEFT JOIN LATERAL (SELECT * FROM incidents WHERE incident_id = r.incident_id OFFSET 0) i ON true
LEFT JOIN LATERAL (SELECT number, hash FROM alert_log WHERE incident_id = r.incident_id ORDER BY number DESC LIMIT 1) l ON true;

-- name: insert_test  a test is resolved as it is written
INSERT INTO alerts (incident_id, home_id, device_id, place_id, subject, class, kind, state, happened_at, raised_at,
                    resolved_at, outcome, reason)
VALUES (%(incident_id)s, %(home_id)s, %(device_id)s, %(place_id)s, %(subject)s, 'F3', %(kind)s, 'resolved',
        %(happened_at)s, %(raised_at)s, %(raised_at)s, 'test', %(reason)s)
RETURNING alert_id;

-- name: is_standing  an open alert of this subject and class
SELECT alert_id FROM alerts
WHERE subject = %(subject)s AND class = %(class)s AND drill = %(drill)s AND state <> 'resolved';

-- name: is_open  an alert of one of these subjects about this kind
SELECT EXISTS (SELECT FROM alerts WHERE subject = ANY (%(subjects)s) AND kind = %(kind)s AND state <> 'resolved' AND NOT drill);

-- name: count_again  what is open was said so many times more
UPDATE alerts SET repeats = repeats + %(times)s
WHERE subject = ANY (%(subjects)s) AND kind = %(kind)s AND state <> 'resolved' AND NOT drill
RETURNING alert_id, incident_id;

-- name: closed_incident  a record that nobody must answer
INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at, closed_at)
VALUES (%(home_id)s, %(family)s, %(scope)s, %(class)s, %(ladder)s, %(opened_at)s, %(opened_at)s)
RETURNING incident_id;

-- name: raise_stage
UPDATE incidents SET class = %(class)s, ladder = %(ladder)s, stage = stage + 1 WHERE incident_id = %(incident_id)s;

-- name: mark_cleared  a fact beside the state
UPDATE alerts SET cleared_by_device_at = %(at)s
WHERE subject = %(subject)s AND class = ANY (%(classes)s) AND kind = %(kind)s AND state <> 'resolved'
  AND cleared_by_device_at IS NULL AND NOT drill
RETURNING alert_id, incident_id;

-- name: incident  for update
SELECT incident_id, home_id, family, scope, class, stage, round, drill, ladder, opened_at, closed_at
FROM incidents WHERE incident_id = %(incident_id)s FOR UPDATE;

-- name: incident_home
SELECT home_id FROM incidents WHERE incident_id = %(incident_id)s;

-- name: alert_incident
SELECT incident_id FROM alerts WHERE alert_id = %(alert_id)s;

-- name: alerts_of_incident
SELECT alert_id, incident_id, home_id, device_id, place_id, subject, class, kind, state, happened_at, raised_at,
       acknowledged_at, on_scene_at, resolved_at, outcome, cleared_by_device_at, late, unregistered, drill, muted
FROM alerts WHERE incident_id = %(incident_id)s ORDER BY alert_id FOR UPDATE;

-- name: calls  an alert of the incident waits for an answer, and has for longer than this one
SELECT EXISTS (SELECT FROM alerts o
               WHERE o.incident_id = %(incident_id)s AND o.alert_id <> %(alert_id)s AND o.state = 'raised'
                 AND o.raised_at <= (SELECT raised_at FROM alerts WHERE alert_id = %(alert_id)s)
                 AND (o.class = ANY (%(always)s) OR (o.cleared_by_device_at IS NULL AND o.muted IS NULL)));

-- name: last_arrived  to an alert of the incident that is open
SELECT on_scene_by FROM alerts WHERE incident_id = %(incident_id)s AND state = 'on_scene'
ORDER BY on_scene_at DESC LIMIT 1;

-- name: save_answer
UPDATE alerts SET state = %(state)s, acknowledged_at = %(acknowledged_at)s,
       acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN %(person_id)s ELSE acknowledged_by END,
       on_scene_at = %(on_scene_at)s,
       on_scene_by = CASE WHEN on_scene_at IS NULL AND %(on_scene_at)s::timestamptz IS NOT NULL
                     THEN %(on_scene_by)s ELSE on_scene_by END,
       resolved_at = %(resolved_at)s,
       resolved_by = CASE WHEN %(resolved_at)s::timestamptz IS NULL THEN NULL ELSE %(person_id)s END,
       outcome = %(outcome)s, cause = coalesce(%(cause)s, cause)
WHERE alert_id = %(alert_id)s;

-- name: close_incident
UPDATE incidents SET closed_at = %(now)s WHERE incident_id = %(incident_id)s AND closed_at IS NULL;

-- name: say_burning  what burns, as it was last told
UPDATE incidents SET burning = %(burning)s WHERE incident_id = %(incident_id)s;

-- name: reopen_incident
UPDATE incidents SET closed_at = NULL WHERE incident_id = %(incident_id)s;

-- name: next_round  an incident that was in hand is told anew
UPDATE incidents SET round = round + 1 WHERE incident_id = %(incident_id)s;

-- name: superseded  a newer incident of the scope, or a newer alert of a subject of this one, is open
SELECT EXISTS (SELECT FROM incidents o JOIN incidents i USING (family, scope, drill)
               WHERE i.incident_id = %(incident_id)s AND o.incident_id <> i.incident_id AND o.closed_at IS NULL)
    OR EXISTS (SELECT FROM alerts o JOIN alerts a USING (subject, class, drill)
               WHERE a.alert_id = ANY (%(alert_ids)s) AND o.alert_id <> a.alert_id AND o.state <> 'resolved');
