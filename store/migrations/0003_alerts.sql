-- What a person must answer, and everything that was done about it.
CREATE TABLE incidents (
    incident_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int REFERENCES homes,
    family       text NOT NULL,
    scope        text NOT NULL,
    class        text NOT NULL,
    stage        int NOT NULL DEFAULT 1,
    drill        boolean NOT NULL DEFAULT false,
    ladder       jsonb NOT NULL,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    CHECK (closed_at >= opened_at)
);
-- Alerts of one cause gather here: one open incident per family and scope (a building, a device, a resident).
CREATE UNIQUE INDEX one_open_incident ON incidents (family, scope, drill) WHERE closed_at IS NULL;
CREATE INDEX incidents_by_home ON incidents (home_id, opened_at DESC);

CREATE TABLE alerts (
    alert_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id     bigint NOT NULL REFERENCES incidents,
    home_id         int REFERENCES homes,
    device_id       int REFERENCES devices,
    place_id        int REFERENCES places,
    resident_id     int REFERENCES residents,
    subject         text NOT NULL,
    class           text NOT NULL,
    kind            text NOT NULL,
    state           text NOT NULL DEFAULT 'raised'
                    CHECK (state IN ('raised', 'acknowledged', 'on_scene', 'resolved')),
    happened_at     timestamptz NOT NULL,
    raised_at       timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by int REFERENCES people,
    on_scene_at     timestamptz,
    on_scene_by     int REFERENCES people,
    resolved_at     timestamptz,
    resolved_by     int REFERENCES people,
    outcome         text CHECK (outcome IN ('true', 'false', 'test', 'fault')),
    cause           text,
    cleared_by_device_at timestamptz,
    late            boolean NOT NULL DEFAULT false,
    unregistered    boolean NOT NULL DEFAULT false,
    drill           boolean NOT NULL DEFAULT false,
    reason          text NOT NULL,
    repeats         int NOT NULL DEFAULT 0,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK ((state = 'resolved') = (outcome IS NOT NULL)),
    -- closing cannot be back-dated before the raising
    CHECK (resolved_at >= raised_at AND on_scene_at >= raised_at AND acknowledged_at >= raised_at)
);
-- At most one open alert per device (or zone, resident) and class: kept here, not by code.
CREATE UNIQUE INDEX one_open_alert ON alerts (subject, class, drill) WHERE state <> 'resolved';
CREATE INDEX alerts_by_home ON alerts (home_id, raised_at DESC);
CREATE INDEX alerts_by_incident ON alerts (incident_id);
CREATE INDEX alerts_open ON alerts (device_id) WHERE state <> 'resolved';

-- Every deadline is a row; a scheduler only ticks.
CREATE TABLE timers (
    timer_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL,
    subject      text NOT NULL,
    incident_id  bigint REFERENCES incidents,
    device_id    int REFERENCES devices,
    due_at       timestamptz NOT NULL,
    step         int NOT NULL DEFAULT 0,
    UNIQUE (kind, subject)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE notifications (
    notification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id   bigint REFERENCES incidents,
    home_id       int REFERENCES homes,
    person_id     int REFERENCES people,
    stage         text NOT NULL,
    channels      text[] NOT NULL,
    title         text NOT NULL,
    body          text NOT NULL,
    urgent        boolean NOT NULL,
    created_at    timestamptz NOT NULL,
    next_try_at   timestamptz NOT NULL,
    tries         int NOT NULL DEFAULT 0,
    channel_index int NOT NULL DEFAULT 0,
    sent_at       timestamptz,
    sent_by       text,
    given_up_at   timestamptz,
    receipt       text,
    last_error    text,
    -- one message per person and stage of an incident
    UNIQUE NULLS NOT DISTINCT (incident_id, person_id, stage)
);
CREATE INDEX notifications_due ON notifications (next_try_at) WHERE sent_at IS NULL AND given_up_at IS NULL;

-- Append-only and hash-chained per incident: row n holds the hash over row n-1 and itself.
CREATE TABLE alert_log (
    log_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id  bigint NOT NULL REFERENCES incidents,
    number       int NOT NULL,
    at           timestamptz NOT NULL,
    alert_id     bigint REFERENCES alerts,
    person_id    int REFERENCES people,
    actor        text NOT NULL,
    via          text NOT NULL,
    action       text NOT NULL,
    details      jsonb NOT NULL DEFAULT '{}',
    previous_hash bytea NOT NULL,
    hash         bytea NOT NULL,
    UNIQUE (incident_id, number)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'alert_log is append-only'; END $$;
CREATE TRIGGER alert_log_append_only BEFORE UPDATE OR DELETE ON alert_log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every commit that changes an alert wakes the board; the payload is home and incident, the listener looks up.
CREATE FUNCTION announce_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('yian_alerts', json_build_object(
        'alert_id', NEW.alert_id, 'incident_id', NEW.incident_id, 'home_id', NEW.home_id,
        'device_id', NEW.device_id, 'class', NEW.class, 'state', NEW.state)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER alerts_announced AFTER INSERT OR UPDATE ON alerts
    FOR EACH ROW EXECUTE FUNCTION announce_alert();
CREATE FUNCTION announce_notification() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('yian_outbox', ''); RETURN NULL; END $$;
CREATE TRIGGER notifications_announced AFTER INSERT ON notifications
    FOR EACH STATEMENT EXECUTE FUNCTION announce_notification();
