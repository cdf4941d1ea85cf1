-- Reports as they were signed: text, figures and the rows behind them, chained so that none can be swapped.
CREATE TABLE reports (
    report_id     int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL,
    start_on      date NOT NULL,
    end_on        date NOT NULL,
    ends_at       timestamptz NOT NULL,
    home_id       int REFERENCES homes,
    version       int NOT NULL,
    frozen_at     timestamptz NOT NULL,
    frozen_by     text NOT NULL,
    content       text NOT NULL,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL UNIQUE,
    UNIQUE NULLS NOT DISTINCT (kind, start_on, end_on, home_id, version)
);
ALTER TABLE reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON reports TO yian_app
    USING (current_setting('yian.homes', true) = 'all' OR may_see(home_id));
GRANT SELECT, INSERT ON reports TO yian_app;
REVOKE UPDATE, DELETE, TRUNCATE ON reports FROM yian_app;
CREATE FUNCTION refuse_report_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a frozen report is never changed; freeze a new version'; END $$;
CREATE TRIGGER reports_append_only BEFORE UPDATE OR DELETE ON reports
    FOR EACH ROW EXECUTE FUNCTION refuse_report_change();
