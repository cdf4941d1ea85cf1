-- name: of_home  doors with the floor that they are on, where they or their watchers stand, and when they last opened
SELECT e.exit_id, e.place_id, e.leads_outside, e.watched_by, e.watched_from_h, e.watched_until_h,
       coalesce(place_above(e.place_id, 'floor'), place_above(e.place_id, 'building')) AS floor_id,
       coalesce(e.x_m, d.x_m) AS x_m, coalesce(e.y_m, d.y_m) AS y_m,
       (SELECT max(v.happened_at) FROM events v
        WHERE v.device_id = e.watched_by AND v.kind = 'door' AND v.state = 'active' AND v.live
          AND v.happened_at > %(since)s) AS opened_at
FROM exits e LEFT JOIN devices d ON d.device_id = e.watched_by AND d.retired_on IS NULL
WHERE e.home_id = %(home_id)s ORDER BY e.exit_id;

-- name: fixes  where bands were: on a plan (of the floor that they name, else of their own room), or near a gateway
SELECT b.device_id, r.happened_at AS at,
       coalesce((r.details ->> 'x_m')::real, g.x_m) AS x_m, coalesce((r.details ->> 'y_m')::real, g.y_m) AS y_m,
       CASE WHEN NOT r.details ? 'x_m' THEN g.floor_id
            WHEN r.details ? 'floor' THEN (
                SELECT p.place_id FROM places p
                WHERE p.home_id = b.home_id AND p.kind IN ('floor', 'building')
                  AND r.details ->> 'floor' IN (p.name, array_to_string(place_path(p.place_id), '/'))
                ORDER BY p.kind = 'building', p.place_id LIMIT 1)
            ELSE coalesce(place_above(b.place_id, 'floor'), place_above(b.place_id, 'building')) END AS floor_id,
       CASE WHEN r.details ? 'x_m' THEN NULL ELSE g.device_id END AS heard_by, r.rssi_dbm
FROM (SELECT d.device_id, d.home_id, d.source, coalesce(d.place_id, o.place_id) AS place_id
      FROM devices d LEFT JOIN residents o USING (resident_id)
      WHERE d.device_id = ANY (%(device_ids)s)) AS b
JOIN readings r ON r.device_id = b.device_id AND r.happened_at > %(since)s AND r.details IS NOT NULL
LEFT JOIN LATERAL (
    SELECT w.device_id, w.x_m, w.y_m,
           coalesce(place_above(w.place_id, 'floor'), place_above(w.place_id, 'building')) AS floor_id
    FROM devices w
    WHERE w.home_id = b.home_id AND w.source = b.source AND w.address = r.details ->> 'gateway'
      AND w.registered AND w.retired_on IS NULL) AS g ON true
WHERE r.details ? 'x_m' AND r.details ? 'y_m' OR g.device_id IS NOT NULL
ORDER BY b.device_id, r.happened_at;

-- name: bands  the bands of a home that are worn by its residents
SELECT device_id FROM devices
WHERE home_id = %(home_id)s AND kind = 'wristband' AND registered AND retired_on IS NULL;

-- name: standing  what is open of a band, and until when somebody has seen to it
SELECT class, bool_or(state <> 'resolved') AS is_open,
       coalesce(bool_or(state <> 'resolved' AND cleared_by_device_at IS NOT NULL), false) AS cleared,
       max(resolved_at) AS closed_at
FROM alerts
WHERE device_id = %(device_id)s AND class = ANY (%(classes)s) AND NOT drill
GROUP BY class;
