-- name: lock_home  serialise what concerns one home until the transaction ends
SELECT pg_advisory_xact_lock(7149, %(home_id)s);

-- name: lock_homes  the same for several, in this order
SELECT pg_advisory_xact_lock(7149, h.home_id)
FROM unnest(%(home_ids)s::int[]) WITH ORDINALITY AS h (home_id, n) ORDER BY h.n;

-- name: find_device  by address or alias
SELECT d.device_id, d.source, d.address, d.name, d.kind, d.home_id, d.place_id, d.zone_id, d.resident_id,
       d.parent_id, d.report_every, d.sleeps, d.registered
FROM (SELECT a.device_id, 1 AS choice FROM device_aliases a JOIN devices n USING (device_id)
      WHERE a.source = %(source)s AND a.alias = %(address)s AND n.retired_on IS NULL
      UNION ALL
      SELECT x.device_id, 2 FROM devices x WHERE x.source = %(source)s AND x.address = %(address)s
      ORDER BY choice LIMIT 1) AS found
-- Not "d.device_id = coalesce(...)": row security keeps a sub-query out of an index, and every device is read.
JOIN devices d USING (device_id)
WHERE d.retired_on IS NULL;

-- name: device_by_id
SELECT device_id, source, address, name, kind, home_id, place_id, zone_id, resident_id, parent_id,
       report_every, sleeps, registered
FROM devices WHERE device_id = %(device_id)s;

-- name: quarantine  keep a device that nobody registered; a retired one comes back as unregistered
INSERT INTO devices (source, address, name, kind, home_id, registered)
VALUES (%(source)s, %(address)s, %(address)s, 'unknown',
        coalesce((SELECT home_id FROM homes WHERE code = %(home)s),
                 (SELECT home_id FROM sources WHERE source = %(source)s)), false)
ON CONFLICT (source, address) DO UPDATE
SET registered = devices.registered AND devices.retired_on IS NULL, retired_on = NULL
RETURNING device_id, source, address, name, kind, home_id, place_id, zone_id, resident_id, parent_id,
          report_every, sleeps, registered;

-- name: set_alias  a name moves to the device that has it now, if that device is registered; no name hides an address
INSERT INTO device_aliases (source, alias, device_id)
SELECT %(source)s, %(alias)s, device_id FROM devices
WHERE source = %(source)s AND address = %(address)s AND registered AND retired_on IS NULL
  AND NOT EXISTS (SELECT FROM devices o WHERE o.source = %(source)s AND o.address = %(alias)s
                  AND o.address <> %(address)s AND o.registered AND o.retired_on IS NULL)
ON CONFLICT (source, alias) DO UPDATE SET device_id = EXCLUDED.device_id;

-- name: states  of one device
SELECT kind, active, since, said_at FROM device_states WHERE device_id = %(device_id)s FOR UPDATE;

-- name: insert_event  nothing where the same event is stored already
INSERT INTO events (device_id, home_id, kind, state, said_at, happened_at, arrived_at, event_key, live, details)
VALUES (%(device_id)s, %(home_id)s, %(kind)s, %(state)s, %(said_at)s, %(happened_at)s, %(arrived_at)s,
        %(event_key)s, %(live)s, %(details)s)
ON CONFLICT DO NOTHING RETURNING event_id;

-- name: set_state
INSERT INTO device_states (device_id, kind, active, since, changed_at, said_at)
VALUES (%(device_id)s, %(kind)s, %(active)s, %(since)s, %(changed_at)s, %(said_at)s)
ON CONFLICT (device_id, kind) DO UPDATE
SET active = EXCLUDED.active, since = EXCLUDED.since, changed_at = EXCLUDED.changed_at,
    said_at = EXCLUDED.said_at, repeats = 0;

-- name: count_repeat  a repeated state is not a new event
UPDATE device_states SET repeats = repeats + 1, said_at = greatest(said_at, %(said_at)s)
WHERE device_id = %(device_id)s AND kind = %(kind)s;

