-- name: home  by its code, where the connection sees it
SELECT home_id, name FROM homes WHERE code = %(name)s;

-- name: homes_of_township  those that the connection sees
SELECT home_id FROM homes WHERE township = %(name)s ORDER BY home_id;

-- name: devices  registered ones with this address, or this source and address
SELECT d.device_id, d.home_id, d.kind, d.name, h.name AS home_name
FROM devices d JOIN homes h USING (home_id)
WHERE d.registered AND (d.address = %(name)s OR d.source || '/' || d.address = %(name)s)
ORDER BY d.device_id;

-- name: townships  of the homes that the connection sees
SELECT DISTINCT township FROM homes WHERE township <> '' ORDER BY township;

-- name: homes  code and name of those that the connection sees
SELECT code, name, township FROM homes ORDER BY township, name;
