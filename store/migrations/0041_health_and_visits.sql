-- What the report says of residents' health (体检, 健康档案) and of care visits to old people who live at home (探视巡访).
ALTER TABLE residents ADD COLUMN health_file_on date;

CREATE TABLE health_checks (
    check_id     int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    done_on      date NOT NULL,
    done_by      text NOT NULL DEFAULT '',
    examined     int NOT NULL CHECK (examined > 0),
    recorded_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX health_checks_by_day ON health_checks (done_on, home_id);
ALTER TABLE health_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON health_checks TO yian_app USING (may_see(home_id));

-- Contracts of the bureau, of no home: who visits how many in which township.
CREATE TABLE care_visits (
    contract_id  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    township     text NOT NULL,
    provider     text NOT NULL,
    starts_on    date NOT NULL,
    ends_on      date,
    elders       int NOT NULL CHECK (elders > 0),
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (township, starts_on),
    CHECK (ends_on >= starts_on)
);
ALTER TABLE care_visits ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_homes ON care_visits TO yian_app USING (current_setting('yian.homes', true) = 'all');

DO $$
DECLARE t text[];
BEGIN
    FOREACH t SLICE 1 IN ARRAY ARRAY[['health_checks', 'check_id'], ['care_visits', 'contract_id']]
    LOOP
        EXECUTE format('CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION log_register(%L)', t[1], t[2]);
    END LOOP;
END $$;
