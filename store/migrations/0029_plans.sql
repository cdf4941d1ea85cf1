-- Plans of floors: where devices and exits stand, in metres from the plan's upper left corner, x to the right, y down.
-- A plan is the size of its floor (of the building, where there are no floors).
ALTER TABLE places ADD COLUMN width_m real CHECK (width_m > 0), ADD COLUMN depth_m real CHECK (depth_m > 0),
    ADD CHECK ((width_m IS NULL) = (depth_m IS NULL));
ALTER TABLE devices ADD COLUMN x_m real, ADD COLUMN y_m real, ADD CHECK ((x_m IS NULL) = (y_m IS NULL));
ALTER TABLE devices DROP CONSTRAINT devices_kind_check, ADD CONSTRAINT devices_kind_check CHECK (kind IN
    ('detector', 'wristband', 'call_point', 'sos_button', 'gateway', 'beacon', 'door_sensor', 'unknown'));

-- Doors (出入口). Hours are of the day in Shanghai; both empty: the hours of night in the settings.
CREATE TABLE exits (
    exit_id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id         int NOT NULL REFERENCES homes,
    place_id        int NOT NULL REFERENCES places,
    name            text NOT NULL,
    leads_outside   boolean NOT NULL DEFAULT true,
    watched_by      int REFERENCES devices,
    watched_from_h  real CHECK (watched_from_h BETWEEN 0 AND 24),
    watched_until_h real CHECK (watched_until_h BETWEEN 0 AND 24),
    x_m             real,
    y_m             real,
    UNIQUE (place_id, name),
    CHECK ((watched_from_h IS NULL) = (watched_until_h IS NULL)),
    CHECK ((x_m IS NULL) = (y_m IS NULL))
);
CREATE INDEX exits_by_home ON exits (home_id);
CREATE INDEX exits_by_watcher ON exits (watched_by);
ALTER TABLE exits ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON exits TO yian_app USING (may_see(home_id));
CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON exits
    FOR EACH ROW EXECUTE FUNCTION log_register('exit_id');

-- By which door: whoever is sent must know where to run.
ALTER TABLE alerts ADD COLUMN exit_id int REFERENCES exits;
