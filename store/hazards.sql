-- name: hazards  overdue ones first, then the nearest deadline; a major one that was given none is due when it was found
SELECT x.hazard_id, x.home_id, h.name AS home, h.code AS home_code, x.found_on, x.grade, x.kind, x.description,
       x.notice_no, x.notice_on, x.deadline_on, d.due_on, x.reinspected_on, x.closed_on, x.closed_how, x.measures,
       x.evidence,
       (SELECT count(*) FROM photos p WHERE p.hazard_id = x.hazard_id AND p.stage = 'before'
          AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove'))::int AS before,
       (SELECT count(*) FROM photos p WHERE p.hazard_id = x.hazard_id AND p.stage = 'after'
          AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove'))::int AS after
FROM hazards x JOIN homes h USING (home_id),
     LATERAL (SELECT coalesce(x.deadline_on, CASE x.grade WHEN 'major' THEN x.found_on END) AS due_on) d
WHERE (%(hazard_id)s::int IS NULL OR x.hazard_id = %(hazard_id)s)
  AND (%(home_id)s::int IS NULL OR x.home_id = %(home_id)s)
  AND (NOT %(open_only)s OR x.closed_on IS NULL)
ORDER BY x.closed_on IS NOT NULL, CASE WHEN x.closed_on IS NULL THEN d.due_on END NULLS LAST, x.closed_on DESC,
         x.found_on, x.hazard_id
LIMIT %(limit)s OFFSET %(offset)s;

-- name: overdue  how many are open past the day on which they are due
SELECT count(*) FROM hazards
WHERE closed_on IS NULL AND coalesce(deadline_on, CASE grade WHEN 'major' THEN found_on END) < %(today)s
  AND (%(home_id)s::int IS NULL OR home_id = %(home_id)s);

-- name: record
INSERT INTO hazards (home_id, found_on, grade, kind, description, deadline_on)
VALUES (%(home_id)s, %(found_on)s, %(grade)s, %(kind)s, %(description)s, %(deadline_on)s) RETURNING hazard_id;

-- name: lock
SELECT FROM hazards WHERE hazard_id = %(hazard_id)s FOR NO KEY UPDATE;

-- name: close
UPDATE hazards SET closed_on = %(closed_on)s, closed_how = %(closed_how)s, measures = %(measures)s
WHERE hazard_id = %(hazard_id)s;

-- name: reopen
UPDATE hazards SET closed_on = NULL, closed_how = NULL, measures = '', reopened_why = %(reason)s
WHERE hazard_id = %(hazard_id)s;
