-- A hazard that is closed on a page says what was done; one that is opened again says why. What it said before stays in
-- register_log.
ALTER TABLE hazards ADD COLUMN measures text NOT NULL DEFAULT '', ADD COLUMN reopened_why text;
