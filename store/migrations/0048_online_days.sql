-- How long the devices of a home were online on a day (Asia/Shanghai), overlapping intervals once, from when the home
-- was first heard: what a year counted from some thousand intervals each time. A row is either what the intervals say
-- or it is gone: whatever could move it deletes it in the same transaction, and a night writes it anew. A home has all
-- kinds of a day, or none.
CREATE TABLE online_days (
    home_id    int NOT NULL REFERENCES homes,
    day        date NOT NULL,
    kind       text NOT NULL,
    online_for interval NOT NULL,
    PRIMARY KEY (home_id, day, kind)
);
ALTER TABLE online_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON online_days TO yian_app USING (may_see(home_id));

-- The intervals of a device that reach into a time are the last few of all it ever had. A column, since under row-level
-- security an index on coalesce() takes no bound.
ALTER TABLE liveness_intervals
    ADD COLUMN ends_at timestamptz GENERATED ALWAYS AS (coalesce(online_to, 'infinity')) STORED;
CREATE INDEX liveness_intervals_by_end ON liveness_intervals (device_id, ends_at);

-- The days of a home from one on are forgotten. Whoever writes them waits (`lock_online_days`) until this is committed,
-- and sees it. As the owner: who moves a device may not see the home that it comes from.
CREATE FUNCTION forget_online_days(of_home int, from_on date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7150, of_home);
    DELETE FROM online_days WHERE home_id = of_home AND day >= from_on;
END $$;
REVOKE EXECUTE ON FUNCTION forget_online_days FROM PUBLIC;

CREATE FUNCTION lock_online_days(of_home int) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(7150, of_home)
$$;

-- Intervals that begin, end or end otherwise today, which are nearly all, move no day that is written. In order of
-- the homes, as everybody takes their locks.
CREATE FUNCTION intervals_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM forget_online_days(c.home_id, (c.at AT TIME ZONE 'Asia/Shanghai')::date)
        FROM (SELECT d.home_id, min(CASE WHEN o.device_id = n.device_id THEN least(o.online_to, n.online_to)
                                         ELSE online_from END) AS at
              FROM before o FULL JOIN after n USING (device_id, online_from) JOIN devices d USING (device_id)
              WHERE o.online_to IS DISTINCT FROM n.online_to OR o.device_id IS NULL OR n.device_id IS NULL
              GROUP BY d.home_id ORDER BY d.home_id) c
        WHERE c.at < date_trunc('day', now(), 'Asia/Shanghai') AND c.home_id IS NOT NULL;
    ELSE
        PERFORM forget_online_days(c.home_id, (c.at AT TIME ZONE 'Asia/Shanghai')::date)
        FROM (SELECT d.home_id, min(x.online_from) AS at FROM changed x JOIN devices d USING (device_id)
              GROUP BY d.home_id ORDER BY d.home_id) c
        WHERE c.at < date_trunc('day', now(), 'Asia/Shanghai') AND c.home_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER online_days_inserted AFTER INSERT ON liveness_intervals REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION intervals_changed();
CREATE TRIGGER online_days_updated AFTER UPDATE ON liveness_intervals REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION intervals_changed();
CREATE TRIGGER online_days_deleted AFTER DELETE ON liveness_intervals REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION intervals_changed();

-- A device that counts for another home, as another kind or from another day; a home that is closed or opened again.
CREATE FUNCTION device_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM forget_online_days(h.home_id, '-infinity')
    FROM (SELECT DISTINCT x AS home_id FROM unnest(ARRAY[OLD.home_id, NEW.home_id]) x ORDER BY x) h
    WHERE h.home_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER online_days_moved AFTER UPDATE ON devices FOR EACH ROW
    WHEN ((OLD.home_id, OLD.kind, OLD.registered, OLD.installed_on, OLD.retired_on, OLD.created_at)
          IS DISTINCT FROM (NEW.home_id, NEW.kind, NEW.registered, NEW.installed_on, NEW.retired_on, NEW.created_at))
    EXECUTE FUNCTION device_moved();
CREATE TRIGGER online_days_closed AFTER UPDATE ON homes FOR EACH ROW
    WHEN (OLD.closed_on IS DISTINCT FROM NEW.closed_on) EXECUTE FUNCTION device_moved();

-- As before (0047), by date_bin: the same slots, without a division of numerics for each report.
CREATE OR REPLACE FUNCTION reports_within(from_at timestamptz, to_at timestamptz, open_too boolean, of_homes int[],
                                          heard_at timestamptz[], of_device int)
RETURNS TABLE (device_id int, home_id int, kind text, reports int, reports_due int, battery_min_pct real)
LANGUAGE sql STABLE AS $$
    WITH watched AS (
        SELECT d.device_id, d.home_id, d.kind, make_interval(secs => date_part('epoch', d.report_every)) AS every,
               greatest(coalesce(d.installed_on::timestamp AT TIME ZONE 'Asia/Shanghai', d.created_at),
                        b.began_at) AS anchor,
               least(to_at, d.retired_on::timestamp AT TIME ZONE 'Asia/Shanghai',
                     h.closed_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS until_at
        FROM unnest(of_homes, heard_at) b (home_id, began_at) JOIN devices d USING (home_id) JOIN homes h USING (home_id)
        WHERE d.registered AND (of_device IS NULL OR d.device_id = of_device)
    ), slots AS (
        SELECT w.*, date_bin(w.every, greatest(from_at, w.anchor), w.anchor) AS first_at,
               date_bin(w.every, w.until_at, w.anchor) AS end_at
        FROM watched w WHERE w.until_at > greatest(from_at, w.anchor)
    -- Materialized: under row-level security an index takes a bound only where it is a plain value by then.
    ), read AS MATERIALIZED (
        SELECT s.*, least(s.first_at, from_at) AS read_at FROM slots s
    )
    SELECT s.device_id, s.home_id, s.kind, (f.closed + f.open)::int,
           (round(date_part('epoch', s.end_at - s.first_at) / date_part('epoch', s.every)) + f.open)::int,
           f.battery_min_pct
    FROM read s
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT h.slot_at) FILTER (WHERE h.slot_at < s.end_at) AS closed,
               count(DISTINCT h.slot_at) FILTER (WHERE h.slot_at = s.end_at AND open_too) AS open,
               min(h.battery_pct) AS battery_min_pct
        FROM (
            SELECT CASE WHEN r.happened_at >= s.first_at AND r.happened_at < s.until_at
                        THEN date_bin(s.every, r.happened_at, s.anchor) END AS slot_at,
                   CASE WHEN r.happened_at >= from_at THEN r.battery_pct END AS battery_pct
            FROM readings r
            WHERE r.device_id = s.device_id AND r.happened_at >= s.read_at AND r.happened_at < to_at
            UNION ALL
            SELECT date_bin(s.every, e.happened_at, s.anchor), NULL FROM events e
            WHERE e.device_id = s.device_id AND e.happened_at >= s.first_at AND e.happened_at < s.until_at
        ) h
    ) f
$$;
