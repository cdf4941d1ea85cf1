-- name: known  a table as it was known before an instant, row by row
CREATE TEMP TABLE {table} ON COMMIT DROP AS
-- the last state until then
SELECT r.* FROM (
    SELECT DISTINCT ON (row_id) after AS state FROM register_log
    WHERE register = %(register)s AND changed_at < %(known_until)s ORDER BY row_id, change_id DESC
) k, LATERAL jsonb_populate_record(NULL::public.{table}, k.state) r WHERE k.state IS NOT NULL
UNION ALL
-- where every change came later, the state before the first of them
SELECT r.* FROM (
    SELECT DISTINCT ON (row_id) before AS state FROM register_log l
    WHERE register = %(register)s AND NOT EXISTS (
        SELECT FROM register_log e WHERE e.register = l.register AND e.row_id = l.row_id
           AND e.changed_at < %(known_until)s)
    ORDER BY row_id, change_id
) k, LATERAL jsonb_populate_record(NULL::public.{table}, k.state) r WHERE k.state IS NOT NULL
UNION ALL
-- the row itself where it never changed
SELECT t.* FROM public.{table} t
WHERE NOT EXISTS (SELECT FROM register_log l WHERE l.register = %(register)s AND l.row_id = t.{number});

-- name: names  what people call the rows that others point at
SELECT 'homes' AS register, home_id::bigint AS row_id, name FROM homes WHERE home_id = ANY (%(homes)s)
UNION ALL
SELECT 'places', place_id, array_to_string(place_path(place_id), '/') FROM places WHERE place_id = ANY (%(places)s)
UNION ALL
SELECT 'residents', resident_id, name FROM residents WHERE resident_id = ANY (%(residents)s)
UNION ALL
SELECT 'people', person_id, login FROM people WHERE person_id = ANY (%(people)s)
UNION ALL
SELECT 'devices', device_id, address FROM devices WHERE device_id = ANY (%(devices)s);
