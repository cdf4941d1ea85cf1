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
