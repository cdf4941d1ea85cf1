-- name: homes  every home that was registered or open before the end of the period
SELECT home_id, code, name, kind, township, beds, registration_no, registered_on, licensed, sprinkler,
       micro_station_on, opened_on, closed_on
FROM homes
WHERE (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
  AND coalesce(least(opened_on, registered_on), %(end_on)s) <= %(end_on)s
ORDER BY home_id;

-- name: devices  registered devices in place at some time of the period, or since nobody knows when
SELECT d.device_id, d.home_id, h.kind AS home_kind, d.kind, d.resident_id, r.wanders, d.installed_on, d.retired_on,
       EXISTS (SELECT FROM liveness_intervals i WHERE i.device_id = d.device_id OFFSET 0) AS heard
FROM devices d JOIN homes h USING (home_id) LEFT JOIN residents r USING (resident_id)
WHERE d.registered AND (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
  AND (%(device_id)s::int IS NULL OR d.device_id = %(device_id)s)
  AND coalesce(d.installed_on, %(end_on)s) <= %(end_on)s AND coalesce(d.retired_on, %(end_on)s) >= %(start_on)s
ORDER BY d.device_id;

-- name: rooms  places that need a detector; it works where it is online at the end and has no open fault
WITH online AS (
    SELECT DISTINCT i.device_id
    FROM devices d JOIN liveness_intervals i USING (device_id) LEFT JOIN liveness l USING (device_id)
    WHERE (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
      AND i.online_from <= %(ends_at)s AND coalesce(i.online_to >= %(ends_at)s, l.silent_at > %(ends_at)s, true)
), faulty AS (
    SELECT DISTINCT a.device_id FROM alerts a
    WHERE a.class = 'T1' AND NOT a.drill AND a.raised_at < %(ends_at)s
      AND (%(homes)s::int[] IS NULL OR a.home_id = ANY (%(homes)s))
      AND (a.resolved_at IS NULL OR a.resolved_at >= %(ends_at)s)
), fitted AS (
    SELECT d.place_id, bool_or(o.device_id IS NOT NULL AND f.device_id IS NULL) AS working
    FROM devices d LEFT JOIN online o USING (device_id) LEFT JOIN faulty f USING (device_id)
    WHERE d.kind = 'detector' AND d.registered AND d.place_id IS NOT NULL
      AND coalesce(d.installed_on, %(end_on)s) <= %(end_on)s AND (d.retired_on IS NULL OR d.retired_on > %(end_on)s)
    GROUP BY d.place_id
)
SELECT p.place_id, p.home_id, f.place_id IS NOT NULL AS fitted, coalesce(f.working, false) AS working
FROM places p JOIN homes h USING (home_id) LEFT JOIN fitted f USING (place_id)
WHERE p.needs_detector AND (%(homes)s::int[] IS NULL OR p.home_id = ANY (%(homes)s))
  AND (h.closed_on IS NULL OR h.closed_on > %(end_on)s) AND coalesce(h.opened_on, %(end_on)s) <= %(end_on)s
ORDER BY p.place_id;

-- name: alerts  raised in the period; drills are no real alerts, and a test that nobody must answer is in proof_sums
SELECT alert_id, incident_id, home_id, device_id, class AS alert_class, happened_at, raised_at, acknowledged_at,
       on_scene_at, resolved_at, outcome
FROM alerts
WHERE NOT drill AND class NOT IN ('C1', 'F3') AND raised_at >= %(starts_at)s AND raised_at < %(ends_at)s
  AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
  AND (%(device_id)s::int IS NULL OR device_id = %(device_id)s)
ORDER BY alert_id;

-- name: incidents  opened in the period
SELECT i.incident_id, i.home_id, i.family, i.opened_at, i.closed_at,
       (SELECT coalesce(array_agg(a.outcome ORDER BY a.alert_id), '{}') FROM alerts a
        WHERE a.incident_id = i.incident_id) AS outcomes
FROM incidents i
WHERE NOT i.drill AND i.family NOT IN ('canary', 'test') AND i.opened_at >= %(starts_at)s AND i.opened_at < %(ends_at)s
  AND (%(homes)s::int[] IS NULL OR i.home_id = ANY (%(homes)s))
ORDER BY i.incident_id;

-- name: inspections
SELECT inspection_id, home_id, done_on, CASE WHEN kind = 'patrol' AND at_night THEN 'night_patrol' ELSE kind END AS kind,
       departments
FROM inspections
WHERE done_on BETWEEN %(start_on)s AND %(end_on)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
ORDER BY inspection_id;

-- name: hazards  open at some time of the period
SELECT x.hazard_id, x.home_id, h.kind AS home_kind, x.found_on, x.grade, x.kind, x.deadline_on, x.closed_on,
       x.closed_how,
       ARRAY(SELECT encode(p.sha256, 'hex') FROM photos p WHERE p.hazard_id = x.hazard_id ORDER BY p.photo_id) AS photos
FROM hazards x JOIN homes h USING (home_id)
WHERE x.found_on <= %(end_on)s AND (x.closed_on IS NULL OR x.closed_on >= %(start_on)s)
  AND (%(homes)s::int[] IS NULL OR x.home_id = ANY (%(homes)s))
ORDER BY x.hazard_id;

-- name: trainings
SELECT training_id, home_id, held_on, attendees FROM trainings
WHERE held_on BETWEEN %(start_on)s AND %(end_on)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
ORDER BY training_id;

-- name: projects  completed in the period
SELECT p.project_id, p.home_id, h.name AS home_name, p.kind, p.investment_yuan, p.completed_on,
       CASE WHEN p.accepted_on <= %(end_on)s THEN p.accepted_on END AS accepted_on
FROM projects p JOIN homes h USING (home_id)
WHERE p.completed_on BETWEEN %(start_on)s AND %(end_on)s AND (%(homes)s::int[] IS NULL OR p.home_id = ANY (%(homes)s))
ORDER BY p.completed_on, p.project_id;

-- name: accidents
SELECT accident_id, home_id, happened_on, kind, deaths, injured, incident_id FROM accidents
WHERE happened_on BETWEEN %(start_on)s AND %(end_on)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
ORDER BY accident_id;

-- name: insurances  policies that ran at some time of the period
SELECT insurance_id, home_id, starts_on, ends_on FROM insurances
WHERE starts_on <= %(end_on)s AND ends_on >= %(start_on)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
ORDER BY insurance_id;

-- name: health_checks
SELECT c.check_id, c.home_id, h.kind AS home_kind, c.done_on, c.examined
FROM health_checks c JOIN homes h USING (home_id)
WHERE c.done_on BETWEEN %(start_on)s AND %(end_on)s AND (%(homes)s::int[] IS NULL OR c.home_id = ANY (%(homes)s))
ORDER BY c.check_id;

-- name: residents  who lives in an open home at the end of the period; a health record of later does not count yet
SELECT r.resident_id, r.home_id, CASE WHEN r.health_file_on <= %(end_on)s THEN r.health_file_on END AS health_file_on
FROM residents r JOIN homes h USING (home_id)
WHERE r.moved_in_on <= %(end_on)s AND (r.moved_out_on IS NULL OR r.moved_out_on > %(end_on)s)
  AND (h.closed_on IS NULL OR h.closed_on > %(end_on)s) AND (%(homes)s::int[] IS NULL OR r.home_id = ANY (%(homes)s))
ORDER BY r.resident_id;

-- name: care_visits  contracts of the county that ran at some time of the period; of no home
SELECT contract_id, township, starts_on, ends_on, elders FROM care_visits
WHERE starts_on <= %(end_on)s AND coalesce(ends_on, %(start_on)s) >= %(start_on)s AND %(homes)s::int[] IS NULL
ORDER BY contract_id;

-- name: proof_sums  device months: due where one stood there all the month and it is over, proven where a test arrived
-- Sums come of all (no home) and of each home, which tells whose rows have changed.
WITH months AS (
    SELECT m::date AS first_on, (m + interval '1 month')::date AS next_on
    FROM generate_series(date_trunc('month', %(start_on)s::date::timestamp), %(end_on)s::date::timestamp,
                         interval '1 month') m
    WHERE m >= %(start_on)s::date AND (m + interval '1 month') AT TIME ZONE 'Asia/Shanghai' <= %(ends_at)s
), stands AS (
    SELECT d.device_id, d.home_id, d.kind, coalesce(d.installed_on, (d.created_at AT TIME ZONE 'Asia/Shanghai')::date) AS since_on,
           least(d.retired_on, h.closed_on) AS until_on
    FROM devices d JOIN homes h USING (home_id)
    WHERE d.registered AND (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
      AND (%(device_id)s::int IS NULL OR d.device_id = %(device_id)s)
), due AS (
    SELECT s.device_id, s.home_id, s.kind, m.first_on
    FROM stands s JOIN months m ON s.since_on <= m.first_on AND coalesce(s.until_on, m.next_on) >= m.next_on
), proven AS (
    SELECT DISTINCT t.device_id, date_trunc('month', t.arrived_at AT TIME ZONE 'Asia/Shanghai')::date AS first_on
    FROM proof_tests t WHERE t.arrived_at >= %(starts_at)s AND t.arrived_at < %(ends_at)s
), walked_out AS (
    SELECT DISTINCT a.exit_id, date_trunc('month', a.raised_at AT TIME ZONE 'Asia/Shanghai')::date AS first_on
    FROM alerts a
    WHERE a.exit_id IS NOT NULL AND a.outcome = 'test' AND NOT a.drill
      AND a.raised_at >= %(starts_at)s AND a.raised_at < %(ends_at)s
)
SELECT u.home_id, u.kind, count(*)::int AS due, count(p.device_id)::int AS proven
FROM due u LEFT JOIN proven p USING (device_id, first_on)
WHERE u.kind IN ('detector', 'wristband', 'call_point', 'sos_button')
GROUP BY GROUPING SETS ((u.kind), (u.home_id, u.kind))
UNION ALL
-- An exit is proven by a test of what watches it, or by an alarm of somebody who went out by it to try it.
SELECT u.home_id, 'exit', count(*)::int, (count(*) FILTER (WHERE p.device_id IS NOT NULL OR w.exit_id IS NOT NULL))::int
FROM exits e JOIN due u ON u.device_id = e.watched_by
LEFT JOIN proven p USING (device_id, first_on)
LEFT JOIN walked_out w ON w.exit_id = e.exit_id AND w.first_on = u.first_on
GROUP BY GROUPING SETS ((), (u.home_id))
HAVING count(*) > 0
ORDER BY home_id, kind;

-- name: targets
SELECT name, value FROM targets WHERE year = %(year)s;

-- name: liveness_sums  overlapping intervals count once; an open one ends where the device fell silent
-- Whole days come from their sums; what is left, today at least, is counted from the intervals.
WITH span AS (
    SELECT d.device_id, d.home_id, d.kind,
           greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                    %(starts_at)s) AS from_at,
           least(d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                 h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends_at)s) AS to_at,
           b.began_at
    FROM devices d JOIN homes h USING (home_id)
    LEFT JOIN unnest(%(heard_homes)s::int[], %(heard_at)s::timestamptz[]) b (home_id, began_at) USING (home_id)
    WHERE d.registered AND (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
      AND (%(device_id)s::int IS NULL OR d.device_id = %(device_id)s)
), there AS (
    SELECT s.*, greatest(s.from_at, s.began_at) AS heard_from FROM span s WHERE s.to_at > s.from_at
), summed AS (
    SELECT x.home_id, x.kind, sum(x.online_for) AS online_for,
           range_agg(tstzrange(x.day::timestamp AT TIME ZONE 'Asia/Shanghai',
                               (x.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')) AS spans
    FROM online_days x
    WHERE x.day BETWEEN %(start_on)s AND %(rolled_to)s AND (%(homes)s::int[] IS NULL OR x.home_id = ANY (%(homes)s))
      AND %(device_id)s::int IS NULL
    GROUP BY x.home_id, x.kind
-- Most devices of a home were there for the same time: what is left of it is worked out once for all of them.
), open AS MATERIALIZED (
    SELECT o.home_id, o.kind, o.heard_from, o.to_at,
           tstzmultirange(tstzrange(o.heard_from, o.to_at)) - coalesce(m.spans, '{}') AS spans
    FROM (SELECT DISTINCT home_id, kind, heard_from, to_at FROM there
          WHERE to_at > heard_from AND began_at IS NOT NULL) o
    LEFT JOIN summed m USING (home_id, kind)
-- Materialized: under row-level security an index takes a bound only where it is a plain value by then.
), rest AS MATERIALIZED (
    SELECT t.device_id, o.spans, lower(o.spans) AS from_at
    FROM there t JOIN open o USING (home_id, kind, heard_from, to_at)
    WHERE NOT isempty(o.spans)
), counted AS (
    SELECT t.device_id, sum(upper(r) - lower(r)) AS online_for
    FROM rest t
    -- An aggregate by itself: one look-up for each device, never a scan of what everybody's past is.
    CROSS JOIN LATERAL (
        SELECT range_agg(tstzrange(i.online_from, greatest(i.online_from, coalesce(i.online_to,
                   CASE WHEN l.silent_at <= %(ends_at)s THEN l.last_seen_at END, %(ends_at)s)))) AS spans
        FROM liveness_intervals i LEFT JOIN liveness l USING (device_id)
        WHERE i.device_id = t.device_id AND i.ends_at >= t.from_at) o
    CROSS JOIN LATERAL unnest(o.spans * t.spans) r
    GROUP BY t.device_id
), parts AS (
    SELECT t.home_id, t.kind, t.device_id, c.online_for, t.to_at - t.from_at AS installed_for,
           CASE WHEN t.began_at IS NOT NULL AND t.to_at > t.heard_from THEN t.to_at - t.heard_from END AS observed_for
    FROM there t LEFT JOIN counted c USING (device_id)
    UNION ALL
    SELECT home_id, kind, NULL, online_for, NULL, NULL FROM summed
)
SELECT home_id, kind, count(device_id)::int AS devices,
       coalesce(extract(epoch FROM sum(online_for)), 0)::float8 AS online_s,
       coalesce(extract(epoch FROM sum(observed_for)), 0)::float8 AS observed_s,
       extract(epoch FROM sum(installed_for))::float8 AS installed_s
FROM parts
GROUP BY GROUPING SETS ((kind), (home_id, kind))
HAVING count(device_id) > 0
ORDER BY home_id, kind;

-- name: day_sums  days that are rolled up
SELECT home_id, kind, sum(reports)::int AS reports, sum(reports_due)::int AS reports_due,
       sum(charged)::int AS charged_days, sum(with_battery)::int AS battery_days
FROM home_days
WHERE day BETWEEN %(start_on)s AND %(rolled_to)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
GROUP BY GROUPING SETS ((kind), (home_id, kind))
ORDER BY home_id, kind;

-- name: device_day_sums  the same of one device; as the nightly rollup counts it for its home
SELECT NULL::int AS home_id, d.kind, sum(x.reports)::int AS reports, sum(x.reports_due)::int AS reports_due,
       (count(*) FILTER (WHERE x.battery_min_pct >= 20))::int AS charged_days,
       count(x.battery_min_pct)::int AS battery_days
FROM device_days x JOIN devices d USING (device_id)
WHERE x.device_id = %(device_id)s AND x.day BETWEEN %(start_on)s AND %(rolled_to)s AND x.home_id = d.home_id
GROUP BY d.kind;

-- name: days_rolled_up  how many days of the period there are sums of
SELECT home_id, count(DISTINCT day)::int FROM home_days
WHERE day BETWEEN %(start_on)s AND %(rolled_to)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
GROUP BY GROUPING SETS ((), (home_id))
ORDER BY home_id;

-- name: rolled_up  the day after the last rollup, but not before the oldest reading that is kept; and the hours since
SELECT first_day_not_rolled_up(%(start_on)s::date), t.from_at, t.through_at
FROM (SELECT) one LEFT JOIN LATERAL (SELECT x.from_at, x.through_at FROM device_tails x LIMIT 1) t ON true;

-- name: tail_sums  the days after the last rollup: the hours of them that are counted by device, the rest from readings
SELECT w.home_id, w.kind, sum(w.reports)::int AS reports, sum(w.reports_due)::int AS reports_due,
       (count(*) FILTER (WHERE w.battery_min_pct >= 20))::int AS charged_days,
       count(w.battery_min_pct)::int AS battery_days
FROM (
    SELECT p.device_id, p.home_id, p.kind, sum(p.reports) AS reports, sum(p.reports_due) AS reports_due,
           min(p.battery_min_pct) AS battery_min_pct
    FROM (
        SELECT device_id, home_id, kind, reports, reports_due, battery_min_pct
        FROM reports_within(%(counted_to)s, %(ends_at)s, %(to_date)s, %(heard_homes)s, %(heard_at)s, %(device_id)s)
        UNION ALL
        SELECT device_id, home_id, kind, reports, reports_due, battery_min_pct FROM device_tails
        WHERE %(by_hour)s AND (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s))
          AND (%(device_id)s::int IS NULL OR device_id = %(device_id)s)
    ) p
    GROUP BY p.device_id, p.home_id, p.kind
) w
GROUP BY GROUPING SETS ((w.kind), (w.home_id, w.kind))
ORDER BY w.home_id, w.kind;

-- name: duty_sum  the union of all turns of a home as they were really held, from its first planned turn ever
WITH first AS (
    SELECT home_id, min(starts_at) AS began_at FROM duties
    WHERE (%(homes)s::int[] IS NULL OR home_id = ANY (%(homes)s)) GROUP BY home_id
),
span AS (
    SELECT f.home_id, greatest(f.began_at, %(starts_at)s) AS from_at,
           least(h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai', %(ends_at)s) AS to_at
    FROM first f JOIN homes h USING (home_id)
), planned AS (
    SELECT d.duty_id, d.home_id, d.person_id, d.starts_at, d.ends_at
    FROM span s JOIN duties d USING (home_id)
    WHERE s.to_at > s.from_at AND d.starts_at < s.to_at AND d.ends_at > s.from_at
), changed AS (
    -- Only these may have been held otherwise: swapped, of somebody on leave, or of a login that was disabled. All others are
    -- taken as planned, for to ask `duty_turns` of each turn of a year is slow.
    SELECT c.duty_id FROM duty_changes c WHERE c.kind = 'swap'
    UNION
    SELECT c.other_duty_id FROM duty_changes c WHERE c.other_duty_id IS NOT NULL
    UNION
    SELECT d.duty_id FROM planned d JOIN duty_changes l ON l.kind = 'leave' AND l.person_id = d.person_id
    WHERE l.starts_at < d.ends_at AND l.ends_at > d.starts_at
    UNION
    SELECT d.duty_id FROM planned d JOIN people p USING (person_id)
    WHERE p.disabled_at < d.ends_at OR p.was_disabled && tstzrange(d.starts_at, d.ends_at)
), held AS (
    SELECT d.home_id, d.starts_at, d.ends_at FROM planned d
    WHERE NOT EXISTS (SELECT FROM changed c WHERE c.duty_id = d.duty_id)
    UNION ALL
    SELECT t.home_id, t.starts_at, t.ends_at FROM duty_turns(%(starts_at)s, %(ends_at)s) t
    -- An array reaches the primary key of the turns; a join would have every turn held first, and compared after.
    WHERE t.duty_id = ANY (ARRAY(SELECT c.duty_id FROM changed c JOIN planned d USING (duty_id)))
), covered AS (
    SELECT x.home_id, sum(upper(r) - lower(r)) AS covered_for
    FROM (SELECT h.home_id,
                 range_agg(tstzrange(h.starts_at, h.ends_at)) * tstzmultirange(tstzrange(s.from_at, s.to_at)) AS spans
          FROM span s JOIN held h USING (home_id)
          WHERE s.to_at > s.from_at
          GROUP BY h.home_id, s.from_at, s.to_at) x
    CROSS JOIN LATERAL unnest(x.spans) r
    GROUP BY x.home_id
), turns AS (SELECT home_id, count(*) AS turns FROM planned GROUP BY home_id)
SELECT s.home_id, coalesce(extract(epoch FROM sum(c.covered_for)), 0)::float8 AS covered_s,
       coalesce(extract(epoch FROM sum(s.to_at - s.from_at)), 0)::float8 AS due_s,
       coalesce(sum(t.turns), 0)::int AS turns
FROM span s LEFT JOIN covered c USING (home_id) LEFT JOIN turns t USING (home_id)
WHERE s.to_at > s.from_at
GROUP BY GROUPING SETS ((), (s.home_id))
ORDER BY s.home_id;

-- name: worn_sum  bands of residents at risk of wandering off; a resident without a band wears none
WITH risk AS (
    SELECT r.home_id, greatest(b.began_at, %(starts_at)s, r.moved_in_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS from_at,
           least(%(ends_at)s, r.moved_out_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS to_at
    FROM residents r
    JOIN unnest(%(heard_homes)s::int[], %(heard_at)s::timestamptz[]) b (home_id, began_at) USING (home_id)
    WHERE r.wanders AND (%(homes)s::int[] IS NULL OR r.home_id = ANY (%(homes)s))
      AND (%(device_id)s::int IS NULL
           OR r.resident_id = (SELECT x.resident_id FROM devices x WHERE x.device_id = %(device_id)s))
), bands AS (
    SELECT d.device_id, d.home_id FROM devices d JOIN residents r USING (resident_id)
    WHERE d.kind = 'wristband' AND d.registered AND r.wanders
      AND (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
      AND (%(device_id)s::int IS NULL OR d.device_id = %(device_id)s)
), parts AS (
    SELECT x.home_id, x.worn_for, NULL::interval AS eligible_for FROM home_days x
    WHERE x.kind = 'wristband' AND x.day BETWEEN %(start_on)s AND %(rolled_to)s
      AND (%(homes)s::int[] IS NULL OR x.home_id = ANY (%(homes)s)) AND %(device_id)s::int IS NULL
    UNION ALL
    SELECT x.home_id, x.worn_for, NULL FROM device_days x JOIN bands b USING (device_id)
    WHERE x.device_id = %(device_id)s AND x.day BETWEEN %(start_on)s AND %(rolled_to)s AND x.home_id = b.home_id
    UNION ALL
    SELECT t.home_id, t.worn_for, NULL FROM device_tails t JOIN bands b USING (device_id, home_id)
    WHERE %(by_hour)s
    UNION ALL
    SELECT b.home_id, w.worn_for, NULL
    FROM worn_within(%(counted_to)s, %(ends_at)s, ARRAY(SELECT device_id FROM bands)) w JOIN bands b USING (device_id)
    WHERE %(counted_to)s::timestamptz < %(ends_at)s
    UNION ALL
    SELECT home_id, NULL, to_at - from_at FROM risk WHERE to_at > from_at
)
SELECT home_id, extract(epoch FROM sum(worn_for))::float8 AS worn_s,
       coalesce(extract(epoch FROM sum(eligible_for)), 0)::float8 AS eligible_s,
       count(eligible_for)::int AS residents
FROM parts
GROUP BY GROUPING SETS ((), (home_id))
ORDER BY home_id;

-- name: observed_from  when the first device was ever heard: one look-up for each device
SELECT d.home_id, min(i.online_from)
FROM devices d
CROSS JOIN LATERAL (SELECT i.online_from FROM liveness_intervals i WHERE i.device_id = d.device_id
                    ORDER BY i.online_from LIMIT 1) i
WHERE d.registered AND (%(homes)s::int[] IS NULL OR d.home_id = ANY (%(homes)s))
GROUP BY GROUPING SETS ((), (d.home_id))
ORDER BY d.home_id;
