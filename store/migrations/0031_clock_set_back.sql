-- A device whose clock went back: its repeats are known again when they are redelivered, and an all-clear that is
-- dated before the alarm is not believed, but leaves a doubt by which the next alarm is no repeat.
ALTER TABLE device_states ADD COLUMN heard bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN doubted boolean NOT NULL DEFAULT false;
