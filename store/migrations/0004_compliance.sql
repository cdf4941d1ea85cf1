-- What the bureau records by hand and the annual report counts.
CREATE TABLE inspections (
    inspection_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    done_on      date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('joint', 'bureau', 'self', 'patrol', 'drill', 'equipment_test')),
    departments  text[] NOT NULL DEFAULT '{}',
    findings     text NOT NULL DEFAULT '',
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inspections_by_day ON inspections (done_on, home_id);

CREATE TABLE hazards (
    hazard_id    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    found_on     date NOT NULL,
    grade        text NOT NULL CHECK (grade IN ('general', 'major')),
    kind         text NOT NULL DEFAULT 'other' CHECK (kind IN ('other', 'unlicensed', 'fire_system', 'no_sprinkler')),
    description  text NOT NULL,
    deadline_on  date,
    closed_on    date,
    closed_how   text CHECK (closed_how IN ('rectified', 'retrofitted', 'closed_down')),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (closed_on >= found_on),
    CHECK (deadline_on >= found_on),
    CHECK ((closed_on IS NULL) = (closed_how IS NULL))
);
CREATE INDEX hazards_by_home ON hazards (home_id, found_on);

CREATE TABLE trainings (
    training_id  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int REFERENCES homes,
    held_on      date NOT NULL,
    topic        text NOT NULL,
    attendees    int NOT NULL CHECK (attendees >= 0),
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX trainings_by_day ON trainings (held_on);
