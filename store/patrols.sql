-- name: unchecked  open homes whose ledger was not looked at this morning, with the day of the last look
SELECT h.home_id FROM homes h LEFT JOIN ledger_checks c USING (home_id)
WHERE coalesce(c.checked_on, '-infinity') < %(today)s AND (h.closed_on IS NULL OR h.closed_on >= %(today)s)
ORDER BY h.home_id LIMIT %(limit)s;

-- name: checked  claim this morning's look at one home
INSERT INTO ledger_checks (home_id, checked_on) VALUES (%(home_id)s, %(today)s)
ON CONFLICT (home_id) DO UPDATE SET checked_on = EXCLUDED.checked_on WHERE ledger_checks.checked_on < EXCLUDED.checked_on
RETURNING home_id;

-- name: last_done  when each task was recorded last; who inspects jointly inspects, too
SELECT CASE WHEN kind = 'patrol' AND at_night THEN 'night_patrol' WHEN kind = 'joint' THEN 'bureau' ELSE kind END AS task,
       max(done_on) AS last_on
FROM inspections WHERE home_id = %(home_id)s AND done_on <= %(today)s GROUP BY 1;

-- name: night_patrols  of the night that ended this morning
SELECT count(*) FROM inspections
WHERE home_id = %(home_id)s AND kind = 'patrol' AND at_night AND done_on BETWEEN %(today)s::date - 1 AND %(today)s;

-- name: open_hazards  by their deadline; a major one that was given none is due on the day on which it was found
SELECT hazard_id, grade = 'major' AS major, coalesce(deadline_on, found_on) AS deadline_on FROM hazards
WHERE home_id = %(home_id)s AND closed_on IS NULL AND (deadline_on IS NOT NULL OR grade = 'major') ORDER BY hazard_id;

-- name: insured_until  last day of the policies that a home has or had, none where it never had one
SELECT max(ends_on) FROM insurances WHERE home_id = %(home_id)s AND starts_on <= %(today)s;

-- name: open_overdue  subjects of open alerts about what is overdue
SELECT subject FROM alerts
WHERE home_id = %(home_id)s AND class = 'R1' AND state <> 'resolved' AND cleared_by_device_at IS NULL;
