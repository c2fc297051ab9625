-- Why: two things that were known half. Between two products there are usually tables that are in no product, such as a pipeline's staging: rules
-- read what comes through these as well, up to the next dataset of the catalogue, and whoever takes through them is judged again when what is read of
-- it changes. And how many rows left with a read is said under the seal (below).
-- Walks visit each table once and no more than so many: behind those, whoever takes is judged again with the next day.
-- In plpgsql, which keeps its plans. OFFSET 0 keeps each step a look into the index, whatever is supposed of how many steps there are.

-- Products whose datasets come next after these nodes.
CREATE FUNCTION lineage_products_after(nodes bigint[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    datasets uuid[];
    tables bigint[];
BEGIN
    SELECT array_agg(DISTINCT n.dataset_id) FILTER (WHERE n.dataset_id IS NOT NULL), array_agg(DISTINCT n.id) FILTER (WHERE n.dataset_id IS NULL)
        INTO datasets, tables
        FROM unnest(nodes) AS u(id) JOIN lineage_edge e ON e.from_id = u.id AND e.until IS NULL JOIN lineage_node n ON n.id = e.to_id;
    IF tables IS NOT NULL THEN
        datasets := coalesce(datasets, '{}') || ARRAY(
            SELECT w.dataset_id FROM (
                WITH RECURSIVE way (node, dataset_id) AS (
                    SELECT t.id, NULL::uuid FROM unnest(tables) AS t(id)
                    UNION
                    SELECT x.to_id, x.dataset_id FROM way CROSS JOIN LATERAL (
                        SELECT e.to_id, n.dataset_id FROM lineage_edge e JOIN lineage_node n ON n.id = e.to_id
                        WHERE e.from_id = way.node AND e.until IS NULL OFFSET 0) x
                    WHERE way.dataset_id IS NULL)
                SELECT way.dataset_id FROM way LIMIT 2000) w
            WHERE w.dataset_id IS NOT NULL);
    END IF;
    RETURN ARRAY(SELECT DISTINCT d.product_id FROM dataset d WHERE d.id = ANY (datasets));
END
$$;

-- Products that this one's datasets come from next.
CREATE FUNCTION lineage_products_before(product uuid) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 5 AS $$
DECLARE
    datasets uuid[];
    tables bigint[];
BEGIN
    SELECT array_agg(DISTINCT f.dataset_id) FILTER (WHERE f.dataset_id IS NOT NULL), array_agg(DISTINCT f.id) FILTER (WHERE f.dataset_id IS NULL)
        INTO datasets, tables
        FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id JOIN lineage_edge e ON e.to_id = n.id AND e.until IS NULL
        JOIN lineage_node f ON f.id = e.from_id
        WHERE d.product_id = product;
    IF tables IS NOT NULL THEN
        datasets := coalesce(datasets, '{}') || ARRAY(
            SELECT w.dataset_id FROM (
                WITH RECURSIVE way (node, dataset_id) AS (
                    SELECT t.id, NULL::uuid FROM unnest(tables) AS t(id)
                    UNION
                    SELECT x.from_id, x.dataset_id FROM way CROSS JOIN LATERAL (
                        SELECT e.from_id, f.dataset_id FROM lineage_edge e JOIN lineage_node f ON f.id = e.from_id
                        WHERE e.to_id = way.node AND e.until IS NULL OFFSET 0) x
                    WHERE way.dataset_id IS NULL)
                SELECT way.dataset_id FROM way LIMIT 2000) w
            WHERE w.dataset_id IS NOT NULL);
    END IF;
    RETURN QUERY SELECT DISTINCT d.product_id FROM dataset d WHERE d.id = ANY (datasets) AND d.product_id <> product;
END
$$;

-- Those of them whose personal columns arrive here, unmasked all the way, as tools told; `declared` is the namespace of jobs that did not.
CREATE FUNCTION lineage_personal_before(product uuid, declared text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 5 AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT s.product_id FROM (
        WITH RECURSIVE way (node, dataset_id, named) AS (
            SELECT e.from_id, f.dataset_id, e.from_column FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
            JOIN lineage_column_edge e ON e.to_id = n.id AND e.until IS NULL AND e.direct AND NOT e.masked
            JOIN lineage_job j ON j.id = e.job_id AND j.namespace <> declared JOIN lineage_node f ON f.id = e.from_id
            WHERE d.product_id = product
            UNION
            SELECT x.from_id, x.dataset_id, x.from_column FROM way CROSS JOIN LATERAL (
                SELECT e.from_id, f.dataset_id, e.from_column FROM lineage_column_edge e
                JOIN lineage_job j ON j.id = e.job_id AND j.namespace <> declared JOIN lineage_node f ON f.id = e.from_id
                WHERE e.to_id = way.node AND (way.named = '*' OR e.to_column IN (way.named, '*')) AND e.until IS NULL AND e.direct AND NOT e.masked
                OFFSET 0) x
            WHERE way.dataset_id IS NULL)
        SELECT way.dataset_id, way.named FROM way LIMIT 10000) w
        JOIN dataset s ON s.id = w.dataset_id AND s.product_id <> product
        JOIN data_column c ON c.dataset_id = s.id AND (c.name = w.named OR w.named = '*') AND c.classified AND c.personal <> 'none';
END
$$;

CREATE OR REPLACE FUNCTION products_taking(products uuid[], addresses text[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    taking uuid[] := '{}';
BEGIN
    IF cardinality(addresses) > 0 THEN
        taking := ARRAY(SELECT i.product_id FROM input_port i WHERE i.comes_from = ANY (addresses));
    END IF;
    IF cardinality(products) > 0 THEN
        taking := taking || ARRAY(
            SELECT i.product_id FROM product p JOIN input_port i ON i.comes_from = p.address WHERE p.id = ANY (products)
            UNION SELECT i.product_id FROM former_address f JOIN input_port i ON i.comes_from = f.address WHERE f.product_id = ANY (products))
            || lineage_products_after(ARRAY(SELECT n.id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = ANY (products)));
    END IF;
    RETURN taking;
END
$$;

-- A table that becomes a dataset of a product, or ceases to be one, ends or opens ways through it.
CREATE OR REPLACE FUNCTION standard_node_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(lineage_products_after(ARRAY[NEW.id]));
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION lineage_products_after(bigint[]), lineage_products_before(uuid), lineage_personal_before(uuid, text) TO pasar_portal;

-- How many rows left with a read becomes known after its event is written, and stood beside the seal alone. From here on an event of its own says it,
-- sealed like every other: `12 rows left with read 345`.
ALTER TABLE port_read ADD COLUMN counted_by bigint;
COMMENT ON COLUMN port_read.counted_by IS 'The event that says how many rows left; null where nobody counted, or before that was sealed.';
CREATE OR REPLACE FUNCTION count_rows_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.event_id, NEW.dataset_id, NEW.columns, NEW.personal, NEW.masks) IS DISTINCT FROM (OLD.event_id, OLD.dataset_id, OLD.columns, OLD.personal, OLD.masks)
       OR OLD.rows IS NOT NULL AND (NEW.rows, NEW.counted_by) IS DISTINCT FROM (OLD.rows, OLD.counted_by) THEN
        RAISE EXCEPTION 'what left with a read is said once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
-- The number as its event says it, whatever stands beside it; null where there is no such event, or its words were erased.
CREATE FUNCTION rows_said(taken port_read) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT substring(c.detail FROM '^([0-9]{1,18}) rows? left with read [0-9]+$')::bigint FROM audit_event c
    WHERE c.id = taken.counted_by AND c.action = 'port.count' AND c.detail LIKE '% read ' || taken.event_id
$$;
CREATE FUNCTION rows_left(taken port_read) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(rows_said(taken), taken.rows)
$$;
GRANT UPDATE (counted_by) ON port_read TO pasar_portal;
GRANT EXECUTE ON FUNCTION rows_said(port_read), rows_left(port_read) TO pasar_portal;
