-- Who and what is watched: homes, places, residents, people, duty, devices.
CREATE TABLE homes (
    home_id           int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code              text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9_-]{1,64}$'),
    name              text NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('敬老院', '福利院', '民办', '颐养之家')),
    township          text NOT NULL DEFAULT '',
    address           text NOT NULL DEFAULT '',
    phone             text NOT NULL DEFAULT '',
    beds              int CHECK (beds >= 0),
    registration_no   text UNIQUE,
    registered_on     date,
    licensed          boolean,
    sprinkler         boolean,
    micro_station_on  date,
    lat               double precision CHECK (lat BETWEEN -90 AND 90),
    lon               double precision CHECK (lon BETWEEN -180 AND 180),
    opened_on         date,
    closed_on         date,
    CHECK (closed_on >= opened_on)
);

CREATE TABLE places (
    place_id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id    int NOT NULL REFERENCES homes,
    parent_id  int REFERENCES places,
    kind       text NOT NULL CHECK (kind IN ('building', 'floor', 'zone', 'room')),
    name       text NOT NULL,
    needs_detector boolean NOT NULL DEFAULT false,
    UNIQUE NULLS NOT DISTINCT (home_id, parent_id, name)
);
CREATE INDEX places_by_parent ON places (parent_id);

CREATE TABLE residents (
    resident_id  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    place_id     int REFERENCES places,
    name         text NOT NULL,
    born_on      date,
    can_walk     boolean NOT NULL DEFAULT true,
    wanders      boolean NOT NULL DEFAULT false,
    moved_in_on  date NOT NULL,
    moved_out_on date,
    CHECK (moved_out_on >= moved_in_on)
);
CREATE INDEX residents_by_home ON residents (home_id);

CREATE TABLE people (
    person_id      int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login          text NOT NULL UNIQUE,
    name           text NOT NULL,
    role           text NOT NULL CHECK (role IN
                   ('carer', 'maintenance', 'shift_leader', 'head', 'township', 'bureau', 'admin')),
    home_id        int REFERENCES homes,
    township       text,
    phone          text,
    channels       text[] NOT NULL DEFAULT '{}',
    password_hash  text NOT NULL,
    disabled_at    timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK ((home_id IS NULL) = (role IN ('township', 'bureau', 'admin')))
);

CREATE TABLE sessions (
    token_hash  bytea PRIMARY KEY,
    person_id   int NOT NULL REFERENCES people,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    seen_from   text NOT NULL
);

CREATE TABLE duties (
    duty_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id    int NOT NULL REFERENCES homes,
    person_id  int NOT NULL REFERENCES people,
    role       text NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX duties_by_home ON duties (home_id, starts_at, ends_at);

CREATE TABLE devices (
    device_id     int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text NOT NULL,
    address       text NOT NULL,
    name          text NOT NULL,
    kind          text NOT NULL CHECK (kind IN
                  ('detector', 'wristband', 'call_point', 'sos_button', 'gateway', 'unknown')),
    model         text,
    home_id       int REFERENCES homes,
    place_id      int REFERENCES places,
    resident_id   int REFERENCES residents,
    parent_id     int REFERENCES devices,
    report_every  interval NOT NULL DEFAULT '24 hours' CHECK (report_every > interval '0'),
    sleeps        boolean NOT NULL DEFAULT false,
    installed_on  date,
    retired_on    date,
    registered    boolean NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, address),
    CHECK (retired_on >= installed_on),
    CHECK (home_id IS NOT NULL OR NOT registered)
);
CREATE INDEX devices_by_home ON devices (home_id);
CREATE INDEX devices_by_parent ON devices (parent_id);

-- Names by which a make calls a device besides its address; a Zigbee friendly name can move to another device.
CREATE TABLE device_aliases (
    source     text NOT NULL,
    alias      text NOT NULL,
    device_id  int NOT NULL REFERENCES devices,
    PRIMARY KEY (source, alias)
);

-- Which home a whole foreign source belongs to, so that an unknown device of it still has a home.
CREATE TABLE sources (
    source     text PRIMARY KEY,
    home_id    int REFERENCES homes,
    gateway_id int REFERENCES devices
);
