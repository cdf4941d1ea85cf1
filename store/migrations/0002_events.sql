-- What devices said: safety events (few, kept for years), readings (many, kept 30 days), liveness (intervals).
CREATE TABLE events (
    event_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id    int NOT NULL REFERENCES devices,
    home_id      int REFERENCES homes,
    kind         text NOT NULL,
    state        text CHECK (state IN ('active', 'clear')),
    said_at      timestamptz,
    happened_at  timestamptz NOT NULL,
    arrived_at   timestamptz NOT NULL,
    event_key    text NOT NULL,
    live         boolean NOT NULL DEFAULT true,
    details      jsonb NOT NULL DEFAULT '{}',
    -- (device, time of the device, sequence or id): a redelivery changes nothing.
    UNIQUE NULLS NOT DISTINCT (device_id, said_at, event_key, kind, state)
);
CREATE INDEX events_by_device ON events (device_id, happened_at DESC);
CREATE INDEX events_by_home ON events (home_id, happened_at DESC);

-- The last known state per device and kind: what makes a repeat a repeat.
CREATE TABLE device_states (
    device_id   int NOT NULL REFERENCES devices,
    kind        text NOT NULL,
    active      boolean NOT NULL,
    since       timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    said_at     timestamptz,
    repeats     int NOT NULL DEFAULT 0,
    PRIMARY KEY (device_id, kind)
) WITH (fillfactor = 70);
CREATE INDEX device_states_active ON device_states (kind, device_id) WHERE active;

CREATE TABLE readings (
    device_id    int NOT NULL,
    happened_at  timestamptz NOT NULL,
    reading_key  text NOT NULL,
    arrived_at   timestamptz NOT NULL,
    battery_pct  real,
    rssi_dbm     real,
    temperature_c real,
    lat          double precision,
    lon          double precision,
    accuracy_m   real,
    worn         boolean,
    details      jsonb,
    UNIQUE (device_id, happened_at, reading_key)
);

CREATE TABLE liveness (
    device_id     int PRIMARY KEY REFERENCES devices,
    last_seen_at  timestamptz NOT NULL,
    online        boolean NOT NULL DEFAULT true,
    since         timestamptz NOT NULL,
    silent_at     timestamptz NOT NULL,
    battery_pct   real,
    worn          boolean,
    clock_skew    interval
) WITH (fillfactor = 70);
CREATE INDEX liveness_due ON liveness (silent_at) WHERE online;

CREATE TABLE liveness_intervals (
    device_id    int NOT NULL REFERENCES devices,
    online_from  timestamptz NOT NULL,
    online_to    timestamptz,
    PRIMARY KEY (device_id, online_from),
    CHECK (online_to >= online_from)
);

-- Daily rollups, ours on both grounds, so that the numbers are the same.
CREATE TABLE device_days (
    device_id       int NOT NULL REFERENCES devices,
    day             date NOT NULL,
    home_id         int REFERENCES homes,
    reports         int NOT NULL,
    reports_due     int NOT NULL,
    online_for      interval NOT NULL,
    worn_for        interval,
    battery_min_pct real,
    PRIMARY KEY (device_id, day)
);
CREATE INDEX device_days_by_day ON device_days (day, home_id);

CREATE TABLE dead_letters (
    dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic        text NOT NULL,
    payload      bytea NOT NULL,
    reason       text NOT NULL,
    traceback    text,
    arrived_at   timestamptz NOT NULL,
    replayed_at  timestamptz,
    -- the same bytes redelivered at once are one letter, a device that repeats itself is counted
    payload_hash bytea NOT NULL,
    seen         int NOT NULL DEFAULT 1,
    last_at      timestamptz NOT NULL,
    UNIQUE (topic, payload_hash)
);
