-- When a login was disabled before it was enabled again: whoever cannot log in is on no duty then, now and afterwards.
ALTER TABLE people ADD COLUMN was_disabled tstzmultirange NOT NULL DEFAULT '{}';

-- Turns of duty that touch this time as they really are: the one place that knows of swaps and leave.
-- A swapped turn has its parts before and after, each with the person who holds it; leave cuts out its time, and
-- so does the time in which a login is disabled. One SELECT, so that a condition on it reaches the tables.
-- Under row-level security only comparisons that leak nothing reach an index: plain ones do, ranges do not.
CREATE OR REPLACE FUNCTION duty_turns(from_at timestamptz, to_at timestamptz)
RETURNS TABLE (duty_id bigint, home_id int, role text, planned_id int, person_id int, change_id bigint,
               starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT d.duty_id, d.home_id, d.role, d.person_id, held.person_id, held.change_id, lower(part), upper(part)
    FROM duties d
    CROSS JOIN LATERAL (
        SELECT x.person_id, x.change_id, x.held_from,
               coalesce(lead(x.held_from) OVER (ORDER BY x.held_from, x.seq), d.ends_at) AS held_to
        FROM (
            SELECT d.person_id, NULL::bigint AS change_id, d.starts_at AS held_from, 0::bigint AS seq
            UNION ALL
            SELECT CASE WHEN c.duty_id = d.duty_id THEN c.taker_id ELSE c.person_id END, c.change_id,
                   least(greatest(d.starts_at, c.made_at), d.ends_at), 2 * c.change_id
            FROM duty_changes c
            WHERE (c.duty_id = d.duty_id OR c.other_duty_id = d.duty_id)
              AND (c.cancelled_at IS NULL OR c.cancelled_at > greatest(d.starts_at, c.made_at))
            UNION ALL
            SELECT CASE WHEN c.duty_id = d.duty_id THEN c.person_id ELSE c.taker_id END, NULL,
                   least(c.cancelled_at, d.ends_at), 2 * c.change_id + 1
            FROM duty_changes c
            WHERE (c.duty_id = d.duty_id OR c.other_duty_id = d.duty_id)
              AND c.cancelled_at > greatest(d.starts_at, c.made_at)
        ) x
    ) held
    JOIN people p ON p.person_id = held.person_id
    CROSS JOIN LATERAL unnest(
        tstzmultirange(tstzrange(held.held_from, held.held_to))
        - coalesce((SELECT range_agg(tstzrange(l.starts_at, least(l.ends_at, l.cancelled_at)))
                    FROM duty_changes l
                    WHERE l.kind = 'leave' AND l.person_id = held.person_id
                      AND l.starts_at < d.ends_at AND l.ends_at > d.starts_at
                      AND (l.cancelled_at IS NULL OR l.cancelled_at > l.starts_at)), '{}')
        - p.was_disabled
        - CASE WHEN p.disabled_at IS NULL THEN '{}'::tstzmultirange
               ELSE tstzmultirange(tstzrange(p.disabled_at, NULL)) END
    ) AS part
    WHERE d.starts_at < to_at AND d.ends_at > from_at
      AND part && tstzrange(from_at, to_at)
$$;
