-- name: devices  Devices with their health; the filters are those of the page.
SELECT d.device_id, d.source, d.address, d.name, d.kind, d.model, d.registered, d.home_id, h.name AS home_name,
       place_path(coalesce(d.place_id, r.place_id)) AS place, r.name AS resident_name,
       l.last_seen_at, coalesce(l.online, false) AS online, l.battery_pct, l.worn, l.clock_skew,
       (SELECT coalesce(array_agg(s.kind ORDER BY s.kind), '{}') FROM device_states s
        WHERE s.device_id = d.device_id AND s.active) AS active,
       (SELECT count(*) FROM alerts a WHERE a.device_id = d.device_id AND a.state <> 'resolved') AS open_alerts
FROM devices d
LEFT JOIN homes h ON h.home_id = d.home_id
LEFT JOIN residents r ON r.resident_id = d.resident_id
LEFT JOIN liveness l ON l.device_id = d.device_id
WHERE d.registered AND d.retired_on IS NULL
  AND (%(home_id)s::int IS NULL OR d.home_id = %(home_id)s)
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
  AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ', d.name, d.address, h.name, r.name,
       array_to_string(place_path(coalesce(d.place_id, r.place_id)), ' '))), lower(%(text)s)) > 0)
  AND CASE %(health)s::text
      WHEN 'offline' THEN NOT coalesce(l.online, false)
      WHEN 'battery' THEN l.battery_pct <= %(battery_pct)s OR EXISTS (
          SELECT FROM device_states s WHERE s.device_id = d.device_id AND s.kind = 'battery_low' AND s.active)
      WHEN 'alarm' THEN EXISTS (SELECT FROM device_states s WHERE s.device_id = d.device_id AND s.active
          AND s.kind = ANY(%(alarm_kinds)s))
      WHEN 'skew' THEN l.clock_skew IS NOT NULL
      ELSE true END
ORDER BY coalesce(l.online, false), d.home_id, d.name, d.device_id
LIMIT %(limit)s OFFSET %(offset)s

-- name: device_counts  How many devices there are, and how many need a look.
SELECT count(*) AS total,
       count(*) FILTER (WHERE NOT coalesce(l.online, false)) AS offline,
       count(*) FILTER (WHERE l.battery_pct <= %(battery_pct)s OR 'battery_low' = ANY(s.kinds)) AS battery,
       count(*) FILTER (WHERE s.kinds && %(alarm_kinds)s::text[]) AS alarm,
       count(*) FILTER (WHERE l.clock_skew IS NOT NULL) AS skew
FROM devices d
LEFT JOIN liveness l ON l.device_id = d.device_id
LEFT JOIN LATERAL (SELECT array_agg(kind) AS kinds FROM device_states
                   WHERE device_id = d.device_id AND active) s ON true
WHERE d.registered AND d.retired_on IS NULL AND (%(home_id)s::int IS NULL OR d.home_id = %(home_id)s)