-- name: zone_fires  when each device of the zone last said fire and was not found false; what still burns says so now
SELECT f.device_id, max(f.since) AS since
FROM (SELECT a.device_id,
             CASE WHEN a.state = 'resolved' THEN a.happened_at
                  WHEN s.active AND s.since <= %(at)s THEN %(at)s
                  ELSE greatest(a.happened_at, s.since) END AS since
      FROM alerts a JOIN devices d USING (device_id)
      LEFT JOIN device_states s ON s.device_id = a.device_id AND s.kind = a.kind
      WHERE d.zone_id = %(zone_id)s AND a.class = 'F1' AND NOT a.drill AND coalesce(a.outcome, 'true') = 'true'
        AND (a.state <> 'resolved' OR a.happened_at >= %(after)s)) f
WHERE f.since >= %(after)s
GROUP BY f.device_id;

-- name: around  what the device said of this kind just before and just after a time; not what a wrong clock dated
SELECT (SELECT state FROM events WHERE device_id = %(device_id)s AND kind = %(kind)s AND live
          AND said_at = happened_at AND said_at <= %(at)s ORDER BY said_at DESC, event_id DESC LIMIT 1),
       (SELECT state FROM events WHERE device_id = %(device_id)s AND kind = %(kind)s AND live
          AND said_at = happened_at AND said_at > %(at)s ORDER BY said_at, event_id LIMIT 1);

-- name: insert_alert  nothing where one is open for this subject and class
INSERT INTO alerts (incident_id, home_id, device_id, place_id, resident_id, subject, class, kind, happened_at,
                    raised_at, late, unregistered, drill, reason, cleared_by_device_at)
VALUES (%(incident_id)s, %(home_id)s, %(device_id)s, %(place_id)s, %(resident_id)s, %(subject)s, %(class)s, %(kind)s,
        %(happened_at)s, %(raised_at)s, %(late)s, %(unregistered)s, %(drill)s, %(reason)s, %(cleared_at)s)
ON CONFLICT (subject, class, drill) WHERE state <> 'resolved'
DO UPDATE SET repeats = alerts.repeats + 1, cleared_by_device_at = EXCLUDED.cleared_by_device_at
RETURNING alert_id, (xmax = 0) AS inserted;

-- name: insert_test  a test is resolved as it is written
INSERT INTO alerts (incident_id, home_id, device_id, place_id, subject, class, kind, state, happened_at, raised_at,
                    resolved_at, outcome, reason)
VALUES (%(incident_id)s, %(home_id)s, %(device_id)s, %(place_id)s, %(subject)s, 'F3', %(kind)s, 'resolved',
        %(happened_at)s, %(raised_at)s, %(raised_at)s, 'test', %(reason)s)
RETURNING alert_id;

-- name: open_alert_incident  the incident of an open alert of this subject and class
SELECT incident_id FROM alerts
WHERE subject = %(subject)s AND class = %(class)s AND drill = %(drill)s AND state <> 'resolved';

-- name: open_incident  the one that gathers alerts of this family and scope, made if there is none
INSERT INTO incidents (home_id, family, scope, class, drill, ladder, opened_at)
VALUES (%(home_id)s, %(family)s, %(scope)s, %(class)s, %(drill)s, %(ladder)s, %(opened_at)s)
ON CONFLICT (family, scope, drill) WHERE closed_at IS NULL DO UPDATE SET family = EXCLUDED.family
RETURNING incident_id, (xmax = 0) AS inserted, class, ladder, stage;

-- name: closed_incident  a record that nobody must answer
INSERT INTO incidents (home_id, family, scope, class, ladder, opened_at, closed_at)
VALUES (%(home_id)s, %(family)s, %(scope)s, %(class)s, %(ladder)s, %(opened_at)s, %(opened_at)s)
RETURNING incident_id;

