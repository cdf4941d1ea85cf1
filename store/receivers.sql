-- name: receivers  people of these roles for a home: on duty in it now, else all of the role who are not on leave
WITH on_now AS (
    SELECT t.person_id, t.role FROM duty_turns(%(at)s, %(at)s::timestamptz + interval '1 microsecond') t
    WHERE t.home_id = %(home_id)s
), wanted AS (
    SELECT p.person_id, p.role, EXISTS (SELECT FROM on_now o WHERE o.person_id = p.person_id AND o.role = p.role) AS on_duty
    FROM people p
    WHERE p.role = ANY (%(roles)s) AND p.disabled_at IS NULL
      AND CASE p.role
          WHEN 'bureau' THEN true
          WHEN 'admin' THEN true
          WHEN 'township' THEN p.township = (SELECT township FROM homes WHERE home_id = %(home_id)s)
          ELSE p.home_id = %(home_id)s END
      AND NOT EXISTS (SELECT FROM duty_changes l WHERE l.kind = 'leave' AND l.person_id = p.person_id
                      AND l.starts_at <= %(at)s AND least(l.ends_at, l.cancelled_at) > %(at)s)
    UNION
    SELECT o.person_id, o.role, true FROM on_now o WHERE o.role = ANY (%(roles)s)
)
SELECT w.person_id, w.role, p.name, p.channels, w.on_duty, quiet.wanted AS quiet,
       CASE WHEN quiet.wanted THEN (SELECT min(t.starts_at) FROM duty_turns(%(at)s, %(at)s::timestamptz + %(ahead)s::interval) t
                                    WHERE t.person_id = w.person_id AND t.starts_at > %(at)s) END AS next_turn_at
FROM wanted w JOIN people p USING (person_id)
CROSS JOIN LATERAL (
    SELECT NOT EXISTS (SELECT FROM on_now o WHERE o.person_id = w.person_id)
           AND coalesce((SELECT q.quiet FROM quiet_choices q WHERE q.person_id = w.person_id
                         ORDER BY q.choice_id DESC LIMIT 1), false)
           AND EXISTS (SELECT FROM duties d WHERE d.person_id = w.person_id
                       AND d.ends_at > %(at)s::timestamptz - %(ahead)s::interval AND d.starts_at < %(at)s::timestamptz + %(ahead)s::interval) AS wanted
) quiet
WHERE w.on_duty OR NOT EXISTS (SELECT FROM wanted o WHERE o.role = w.role AND o.on_duty)
ORDER BY w.person_id, w.role;

-- name: message_facts  what a message about an incident says
SELECT h.name AS home_name, h.address, h.phone, h.code AS home_code, a.class, a.kind, a.reason,
       place_path(a.place_id) || array_remove(ARRAY[e.name], NULL) AS place_path,
       d.name AS device_name, d.address AS device_address,
       a.happened_at, a.raised_at, a.late, a.unregistered, a.drill,
       (SELECT count(*) FROM alerts x WHERE x.incident_id = a.incident_id AND x.state <> 'resolved')::int AS alert_count,
       -- on the floor, else in the building: the same people whom the board counts
       CASE WHEN a.place_id IS NOT NULL THEN (
           SELECT count(*) FROM residents c
           WHERE c.home_id = a.home_id AND NOT c.can_walk
             AND c.moved_in_on <= (a.raised_at AT TIME ZONE 'Asia/Shanghai')::date
             AND coalesce(c.moved_out_on > (a.raised_at AT TIME ZONE 'Asia/Shanghai')::date, true)
             AND coalesce(place_above(a.place_id, 'floor'), place_above(a.place_id, 'building'))
                 IN (place_above(c.place_id, 'floor'), place_above(c.place_id, 'building')))::int
       END AS cannot_walk,
       r.name AS resident_name, i.burning
FROM alerts a JOIN incidents i USING (incident_id) LEFT JOIN homes h ON h.home_id = a.home_id LEFT JOIN devices d USING (device_id)
LEFT JOIN residents r ON r.resident_id = a.resident_id LEFT JOIN exits e USING (exit_id)
WHERE a.alert_id = %(alert_id)s;
