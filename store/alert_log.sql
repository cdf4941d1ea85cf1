-- name: last_log
SELECT number, hash FROM alert_log WHERE incident_id = %(incident_id)s ORDER BY number DESC LIMIT 1;

-- name: told  who was told outside the home, when it was first noted
SELECT action, min(at) FROM alert_log WHERE incident_id = %(incident_id)s AND starts_with(action, 'told_') GROUP BY action;

-- name: append_log
INSERT INTO alert_log (incident_id, number, at, alert_id, person_id, actor, via, action, details, previous_hash, hash)
VALUES (%(incident_id)s, %(number)s, %(at)s, %(alert_id)s, %(person_id)s, %(actor)s, %(via)s, %(action)s,
        %(details)s, %(previous_hash)s, %(hash)s);

-- name: whole_log
SELECT log_id, incident_id, number, at, alert_id, person_id, actor, via, action, details, previous_hash, hash
FROM alert_log ORDER BY incident_id, number;

-- name: acknowledged_by  people who have answered this incident
SELECT DISTINCT person_id FROM alert_log
WHERE incident_id = %(incident_id)s AND person_id IS NOT NULL AND action = ANY ('{acknowledge,on_scene,confirm}');

-- name: dead_rung  why these roles were last noted as a dead rung, unless one of them was told by a channel since
SELECT l.details->>'why' FROM alert_log l
WHERE l.incident_id = %(incident_id)s AND l.action = 'dead_rung' AND l.details->'roles' = to_jsonb(%(roles)s::text[])
  AND NOT EXISTS (SELECT FROM notifications n JOIN people p USING (person_id)
                  WHERE n.incident_id = l.incident_id AND p.role = ANY (%(roles)s::text[]) AND n.created_at > l.at
                    AND n.sent_by IS DISTINCT FROM 'board')
ORDER BY l.number DESC LIMIT 1;

-- name: heads  where each chain ends, as it was noted when the row was written
SELECT incident_id, number, hash FROM alert_log_heads;

-- name: unspoken  incidents with alerts of which the log does not say how they came
SELECT a.incident_id, count(*)::int AS alerts FROM alerts a
WHERE NOT EXISTS (SELECT FROM alert_log l WHERE l.alert_id = a.alert_id AND l.action = ANY ('{raise,test}'))
GROUP BY a.incident_id ORDER BY a.incident_id;

-- name: seals
SELECT sealed_at, up_to, rows, previous_hash, hash FROM alert_log_seals ORDER BY seal_id;

-- name: log_end  waits for who is writing, and lets them go on when the transaction ends
SELECT alert_log_end();

-- name: log_between
SELECT log_id, incident_id, number, hash FROM alert_log WHERE log_id > %(after)s AND log_id <= %(up_to)s ORDER BY log_id;

-- name: insert_seal  nothing where another replica has sealed as far
INSERT INTO alert_log_seals (sealed_at, up_to, rows, previous_hash, hash)
VALUES (%(sealed_at)s, %(up_to)s, %(rows)s, %(previous_hash)s, %(hash)s)
ON CONFLICT DO NOTHING;
