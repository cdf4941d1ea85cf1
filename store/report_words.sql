-- name: lock  one change after another, until the transaction ends
SELECT pg_advisory_xact_lock(hashtext('yian.report_words'));

-- name: changes  the oldest first
SELECT change_id, name, shipped, text, made_at, made_by FROM report_word_changes ORDER BY change_id;

-- name: insert
INSERT INTO report_word_changes (name, shipped, text, made_at, made_by)
VALUES (%(name)s, %(shipped)s, %(text)s, %(now)s, %(made_by)s)
RETURNING change_id;
