-- name: hazards  open ones first, the nearest deadline first; how many photos each has
SELECT x.hazard_id, x.home_id, h.name AS home, h.code AS home_code, x.found_on, x.grade, x.kind, x.description,
       x.notice_no, x.notice_on, x.deadline_on, x.reinspected_on, x.closed_on, x.closed_how, x.evidence,
       (SELECT count(*) FROM photos p WHERE p.hazard_id = x.hazard_id AND p.stage = 'before'
          AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove'))::int AS before,
       (SELECT count(*) FROM photos p WHERE p.hazard_id = x.hazard_id AND p.stage = 'after'
          AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove'))::int AS after
FROM hazards x JOIN homes h USING (home_id)
WHERE (%(hazard_id)s::int IS NULL OR x.hazard_id = %(hazard_id)s)
  AND (%(home_id)s::int IS NULL OR x.home_id = %(home_id)s)
  AND (NOT %(open_only)s OR x.closed_on IS NULL)
ORDER BY x.closed_on IS NOT NULL, coalesce(x.deadline_on, x.found_on), x.hazard_id
LIMIT %(limit)s OFFSET %(offset)s;
