-- Why: the catalogue is what officers come for. A product is addressed by domain and name; an address, once given,
-- leads to its product for ever.

CREATE TABLE product (
    id uuid PRIMARY KEY,
    domain_id uuid NOT NULL REFERENCES data_domain,
    name text NOT NULL,
    address text NOT NULL UNIQUE,
    title text NOT NULL,
    summary text,
    description text,
    product_type text NOT NULL CHECK (product_type IN ('source-aligned', 'aggregated', 'consumer-aligned')),
    version text NOT NULL,
    status text NOT NULL CHECK (status IN ('draft', 'published', 'deprecated', 'retired')),
    visibility text NOT NULL CHECK (visibility IN ('listed', 'hidden')),
    -- The highest of its columns; null while none is known.
    classification text CHECK (classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    tags text[] NOT NULL DEFAULT '{}',
    frequency text,
    coverage text,
    coverage_start date,
    coverage_end date,
    updated_on date,
    owner_id uuid REFERENCES person,
    steward_id uuid REFERENCES person,
    source text,
    source_id text,
    -- Of the document last applied: the same document again changes nothing.
    digest text NOT NULL,
    -- Title, address and words of datasets and columns, for search; written with the product.
    search_words tsvector NOT NULL,
    search_text text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE (domain_id, name),
    UNIQUE (source, source_id)
);
-- search: words anywhere.
CREATE INDEX product_search_words ON product USING gin (search_words);
-- search: a word with a typing mistake.
CREATE INDEX product_search_text ON product USING gin (search_text gin_trgm_ops);
-- product list without words, newest first.
CREATE INDEX product_changed ON product (changed_at DESC, id);

-- Former addresses, which redirect.
CREATE TABLE former_address (
    address text PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE
);
CREATE INDEX former_address_product ON former_address (product_id);

CREATE TABLE dataset (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    name text NOT NULL,
    title text NOT NULL,
    description text,
    format text,
    row_count bigint,
    updated_on date,
    source_id text,
    table_schema text,
    table_name text,
    position integer NOT NULL,
    UNIQUE (product_id, name)
);

CREATE TABLE data_column (
    id uuid PRIMARY KEY,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL,
    column_type text NOT NULL CHECK (column_type IN ('text', 'integer', 'bigint', 'numeric', 'boolean', 'date', 'timestamptz', 'double')),
    description text,
    nullable boolean NOT NULL,
    is_key boolean NOT NULL,
    classification text NOT NULL CHECK (classification IN ('official-open', 'official-closed', 'restricted', 'confidential', 'secret')),
    sensitivity text NOT NULL CHECK (sensitivity IN ('non-sensitive', 'sensitive-normal', 'sensitive-high')),
    personal text NOT NULL CHECK (personal IN ('none', 'indirect', 'direct', 'sensitive')),
    UNIQUE (dataset_id, name)
);

CREATE TABLE input_port (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    name text NOT NULL,
    description text,
    comes_from text NOT NULL,
    UNIQUE (product_id, name)
);

CREATE TABLE output_port (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    name text NOT NULL,
    kind text NOT NULL,
    description text,
    UNIQUE (product_id, name)
);

CREATE TABLE output_port_dataset (
    output_port_id uuid NOT NULL REFERENCES output_port ON DELETE CASCADE,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    PRIMARY KEY (output_port_id, dataset_id)
);
CREATE INDEX output_port_dataset_dataset ON output_port_dataset (dataset_id);

CREATE TABLE data_sharing_agreement (
    product_id uuid PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    sharing text NOT NULL CHECK (sharing IN ('open', 'approval')),
    purposes text[] NOT NULL,
    forbidden text[] NOT NULL,
    who_may text,
    who_may_not text,
    distribution text NOT NULL CHECK (distribution IN ('none', 'unmodified', 'modified')),
    retention text,
    longest_days integer NOT NULL CHECK (longest_days > 0)
);

CREATE TABLE service_level (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    dimension text NOT NULL,
    objective text NOT NULL,
    target double precision NOT NULL,
    unit text NOT NULL,
    time_window text NOT NULL,
    measured_how text NOT NULL,
    position integer NOT NULL
);
CREATE INDEX service_level_product ON service_level (product_id);
