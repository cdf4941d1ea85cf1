-- name: find_device  by address or alias
SELECT d.device_id, d.source, d.address, d.name, d.kind, d.home_id, d.place_id, d.zone_id, d.resident_id,
       d.parent_id, d.report_every, d.sleeps, d.registered, d.building_id
FROM (SELECT a.device_id, 1 AS choice FROM device_aliases a JOIN devices n USING (device_id)
      WHERE a.source = %(source)s AND a.alias = %(address)s AND n.retired_on IS NULL
      UNION ALL
      SELECT x.device_id, 2 FROM devices x WHERE x.source = %(source)s AND x.address = %(address)s
      ORDER BY choice LIMIT 1) AS found
-- Not "d.device_id = coalesce(...)": row security keeps a sub-query out of an index, and every device is read.
JOIN devices d USING (device_id)
WHERE d.retired_on IS NULL;

-- name: device_by_id
SELECT device_id, source, address, name, kind, home_id, place_id, zone_id, resident_id, parent_id,
       report_every, sleeps, registered, building_id
FROM devices WHERE device_id = %(device_id)s;

-- name: quarantine  keep a device that nobody registered; a retired one comes back as unregistered
INSERT INTO devices (source, address, name, kind, home_id, home_said, registered)
VALUES (%(source)s, %(address)s, %(address)s, 'unknown',
        coalesce((SELECT home_id FROM homes WHERE code = %(home)s),
                 (SELECT home_id FROM sources WHERE source = %(source)s)), %(home)s, false)
ON CONFLICT (source, address) DO UPDATE
SET registered = devices.registered AND devices.retired_on IS NULL, retired_on = NULL
RETURNING device_id, source, address, name, kind, home_id, place_id, zone_id, resident_id, parent_id,
          report_every, sleeps, registered, building_id;

-- name: set_alias  a name moves to the device that has it now, if that device is registered; no name hides an address
INSERT INTO device_aliases (source, alias, device_id)
SELECT %(source)s, %(alias)s, device_id FROM devices
WHERE source = %(source)s AND address = %(address)s AND registered AND retired_on IS NULL
  AND NOT EXISTS (SELECT FROM devices o WHERE o.source = %(source)s AND o.address = %(alias)s
                  AND o.address <> %(address)s AND o.registered AND o.retired_on IS NULL)
ON CONFLICT (source, alias) DO UPDATE SET device_id = EXCLUDED.device_id;
