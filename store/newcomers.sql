-- name: homeless  incidents of no home with an open alert by a device that has one by now
SELECT DISTINCT i.incident_id, d.home_id
FROM alerts a JOIN incidents i USING (incident_id) JOIN devices d USING (device_id)
WHERE a.home_id IS NULL AND i.home_id IS NULL AND d.home_id IS NOT NULL AND a.state <> 'resolved'
ORDER BY i.incident_id;

-- name: move  an incident with all that belongs to it, where it is still of no home
WITH moved AS (
    UPDATE incidents SET home_id = %(home_id)s WHERE incident_id = %(incident_id)s AND home_id IS NULL
    RETURNING incident_id
), told AS (
    UPDATE notifications n SET home_id = %(home_id)s FROM moved WHERE n.incident_id = moved.incident_id
)
UPDATE alerts a
SET home_id = %(home_id)s, place_id = coalesce(a.place_id, d.place_id), resident_id = coalesce(a.resident_id, d.resident_id),
    unregistered = NOT d.registered
FROM moved, devices d WHERE a.incident_id = moved.incident_id AND d.device_id = a.device_id
RETURNING a.alert_id;
