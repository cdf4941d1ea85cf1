-- What held at a time is asked of the past too, where windows have returned.
DROP INDEX suppressions_by_home;
CREATE INDEX suppressions_by_home ON suppressions (home_id, ends_at);
