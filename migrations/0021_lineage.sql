-- Why: whoever decides on data wants to know where it comes from, and whoever changes it what that touches. Tools say what their
-- runs read and wrote; the graph follows from all of that, in whichever order it arrives, and answers for any day of the past.

-- A dataset, under a name that a tool uses for it. One node is a dataset of the catalogue itself; other names of it are the same as
-- that node. One that is neither is a placeholder: somebody's table that is in no product, or that nobody has claimed yet.
CREATE TABLE lineage_node (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    name text NOT NULL,
    dataset_id uuid REFERENCES dataset ON DELETE SET NULL,
    same_as bigint REFERENCES lineage_node,
    -- Who named it first; none when Pasar did.
    first_by uuid REFERENCES person,
    first_at timestamptz NOT NULL,
    claimed_by uuid REFERENCES person,
    claimed_at timestamptz,
    -- Columns and version as the latest event says, and how many of its checks held.
    described jsonb,
    described_at timestamptz,
    checked jsonb,
    checked_at timestamptz,
    UNIQUE (namespace, name),
    CHECK (dataset_id IS NULL OR same_as IS NULL),
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX lineage_node_dataset ON lineage_node (dataset_id) WHERE dataset_id IS NOT NULL;
CREATE INDEX lineage_node_same_as ON lineage_node (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX lineage_node_first_by ON lineage_node (first_by) WHERE dataset_id IS NULL AND same_as IS NULL;
-- A table at the source by its name there.
CREATE INDEX dataset_table ON dataset (table_schema, table_name) WHERE table_name IS NOT NULL;

CREATE TABLE lineage_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL,
    name text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    UNIQUE (namespace, name)
) WITH (fillfactor = 80);

-- What all events of one run said together. Events of others about it are a run of theirs.
CREATE TABLE lineage_run (
    job_id bigint NOT NULL REFERENCES lineage_job,
    id uuid NOT NULL,
    told_id uuid NOT NULL,
    reported_by uuid REFERENCES person,
    at timestamptz NOT NULL,
    completed boolean NOT NULL,
    failed boolean NOT NULL,
    inputs bigint[] NOT NULL,
    outputs bigint[] NOT NULL,
    parent_job_id bigint REFERENCES lineage_job,
    parent_run_id uuid,
    PRIMARY KEY (job_id, id)
);

-- What goes into a dataset: nodes, and columns as [from node, from column, to column, direct, masked]. Runs that do the same share it.
CREATE TABLE lineage_derivation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    inputs bigint[] NOT NULL,
    columns jsonb NOT NULL
);

-- A run's write to one dataset. All are kept: a late one may come between any two.
CREATE TABLE lineage_write (
    job_id bigint NOT NULL,
    output_id bigint NOT NULL REFERENCES lineage_node,
    run_id uuid NOT NULL,
    at timestamptz NOT NULL,
    -- False when the run failed, or did not say what it read.
    counts boolean NOT NULL,
    derivation_id bigint NOT NULL REFERENCES lineage_derivation,
    PRIMARY KEY (job_id, output_id, run_id),
    FOREIGN KEY (job_id, run_id) REFERENCES lineage_run (job_id, id)
);
CREATE INDEX lineage_write_order ON lineage_write (job_id, output_id, at, run_id) INCLUDE (derivation_id) WHERE counts;
CREATE INDEX lineage_write_run ON lineage_write (job_id, run_id);

-- What follows from the writes of a job to a dataset (domain::lineage::spans): made anew when they change, never changed by hand.
-- Nodes are those that others are the same as.
CREATE TABLE lineage_edge (
    job_id bigint NOT NULL,
    output_id bigint NOT NULL,
    from_id bigint NOT NULL REFERENCES lineage_node,
    to_id bigint NOT NULL REFERENCES lineage_node,
    since timestamptz NOT NULL,
    until timestamptz,
    CHECK (until > since)
);
CREATE INDEX lineage_edge_job ON lineage_edge (job_id, output_id);
-- Following the graph as it is now, either way, without looking at the table.
CREATE INDEX lineage_edge_down ON lineage_edge (from_id, to_id) WHERE until IS NULL;
CREATE INDEX lineage_edge_up ON lineage_edge (to_id, from_id) WHERE until IS NULL;
-- And as it was.
CREATE INDEX lineage_edge_down_then ON lineage_edge (from_id, to_id, since, until);
CREATE INDEX lineage_edge_up_then ON lineage_edge (to_id, from_id, since, until);

