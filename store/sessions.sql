-- name: person_by_login  A person who may log in, with what is needed to check the password.
SELECT person_id, login, name, role, home_id, phone, township, password_hash
FROM people WHERE login = %(login)s AND disabled_at IS NULL

-- name: person_by_id  A person who may act, by id (a signed link names one).
SELECT person_id, login, name, role, home_id, phone, township, password_hash
FROM people WHERE person_id = %(person_id)s AND disabled_at IS NULL

-- name: homes_of_township  The homes that a township office looks after.
SELECT home_id FROM homes WHERE township = %(township)s AND closed_on IS NULL ORDER BY home_id

-- name: start_session  Keep the hash of a token; the token itself is only in the browser.
INSERT INTO sessions (token_hash, person_id, created_at, expires_at, seen_from)
VALUES (%(token_hash)s, %(person_id)s, %(now)s, %(expires_at)s, %(seen_from)s)

-- name: find_session  The person behind a token that is still good.
SELECT p.person_id, p.login, p.name, p.role, p.home_id, p.phone, p.township, s.created_at, s.expires_at
FROM sessions s JOIN people p USING (person_id)
WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s AND p.disabled_at IS NULL

-- name: extend_session  A session in use lives on.
UPDATE sessions SET expires_at = %(expires_at)s WHERE token_hash = %(token_hash)s

-- name: end_session  Log out one browser.
DELETE FROM sessions WHERE token_hash = %(token_hash)s

-- name: drop_old_sessions  What has run out is not kept.
DELETE FROM sessions WHERE expires_at <= %(now)s

-- name: lock_login  Guesses at one login wait for each other, so that many at once cannot slip under the limit.
SELECT pg_advisory_xact_lock(hashtextextended('login:' || %(login)s, 0))

-- name: note_attempt  Count a guess before the password is looked at, so that guesses at once count too.
INSERT INTO login_attempts (login, address, at) VALUES (%(login)s, %(address)s, %(now)s)

-- name: count_attempts  Recent guesses: for this login from this address, for the login, from the address.
SELECT count(*) FILTER (WHERE login = %(login)s AND address = %(address)s) AS pair,
       count(*) FILTER (WHERE login = %(login)s) AS for_login,
       count(*) FILTER (WHERE address = %(address)s) AS from_address
FROM login_attempts
WHERE at > %(since)s AND (login = %(login)s OR address = %(address)s)

-- name: forget_attempts  A right password clears what was mistyped before it, from the same address.
DELETE FROM login_attempts WHERE login = %(login)s AND address = %(address)s

-- name: drop_old_attempts  Guesses outside the window are not kept.
DELETE FROM login_attempts WHERE at <= %(before)s
