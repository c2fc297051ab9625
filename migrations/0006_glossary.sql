-- Why: officers ask in everyday words while columns and products are called otherwise. The glossary says once what a term
-- means and which columns carry it; sets of phrases that mean the same widen what search finds.

CREATE TABLE glossary_term (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    definition text NOT NULL,
    -- Whose trusted centre keeps the definition; null for words of the whole service.
    sector_id uuid REFERENCES sector,
    also_called text[] NOT NULL DEFAULT '{}',
    -- In lower case: a column carries the term when its name is one of these.
    column_names text[] NOT NULL DEFAULT '{}',
    changed_at timestamptz NOT NULL
);

-- In lower case and in order, so that the same set cannot be written twice.
CREATE TABLE search_synonym (
    id uuid PRIMARY KEY,
    words text[] NOT NULL UNIQUE CHECK (cardinality(words) >= 2),
    note text,
    changed_at timestamptz NOT NULL,
    changed_by uuid REFERENCES person
);

-- Where a term is used. Locks data_column against writes while it is built: seconds at a million columns.
CREATE INDEX data_column_name ON data_column (lower(name));

GRANT SELECT, INSERT, UPDATE, DELETE ON glossary_term, search_synonym TO pasar_portal;
