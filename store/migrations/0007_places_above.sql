-- Where a place is, read upwards: what a person is told, and which zone and building an alarm counts in.
CREATE FUNCTION place_path(place int) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE up AS (
        SELECT p.place_id, p.parent_id, p.name, 0 AS height FROM places p WHERE p.place_id = place
        UNION ALL
        SELECT p.place_id, p.parent_id, p.name, up.height + 1
        FROM places p JOIN up ON p.place_id = up.parent_id WHERE up.height < 16
    )
    SELECT coalesce(array_agg(name ORDER BY height DESC), '{}') FROM up
$$;

CREATE FUNCTION place_above(place int, wanted text) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE up AS (
        SELECT p.place_id, p.parent_id, p.kind, 0 AS height FROM places p WHERE p.place_id = place
        UNION ALL
        SELECT p.place_id, p.parent_id, p.kind, up.height + 1
        FROM places p JOIN up ON p.place_id = up.parent_id WHERE up.height < 16
    )
    SELECT place_id FROM up WHERE kind = wanted ORDER BY height LIMIT 1
$$;

-- Who is alive among our own roles: what we could not hear is not a device's silence.
CREATE TABLE services (
    name        text NOT NULL,
    replica     text NOT NULL,
    started_at  timestamptz NOT NULL,
    beat_at     timestamptz NOT NULL,
    details     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (name, replica)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON services TO yian_app;

-- The zone and building of a device, kept with it: an alarm must not climb the tree for each neighbour.
ALTER TABLE devices ADD COLUMN zone_id int REFERENCES places, ADD COLUMN building_id int REFERENCES places;
CREATE INDEX devices_by_zone ON devices (zone_id);
CREATE FUNCTION place_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.zone_id := place_above(NEW.place_id, 'zone');
    NEW.building_id := place_above(NEW.place_id, 'building');
    RETURN NEW;
END $$;
CREATE TRIGGER devices_placed BEFORE INSERT OR UPDATE OF place_id ON devices
    FOR EACH ROW EXECUTE FUNCTION place_device();
