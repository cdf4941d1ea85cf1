-- name: touch  a sign of life; what arrived before the last word is older and changes nothing. Who comes back is told of
-- A last word that lies ahead of the database's clock came by a clock of ours that was wrong: it is taken back.
WITH signs AS MATERIALIZED (
    SELECT s.* FROM unnest(%(device_ids)s::int[], %(seen_at)s::timestamptz[], %(report_every_s)s::float8[],
                           %(battery_pct)s::real[], %(worn)s::boolean[], %(clock_skew_s)s::float8[])
         AS s (device_id, seen_at, report_every_s, battery_pct, worn, clock_skew_s)
    ORDER BY s.device_id
), were_offline AS MATERIALIZED (
    SELECT s.device_id, s.seen_at FROM signs s
    -- One look-up for each.
    WHERE NOT coalesce((SELECT l.online FROM liveness l WHERE l.device_id = s.device_id), false)
), touched AS (
    INSERT INTO liveness AS l (device_id, last_seen_at, since, silent_at, battery_pct, worn, clock_skew)
    SELECT s.device_id, s.seen_at, s.seen_at, s.seen_at + 2 * make_interval(secs => s.report_every_s), s.battery_pct, s.worn,
           make_interval(secs => s.clock_skew_s)
    FROM signs s
    ON CONFLICT (device_id) DO UPDATE
    SET last_seen_at = CASE WHEN l.last_seen_at > now() + interval '1 minute' THEN EXCLUDED.last_seen_at
                            ELSE greatest(l.last_seen_at, EXCLUDED.last_seen_at) END,
        silent_at = CASE WHEN l.last_seen_at > now() + interval '1 minute' OR EXCLUDED.last_seen_at > l.last_seen_at
                         THEN EXCLUDED.silent_at ELSE l.silent_at END,
        since = CASE WHEN l.online OR EXCLUDED.last_seen_at <= l.since AND l.since <= now() + interval '1 minute' THEN l.since
                     ELSE EXCLUDED.last_seen_at END,
        online = l.online OR EXCLUDED.last_seen_at > l.since OR l.since > now() + interval '1 minute',
        inhibited = l.inhibited AND NOT (EXCLUDED.last_seen_at > l.since OR l.since > now() + interval '1 minute'),
        battery_pct = coalesce(EXCLUDED.battery_pct, l.battery_pct),
        worn = coalesce(EXCLUDED.worn, l.worn),
        clock_skew = EXCLUDED.clock_skew
    RETURNING l.device_id, l.online, l.since
), back AS (
    INSERT INTO liveness_intervals (device_id, online_from)
    SELECT t.device_id, t.since FROM touched t
    -- "IS TRUE" has the few hashed; joined, all would be compared with all.
    WHERE t.online AND (t.device_id IN (SELECT device_id FROM were_offline)) IS TRUE
      -- OFFSET 0: one look-up for each of these devices, never a scan of what everybody's past is.
      AND NOT EXISTS (SELECT FROM liveness_intervals i
                      WHERE i.device_id = t.device_id AND i.online_to IS NULL OFFSET 0)
    ON CONFLICT DO NOTHING RETURNING device_id
)
INSERT INTO timers (kind, subject, device_id, due_at)
SELECT 'back', 'device:' || w.device_id, w.device_id, w.seen_at FROM were_offline w
WHERE (w.device_id IN (SELECT device_id FROM back)) IS TRUE ORDER BY w.device_id
ON CONFLICT (kind, subject) DO UPDATE
SET due_at = EXCLUDED.due_at, step = EXCLUDED.step, told_at = EXCLUDED.told_at, failures = 0;

-- name: end_links  what is quietly back: no alert of its silence stands; the rest needs the rules
WITH back AS (
    SELECT s.* FROM unnest(%(device_ids)s::int[], %(home_ids)s::int[], %(said_at)s::timestamptz[],
                           %(happened_at)s::timestamptz[], %(arrived_at)s::timestamptz[], %(keys)s::text[])
         AS s (device_id, home_id, said_at, happened_at, arrived_at, event_key)
    JOIN device_states k ON k.device_id = s.device_id AND k.kind = 'offline'
    WHERE k.active AND (k.said_at IS NULL OR s.said_at IS NULL OR s.said_at >= k.said_at)
      AND NOT EXISTS (SELECT FROM alerts a WHERE a.subject = 'device:' || s.device_id AND a.kind = 'offline'
                      AND a.state <> 'resolved')
    ORDER BY s.device_id FOR UPDATE OF k
), stored AS (
    INSERT INTO events (device_id, home_id, kind, state, said_at, happened_at, arrived_at, event_key, live, details)
    SELECT device_id, home_id, 'offline', 'clear', said_at, happened_at, arrived_at, event_key, true, '{}' FROM back
    ON CONFLICT DO NOTHING RETURNING device_id
), turned AS (
    UPDATE device_states k
    SET active = false, since = b.happened_at, changed_at = b.arrived_at, said_at = b.said_at, repeats = 0
    FROM back b JOIN stored USING (device_id)
    WHERE k.device_id = b.device_id AND k.kind = 'offline'
    RETURNING k.device_id
), unwatched AS (
    DELETE FROM timers t USING turned
    WHERE t.kind = 'offline' AND t.subject = 'device:' || turned.device_id
)
SELECT device_id FROM turned;

