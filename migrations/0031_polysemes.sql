-- Why: the same concept has a column in many products, under many names. A term that says how its values are written can be held against
-- the columns that carry it, and products that carry the same one can be joined.

CREATE TABLE polyseme (
    term_id uuid PRIMARY KEY REFERENCES glossary_term ON DELETE CASCADE,
    -- Rises with each change; the audit trail says what each version was.
    version integer NOT NULL CHECK (version >= 1),
    -- One of the two: a bounded pattern (domain::glossary::Pattern), or every code that there is.
    pattern text,
    codes text[],
    description text NOT NULL,
    example text NOT NULL,
    -- Who wrote it: the glossary's document, or somebody on the term's page, whom no document overwrites.
    origin text NOT NULL CHECK (origin IN ('document', 'page')),
    changed_at timestamptz NOT NULL,
    changed_by uuid REFERENCES person,
    -- From then on the term is no polyseme; the row stays, so that no document brings it back.
    ended_at timestamptz,
    CHECK ((pattern IS NULL) <> (codes IS NULL)),
    CHECK (cardinality(codes) >= 2)
);

-- Which column carries which concept. By name: a document may write datasets and columns anew.
CREATE TABLE polyseme_column (
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    dataset_name text NOT NULL,
    column_name text NOT NULL,
    term_id uuid NOT NULL REFERENCES polyseme ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('carries', 'proposed', 'refused')),
    -- Whether the column's name says so, or a person.
    origin text NOT NULL CHECK (origin IN ('name', 'person')),
    said_by uuid REFERENCES person,
    said_at timestamptz,
    -- When the source is asked next; never while the dataset is at none.
    check_at timestamptz NOT NULL DEFAULT 'epoch',
    -- What the source said: of how many values how many have the format, in %. No value of the data.
    checked_at timestamptz,
    share double precision CHECK (share BETWEEN 0 AND 100),
    looked bigint,
    -- What it said instead of a number, the last time.
    check_error text,
    PRIMARY KEY (product_id, dataset_name, column_name, term_id),
    CHECK ((checked_at IS NULL) = (share IS NULL) AND (share IS NULL) = (looked IS NULL)),
    CHECK (origin = 'name' OR said_by IS NOT NULL)
);
-- A column carries one concept.
CREATE UNIQUE INDEX polyseme_column_one ON polyseme_column (product_id, dataset_name, column_name) WHERE state = 'carries';
-- beside, and the term's page.
CREATE INDEX polyseme_column_term ON polyseme_column (term_id, product_id) WHERE state = 'carries';
-- job: whose values are to be looked at.
CREATE INDEX polyseme_column_due ON polyseme_column (check_at) WHERE state = 'carries';
GRANT SELECT, INSERT, UPDATE ON polyseme TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON polyseme_column TO pasar_portal;

-- Columns carry what their names say from the moment they are described. A product that is described anew is looked at anew: its tables may be
-- others.
CREATE FUNCTION columns_carry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE polyseme_column m SET check_at = CASE WHEN d.table_name IS NULL THEN 'infinity' ELSE 'epoch' END::timestamptz
        FROM changed c JOIN dataset d ON d.id = c.dataset_id
        WHERE m.product_id = d.product_id AND m.dataset_name = d.name AND m.column_name = c.name;
    INSERT INTO polyseme_column (product_id, dataset_name, column_name, term_id, state, origin, check_at)
        SELECT DISTINCT ON (d.product_id, d.name, c.name) d.product_id, d.name, c.name, y.term_id, 'carries', 'name',
               CASE WHEN d.table_name IS NULL THEN 'infinity' ELSE 'epoch' END::timestamptz
        FROM changed c JOIN dataset d ON d.id = c.dataset_id
        JOIN (polyseme y JOIN glossary_term t ON t.id = y.term_id AND y.ended_at IS NULL) ON lower(c.name) = ANY (t.column_names)
        ORDER BY d.product_id, d.name, c.name, t.slug
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER carry_when_added AFTER INSERT ON data_column REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION columns_carry();