CREATE TABLE lineage_column_edge (
    job_id bigint NOT NULL,
    output_id bigint NOT NULL,
    from_id bigint NOT NULL REFERENCES lineage_node,
    from_column text NOT NULL,
    to_id bigint NOT NULL REFERENCES lineage_node,
    to_column text NOT NULL,
    direct boolean NOT NULL,
    masked boolean NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    CHECK (until > since)
);
CREATE INDEX lineage_column_edge_job ON lineage_column_edge (job_id, output_id);
CREATE INDEX lineage_column_edge_from ON lineage_column_edge (from_id, from_column);
CREATE INDEX lineage_column_edge_to ON lineage_column_edge (to_id, to_column);

-- Whatever changes a product's datasets or input ports, its part of the graph is looked at again.
CREATE FUNCTION look_at_lineage(products uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT now(), 'lineage.product', look.id, 'epoch'::timestamptz FROM (
        SELECT p.id FROM product p
        WHERE p.id = ANY (products) AND (EXISTS (SELECT FROM input_port i WHERE i.product_id = p.id)
            OR EXISTS (SELECT FROM dataset d WHERE d.product_id = p.id
                       AND (d.table_name IS NOT NULL OR EXISTS (SELECT FROM lineage_node n WHERE n.dataset_id = d.id))))
        -- Whoever takes from them is looked at again: a dataset more or less goes in.
        UNION SELECT i.product_id FROM product p JOIN input_port i ON i.comes_from = p.address WHERE p.id = ANY (products)
    ) look
$$;
CREATE FUNCTION datasets_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_lineage(ARRAY(SELECT DISTINCT product_id FROM changed));
    RETURN NULL;
END
$$;
CREATE TRIGGER dataset_added_lineage AFTER INSERT ON dataset REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION datasets_lineage();
CREATE TRIGGER dataset_changed_lineage AFTER UPDATE ON dataset REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION datasets_lineage();
CREATE TRIGGER dataset_removed_lineage AFTER DELETE ON dataset REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION datasets_lineage();
CREATE FUNCTION input_ports_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Also when the last one is gone.
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'lineage.product', c.product_id, 'epoch'::timestamptz FROM changed c JOIN product p ON p.id = c.product_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER input_port_added_lineage AFTER INSERT ON input_port REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION input_ports_lineage();
CREATE TRIGGER input_port_removed_lineage AFTER DELETE ON input_port REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION input_ports_lineage();
CREATE FUNCTION column_flows_lineage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_lineage(ARRAY(SELECT DISTINCT i.product_id FROM changed c JOIN input_port i ON i.id = c.input_port_id));
    RETURN NULL;
END
$$;
CREATE TRIGGER column_flow_added_lineage AFTER INSERT ON column_flow REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_lineage();
CREATE TRIGGER column_flow_changed_lineage AFTER UPDATE ON column_flow REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_lineage();
CREATE TRIGGER column_flow_removed_lineage AFTER DELETE ON column_flow REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION column_flows_lineage();

-- Products of before.
SELECT look_at_lineage(ARRAY(SELECT id FROM product));

GRANT SELECT, INSERT, UPDATE ON lineage_node, lineage_job, lineage_run, lineage_derivation, lineage_write TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON lineage_edge, lineage_column_edge TO pasar_portal;
GRANT EXECUTE ON FUNCTION look_at_lineage(uuid[]) TO pasar_portal;
