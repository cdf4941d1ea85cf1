-- The sender of a home's canaries is a device of its own kind, which no register holds.
ALTER TABLE devices DROP CONSTRAINT devices_kind_check, ADD CONSTRAINT devices_kind_check CHECK (kind IN
    ('detector', 'wristband', 'call_point', 'sos_button', 'gateway', 'beacon', 'door_sensor', 'unknown', 'canary'));
