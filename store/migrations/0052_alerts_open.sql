-- Only for a device's own: as an index of all open alerts it was taken for finding one of them, and read whole, by plans
-- that were made while none was open.
DROP INDEX alerts_open;
CREATE INDEX alerts_open ON alerts (device_id) WHERE state <> 'resolved' AND device_id IS NOT NULL;
