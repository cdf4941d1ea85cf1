-- name: upsert_home
INSERT INTO homes (code, name, kind, township, address, phone, beds, registration_no, registered_on, licensed,
                   sprinkler, micro_station_on, lat, lon, opened_on)
VALUES (%(code)s, %(name)s, %(kind)s, %(township)s, %(address)s, %(phone)s, %(beds)s, %(registration_no)s,
        %(registered_on)s, %(licensed)s, %(sprinkler)s, %(micro_station_on)s, %(lat)s, %(lon)s, %(opened_on)s)
ON CONFLICT (code) DO UPDATE SET
    name = EXCLUDED.name, kind = EXCLUDED.kind, township = EXCLUDED.township, address = EXCLUDED.address,
    phone = EXCLUDED.phone, beds = EXCLUDED.beds, registration_no = EXCLUDED.registration_no,
    registered_on = EXCLUDED.registered_on, licensed = EXCLUDED.licensed, sprinkler = EXCLUDED.sprinkler,
    micro_station_on = EXCLUDED.micro_station_on, lat = EXCLUDED.lat, lon = EXCLUDED.lon,
    opened_on = EXCLUDED.opened_on
RETURNING home_id;

-- name: upsert_place
INSERT INTO places (home_id, parent_id, kind, name, needs_detector, width_m, depth_m)
VALUES (%(home_id)s, %(parent_id)s, %(kind)s, %(name)s, %(needs_detector)s, %(width_m)s, %(depth_m)s)
ON CONFLICT (home_id, parent_id, name)
DO UPDATE SET kind = EXCLUDED.kind, needs_detector = EXCLUDED.needs_detector, width_m = EXCLUDED.width_m,
    depth_m = EXCLUDED.depth_m
RETURNING place_id;

-- name: upsert_resident
INSERT INTO residents (home_id, place_id, name, born_on, can_walk, wanders, moved_in_on)
VALUES (%(home_id)s, %(place_id)s, %(name)s, %(born_on)s, %(can_walk)s, %(wanders)s, %(moved_in_on)s)
ON CONFLICT (home_id, name, born_on, moved_in_on)
DO UPDATE SET place_id = EXCLUDED.place_id, can_walk = EXCLUDED.can_walk, wanders = EXCLUDED.wanders
RETURNING resident_id;

-- name: upsert_person  a password that is not given stays; a new person without one cannot log in
INSERT INTO people (login, name, role, home_id, township, phone, channels, password_hash)
VALUES (%(login)s, %(name)s, %(role)s, %(home_id)s, %(township)s, %(phone)s, %(channels)s,
        coalesce(%(password_hash)s, '!'))
ON CONFLICT (login) DO UPDATE SET
    name = EXCLUDED.name, role = EXCLUDED.role, home_id = EXCLUDED.home_id, township = EXCLUDED.township,
    phone = EXCLUDED.phone, channels = EXCLUDED.channels,
    password_hash = coalesce(%(password_hash)s, people.password_hash)
RETURNING person_id;

-- name: upsert_duty
INSERT INTO duties (home_id, person_id, role, starts_at, ends_at)
SELECT home_id, person_id, %(role)s, %(starts_at)s, %(ends_at)s FROM people
WHERE login = %(login)s AND home_id IS NOT NULL
ON CONFLICT (person_id, role, starts_at) DO UPDATE SET ends_at = EXCLUDED.ends_at, home_id = EXCLUDED.home_id
RETURNING duty_id;

-- name: upsert_device  a day of installation that is known already is a fact of the past and stays
INSERT INTO devices (source, address, name, kind, model, home_id, place_id, resident_id, parent_id,
                     report_every, sleeps, installed_on, x_m, y_m, registered)
VALUES (%(source)s, %(address)s, %(name)s, %(kind)s, %(model)s, %(home_id)s, %(place_id)s, %(resident_id)s,
        (SELECT device_id FROM devices WHERE source = %(source)s AND address = %(parent)s),
        %(report_every)s, %(sleeps)s, %(installed_on)s, %(x_m)s, %(y_m)s, true)
