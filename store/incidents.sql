-- name: closed_incident  a record that nobody must answer
INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at, closed_at)
VALUES (%(home_id)s, %(family)s, %(scope)s, %(class)s, %(ladder)s, %(opened_at)s, %(opened_at)s)
RETURNING incident_id;

-- name: raise_stage
UPDATE incidents SET class = %(class)s, ladder = %(ladder)s, stage = stage + 1 WHERE incident_id = %(incident_id)s;

-- name: next_round  an incident that was in hand is told anew
UPDATE incidents SET round = round + 1 WHERE incident_id = %(incident_id)s;

-- name: superseded  a newer incident of the scope, or a newer alert of a subject of this one, is open
SELECT EXISTS (SELECT FROM incidents o JOIN incidents i USING (family, scope, drill)
               WHERE i.incident_id = %(incident_id)s AND o.incident_id <> i.incident_id AND o.closed_at IS NULL)
    OR EXISTS (SELECT FROM alerts o JOIN alerts a USING (subject, class, drill)
               WHERE a.alert_id = ANY (%(alert_ids)s) AND o.alert_id <> a.alert_id AND o.state <> 'resolved');

-- name: incident  for update
SELECT incident_id, home_id, family, scope, class, stage, round, drill, ladder, opened_at, closed_at
FROM incidents WHERE incident_id = %(incident_id)s FOR UPDATE;

-- name: incident_home
SELECT home_id FROM incidents WHERE incident_id = %(incident_id)s;

-- name: last_arrived  to an alert of the incident that is open
SELECT on_scene_by FROM alerts WHERE incident_id = %(incident_id)s AND state = 'on_scene'
ORDER BY on_scene_at DESC LIMIT 1;

-- name: close_incident
UPDATE incidents SET closed_at = %(now)s WHERE incident_id = %(incident_id)s AND closed_at IS NULL;

-- name: say_burning  what burns, as it was last told
UPDATE incidents SET burning = %(burning)s WHERE incident_id = %(incident_id)s;

-- name: reopen_incident
UPDATE incidents SET closed_at = NULL WHERE incident_id = %(incident_id)s;
