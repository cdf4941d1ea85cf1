-- What a request of a person was answered with, by the key that their page gave it: the same request sent again after
-- a time-out is answered with it and stores nothing. Kept for a day. As sessions, a person's own and of no home.
CREATE TABLE answered_once (
    person_id    int NOT NULL REFERENCES people ON DELETE CASCADE,
    key          text NOT NULL,
    asked        bytea NOT NULL,
    answer       jsonb,
    answered_at  timestamptz NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX answered_once_by_time ON answered_once (answered_at);