-- name: raise_stage
UPDATE incidents SET class = %(class)s, ladder = %(ladder)s, stage = stage + 1 WHERE incident_id = %(incident_id)s;

-- name: mark_cleared  a fact beside the state
UPDATE alerts SET cleared_by_device_at = %(at)s
WHERE subject = %(subject)s AND class = ANY (%(classes)s) AND kind = %(kind)s AND state <> 'resolved'
  AND cleared_by_device_at IS NULL
RETURNING alert_id, incident_id;

-- name: incident  for update
SELECT incident_id, home_id, family, scope, class, stage, round, drill, ladder, opened_at, closed_at
FROM incidents WHERE incident_id = %(incident_id)s FOR UPDATE;

-- name: incident_home
SELECT home_id FROM incidents WHERE incident_id = %(incident_id)s;

-- name: alert_incident
SELECT incident_id FROM alerts WHERE alert_id = %(alert_id)s;

-- name: alerts_of_incident
SELECT alert_id, incident_id, home_id, device_id, place_id, subject, class, kind, state, happened_at, raised_at,
       acknowledged_at, on_scene_at, resolved_at, outcome, cleared_by_device_at, late, unregistered, drill, muted
FROM alerts WHERE incident_id = %(incident_id)s ORDER BY alert_id FOR UPDATE;

-- name: save_answer
UPDATE alerts SET state = %(state)s, acknowledged_at = %(acknowledged_at)s,
       acknowledged_by = CASE WHEN acknowledged_at IS NULL THEN %(person_id)s ELSE acknowledged_by END,
       on_scene_at = %(on_scene_at)s,
       on_scene_by = CASE WHEN on_scene_at IS NULL AND %(on_scene_at)s::timestamptz IS NOT NULL
                     THEN %(person_id)s ELSE on_scene_by END,
       resolved_at = %(resolved_at)s,
       resolved_by = CASE WHEN %(resolved_at)s::timestamptz IS NULL THEN NULL ELSE %(person_id)s END,
       outcome = %(outcome)s, cause = coalesce(%(cause)s, cause)
WHERE alert_id = %(alert_id)s;

-- name: close_incident
UPDATE incidents SET closed_at = %(now)s WHERE incident_id = %(incident_id)s AND closed_at IS NULL;

-- name: reopen_incident
UPDATE incidents SET closed_at = NULL WHERE incident_id = %(incident_id)s;

-- name: next_round  an incident that was in hand is told anew
UPDATE incidents SET round = round + 1 WHERE incident_id = %(incident_id)s;

-- name: superseded  a newer incident of the scope, or a newer alert of a subject of this one, is open
SELECT EXISTS (SELECT FROM incidents o JOIN incidents i USING (family, scope, drill)
               WHERE i.incident_id = %(incident_id)s AND o.incident_id <> i.incident_id AND o.closed_at IS NULL)
    OR EXISTS (SELECT FROM alerts o JOIN alerts a USING (subject, class, drill)
               WHERE a.alert_id = ANY (%(alert_ids)s) AND o.alert_id <> a.alert_id AND o.state <> 'resolved');

-- name: set_timer
INSERT INTO timers (kind, subject, incident_id, device_id, due_at, step, told_at)
VALUES (%(kind)s, %(subject)s, %(incident_id)s, %(device_id)s, %(due_at)s, %(step)s, %(told_at)s)
ON CONFLICT (kind, subject) DO UPDATE
SET due_at = EXCLUDED.due_at, step = EXCLUDED.step, told_at = EXCLUDED.told_at, failures = 0;

-- name: put_off  a timer that cannot be acted on lets the others pass, and is tried again
UPDATE timers SET due_at = %(due_at)s, failures = failures + 1 WHERE timer_id = %(timer_id)s
RETURNING failures;

-- name: drop_timer
DELETE FROM timers WHERE kind = %(kind)s AND subject = %(subject)s;

-- name: timer_of
SELECT step, told_at FROM timers WHERE kind = %(kind)s AND subject = %(subject)s;

