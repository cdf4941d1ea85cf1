-- name: residents  who lived in the home in the period, and from when to when (whole days, local time)
SELECT resident_id, wanders,
       greatest(%(from_at)s, moved_in_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS lived_from,
       least(%(to_at)s, coalesce(moved_out_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(to_at)s)) AS lived_to
FROM residents
WHERE home_id = %(home_id)s AND moved_in_on::timestamp AT TIME ZONE 'Asia/Shanghai' < %(to_at)s
  AND (moved_out_on IS NULL OR moved_out_on::timestamp AT TIME ZONE 'Asia/Shanghai' > %(from_at)s)
ORDER BY resident_id;

-- name: online  when detectors of the residents' rooms, and their bands, were online in the period
SELECT r.resident_id, d.kind, i.online_from, coalesce(i.online_to, %(to_at)s) AS online_to
FROM residents r
JOIN devices d ON d.home_id = r.home_id AND d.registered
     AND ((d.kind = 'detector' AND d.place_id = r.place_id) OR (d.kind = 'wristband' AND d.resident_id = r.resident_id))
JOIN liveness_intervals i USING (device_id)
WHERE r.home_id = %(home_id)s AND i.online_from < %(to_at)s AND coalesce(i.online_to, %(to_at)s) > %(from_at)s
ORDER BY r.resident_id, i.online_from;
