-- name: channels  of one person, locked until the transaction ends
SELECT channels FROM people WHERE person_id = %(person_id)s FOR UPDATE;

-- name: set_channels
UPDATE people SET channels = %(channels)s WHERE person_id = %(person_id)s;
