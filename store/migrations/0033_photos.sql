-- Photos of hazards, before and after. They lie in the database: one backup and one snapshot hold them with the
-- rows that they prove, row-level security keeps homes apart, and the API stays without state.
CREATE TABLE photos (
    photo_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      int NOT NULL REFERENCES homes,
    hazard_id    int NOT NULL REFERENCES hazards,
    stage        text NOT NULL CHECK (stage IN ('before', 'after')),
    -- what the camera says; the log says when it was added
    taken_at     timestamptz,
    width_px     int NOT NULL CHECK (width_px > 0),
    height_px    int NOT NULL CHECK (height_px > 0),
    -- WGS-84, only where whoever added it chose to keep the place
    lat          double precision CHECK (lat BETWEEN -90 AND 90),
    lon          double precision CHECK (lon BETWEEN -180 AND 180),
    content      bytea NOT NULL,
    thumbnail    bytea NOT NULL,
    sha256       bytea NOT NULL CHECK (sha256 = sha256(content)),
    -- of the file as it was sent, so that the original on a phone can be told
    given_sha256 bytea NOT NULL CHECK (length(given_sha256) = 32),
    CHECK ((lat IS NULL) = (lon IS NULL))
);
CREATE INDEX photos_by_hazard ON photos (hazard_id);

-- Who added and who removed, chained per hazard; a photo that is removed is marked here and stays stored.
CREATE TABLE photo_log (
    entry_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id       int NOT NULL REFERENCES homes,
    hazard_id     int NOT NULL REFERENCES hazards,
    number        int NOT NULL,
    photo_id      bigint NOT NULL REFERENCES photos,
    at            timestamptz NOT NULL,
    actor         text NOT NULL,
    action        text NOT NULL CHECK (action IN ('add', 'remove')),
    details       jsonb NOT NULL,
    previous_hash bytea NOT NULL,
    hash          bytea NOT NULL,
    UNIQUE (hazard_id, number),
    UNIQUE (photo_id, action)
);

CREATE FUNCTION refuse_photo_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'photos and their log are only added to'; END $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['photos', 'photo_log']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY by_home ON %I TO yian_app USING (may_see(home_id))', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO yian_app', t);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM yian_app', t);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION refuse_photo_change()', t);
    END LOOP;
END $$;
