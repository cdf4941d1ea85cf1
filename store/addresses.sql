-- name: find_devices  the same as find_device, for many addresses at once: an alias goes before an address
SELECT w.source AS asked_source, w.address AS asked_address,
       d.device_id, d.source, d.address, d.name, d.kind, d.home_id, d.place_id, d.zone_id, d.resident_id,
       d.parent_id, d.report_every, d.sleeps, d.registered
FROM unnest(%(sources)s::text[], %(addresses)s::text[]) AS w (source, address)
LEFT JOIN device_aliases a ON a.source = w.source AND a.alias = w.address
LEFT JOIN devices x ON x.source = w.source AND x.address = w.address
JOIN devices d ON d.device_id = coalesce(a.device_id, x.device_id)
WHERE d.retired_on IS NULL;
