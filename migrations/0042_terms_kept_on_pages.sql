-- Why: trusted centres keep their terms themselves and not by documents alone; a term has a broader one, so that people find from one word to
-- the next; and a word that nothing carries can be taken out of use.

ALTER TABLE glossary_term
    ADD COLUMN parent_id uuid REFERENCES glossary_term,
    -- Who wrote it: the glossary's document, or somebody on the term's page, whom no document overwrites.
    ADD COLUMN origin text NOT NULL DEFAULT 'document' CHECK (origin IN ('document', 'page')),
    -- From then on it is not used; the row stays, so that no document brings it back.
    ADD COLUMN retired_at timestamptz,
    ADD CONSTRAINT glossary_term_retired CHECK (retired_at IS NULL OR (origin = 'page' AND column_names = '{}'));
-- narrower terms.
CREATE INDEX glossary_term_parent ON glossary_term (parent_id);

-- After the statement, so that a document may turn a whole tree around at once.
CREATE FUNCTION broader_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two who change at the same time could each be right and make a circle together.
    PERFORM pg_advisory_xact_lock(hashtextextended('glossary_term.parent_id', 0));
    IF EXISTS (WITH RECURSIVE broader AS (
                   SELECT NEW.parent_id AS id
                   UNION SELECT t.parent_id FROM broader b JOIN glossary_term t ON t.id = b.id WHERE t.parent_id IS NOT NULL)
               SELECT FROM broader WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'the term % would be broader than itself', NEW.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'glossary_term_no_circle', TABLE = 'glossary_term';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER broader_term AFTER INSERT OR UPDATE OF parent_id ON glossary_term FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION broader_term();
