-- Why: personal data does not stay where it was collected. Input ports declare which columns become which, so that a category is
-- carried forward to whoever consumes it; what is consumed without a policy is flagged, and stops being served when the data
-- office says so.

-- What an input port takes of the product that it names; a port without rows takes everything. Columns are dataset.column:
-- those that a document names stay named, also while the other product has none of that name.
CREATE TABLE column_flow (
    input_port_id uuid NOT NULL REFERENCES input_port ON DELETE CASCADE,
    from_column text NOT NULL,
    to_column text,
    -- domain::flow::Handling.
    handling text NOT NULL CHECK (handling IN ('kept', 'protected', 'dropped')),
    -- How it is protected, or what is kept instead of it.
    statement text,
    UNIQUE NULLS NOT DISTINCT (input_port_id, from_column, to_column),
    CHECK ((handling = 'dropped') = (to_column IS NULL)),
    CHECK (handling = 'kept' OR statement IS NOT NULL)
);

-- Whose input port takes from whom, also when the other product has moved since. A port that drops everything takes nothing.
CREATE INDEX input_port_from ON input_port (comes_from);
CREATE FUNCTION takes_anything(port uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM column_flow c WHERE c.input_port_id = port)
        OR EXISTS (SELECT FROM column_flow c WHERE c.input_port_id = port AND c.handling <> 'dropped')
$$;
CREATE VIEW product_taking AS
    SELECT i.id AS input_port_id, i.name AS input_port, i.product_id AS consumer_id, p.id AS upstream_id
    FROM input_port i JOIN product p ON p.address = i.comes_from WHERE p.id <> i.product_id AND takes_anything(i.id)
    UNION ALL
    SELECT i.id, i.name, i.product_id, f.product_id FROM input_port i JOIN former_address f ON f.address = i.comes_from
    WHERE f.product_id <> i.product_id AND takes_anything(i.id) AND NOT EXISTS (SELECT FROM product p WHERE p.address = i.comes_from);

-- What the data office wants done about it; one row.
CREATE TABLE flow_standard (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    -- domain::flow::Standard.
    standard text NOT NULL CHECK (standard IN ('off', 'flag', 'stop')),
    reason text NOT NULL,
    changed_by uuid REFERENCES person,
    changed_at timestamptz NOT NULL
);
INSERT INTO flow_standard (standard, reason, changed_at) VALUES ('flag', 'As Pasar begins', now());

-- Personal data that a product consumes without a policy, from when it was found until it was mended.
CREATE TABLE flow_flag (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    upstream_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    input_port text NOT NULL,
    -- Where it comes from and where it arrives; none is somewhere.
    from_column text,
    to_column text,
    carried text NOT NULL CHECK (carried IN ('indirect', 'direct', 'sensitive')),
    found_at timestamptz NOT NULL,
    mended_at timestamptz
);
CREATE UNIQUE INDEX flow_flag_open ON flow_flag (product_id, upstream_id, input_port, from_column, to_column) NULLS NOT DISTINCT WHERE mended_at IS NULL;
CREATE INDEX flow_flag_upstream ON flow_flag (upstream_id) WHERE mended_at IS NULL;

ALTER TABLE agreement_hold DROP CONSTRAINT agreement_hold_kind_check, ADD CONSTRAINT agreement_hold_kind_check
    CHECK (kind IN ('suspended', 'terms', 'standard', 'personal-data'));

-- Agreements on products that are flagged, while the standard says that these stop.
CREATE VIEW agreement_to_stop AS
    SELECT a.id AS agreement_id, a.product_id FROM agreement a
    WHERE a.state = 'active' AND EXISTS (SELECT FROM flow_standard s WHERE s.standard = 'stop')
      AND EXISTS (SELECT FROM flow_flag f WHERE f.product_id = a.product_id AND f.mended_at IS NULL);

