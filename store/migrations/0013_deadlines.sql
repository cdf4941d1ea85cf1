-- A deadline counts from when people were told, so that no later answer or flapping device puts it off.
ALTER TABLE timers ADD COLUMN told_at timestamptz, ADD COLUMN failures int NOT NULL DEFAULT 0;
-- An incident that was in hand and flares up again is told anew: one message per person, stage and round.
ALTER TABLE incidents ADD COLUMN round int NOT NULL DEFAULT 1;