ON CONFLICT (source, address) DO UPDATE SET
    name = EXCLUDED.name, kind = EXCLUDED.kind, model = EXCLUDED.model, home_id = EXCLUDED.home_id,
    place_id = EXCLUDED.place_id, resident_id = EXCLUDED.resident_id, parent_id = EXCLUDED.parent_id,
    report_every = EXCLUDED.report_every, sleeps = EXCLUDED.sleeps,
    installed_on = coalesce(devices.installed_on, EXCLUDED.installed_on), retired_on = NULL, registered = true,
    x_m = EXCLUDED.x_m, y_m = EXCLUDED.y_m
RETURNING device_id;

-- name: upsert_exit
INSERT INTO exits (home_id, place_id, name, leads_outside, watched_by, watched_from_h, watched_until_h, x_m, y_m)
VALUES (%(home_id)s, %(place_id)s, %(name)s, %(leads_outside)s,
        (SELECT device_id FROM devices WHERE home_id = %(home_id)s AND address = %(watched_by)s ORDER BY 1 LIMIT 1),
        %(watched_from_h)s, %(watched_until_h)s, %(x_m)s, %(y_m)s)
ON CONFLICT (place_id, name) DO UPDATE SET
    leads_outside = EXCLUDED.leads_outside, watched_by = EXCLUDED.watched_by,
    watched_from_h = EXCLUDED.watched_from_h, watched_until_h = EXCLUDED.watched_until_h,
    x_m = EXCLUDED.x_m, y_m = EXCLUDED.y_m
RETURNING exit_id;

-- name: upsert_alias
INSERT INTO device_aliases (source, alias, device_id) VALUES (%(source)s, %(alias)s, %(device_id)s)
ON CONFLICT (source, alias) DO UPDATE SET device_id = EXCLUDED.device_id
RETURNING device_id;

-- name: upsert_source
INSERT INTO sources (source, home_id, gateway_id)
VALUES (%(source)s, %(home_id)s,
        (SELECT device_id FROM devices WHERE source = %(source)s AND address = %(gateway)s))
ON CONFLICT (source) DO UPDATE SET home_id = EXCLUDED.home_id, gateway_id = EXCLUDED.gateway_id
RETURNING source;

-- name: home_codes_like
SELECT code FROM homes WHERE code ~ %(pattern)s;

-- name: retire_devices  all those of these homes
UPDATE devices SET retired_on = greatest(%(on)s, installed_on)
WHERE retired_on IS NULL AND home_id IN (SELECT home_id FROM homes WHERE code = ANY (%(codes)s));

-- name: reopen_homes
UPDATE homes SET closed_on = NULL WHERE code = ANY (%(codes)s) AND closed_on IS NOT NULL;

-- name: close_homes
UPDATE homes SET closed_on = greatest(%(on)s, opened_on) WHERE code = ANY (%(codes)s) AND closed_on IS NULL;

-- name: disable_people
UPDATE people SET disabled_at = %(now)s WHERE login = ANY (%(logins)s) AND disabled_at IS NULL;

-- name: enable_people
UPDATE people SET disabled_at = NULL,
                  was_disabled = was_disabled + tstzmultirange(tstzrange(disabled_at, greatest(disabled_at, %(now)s)))
WHERE login = ANY (%(logins)s) AND disabled_at IS NOT NULL
RETURNING login;

-- name: password_hash
SELECT password_hash FROM people WHERE login = %(login)s;

-- name: homes
SELECT home_id, code, name, kind, township, address, phone FROM homes WHERE closed_on IS NULL ORDER BY code;

-- name: places
SELECT place_id, home_id, parent_id, kind, name FROM places ORDER BY home_id, place_id;

-- name: people
SELECT person_id, login, name, role, home_id, phone FROM people WHERE disabled_at IS NULL ORDER BY person_id;

-- name: devices
SELECT device_id, source, address, name, kind, home_id, place_id, zone_id, resident_id, parent_id, report_every,
       sleeps, registered
FROM devices WHERE retired_on IS NULL ORDER BY device_id;
