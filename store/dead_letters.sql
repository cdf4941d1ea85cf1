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
