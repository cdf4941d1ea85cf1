-- What was taken back before it was sent is not the same as what could not be sent.
ALTER TABLE notifications ADD COLUMN withdrawn_at timestamptz;
DROP INDEX notifications_due;
CREATE INDEX notifications_due ON notifications (urgent DESC, next_try_at)
    WHERE sent_at IS NULL AND given_up_at IS NULL AND withdrawn_at IS NULL;

-- How each channel has been doing; `channel` is a scheme and a digest, never the address: that may hold a secret.
CREATE TABLE channel_health (
    channel       text PRIMARY KEY,
    failures      int NOT NULL DEFAULT 0,
    failing_since timestamptz,
    reported_at   timestamptz,
    last_ok_at    timestamptz,
    last_error    text
);
GRANT SELECT, INSERT, UPDATE, DELETE ON channel_health TO yian_app;
