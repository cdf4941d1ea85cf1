-- Whether the zone has burnt a moment ago is asked at each fire signal: without this it read every alert ever raised.
CREATE INDEX alerts_fires ON alerts (device_id, happened_at DESC) WHERE class = 'F1' AND NOT drill;
