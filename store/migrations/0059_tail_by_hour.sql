-- What the days after the last rollup come to by device, up to a full hour that is over, written anew each hour: all
-- readings of the day were counted for each question, and more of them towards its evening. All rows are of one time.
CREATE TABLE device_tails (
    device_id       int PRIMARY KEY REFERENCES devices,
    home_id         int NOT NULL REFERENCES homes,
    kind            text NOT NULL,
    from_at         timestamptz NOT NULL,
    through_at      timestamptz NOT NULL,
    reports         int NOT NULL,
    reports_due     int NOT NULL,
    worn_for        interval,
    battery_min_pct real
);
CREATE INDEX device_tails_by_home ON device_tails (home_id);
ALTER TABLE device_tails ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON device_tails TO yian_app USING (may_see(home_id));
