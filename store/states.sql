-- name: states  of one device
SELECT kind, active, since, said_at, changed_at, heard, doubted FROM device_states WHERE device_id = %(device_id)s FOR UPDATE;

-- name: met  what an event meets: is it stored already, the fires of the zone, the states of the device; a row of each state
-- A fire is when a device of the zone last said so and was not found false; what still burns says so now. The time of the
-- device apart from where it has none, each by the index.
SELECT m.stored, m.fires, s.kind, s.active, s.since, s.said_at, s.changed_at, s.heard, s.doubted
FROM (SELECT EXISTS (SELECT FROM events
                     WHERE device_id = %(device_id)s AND said_at = %(said_at)s AND event_key = %(event_key)s AND kind = %(kind)s
                       AND state IS NOT DISTINCT FROM %(state)s
                     UNION ALL
                     SELECT FROM events
                     WHERE device_id = %(device_id)s AND said_at IS NULL AND %(said_at)s::timestamptz IS NULL
                       AND event_key = %(event_key)s AND kind = %(kind)s AND state IS NOT DISTINCT FROM %(state)s) AS stored,
             (SELECT json_agg(json_build_array(f.device_id, f.since))
              FROM (SELECT a.device_id,
                           max(CASE WHEN a.state = 'resolved' THEN a.happened_at
                                    WHEN b.active AND b.since <= %(at)s THEN %(at)s
                                    ELSE greatest(a.happened_at, b.since) END) AS since
                    FROM alerts a LEFT JOIN device_states b ON b.device_id = a.device_id AND b.kind = a.kind
                    -- An array, so that however few alerts there were when this was planned, no other zone's are read.
                    WHERE a.device_id = ANY (ARRAY(SELECT device_id FROM devices WHERE zone_id = %(zone_id)s))
                      AND a.class = 'F1' AND NOT a.drill AND coalesce(a.outcome, 'true') = 'true'
                      AND (a.state <> 'resolved' OR a.happened_at >= %(after)s)
                    GROUP BY a.device_id) f
              WHERE f.since >= %(after)s) AS fires) m
LEFT JOIN (SELECT * FROM device_states WHERE device_id = %(device_id)s FOR UPDATE) s ON true;

-- name: insert_event  nothing where the same event is stored already; `active` is what is so from now on, null where nothing is
WITH stored AS (
    INSERT INTO events (device_id, home_id, kind, state, said_at, happened_at, arrived_at, event_key, live, details)
    VALUES (%(device_id)s, %(home_id)s, %(kind)s, %(state)s, %(said_at)s, %(happened_at)s, %(arrived_at)s,
            %(event_key)s, %(live)s, %(details)s)
    ON CONFLICT DO NOTHING RETURNING event_id
), remembered AS (
    INSERT INTO device_states (device_id, kind, active, since, changed_at, said_at)
    SELECT %(device_id)s::int, %(kind)s, %(active)s::boolean, %(happened_at)s::timestamptz,
           %(arrived_at)s::timestamptz, %(told_at)s::timestamptz
    FROM stored WHERE %(active)s::boolean IS NOT NULL
    ON CONFLICT (device_id, kind) DO UPDATE
    SET active = EXCLUDED.active, since = EXCLUDED.since, changed_at = EXCLUDED.changed_at,
        said_at = EXCLUDED.said_at, repeats = 0, doubted = false
)
SELECT event_id FROM stored;

-- name: insert_events  many of one device; what is stored already is passed over
INSERT INTO events (device_id, home_id, kind, state, said_at, happened_at, arrived_at, event_key, live, details)
SELECT %(device_id)s, %(home_id)s, e.kind, e.state, e.said_at, e.happened_at, e.arrived_at, e.event_key, true, e.details
FROM unnest(%(kinds)s::text[], %(states)s::text[], %(said_at)s::timestamptz[], %(happened_at)s::timestamptz[],
            %(arrived_at)s::timestamptz[], %(keys)s::text[], %(details)s::jsonb[])
     WITH ORDINALITY AS e (kind, state, said_at, happened_at, arrived_at, event_key, details, n)
ORDER BY e.n
ON CONFLICT DO NOTHING RETURNING state;

-- name: set_state
INSERT INTO device_states (device_id, kind, active, since, changed_at, said_at)
VALUES (%(device_id)s, %(kind)s, %(active)s, %(since)s, %(changed_at)s, %(said_at)s)
ON CONFLICT (device_id, kind) DO UPDATE
SET active = EXCLUDED.active, since = EXCLUDED.since, changed_at = EXCLUDED.changed_at,
    said_at = EXCLUDED.said_at, repeats = 0, doubted = false;

-- name: count_repeats  a repeated state is not a new event; the marks of the last ones tell a redelivery
UPDATE device_states SET repeats = repeats + cardinality(%(marks)s::bigint[]), said_at = greatest(said_at, %(said_at)s),
    heard = (%(marks)s::bigint[] || heard)[:32]
WHERE device_id = %(device_id)s AND kind = %(kind)s;

-- name: doubt
UPDATE device_states SET doubted = true WHERE device_id = %(device_id)s AND kind = %(kind)s;

-- name: around  what the device said of this kind just before and just after a time; not what a wrong clock dated
SELECT (SELECT state FROM events WHERE device_id = %(device_id)s AND kind = %(kind)s AND live
          AND said_at = happened_at AND said_at <= %(at)s ORDER BY said_at DESC, event_id DESC LIMIT 1),
       (SELECT state FROM events WHERE device_id = %(device_id)s AND kind = %(kind)s AND live
          AND said_at = happened_at AND said_at > %(at)s ORDER BY said_at, event_id LIMIT 1);
