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

-- name: mark_cleared  a fact beside the state
UPDATE alerts SET cleared_by_device_at = %(at)s
WHERE subject = %(subject)s AND class = ANY (%(classes)s) AND kind = %(kind)s AND state <> 'resolved'
  AND cleared_by_device_at IS NULL AND NOT drill
RETURNING alert_id, incident_id;

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