-- name: tell_clock  one timer for each device, in the order in which everybody locks them
INSERT INTO timers (kind, subject, device_id, due_at)
SELECT %(kind)s, 'device:' || s.device_id, s.device_id, s.due_at
FROM unnest(%(device_ids)s::int[], %(due_at)s::timestamptz[]) AS s (device_id, due_at)
ORDER BY s.device_id
ON CONFLICT (kind, subject) DO UPDATE
SET due_at = EXCLUDED.due_at, step = EXCLUDED.step, told_at = EXCLUDED.told_at, failures = 0;

-- name: went_offline
UPDATE liveness SET online = false, since = %(at)s, inhibited = %(inhibited)s
WHERE device_id = %(device_id)s AND (online OR inhibited <> %(inhibited)s) AND last_seen_at <= %(at)s
RETURNING device_id;

-- name: close_interval  the device was last online when it was last heard
UPDATE liveness_intervals i
SET online_to = greatest(i.online_from, (SELECT l.last_seen_at FROM liveness l WHERE l.device_id = i.device_id))
WHERE i.device_id = %(device_id)s AND i.online_to IS NULL;

-- name: silent  devices that are past their time, gateways before what hangs behind them
SELECT d.device_id, d.home_id
FROM liveness l JOIN devices d USING (device_id)
WHERE l.online AND l.silent_at <= %(now)s AND d.retired_on IS NULL
ORDER BY d.parent_id NULLS FIRST, d.device_id LIMIT %(limit)s;

-- name: still_silent  the same for one device, locked
SELECT l.silent_at <= %(now)s FROM liveness l WHERE l.device_id = %(device_id)s AND l.online FOR UPDATE;

-- name: parent_down  the gateway is offline, said so by its last will, or past its own time
SELECT (NOT l.online) OR l.silent_at <= %(now)s
       OR EXISTS (SELECT FROM device_states s WHERE s.device_id = p.device_id AND s.kind = 'offline' AND s.active)
FROM devices d JOIN devices p ON p.device_id = d.parent_id LEFT JOIN liveness l ON l.device_id = p.device_id
WHERE d.device_id = %(device_id)s;

-- name: still_silent_behind  inhibited devices whose gateway has been back for twice their period
SELECT d.device_id, d.home_id
FROM liveness l JOIN devices d USING (device_id) JOIN liveness p ON p.device_id = d.parent_id
WHERE l.inhibited AND NOT l.online AND d.retired_on IS NULL AND p.online
  AND p.since + 2 * d.report_every <= %(now)s
ORDER BY d.device_id LIMIT %(limit)s;

-- name: uninhibit
UPDATE liveness SET inhibited = false WHERE device_id = %(device_id)s AND inhibited RETURNING device_id;

-- name: forgive_gap  what we could not hear is not a device's silence
UPDATE liveness SET silent_at = silent_at + %(gap)s WHERE online AND silent_at >= %(gap_from)s;

-- name: beat
INSERT INTO services (name, replica, started_at, beat_at, details)
VALUES (%(name)s, %(replica)s, %(now)s, %(now)s, %(details)s)
ON CONFLICT (name, replica) DO UPDATE SET beat_at = EXCLUDED.beat_at, details = EXCLUDED.details;

-- name: last_beat
SELECT max(beat_at) FROM services WHERE name = %(name)s;

-- name: services
SELECT name, replica, started_at, beat_at, details FROM services ORDER BY name, replica;

-- name: forget_services  replicas that have not been heard for a day
DELETE FROM services WHERE beat_at < %(before)s;

-- name: is_online
SELECT online FROM liveness WHERE device_id = %(device_id)s;
