-- Natural keys, so that entering a register twice changes nothing.
CREATE UNIQUE INDEX residents_key ON residents (home_id, name, born_on, moved_in_on) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX duties_key ON duties (person_id, role, starts_at);
