-- name: is_empty
SELECT NOT EXISTS (SELECT FROM homes);

-- name: carry_on  the next number of an identity column comes after those that were copied
SELECT setval(pg_get_serial_sequence(%(table)s, %(key)s), %(last)s);

-- name: analyze
ANALYZE;
