-- What a month of a home, or of the county (no home), was counted from when it was last filed or looked through for a
-- correction: a hash over its rows. The night counts anew only what has another one by now.
CREATE TABLE month_marks (
    start_on  date NOT NULL,
    home_id   int REFERENCES homes,
    mark      bytea NOT NULL,
    UNIQUE NULLS NOT DISTINCT (start_on, home_id)
);
ALTER TABLE month_marks ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON month_marks TO yian_app
    USING (current_setting('yian.homes', true) = 'all' OR may_see(home_id));
GRANT SELECT, INSERT, UPDATE ON month_marks TO yian_app;
