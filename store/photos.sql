-- name: lock  others who add to this hazard's log wait until the commit
SELECT home_id FROM hazards WHERE hazard_id = %(hazard_id)s FOR NO KEY UPDATE;

-- name: same  a photo of this hazard from the same file that is not removed
SELECT p.photo_id FROM photos p
WHERE p.hazard_id = %(hazard_id)s AND p.stage = %(stage)s AND p.given_sha256 = %(given_sha256)s
  AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove');

-- name: insert
INSERT INTO photos (home_id, hazard_id, stage, taken_at, width_px, height_px, lat, lon, content, thumbnail, sha256,
                    given_sha256)
VALUES (%(home_id)s, %(hazard_id)s, %(stage)s, %(taken_at)s, %(width_px)s, %(height_px)s, %(lat)s, %(lon)s,
        %(content)s, %(thumbnail)s, %(sha256)s, %(given_sha256)s)
RETURNING photo_id;

-- name: last_entry  the end of a hazard's chain
SELECT number, hash FROM photo_log WHERE hazard_id = %(hazard_id)s ORDER BY number DESC LIMIT 1;

-- name: append
INSERT INTO photo_log (home_id, hazard_id, number, photo_id, at, actor, action, details, previous_hash, hash)
VALUES (%(home_id)s, %(hazard_id)s, %(number)s, %(photo_id)s, %(at)s, %(actor)s, %(action)s, %(details)s,
        %(previous_hash)s, %(hash)s);

-- name: of_hazard  photos of a hazard without their content, the first first; what was removed says so
SELECT p.photo_id, p.hazard_id, p.home_id, p.stage, p.taken_at, p.width_px, p.height_px, p.lat, p.lon,
       length(p.content) AS size_bytes, encode(p.sha256, 'hex') AS sha256, a.at AS added_at, a.actor AS added_by,
       r.at AS removed_at, r.actor AS removed_by, r.details ->> 'reason' AS removed_why
FROM photos p JOIN photo_log a ON a.photo_id = p.photo_id AND a.action = 'add'
LEFT JOIN photo_log r ON r.photo_id = p.photo_id AND r.action = 'remove'
WHERE (%(hazard_id)s::int IS NULL OR p.hazard_id = %(hazard_id)s)
  AND (%(photo_id)s::bigint IS NULL OR p.photo_id = %(photo_id)s)
ORDER BY p.photo_id;

-- name: content  of a photo that is not removed
SELECT CASE WHEN %(small)s THEN p.thumbnail ELSE p.content END FROM photos p
WHERE p.photo_id = %(photo_id)s
  AND NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id AND l.action = 'remove');

-- name: whole_log  in the order of its chains, with what the database says of each photo's content
SELECT l.hazard_id, l.number, l.photo_id, l.at, l.actor, l.action, l.details, l.previous_hash, l.hash,
       encode(sha256(p.content), 'hex') AS content_sha256
FROM photo_log l JOIN photos p USING (photo_id) ORDER BY l.hazard_id, l.number;

-- name: unlogged  photos that no entry of the log speaks of
SELECT photo_id FROM photos p WHERE NOT EXISTS (SELECT FROM photo_log l WHERE l.photo_id = p.photo_id)
ORDER BY photo_id;
