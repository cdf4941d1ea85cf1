-- name: place_by_path  the place of a home whose path is this
SELECT p.place_id FROM places p JOIN homes h USING (home_id)
WHERE h.code = %(home)s AND place_path(p.place_id) = %(path)s;

-- name: home_id
SELECT home_id FROM homes WHERE code = %(home)s;

-- name: register
INSERT INTO devices (source, address, name, kind, home_id, place_id, report_every, sleeps, installed_on, registered)
VALUES (%(source)s, %(address)s, %(name)s, %(kind)s, %(home_id)s, %(place_id)s, %(report_every)s, %(sleeps)s,
        %(installed_on)s, true)
ON CONFLICT (source, address) DO UPDATE
SET name = EXCLUDED.name, kind = EXCLUDED.kind, home_id = EXCLUDED.home_id, place_id = EXCLUDED.place_id,
    report_every = EXCLUDED.report_every, sleeps = EXCLUDED.sleeps, registered = true, retired_on = NULL,
    installed_on = coalesce(devices.installed_on, EXCLUDED.installed_on);

-- name: retire
UPDATE devices SET retired_on = %(on)s WHERE source = %(source)s AND address = %(address)s AND retired_on IS NULL
RETURNING device_id;
