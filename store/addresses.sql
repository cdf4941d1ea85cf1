-- name: find_devices  the same as find_device, for many addresses at once: an alias goes before an address
SELECT w.source AS asked_source, w.address AS asked_address,
       d.device_id, d.source, d.address, d.name, d.kind, d.home_id, d.place_id, d.zone_id, d.resident_id,
       d.parent_id, d.report_every, d.sleeps, d.registered, d.building_id
FROM unnest(%(sources)s::text[], %(addresses)s::text[]) AS w (source, address)
CROSS JOIN LATERAL (
    SELECT a.device_id, 1 AS choice FROM device_aliases a JOIN devices n USING (device_id)
    WHERE a.source = w.source AND a.alias = w.address AND n.retired_on IS NULL
    UNION ALL
    SELECT x.device_id, 2 FROM devices x WHERE x.source = w.source AND x.address = w.address
    ORDER BY choice LIMIT 1) AS found
-- OFFSET 0: one look-up for each, never a scan of all devices.
CROSS JOIN LATERAL (SELECT * FROM devices i WHERE i.device_id = found.device_id OFFSET 0) AS d
WHERE d.retired_on IS NULL;
