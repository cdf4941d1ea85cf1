-- name: filed  every version of a month's filing, the first first
SELECT report_id, version, frozen_at AS filed_at, frozen_by AS filed_by, content
FROM reports
WHERE kind = 'month' AND start_on = %(start_on)s AND home_id IS NOT DISTINCT FROM %(home_id)s::int
ORDER BY version;

-- name: homes  homes that were open in the month
SELECT home_id, code FROM homes
WHERE (closed_on IS NULL OR closed_on >= %(start_on)s)
  AND coalesce(opened_on, registered_on, %(start_on)s) <= %(end_on)s
ORDER BY code;

-- name: marks  what the month was last counted from, by home; without one that of the county
SELECT home_id, mark FROM month_marks WHERE start_on = %(start_on)s;

-- name: set_mark
INSERT INTO month_marks (start_on, home_id, mark) VALUES (%(start_on)s, %(home_id)s, %(mark)s)
ON CONFLICT (start_on, home_id) DO UPDATE SET mark = EXCLUDED.mark;

-- name: months  months that were filed for the whole county
SELECT DISTINCT start_on FROM reports
WHERE kind = 'month' AND home_id IS NULL AND start_on >= %(since_on)s ORDER BY start_on;

-- name: overview  months of a home, or of the county, that were filed: the newest first
SELECT start_on, max(version) AS versions, min(frozen_at) AS filed_at, max(frozen_at) AS last_at,
       (array_agg(frozen_by ORDER BY version DESC))[1] AS filed_by
FROM reports
WHERE kind = 'month' AND home_id IS NOT DISTINCT FROM %(home_id)s::int
GROUP BY start_on ORDER BY start_on DESC LIMIT %(limit)s;

-- name: figures  every version of a month, the first first, without the rows behind its figures
SELECT version, frozen_at AS filed_at, frozen_by AS filed_by, content::jsonb #> '{report,figures}' AS figures,
       content::jsonb -> 'corrects' AS corrects
FROM reports
WHERE kind = 'month' AND start_on = %(start_on)s AND home_id IS NOT DISTINCT FROM %(home_id)s::int
ORDER BY version;
