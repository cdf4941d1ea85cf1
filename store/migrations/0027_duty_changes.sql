-- Swaps (换班) and leave (请假): what differs from the roster as planned. A turn itself is never rewritten.
-- A swap hands one turn over from the instant it is entered, and takes another in return where `other_duty_id`
-- names one. Leave takes a person off every turn in its time. Cancelled is not deleted: what had passed stays.
CREATE TABLE duty_changes (
    change_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id       int NOT NULL REFERENCES homes,
    kind          text NOT NULL CHECK (kind IN ('swap', 'leave')),
    person_id     int NOT NULL REFERENCES people,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    duty_id       bigint REFERENCES duties,
    taker_id      int REFERENCES people,
    other_duty_id bigint REFERENCES duties,
    reason        text NOT NULL,
    leaves_nobody boolean NOT NULL,
    made_at       timestamptz NOT NULL,
    made_by       text NOT NULL,
    made_by_id    int REFERENCES people,
    made_via      text NOT NULL,
    cancelled_at  timestamptz,
    cancelled_by  text,
    cancelled_via text,
    CHECK (ends_at > starts_at),
    CHECK ((kind = 'swap') = (duty_id IS NOT NULL) AND (kind = 'swap') = (taker_id IS NOT NULL)),
    CHECK (other_duty_id IS NULL OR kind = 'swap'),
    CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL))
);
CREATE INDEX duty_changes_by_home ON duty_changes (home_id, ends_at);
CREATE INDEX duty_changes_by_turn ON duty_changes (duty_id) WHERE duty_id IS NOT NULL;
CREATE INDEX duty_changes_by_other_turn ON duty_changes (other_duty_id) WHERE other_duty_id IS NOT NULL;
CREATE INDEX duty_changes_leave ON duty_changes (person_id, ends_at) WHERE kind = 'leave';

-- Off-duty quiet (下班免打扰): the last row of a person holds; only added to, so it is its own record.
CREATE TABLE quiet_choices (
    choice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id int NOT NULL REFERENCES people,
    home_id   int NOT NULL REFERENCES homes,
    quiet     boolean NOT NULL,
    set_at    timestamptz NOT NULL,
    set_by    text NOT NULL,
    set_via   text NOT NULL
);
CREATE INDEX quiet_choices_by_person ON quiet_choices (person_id, choice_id DESC);

-- The gaps ahead as they stood when a home was last looked at, so that the same ones are told once.
CREATE TABLE gap_watches (
    home_id   int PRIMARY KEY REFERENCES homes,
    looked_at timestamptz NOT NULL,
    gaps      jsonb NOT NULL
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['duty_changes', 'quiet_choices', 'gap_watches']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
END $$;
REVOKE UPDATE, DELETE, TRUNCATE ON duty_changes, quiet_choices FROM yian_app;
GRANT UPDATE (cancelled_at, cancelled_by, cancelled_via) ON duty_changes TO yian_app;

-- Who is on duty is asked at every alarm, of one home among years of turns.
CREATE INDEX duties_by_end ON duties (home_id, ends_at);

-- Turns of duty that touch this time as they really are: the one place that knows of swaps and leave.
-- A swapped turn has its parts before and after, each with the person who holds it; leave cuts out its time, and
-- so does the end of a login. One SELECT, so that a condition on it reaches the tables.
-- Under row-level security only comparisons that leak nothing reach an index: plain ones do, ranges do not.
CREATE FUNCTION duty_turns(from_at timestamptz, to_at timestamptz)
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
        - CASE WHEN p.disabled_at IS NULL THEN '{}'::tstzmultirange
               ELSE tstzmultirange(tstzrange(p.disabled_at, NULL)) END
    ) AS part
    WHERE d.starts_at < to_at AND d.ends_at > from_at
      AND part && tstzrange(from_at, to_at)
$$;
