-- name: duties  turns of duty that touch this time, of one home or all, with swaps, leave and ended logins
SELECT t.home_id, t.role, t.starts_at, t.ends_at, t.duty_id, t.person_id, p.name, t.planned_id, t.change_id
FROM duty_turns(%(from_at)s, %(to_at)s) t JOIN people p ON p.person_id = t.person_id
WHERE %(home_id)s::int IS NULL OR t.home_id = %(home_id)s
ORDER BY t.home_id, t.starts_at, t.duty_id;

-- name: homes  open homes by code, one or all
SELECT home_id, code, name FROM homes
WHERE closed_on IS NULL AND (%(code)s::text IS NULL OR code = %(code)s) ORDER BY code;

-- name: home  one open home by number
SELECT home_id, code, name FROM homes WHERE closed_on IS NULL AND home_id = %(home_id)s;

-- name: staff  people of a home who can log in, and whether each wants quiet off duty
SELECT p.person_id, p.login, p.name, p.role,
       coalesce((SELECT q.quiet FROM quiet_choices q WHERE q.person_id = p.person_id
                 ORDER BY q.choice_id DESC LIMIT 1), false) AS quiet
FROM people p WHERE p.home_id = %(home_id)s AND p.disabled_at IS NULL ORDER BY p.role, p.person_id;

-- name: rostered  roles that a home keeps a roster of: those with a turn that ended no longer ago
SELECT DISTINCT role FROM duties WHERE home_id = %(home_id)s AND ends_at > %(since)s ORDER BY role;

-- name: shifts  turns as they stand planned in this time, or one, each with who holds it in the end
SELECT d.duty_id, d.home_id, d.role, d.starts_at, d.ends_at, d.person_id AS planned_id, q.name AS planned,
       p.person_id, p.name, c.change_id
FROM duties d
LEFT JOIN LATERAL (
    SELECT c.change_id, CASE WHEN c.duty_id = d.duty_id THEN c.taker_id ELSE c.person_id END AS person_id
    FROM duty_changes c WHERE (c.duty_id = d.duty_id OR c.other_duty_id = d.duty_id) AND c.cancelled_at IS NULL
    ORDER BY c.change_id DESC LIMIT 1) c ON true
JOIN people q ON q.person_id = d.person_id
JOIN people p ON p.person_id = coalesce(c.person_id, d.person_id)
WHERE d.home_id = %(home_id)s AND d.starts_at < %(to_at)s AND d.ends_at > %(from_at)s
  AND (%(duty_id)s::bigint IS NULL OR d.duty_id = %(duty_id)s)
ORDER BY d.starts_at, d.duty_id;

-- name: changes  swaps and leave of a home that touch this time, cancelled ones too, the newest first
SELECT c.change_id, c.home_id, c.kind, c.person_id, p.name AS person, c.starts_at, c.ends_at, c.duty_id, c.taker_id,
       t.name AS taker, c.other_duty_id, o.starts_at AS other_starts_at, o.ends_at AS other_ends_at, c.reason,
       c.leaves_nobody, c.made_at, c.made_by, c.made_via, c.cancelled_at, c.cancelled_by, c.cancelled_via
FROM duty_changes c JOIN people p ON p.person_id = c.person_id
LEFT JOIN people t ON t.person_id = c.taker_id LEFT JOIN duties o ON o.duty_id = c.other_duty_id
WHERE c.home_id = %(home_id)s
  AND (c.starts_at < %(to_at)s AND c.ends_at > %(from_at)s OR o.starts_at < %(to_at)s AND o.ends_at > %(from_at)s)
ORDER BY c.change_id DESC;

-- name: change  one of them
SELECT c.change_id, c.home_id, c.kind, c.person_id, p.name AS person, c.starts_at, c.ends_at, c.duty_id, c.taker_id,
       t.name AS taker, c.other_duty_id, o.starts_at AS other_starts_at, o.ends_at AS other_ends_at, c.reason,
       c.leaves_nobody, c.made_at, c.made_by, c.made_via, c.cancelled_at, c.cancelled_by, c.cancelled_via
FROM duty_changes c JOIN people p ON p.person_id = c.person_id
LEFT JOIN people t ON t.person_id = c.taker_id LEFT JOIN duties o ON o.duty_id = c.other_duty_id
WHERE c.change_id = %(change_id)s;

-- name: insert_change
INSERT INTO duty_changes (home_id, kind, person_id, starts_at, ends_at, duty_id, taker_id, other_duty_id, reason,
                          leaves_nobody, made_at, made_by, made_by_id, made_via)
VALUES (%(home_id)s, %(kind)s, %(person_id)s, %(starts_at)s, %(ends_at)s, %(duty_id)s, %(taker_id)s,
        %(other_duty_id)s, %(reason)s, %(leaves_nobody)s, %(now)s, %(by)s, %(by_id)s, %(via)s)
RETURNING change_id;

-- name: cancel
UPDATE duty_changes SET cancelled_at = %(now)s, cancelled_by = %(by)s, cancelled_via = %(via)s
WHERE change_id = %(change_id)s AND cancelled_at IS NULL;

-- name: swapped_since  a standing swap of the same turns that came later
SELECT c.change_id FROM duty_changes x JOIN duty_changes c
    ON c.change_id > x.change_id AND c.cancelled_at IS NULL AND c.kind = 'swap'
   AND (c.duty_id IN (x.duty_id, x.other_duty_id) OR c.other_duty_id IN (x.duty_id, x.other_duty_id))
WHERE x.change_id = %(change_id)s ORDER BY c.change_id DESC LIMIT 1;

-- name: set_quiet
INSERT INTO quiet_choices (person_id, home_id, quiet, set_at, set_by, set_via)
VALUES (%(person_id)s, %(home_id)s, %(quiet)s, %(now)s, %(by)s, %(via)s);

-- name: quiet_log  what a person chose, and who set it, the newest first
SELECT quiet, set_at, set_by, set_via FROM quiet_choices WHERE person_id = %(person_id)s ORDER BY choice_id DESC;

-- name: hold  a message that was just written leaves at this time
UPDATE notifications SET next_try_at = %(until)s
WHERE incident_id IS NOT DISTINCT FROM %(incident_id)s AND person_id = %(person_id)s AND stage = %(stage)s
  AND created_at = %(now)s AND sent_at IS NULL;

-- name: watched  the gaps of a home as they stood when it was last looked at
SELECT looked_at, gaps FROM gap_watches WHERE home_id = %(home_id)s;

-- name: watch
INSERT INTO gap_watches (home_id, looked_at, gaps) VALUES (%(home_id)s, %(now)s, %(gaps)s)
ON CONFLICT (home_id) DO UPDATE SET looked_at = EXCLUDED.looked_at, gaps = EXCLUDED.gaps;

-- name: put_aside  every turn of these homes, with what was swapped of it, into the Middle Ages; for a trial that is rolled back
UPDATE duties SET starts_at = starts_at - interval '1000 years', ends_at = ends_at - interval '1000 years'
WHERE home_id = ANY (%(home_ids)s);
