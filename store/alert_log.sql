-- name: last_log
SELECT number, hash FROM alert_log WHERE incident_id = %(incident_id)s ORDER BY number DESC LIMIT 1;

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
