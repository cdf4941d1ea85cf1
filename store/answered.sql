-- name: begin  a request of a person that has not been answered yet; waits for the same one that is under way
INSERT INTO answered_once (person_id, key, asked, answered_at)
VALUES (%(person_id)s, %(key)s, %(asked)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: keep  its answer
UPDATE answered_once SET answer = %(answer)s WHERE person_id = %(person_id)s AND key = %(key)s;

-- name: told  what it asked and was answered with
SELECT asked, answer FROM answered_once WHERE person_id = %(person_id)s AND key = %(key)s;

-- name: forget  those from before an instant
DELETE FROM answered_once WHERE answered_at < %(before)s;
