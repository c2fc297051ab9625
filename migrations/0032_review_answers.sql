-- Why: who is asked in a review whether access is still needed could only write a mail. The answer now stands beside the question, so that whoever
-- decides reads it there. Columns are added without a default that is computed: no row is rewritten.
ALTER TABLE access_review_item
    ADD COLUMN needed boolean,
    ADD COLUMN answer text NOT NULL DEFAULT '',
    ADD COLUMN answered_by uuid REFERENCES person,
    ADD COLUMN answered_at timestamptz,
    ADD CONSTRAINT access_review_item_answered CHECK ((needed IS NULL) = (answered_at IS NULL) AND (needed IS NULL) = (answered_by IS NULL));
