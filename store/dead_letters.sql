-- name: bury  the same bytes on the same topic are one letter that is counted
INSERT INTO dead_letters (topic, payload, reason, traceback, arrived_at, payload_hash, last_at)
VALUES (%(topic)s, %(payload)s, %(reason)s, %(traceback)s, %(arrived_at)s, sha256(%(payload)s), %(arrived_at)s)
ON CONFLICT (topic, payload_hash) DO UPDATE
SET seen = dead_letters.seen + 1, last_at = EXCLUDED.last_at, reason = EXCLUDED.reason,
    traceback = EXCLUDED.traceback, replayed_at = NULL;

-- name: letters
SELECT dead_letter_id, topic, payload, reason, traceback, arrived_at, seen, last_at, replayed_at
FROM dead_letters WHERE replayed_at IS NULL OR %(replayed)s ORDER BY dead_letter_id DESC LIMIT %(limit)s;

-- name: letter
SELECT dead_letter_id, topic, payload, reason, traceback, arrived_at, seen, last_at, replayed_at
FROM dead_letters WHERE dead_letter_id = %(dead_letter_id)s FOR UPDATE;

-- name: mark_replayed
UPDATE dead_letters SET replayed_at = %(now)s WHERE dead_letter_id = %(dead_letter_id)s;

-- name: count
SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL;

-- name: let_go  counted before they are deleted; what was got is left out of a reason, and rare reasons are one
WITH gone AS (
    DELETE FROM dead_letters WHERE last_at < %(before)s RETURNING last_at, reason, seen, replayed_at
), counted AS (
    SELECT (last_at AT TIME ZONE 'Asia/Shanghai')::date AS day, left(split_part(reason, ', got ', 1), 200) AS reason,
           count(*) AS letters, sum(seen) AS messages, count(replayed_at) AS replayed
    FROM gone GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY day ORDER BY letters DESC, reason) AS place FROM counted
), kept AS (
    INSERT INTO dead_letter_days AS d (day, reason, letters, messages, replayed)
    SELECT day, CASE WHEN place <= %(reasons)s THEN reason ELSE 'other' END, sum(letters), sum(messages), sum(replayed)
    FROM ranked GROUP BY 1, 2
    ON CONFLICT (day, reason) DO UPDATE
    SET letters = d.letters + EXCLUDED.letters, messages = d.messages + EXCLUDED.messages,
        replayed = d.replayed + EXCLUDED.replayed
)
SELECT count(*) FROM gone;

-- name: days
SELECT day, reason, letters, messages, replayed FROM dead_letter_days ORDER BY day DESC, letters DESC, reason;
