-- name: set_timer
INSERT INTO timers (kind, subject, incident_id, device_id, due_at, step, told_at)
VALUES (%(kind)s, %(subject)s, %(incident_id)s, %(device_id)s, %(due_at)s, %(step)s, %(told_at)s)
ON CONFLICT (kind, subject) DO UPDATE
SET due_at = EXCLUDED.due_at, step = EXCLUDED.step, told_at = EXCLUDED.told_at, failures = 0;

-- name: put_off  a timer that cannot be acted on lets the others pass, and is tried again
UPDATE timers SET due_at = %(due_at)s, failures = failures + 1 WHERE timer_id = %(timer_id)s
RETURNING failures;

-- name: drop_timer
DELETE FROM timers WHERE kind = %(kind)s AND subject = %(subject)s;

-- name: timer_of
SELECT step, told_at FROM timers WHERE kind = %(kind)s AND subject = %(subject)s;

-- name: due_timers  deadlines before looks at devices, then the oldest, with the home whose lock must be held to act
SELECT t.timer_id, t.kind, t.subject, t.incident_id, t.device_id, t.due_at, t.step, t.told_at, t.failures,
       coalesce(i.home_id, d.home_id) AS home_id
FROM timers t LEFT JOIN incidents i USING (incident_id) LEFT JOIN devices d ON d.device_id = t.device_id
WHERE t.due_at <= %(now)s ORDER BY t.kind <> 'escalate', t.due_at LIMIT %(limit)s;

-- name: still_due  the same timer, locked, if it has not moved meanwhile
SELECT timer_id FROM timers WHERE timer_id = %(timer_id)s AND due_at <= %(now)s FOR UPDATE;
