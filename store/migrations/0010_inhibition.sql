-- A device that is silent behind a gateway that is down: no alert of its own, looked at again when the gateway is back.
ALTER TABLE liveness ADD COLUMN inhibited boolean NOT NULL DEFAULT false;
CREATE INDEX liveness_inhibited ON liveness (device_id) WHERE inhibited;
