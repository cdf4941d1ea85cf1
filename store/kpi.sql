-- name: alert_facts  raised in the period, or still standing when it began; no drills, no tests
SELECT alert_id, home_id, device_id, class AS alert_class, raised_at, acknowledged_at, on_scene_at, resolved_at,
       outcome
FROM alerts
WHERE NOT drill AND class <> ALL ('{F3,C1}') AND raised_at < %(to_at)s
  AND (raised_at >= %(from_at)s OR resolved_at IS NULL OR resolved_at > %(from_at)s)
  AND (%(home_id)s::int IS NULL OR home_id = %(home_id)s)
ORDER BY alert_id;

-- name: begun  when what each device reports began
SELECT device_id, home_id, array_agg(happened_at ORDER BY happened_at) AS begun FROM events
WHERE happened_at >= %(from_at)s AND happened_at < %(to_at)s AND live AND kind <> 'canary' AND state IS DISTINCT FROM 'clear'
  AND (%(home_id)s::int IS NULL OR home_id = %(home_id)s)
GROUP BY device_id, home_id HAVING count(*) >= 3;

-- name: device_names  with where they hang, and with their home where that is asked for
SELECT d.device_id, concat_ws(' ', CASE WHEN %(with_home)s THEN h.name END, d.name,
                              array_to_string(place_path(d.place_id), ' '))
FROM devices d LEFT JOIN homes h USING (home_id) WHERE d.device_id = ANY (%(device_ids)s);
