-- On which morning each home's ledger was last looked at for what is overdue; a clock that was away looks later.
CREATE TABLE ledger_checks (
    home_id     int PRIMARY KEY REFERENCES homes,
    checked_on  date NOT NULL
);
ALTER TABLE ledger_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_home ON ledger_checks TO yian_app USING (may_see(home_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_checks TO yian_app;
