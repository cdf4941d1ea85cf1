-- Letters that were let go after their time, counted by day (in China) and reason, so that nothing is lost in silence.
CREATE TABLE dead_letter_days (
    day       date NOT NULL,
    reason    text NOT NULL,
    letters   bigint NOT NULL,
    messages  bigint NOT NULL,
    replayed  bigint NOT NULL,
    PRIMARY KEY (day, reason)
);
CREATE INDEX dead_letters_by_time ON dead_letters (last_at);
