-- Why: a search that finds nothing is worth telling to whoever could have the data. What officers look for and nobody has
-- described is asked of one domain, whose people say whether it exists, is planned or is not.

CREATE TABLE wanted_data (
    id uuid PRIMARY KEY,
    asked_by uuid NOT NULL REFERENCES person,
    domain_id uuid NOT NULL REFERENCES data_domain,
    words text NOT NULL,
    explanation text NOT NULL,
    asked_at timestamptz NOT NULL,
    -- Given with the form: the same form sent twice is one question.
    submission_key uuid NOT NULL,
    answered_at timestamptz,
    answered_by uuid REFERENCES person,
    answer_kind text CHECK (answer_kind IN ('exists', 'planned', 'not-planned')),
    answer text,
    -- The product that has the data, or comes closest. Shown to those alone who may know of it.
    product_id uuid REFERENCES product ON DELETE SET NULL,
    withdrawn_at timestamptz,
    UNIQUE (asked_by, submission_key),
    CHECK (num_nulls(answered_at, answered_by, answer_kind, answer) IN (0, 4)),
    CHECK (product_id IS NULL OR answered_at IS NOT NULL),
    CHECK (answered_at IS NULL OR withdrawn_at IS NULL)
);
CREATE INDEX wanted_data_asked_by ON wanted_data (asked_by, asked_at DESC);
-- What waits in a domain, oldest first.
CREATE INDEX wanted_data_open ON wanted_data (domain_id, asked_at) WHERE answered_at IS NULL AND withdrawn_at IS NULL;
-- For when a product is deleted.
CREATE INDEX wanted_data_product ON wanted_data (product_id) WHERE product_id IS NOT NULL;

-- Which domain to ask: products with one of the words in their title. Without it every title is analysed for each form, a second
-- for a hundred thousand. Products are not written to while it is built: half a second for as many.
CREATE INDEX product_title_words ON product USING gin (to_tsvector('english', title));

-- Nothing is deleted: what was asked and answered stays as it was said.
GRANT SELECT, INSERT, UPDATE ON wanted_data TO pasar_portal;
