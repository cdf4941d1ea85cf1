-- The bureau's own words of the annual report, phrase by phrase. A change is a new row: what was said at any time and
-- who set it stays known. NULL takes a phrase back to what the project ships; `shipped` is what that was, so that words
-- written in place of one sentence never stand for another.
CREATE TABLE report_word_changes (
    change_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL,
    shipped       text NOT NULL,
    text          text,
    made_at       timestamptz NOT NULL,
    made_by       text NOT NULL CHECK (length(trim(made_by)) > 0)
);
CREATE FUNCTION refuse_report_word_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'report_word_changes is append-only'; END $$;
CREATE TRIGGER report_word_changes_append_only BEFORE UPDATE OR DELETE ON report_word_changes
    FOR EACH ROW EXECUTE FUNCTION refuse_report_word_change();
ALTER TABLE report_word_changes ENABLE ROW LEVEL SECURITY;
-- A head's report is in these words too; only who sees every home writes them.
CREATE POLICY told_to_all ON report_word_changes TO yian_app
    USING (true) WITH CHECK (current_setting('yian.homes', true) = 'all');
GRANT SELECT, INSERT ON report_word_changes TO yian_app;
REVOKE UPDATE, DELETE, TRUNCATE ON report_word_changes FROM yian_app;
