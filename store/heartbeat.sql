-- name: counts  of the county as it is now, for the daily message
SELECT (SELECT count(*) FROM homes WHERE closed_on IS NULL)::int AS homes,
       (SELECT count(*) FROM devices WHERE registered AND retired_on IS NULL)::int AS devices,
       (SELECT count(*) FROM liveness l JOIN devices d USING (device_id)
        WHERE l.online AND d.registered AND d.retired_on IS NULL)::int AS devices_online,
       (SELECT count(*) FROM alerts WHERE state <> 'resolved' AND class <> 'C1')::int AS open_alerts,
       (SELECT count(DISTINCT t.incident_id) FROM timers t
        WHERE t.kind = 'escalate' AND t.step > 0)::int AS overdue_alerts;
