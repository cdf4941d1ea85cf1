-- name: lock  two people who sign at once get two versions
SELECT pg_advisory_xact_lock(71490005);

-- name: last  the end of the chain, and the newest version of one report
SELECT (SELECT hash FROM reports ORDER BY report_id DESC LIMIT 1) AS previous_hash,
       coalesce((SELECT max(version) FROM reports
                 WHERE kind = %(kind)s AND start_on = %(start_on)s AND end_on = %(end_on)s
                   AND home_id IS NOT DISTINCT FROM %(home_id)s::int), 0) + 1 AS version;

-- name: insert
INSERT INTO reports (kind, start_on, end_on, ends_at, home_id, version, frozen_at, frozen_by, content,
                     previous_hash, hash)
VALUES (%(kind)s, %(start_on)s, %(end_on)s, %(ends_at)s, %(home_id)s, %(version)s, %(frozen_at)s, %(frozen_by)s,
        %(content)s, %(previous_hash)s, %(hash)s)
RETURNING report_id;

-- name: by_hash
SELECT r.report_id, r.kind, r.start_on, r.end_on, r.ends_at, r.home_id, h.code AS home, r.version, r.frozen_at,
       r.frozen_by, r.content, r.previous_hash, r.hash,
       (SELECT b.hash FROM reports b WHERE b.report_id < r.report_id ORDER BY b.report_id DESC LIMIT 1) AS hash_before
FROM reports r LEFT JOIN homes h USING (home_id)
WHERE r.hash = %(hash)s;

-- name: by_id
SELECT r.report_id, r.kind, r.start_on, r.end_on, r.ends_at, r.home_id, h.code AS home, r.version, r.frozen_at,
       r.frozen_by, r.content, r.previous_hash, r.hash,
       (SELECT b.hash FROM reports b WHERE b.report_id < r.report_id ORDER BY b.report_id DESC LIMIT 1) AS hash_before
FROM reports r LEFT JOIN homes h USING (home_id)
WHERE r.report_id = %(report_id)s;

-- name: newest  signed reports without what they hold, the newest first
SELECT r.report_id, r.start_on, r.end_on, r.home_id, h.name AS home, r.version, r.frozen_at, r.frozen_by
FROM reports r LEFT JOIN homes h USING (home_id)
WHERE r.kind = %(kind)s
ORDER BY r.report_id DESC LIMIT %(most)s;

-- name: newest_version  of the period and home of a signed report
SELECT r.report_id, r.start_on, r.end_on, r.home_id, h.name AS home, r.version, r.frozen_at, r.frozen_by
FROM reports o
JOIN reports r ON r.kind = o.kind AND r.start_on = o.start_on AND r.end_on = o.end_on
    AND r.home_id IS NOT DISTINCT FROM o.home_id
LEFT JOIN homes h ON h.home_id = r.home_id
WHERE o.report_id = %(report_id)s
ORDER BY r.version DESC LIMIT 1;

-- name: how_many
SELECT count(*)::int FROM reports;

-- name: chain  every signed report in the order of signing
SELECT report_id, content, previous_hash, hash FROM reports ORDER BY report_id;
