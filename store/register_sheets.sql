-- name: homes
SELECT home_id AS number, code, name, kind, township, address, phone, beds, registration_no, registered_on, licensed,
       fire_acceptance_no, fire_accepted_on, sprinkler, key_unit, micro_station_on, station_level, station_members,
       station_equipment, lat, lon, opened_on, closed_on
FROM homes ORDER BY code;

-- name: places  parents before children
SELECT p.place_id AS number, h.code AS home, place_path(p.place_id) AS path, p.kind, p.needs_detector,
       p.width_m::float8, p.depth_m::float8
FROM places p JOIN homes h USING (home_id) ORDER BY h.code, cardinality(place_path(p.place_id)), 3;

-- name: residents
SELECT r.resident_id AS number, h.code AS home, r.name, r.born_on,
       CASE WHEN r.place_id IS NOT NULL THEN place_path(r.place_id) END AS place,
       r.can_walk, r.wanders, r.moved_in_on, r.moved_out_on, r.health_file_on
FROM residents r JOIN homes h USING (home_id) ORDER BY h.code, r.name, r.born_on, r.moved_in_on;

-- name: people
SELECT p.person_id AS number, p.login, p.name, p.role, h.code AS home, p.township, p.phone
FROM people p LEFT JOIN homes h USING (home_id) ORDER BY p.login;

-- name: duties
SELECT d.duty_id AS number, p.login, d.role, d.starts_at, d.ends_at
FROM duties d JOIN people p USING (person_id) ORDER BY d.starts_at, p.login, d.role;

-- name: devices
SELECT d.device_id AS number, d.source, d.address, d.name, d.kind, d.model, h.code AS home,
       CASE WHEN d.place_id IS NOT NULL THEN place_path(d.place_id) END AS place,
       r.name || ' ' || coalesce(r.born_on::text, '?') || ' ' || r.moved_in_on::text AS resident,
       extract(epoch FROM d.report_every)::float8 / 3600 AS report_every_h, d.sleeps, d.installed_on, d.retired_on,
       d.x_m::float8, d.y_m::float8
FROM devices d JOIN homes h USING (home_id) LEFT JOIN residents r USING (resident_id)
WHERE d.registered ORDER BY d.source, d.address;

-- name: exits
SELECT e.exit_id AS number, h.code AS home, place_path(e.place_id) AS place, e.name, e.leads_outside,
       d.address AS watched_by, e.watched_from_h::float8, e.watched_until_h::float8, e.x_m::float8, e.y_m::float8
FROM exits e JOIN homes h ON h.home_id = e.home_id LEFT JOIN devices d ON d.device_id = e.watched_by
ORDER BY h.code, 3, e.name;

-- name: inspections
SELECT i.inspection_id AS number, h.code AS home, i.done_on, i.kind, i.departments, i.findings, i.at_night
FROM inspections i JOIN homes h USING (home_id) ORDER BY i.done_on, i.inspection_id;

-- name: hazards
SELECT z.hazard_id AS number, h.code AS home, z.found_on, z.grade, z.kind, z.description, z.notice_no, z.notice_on,
       z.deadline_on, z.reinspected_on, z.closed_on, z.closed_how, z.measures,
       z.reopened_why, z.evidence
FROM hazards z JOIN homes h USING (home_id) ORDER BY z.found_on, z.hazard_id;

-- name: projects
SELECT p.project_id AS number, h.code AS home, p.kind, p.name, p.investment_yuan, p.started_on, p.completed_on,
       p.accepted_on, p.acceptance_no
FROM projects p JOIN homes h USING (home_id) ORDER BY p.started_on, p.project_id;

-- name: trainings
SELECT t.training_id AS number, h.code AS home, t.held_on, t.topic, t.attendees
FROM trainings t LEFT JOIN homes h USING (home_id) ORDER BY t.held_on, t.training_id;

-- name: accidents
SELECT a.accident_id AS number, h.code AS home, a.happened_on, a.kind, a.deaths, a.injured, a.description
FROM accidents a JOIN homes h USING (home_id) ORDER BY a.happened_on, a.accident_id;

-- name: insurances
SELECT i.insurance_id AS number, i.policy_no, h.code AS home, i.insurer, i.starts_on, i.ends_on, i.insured_beds
FROM insurances i JOIN homes h USING (home_id) ORDER BY h.code, i.starts_on;

-- name: health_checks
SELECT c.check_id AS number, h.code AS home, c.done_on, c.done_by, c.examined
FROM health_checks c JOIN homes h USING (home_id) ORDER BY c.done_on, c.check_id;

-- name: care_visits
SELECT contract_id AS number, township, provider, starts_on, ends_on, elders
FROM care_visits ORDER BY starts_on, township;

-- name: consents
SELECT c.consent_id AS number, h.code AS home,
       r.name || ' ' || coalesce(r.born_on::text, '?') || ' ' || r.moved_in_on::text AS resident,
       c.given_on, c.given_by, c.withdrawn_on
FROM consents c JOIN homes h USING (home_id) JOIN residents r USING (resident_id) ORDER BY h.code, c.given_on, 1;

-- name: one_at_a_time  no two imports check against the same state and then both write
SELECT pg_advisory_xact_lock(hashtext('yian.registers'));

-- name: begin_import
INSERT INTO imports (file_name, sha256, imported_at, actor, added, changed)
VALUES (%(file_name)s, %(sha256)s, %(now)s, %(actor)s, %(added)s, %(changed)s) RETURNING import_id;

-- name: imports
SELECT import_id, file_name, imported_at, actor, added, changed, undone_at
FROM imports ORDER BY import_id DESC LIMIT %(limit)s;

-- name: last_import
SELECT import_id FROM imports WHERE undone_at IS NULL ORDER BY import_id DESC LIMIT 1;

-- name: changed_since  rows of an import that somebody changed after it
SELECT DISTINCT mine.register, mine.row_id
FROM register_log mine JOIN register_log later
  ON later.register = mine.register AND later.row_id = mine.row_id AND later.change_id > mine.change_id
WHERE mine.import_id = %(import_id)s AND later.import_id IS DISTINCT FROM mine.import_id;

-- name: changes_of  the newest first: what points at a row goes before the row
SELECT register, row_id, before FROM register_log WHERE import_id = %(import_id)s ORDER BY change_id DESC;

-- name: end_import
UPDATE imports SET undone_at = %(now)s, undone_by = %(actor)s WHERE import_id = %(import_id)s;

-- name: history
SELECT l.register, l.row_id, h.code AS home, l.before, l.after, l.changed_at, l.actor, l.import_id
FROM register_log l LEFT JOIN homes h USING (home_id)
WHERE (%(register)s::text IS NULL OR l.register = %(register)s)
  AND (%(row_id)s::bigint IS NULL OR l.row_id = %(row_id)s)
  AND (%(home)s::text IS NULL OR h.code = %(home)s)
ORDER BY l.change_id DESC LIMIT %(limit)s;
