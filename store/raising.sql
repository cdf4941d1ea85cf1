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