-- Whatever changes what flows, and by whatever hand: the products concerned are looked at again, with all that comes after them.
-- Products that take nothing and from which nothing is taken cost one look into two indexes.
CREATE FUNCTION look_at_flows(products uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'flow.product', p.id, 'epoch'::timestamptz FROM product p
    WHERE p.id = ANY (products) AND (EXISTS (SELECT FROM input_port i WHERE i.product_id = p.id)
        OR EXISTS (SELECT FROM input_port i WHERE i.comes_from = p.address)
        OR EXISTS (SELECT FROM former_address f JOIN input_port i ON i.comes_from = f.address WHERE f.product_id = p.id))
$$;
CREATE FUNCTION columns_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_flows(ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER column_added AFTER INSERT ON data_column REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION columns_changed();
CREATE TRIGGER column_changed AFTER UPDATE ON data_column REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION columns_changed();
CREATE TRIGGER column_removed AFTER DELETE ON data_column REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION columns_changed();
CREATE FUNCTION input_ports_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A port that is gone may have been the last: the product is looked at whether it takes anything now or not.
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'flow.product', c.product_id, 'epoch'::timestamptz FROM changed c
    WHERE EXISTS (SELECT FROM product p WHERE p.address = c.comes_from) OR EXISTS (SELECT FROM former_address f WHERE f.address = c.comes_from);
    RETURN NULL;
END
$$;
CREATE TRIGGER input_port_added AFTER INSERT ON input_port REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION input_ports_changed();
CREATE TRIGGER input_port_removed AFTER DELETE ON input_port REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION input_ports_changed();
CREATE FUNCTION column_flows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_flows(ARRAY(SELECT DISTINCT i.product_id FROM changed c JOIN input_port i ON i.id = c.input_port_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER column_flow_added AFTER INSERT ON column_flow REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_changed();
CREATE TRIGGER column_flow_changed AFTER UPDATE ON column_flow REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_changed();
CREATE TRIGGER column_flow_removed AFTER DELETE ON column_flow REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_changed();

-- Products of before.
SELECT look_at_flows(ARRAY(SELECT id FROM product));

GRANT SELECT, INSERT, UPDATE, DELETE ON column_flow TO pasar_portal;
GRANT SELECT, UPDATE ON flow_standard TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON flow_flag TO pasar_portal;
GRANT SELECT ON product_taking, agreement_to_stop TO pasar_portal;
GRANT EXECUTE ON FUNCTION look_at_flows(uuid[]) TO pasar_portal;

-- A person may ask what is held of them. What names the person is kept nowhere: a keyed hash tells whether the same one asked
-- before (a copy of the record tells nobody who it was), a mask is what people read.
CREATE TABLE subject_request (
    id uuid PRIMARY KEY,
    opened_by uuid NOT NULL REFERENCES person,
    opened_at timestamptz NOT NULL,
    -- Where it is looked for; none is everywhere.
    sector_id uuid REFERENCES sector,
    identifier_kind text NOT NULL,
    identifier_hash bytea NOT NULL CHECK (octet_length(identifier_hash) = 32),
    identifier_mask text NOT NULL,
    wish text NOT NULL CHECK (wish IN ('report', 'correction', 'erasure')),
    purpose text NOT NULL,
    reason text NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('looking', 'failed', 'open', 'closed')),
    -- Columns that were looked through.
    looked integer NOT NULL DEFAULT 0,
    closed_at timestamptz
);
CREATE INDEX subject_request_newest ON subject_request (opened_at DESC, id DESC);
CREATE INDEX subject_request_hash ON subject_request (identifier_hash);

-- Columns in which the person was found, and those that could not be looked through.
CREATE TABLE subject_finding (
    request_id uuid NOT NULL REFERENCES subject_request,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('found', 'no-index', 'other-type', 'not-shared')),
    rows_found bigint,
    -- Keys of the first rows, for the domain; gone when its task is ended.
    row_keys jsonb,
    PRIMARY KEY (request_id, dataset_id, column_name),
    CHECK ((outcome = 'found') = (rows_found IS NOT NULL))
);

CREATE TABLE subject_task (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES subject_request,
    domain_id uuid NOT NULL REFERENCES data_domain,
    state text NOT NULL CHECK (state IN ('open', 'done', 'refused')),
    made_at timestamptz NOT NULL,
    evidence text,
    ended_by uuid REFERENCES person,
    ended_at timestamptz,
    UNIQUE (request_id, domain_id),
    CHECK ((state = 'open') = (ended_at IS NULL) AND (ended_at IS NULL) = (evidence IS NULL))
);
CREATE INDEX subject_task_open ON subject_task (domain_id) WHERE state = 'open';

GRANT SELECT, INSERT, UPDATE ON subject_request, subject_finding, subject_task TO pasar_portal;

-- How many people two agreements of one holder have in common: asked by the holder, approved by the owners of both products, counted
-- at the source, and said when the match is large enough. Neither side's identifiers leave.
CREATE TABLE linkage (
    id uuid PRIMARY KEY,
    requested_by uuid NOT NULL REFERENCES person,
    reason text NOT NULL,
    -- domain::linkage::Way; the likeness from which two are taken for one.
    way text NOT NULL CHECK (way IN ('exact', 'alike')),
    likeness double precision NOT NULL CHECK (likeness > 0 AND likeness <= 1),
    least bigint NOT NULL CHECK (least > 0),
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'in-force', 'refused', 'ended')),
    requested_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    -- What the source said: a size, or that it is too small, or that it could not be counted.
    outcome text CHECK (outcome IN ('size', 'too-few', 'too-many', 'not-shared')),
    size bigint,
    measured_at timestamptz,
    CHECK ((outcome = 'size') = (size IS NOT NULL) AND (outcome IS NULL) = (measured_at IS NULL)),
    CHECK ((state IN ('refused', 'ended')) = (ended_at IS NOT NULL))
);
CREATE INDEX linkage_requested_by ON linkage (requested_by, requested_at DESC);

-- What is linked, and who agreed to it.
CREATE TABLE linkage_side (
    linkage_id uuid NOT NULL REFERENCES linkage,
    side text NOT NULL CHECK (side IN ('left', 'right')),
    agreement_id uuid NOT NULL REFERENCES agreement,
    dataset_id uuid NOT NULL REFERENCES dataset,
    column_name text NOT NULL,
    approved_by uuid REFERENCES person,
    approved_at timestamptz,
    PRIMARY KEY (linkage_id, side),
    CHECK ((approved_by IS NULL) = (approved_at IS NULL))
);
CREATE INDEX linkage_side_agreement ON linkage_side (agreement_id);

GRANT SELECT, INSERT, UPDATE ON linkage, linkage_side TO pasar_portal;
