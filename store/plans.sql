-- name: devices  what can tell of fire in the buildings of an incident: where it hangs, when it went active in it, and now
WITH incident AS (
    SELECT i.incident_id, i.drill, i.opened_at, coalesce(i.closed_at, 'infinity') AS closed_at FROM incidents i
    WHERE i.incident_id = %(incident_id)s AND i.family = 'fire'
), hung AS (
    SELECT d.device_id, d.name, d.kind, d.place_id, d.x_m, d.y_m,
           coalesce(place_above(d.place_id, 'floor'), d.building_id) AS floor_id
    FROM devices d
    WHERE d.registered AND d.retired_on IS NULL AND d.kind IN ('detector', 'call_point')
      AND d.building_id IN (SELECT place_above(a.place_id, 'building') FROM alerts a JOIN incident USING (incident_id))
), began AS (
    SELECT said.device_id, min(said.at) AS active_at FROM (
        SELECT a.device_id, a.happened_at AS at FROM alerts a JOIN incident USING (incident_id)
        WHERE a.device_id IS NOT NULL AND a.class IN ('F1', 'F2')
        UNION ALL
        -- a call point, or heat, raises the zone's alert: which device it was, its own words tell
        SELECT e.device_id, e.happened_at FROM incident i CROSS JOIN hung JOIN events e USING (device_id)
        WHERE NOT i.drill AND e.live AND e.state = 'active' AND e.kind = ANY (%(fire_kinds)s)
          AND e.arrived_at BETWEEN i.opened_at AND i.closed_at
          AND NOT EXISTS (SELECT FROM alerts t WHERE t.device_id = e.device_id AND t.class = 'F3'
                          AND t.kind = e.kind AND t.happened_at = e.happened_at)) AS said
    GROUP BY said.device_id
)
SELECT h.floor_id, h.device_id, h.name, h.kind, p.name AS place, h.x_m, h.y_m, b.active_at,
       b.active_at IS NOT NULL AND (SELECT i.closed_at = 'infinity' FROM incident i)
       AND ((SELECT i.drill FROM incident i)
            OR EXISTS (SELECT FROM device_states s
                       WHERE s.device_id = h.device_id AND s.active AND s.kind = ANY (%(fire_kinds)s))) AS is_active
FROM hung h JOIN places p USING (place_id) LEFT JOIN began b USING (device_id)
WHERE h.floor_id IS NOT NULL
ORDER BY b.active_at NULLS LAST, h.device_id;

-- name: floors  with the size of each plan, from the ground up as they were entered
SELECT place_id AS floor_id, place_path(place_id) AS path, width_m, depth_m FROM places
WHERE place_id = ANY (%(floor_ids)s) ORDER BY place_id;

-- name: exits
SELECT coalesce(place_above(e.place_id, 'floor'), place_above(e.place_id, 'building')) AS floor_id,
       e.exit_id, e.name, e.leads_outside, coalesce(e.x_m, d.x_m) AS x_m, coalesce(e.y_m, d.y_m) AS y_m
FROM exits e LEFT JOIN devices d ON d.device_id = e.watched_by
WHERE coalesce(place_above(e.place_id, 'floor'), place_above(e.place_id, 'building')) = ANY (%(floor_ids)s)
  AND coalesce(e.x_m, d.x_m) IS NOT NULL
ORDER BY e.exit_id;