-- name: due_timers  deadlines before looks at devices, then the oldest, with the home whose lock must be held to act
SELECT t.timer_id, t.kind, t.subject, t.incident_id, t.device_id, t.due_at, t.step, t.told_at, t.failures,
       coalesce(i.home_id, d.home_id) AS home_id
FROM timers t LEFT JOIN incidents i USING (incident_id) LEFT JOIN devices d ON d.device_id = t.device_id
WHERE t.due_at <= %(now)s ORDER BY t.kind <> 'escalate', t.due_at LIMIT %(limit)s;

-- name: still_due  the same timer, locked, if it has not moved meanwhile
SELECT timer_id FROM timers WHERE timer_id = %(timer_id)s AND due_at <= %(now)s FOR UPDATE;

-- name: last_log
SELECT number, hash FROM alert_log WHERE incident_id = %(incident_id)s ORDER BY number DESC LIMIT 1;

-- name: append_log
INSERT INTO alert_log (incident_id, number, at, alert_id, person_id, actor, via, action, details, previous_hash, hash)
VALUES (%(incident_id)s, %(number)s, %(at)s, %(alert_id)s, %(person_id)s, %(actor)s, %(via)s, %(action)s,
        %(details)s, %(previous_hash)s, %(hash)s);

-- name: whole_log
SELECT log_id, incident_id, number, at, alert_id, person_id, actor, via, action, details, previous_hash, hash
FROM alert_log ORDER BY incident_id, number;

-- name: receivers  people of these roles for a home: on duty now, else all of the role there
WITH wanted AS (
    SELECT p.person_id, p.role, p.name, p.channels,
           EXISTS (SELECT FROM duties d WHERE d.person_id = p.person_id AND d.home_id = %(home_id)s
                   AND d.starts_at <= %(at)s AND d.ends_at > %(at)s) AS on_duty
    FROM people p
    WHERE p.role = ANY (%(roles)s) AND p.disabled_at IS NULL
      AND CASE p.role
          WHEN 'bureau' THEN true
          WHEN 'admin' THEN true
          WHEN 'township' THEN p.township = (SELECT township FROM homes WHERE home_id = %(home_id)s)
          ELSE p.home_id = %(home_id)s END
)
SELECT person_id, role, name, channels, on_duty FROM wanted w
WHERE on_duty OR NOT EXISTS (SELECT FROM wanted o WHERE o.role = w.role AND o.on_duty)
ORDER BY person_id;

-- name: acknowledged_by  people who have answered this incident
SELECT DISTINCT person_id FROM alert_log
WHERE incident_id = %(incident_id)s AND person_id IS NOT NULL AND action = ANY ('{acknowledge,on_scene,confirm}');

-- name: message_facts  what a message about an incident says
SELECT h.name AS home_name, h.address, h.phone, h.code AS home_code, a.class, a.kind, a.reason,
       place_path(a.place_id) AS place_path, d.name AS device_name, d.address AS device_address,
       a.happened_at, a.raised_at, a.late, a.unregistered, a.drill,
       (SELECT count(*) FROM alerts x WHERE x.incident_id = a.incident_id AND x.state <> 'resolved')::int AS alert_count,
       (SELECT count(*) FROM residents r WHERE r.moved_out_on IS NULL AND NOT r.can_walk
          AND r.place_id IS NOT NULL AND (r.place_id = a.place_id
               OR place_above(r.place_id, 'zone') = coalesce(place_above(a.place_id, 'zone'), -1)))::int AS cannot_walk,
       r.name AS resident_name
FROM alerts a LEFT JOIN homes h USING (home_id) LEFT JOIN devices d USING (device_id)
LEFT JOIN residents r ON r.resident_id = a.resident_id
WHERE a.alert_id = %(alert_id)s;

-- name: building_of
SELECT building_id FROM devices WHERE device_id = %(device_id)s;
