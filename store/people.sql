-- name: add
INSERT INTO people (login, name, role, home_id, township, phone, channels, password_hash)
VALUES (%(login)s, %(name)s, %(role)s, (SELECT home_id FROM homes WHERE code = %(home)s), %(township)s, %(phone)s,
        %(channels)s, %(password_hash)s);

-- name: home_exists
SELECT EXISTS (SELECT FROM homes WHERE code = %(home)s);

-- name: login_exists
SELECT EXISTS (SELECT FROM people WHERE login = %(login)s);

-- name: all_of
SELECT p.login, p.name, p.role, h.code, p.township, p.phone, p.disabled_at
FROM people p LEFT JOIN homes h USING (home_id) ORDER BY p.role, p.login;

-- name: disable
WITH gone AS (UPDATE people SET disabled_at = %(now)s WHERE login = %(login)s AND disabled_at IS NULL
              RETURNING person_id),
     ended AS (DELETE FROM sessions WHERE person_id IN (SELECT person_id FROM gone))
SELECT person_id FROM gone;
