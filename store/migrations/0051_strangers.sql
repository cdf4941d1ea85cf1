-- A device that nobody registered: the home that its topic names, where that is none of ours, and who looked at it and
-- let it be. What it says about life alerts all the same.
ALTER TABLE devices ADD COLUMN home_said text, ADD COLUMN set_aside_at timestamptz, ADD COLUMN set_aside_by text,
    ADD COLUMN set_aside_why text,
    ADD CHECK (num_nonnulls(set_aside_at, set_aside_by, set_aside_why) IN (0, 3));
