-- name: homes  Homes with the counts that say which is unsafe today, the worst first.
SELECT h.home_id, h.code, h.name, h.kind, h.township, h.address, h.phone, h.beds,
       coalesce(a.fire, 0) AS open_fire, coalesce(a.wristband, 0) AS open_wristband,
       coalesce(a.fault, 0) AS open_fault, coalesce(a.unanswered, 0) AS unanswered,
       coalesce(i.escalated, 0) AS escalated, coalesce(z.overdue, 0) AS hazards_overdue,
       coalesce(d.online, 0) AS detectors_online, coalesce(d.total, 0) AS detectors_total,
       coalesce(w.online, 0) AS wristbands_online, coalesce(w.total, 0) AS wristbands_total
FROM homes h
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE class LIKE 'F%%') AS fire,
                  count(*) FILTER (WHERE class LIKE 'W%%') AS wristband,
                  count(*) FILTER (WHERE class LIKE 'T%%') AS fault,
                  count(*) FILTER (WHERE state = 'raised') AS unanswered
           FROM alerts WHERE state <> 'resolved' AND NOT drill AND class <> 'C1' GROUP BY home_id) a USING (home_id)
LEFT JOIN (SELECT home_id, count(DISTINCT incident_id) AS escalated
           FROM incidents JOIN timers USING (incident_id)
           WHERE closed_at IS NULL AND NOT drill AND timers.kind = 'escalate' AND step > 0
           GROUP BY home_id) i USING (home_id)
LEFT JOIN (SELECT home_id, count(*) AS overdue FROM hazards
           WHERE closed_on IS NULL AND coalesce(deadline_on, CASE grade WHEN 'major' THEN found_on END) < %(today)s
           GROUP BY home_id) z USING (home_id)
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE l.online) AS online, count(*) AS total
           FROM devices LEFT JOIN liveness l USING (device_id)
           WHERE kind = 'detector' AND registered AND retired_on IS NULL GROUP BY home_id) d USING (home_id)
LEFT JOIN (SELECT home_id, count(*) FILTER (WHERE l.online) AS online, count(*) AS total
           FROM devices LEFT JOIN liveness l USING (device_id)
           WHERE kind = 'wristband' AND registered AND retired_on IS NULL GROUP BY home_id) w USING (home_id)
WHERE h.closed_on IS NULL
ORDER BY coalesce(a.fire, 0) DESC, coalesce(a.wristband, 0) DESC, coalesce(i.escalated, 0) DESC,
         coalesce(z.overdue, 0) DESC, coalesce(d.total, 0) - coalesce(d.online, 0) DESC, h.name

-- name: home_names  The homes that can be chosen in a filter.
SELECT home_id, name FROM homes WHERE closed_on IS NULL ORDER BY name

-- name: home_by_code
SELECT home_id FROM homes WHERE code = %(code)s;
