-- Why: a column decides who may read it. Levels are data that the data office edits in versions; what is proposed for a column, with
-- its evidence, and what a person decided are kept, and a decision that hides something holds at the source before it holds here.

-- Each version whole: what a level was called when somebody decided can be read for ever. Codes stay, since state machines compare them.
CREATE TABLE classification_scheme (
    version integer PRIMARY KEY,
    -- So many indirect columns of one dataset, or of datasets that share a key, point to a person together.
    join_from integer NOT NULL CHECK (join_from BETWEEN 2 AND 50),
    join_classification text NOT NULL CHECK (join_classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    join_sensitivity text NOT NULL CHECK (join_sensitivity IN ('non-sensitive', 'sensitive-normal', 'sensitive-high')),
    note text NOT NULL,
    made_at timestamptz NOT NULL,
    -- Null: it came with the program.
    made_by uuid REFERENCES person
);
CREATE TABLE classification_level (
    version integer NOT NULL REFERENCES classification_scheme,
    dimension text NOT NULL CHECK (dimension IN ('security', 'sensitivity', 'personal')),
    code text NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    meaning text NOT NULL,
    guidance text NOT NULL,
    -- False: nothing is given this level any longer; what has it keeps it.
    in_use boolean NOT NULL,
    PRIMARY KEY (version, code)
);
CREATE FUNCTION keep_scheme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of the classification scheme never changes' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER keep_scheme BEFORE UPDATE OR DELETE OR TRUNCATE ON classification_scheme FOR EACH STATEMENT EXECUTE FUNCTION keep_scheme();
CREATE TRIGGER keep_levels BEFORE UPDATE OR DELETE OR TRUNCATE ON classification_level FOR EACH STATEMENT EXECUTE FUNCTION keep_scheme();

INSERT INTO classification_scheme VALUES (1, 3, 'restricted', 'sensitive-normal', 'The levels that Pasar begins with.', now(), NULL);
INSERT INTO classification_level (version, dimension, position, code, title, meaning, guidance, in_use) VALUES
    (1, 'security', 1, 'official-open', 'Official (Open)', 'Anybody may know it.', 'Data that is published, or could be tomorrow.', true),
    (1, 'security', 2, 'official-closed', 'Official (Closed)', 'For work within the public service.', 'Ordinary working data that nobody has decided to publish.', true),
    (1, 'security', 3, 'restricted', 'Restricted', 'Its disclosure could harm the work of an agency, or a person.', 'The least for any column about a person.', true),
    (1, 'security', 4, 'confidential', 'Confidential', 'Its disclosure could do serious harm.', 'Only with a reason that can be named.', true),
    (1, 'security', 5, 'secret', 'Secret', 'Its disclosure could do grave harm.', 'Does not leave its source through Pasar.', true),
    (1, 'sensitivity', 1, 'non-sensitive', 'Non-sensitive', 'Nobody is harmed when it is known.', 'Places, counts, schedules.', true),
    (1, 'sensitivity', 2, 'sensitive-normal', 'Sensitive Normal', 'A person or an entity is harmed for a while.', 'Contact data, dates of birth, prices under negotiation.', true),
    (1, 'sensitivity', 3, 'sensitive-high', 'Sensitive High', 'A person or an entity is harmed for long, or badly.', 'Identity numbers, health, convictions, income.', true),
    (1, 'personal', 1, 'none', 'Not personal', 'It says nothing about a person.', 'Also numbers of entities, office addresses, and figures of many.', true),
    (1, 'personal', 2, 'indirect', 'Personal, indirect', 'With other columns it points to one person.', 'Date of birth, postal code, vehicle, age beside a name.', true),
    (1, 'personal', 3, 'direct', 'Personal, direct', 'It points to one person alone.', 'NRIC or FIN, name, phone, e-mail, staff number.', true),
    (1, 'personal', 4, 'sensitive', 'Personal, sensitive', 'It tells of a person what could be held against them.', 'Health, belief, income.', true);

-- False while neither a document nor a person has said what the column is; its row then holds what hides it. Widening rewrites nothing.
ALTER TABLE data_column ADD COLUMN classified boolean NOT NULL DEFAULT true;
CREATE INDEX data_column_unclassified ON data_column (dataset_id) WHERE NOT classified;

-- What detectors propose. Columns are named, since a document applied again makes their rows anew. Examples are masked.
CREATE TABLE column_proposal (
    id uuid PRIMARY KEY,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    classification text NOT NULL CHECK (classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    sensitivity text NOT NULL CHECK (sensitivity IN ('non-sensitive', 'sensitive-normal', 'sensitive-high')),
    personal text NOT NULL CHECK (personal IN ('none', 'indirect', 'direct', 'sensitive')),
    -- The kind of personal data; null when it is proposed as not personal.
    kind text,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    evidence jsonb NOT NULL,
    examples text[] NOT NULL,
    -- Values looked at; nought when the source lets nobody look.
    sampled integer NOT NULL,
    author text NOT NULL,
    made_at timestamptz NOT NULL,
    -- Last found again.
    seen_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_why text,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_why IS NULL))
);
CREATE UNIQUE INDEX column_proposal_standing ON column_proposal (dataset_id, column_name) WHERE withdrawn_at IS NULL;

