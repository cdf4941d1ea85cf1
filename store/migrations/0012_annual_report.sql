-- What the annual report needs beside the first registers; and day sums per home, so that a year is instant.
ALTER TABLE homes ADD COLUMN key_unit boolean, ADD COLUMN station_level int CHECK (station_level BETWEEN 1 AND 3),
    ADD COLUMN station_members int CHECK (station_members >= 0), ADD COLUMN insured_until_on date;

-- Night patrols are counted apart from daytime ones.
ALTER TABLE inspections ADD COLUMN at_night boolean NOT NULL DEFAULT false;

-- The order to rectify (整改通知书), its proof, and the second look.
ALTER TABLE hazards ADD COLUMN notice_no text, ADD COLUMN notice_on date, ADD COLUMN reinspected_on date,
    ADD COLUMN evidence text[] NOT NULL DEFAULT '{}';

CREATE TABLE projects (
    project_id   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    kind         text NOT NULL CHECK (kind IN ('fire_system', 'sprinkler', 'other')),
    name         text NOT NULL,
    investment_yuan bigint CHECK (investment_yuan >= 0),
    started_on   date NOT NULL,
    completed_on date,
    accepted_on  date,
    acceptance_no text,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (completed_on >= started_on),
    -- 消防备案 is given to what is complete
    CHECK (accepted_on IS NULL OR accepted_on >= completed_on)
);
CREATE INDEX projects_by_home ON projects (home_id, completed_on);

CREATE TABLE accidents (
    accident_id  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    incident_id  bigint REFERENCES incidents,
    happened_on  date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('fire', 'missing', 'fall', 'other')),
    deaths       int NOT NULL CHECK (deaths >= 0),
    injured      int NOT NULL CHECK (injured >= 0),
    description  text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX accidents_by_day ON accidents (happened_on, home_id);

-- What the province and the city asked for, e.g. training_attendees.
CREATE TABLE targets (
    year   int NOT NULL,
    name   text NOT NULL CHECK (name IN ('training_sessions', 'training_attendees')),
    value  int NOT NULL CHECK (value > 0),
    PRIMARY KEY (year, name)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON targets TO yian_app;

CREATE TABLE home_days (
    home_id       int NOT NULL REFERENCES homes,
    day           date NOT NULL,
    kind          text NOT NULL,
    devices       int NOT NULL,
    reports       int NOT NULL,
    reports_due   int NOT NULL,
    online_for    interval NOT NULL,
    worn_for      interval,
    charged       int NOT NULL,
    with_battery  int NOT NULL,
    rolled_at     timestamptz NOT NULL,
    PRIMARY KEY (home_id, day, kind)
);
CREATE INDEX home_days_by_day ON home_days (day);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['projects', 'accidents', 'home_days']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
    END LOOP;
END $$;