-- When a dataset's columns were last looked at, and from what: other detectors or other columns, and it is looked at again.
CREATE TABLE proposal_run (
    dataset_id uuid PRIMARY KEY REFERENCES dataset ON DELETE CASCADE,
    made_from text NOT NULL,
    ran_at timestamptz NOT NULL
);
CREATE INDEX dataset_readable ON dataset (id) WHERE table_name IS NOT NULL;

-- What people decided, newest last; never changed. The newest one holds against every document and detector.
CREATE TABLE column_decision (
    id uuid PRIMARY KEY,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('accepted', 'changed', 'rejected')),
    classification text NOT NULL CHECK (classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    sensitivity text NOT NULL CHECK (sensitivity IN ('non-sensitive', 'sensitive-normal', 'sensitive-high')),
    personal text NOT NULL CHECK (personal IN ('none', 'indirect', 'direct', 'sensitive')),
    -- What it was; null when it was not classified.
    was_classification text,
    was_sensitivity text,
    was_personal text,
    proposal_id uuid REFERENCES column_proposal ON DELETE SET NULL,
    scheme_version integer NOT NULL REFERENCES classification_scheme,
    note text NOT NULL,
    decided_by uuid NOT NULL REFERENCES person,
    decided_at timestamptz NOT NULL
);
CREATE INDEX column_decision_column ON column_decision (dataset_id, column_name, decided_at DESC, id DESC);

-- A document or a detector says otherwise than a person decided; the decision stands.
CREATE TABLE column_conflict (
    id uuid PRIMARY KEY,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    said_by text NOT NULL CHECK (said_by IN ('document', 'detectors')),
    classification text NOT NULL,
    sensitivity text NOT NULL,
    personal text NOT NULL,
    raised_at timestamptz NOT NULL,
    settled_at timestamptz
);
CREATE UNIQUE INDEX column_conflict_standing ON column_conflict (dataset_id, column_name, said_by) WHERE settled_at IS NULL;

-- What a domain, or the data office for all, adds to the detectors of the program.
CREATE TABLE detector (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    -- Null: for every domain.
    domain_id uuid REFERENCES data_domain,
    category text NOT NULL CHECK (category IN ('indirect', 'direct', 'sensitive')),
    name_patterns text[] NOT NULL,
    value_pattern text,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    retired_by uuid REFERENCES person,
    retired_at timestamptz,
    CHECK (cardinality(name_patterns) > 0 OR value_pattern IS NOT NULL)
);
CREATE UNIQUE INDEX detector_name ON detector (lower(name), coalesce(domain_id, id)) WHERE retired_at IS NULL;

-- What a domain has rejected: columns that are called so are not proposed as this kind there again.
CREATE TABLE proposal_rejection (
    id uuid PRIMARY KEY,
    domain_id uuid NOT NULL REFERENCES data_domain,
    pattern text NOT NULL,
    kind text NOT NULL,
    rejected_by uuid NOT NULL REFERENCES person,
    rejected_at timestamptz NOT NULL,
    lifted_at timestamptz
);
CREATE UNIQUE INDEX proposal_rejection_standing ON proposal_rejection (domain_id, pattern, kind) WHERE lifted_at IS NULL;

-- A review that is half done, as the browser sent it without its token.
CREATE TABLE classification_draft (
    person_id uuid NOT NULL REFERENCES person,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    form text NOT NULL,
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, product_id)
);

-- What is about to be decided. While a row stands, readers get what both it and data_column allow: the source is made so before the
-- decision is confirmed, and stays so when whoever decides dies in between.
CREATE TABLE column_tightening (
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    classification text NOT NULL CHECK (classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    sensitivity text NOT NULL CHECK (sensitivity IN ('non-sensitive', 'sensitive-normal', 'sensitive-high')),
    personal text NOT NULL CHECK (personal IN ('none', 'indirect', 'direct', 'sensitive')),
    begun_by uuid NOT NULL REFERENCES person,
    begun_at timestamptz NOT NULL,
    PRIMARY KEY (dataset_id, column_name)
);

GRANT SELECT, INSERT ON classification_scheme, classification_level, column_decision TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON column_proposal, proposal_run, column_conflict, detector, proposal_rejection TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON classification_draft, column_tightening TO pasar_portal;
GRANT DELETE ON proposal_run TO pasar_portal;
