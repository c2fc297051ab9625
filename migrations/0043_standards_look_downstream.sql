-- Why: rules read what everybody may know of the products that a product reads from: class, whether anything personal is there, whether it is
-- listed. When that changes, whoever takes from it is judged again at once and not at midnight; and whoever is taken from counts its takers.
-- It is one hop, as far as an input reads.

-- Who takes from these products, or names these addresses at an input port: as ports declare and as tools told.
-- In plpgsql, which keeps its plans: a function in SQL is planned at each call, and a catalogue that is imported calls this for every row.
CREATE FUNCTION products_taking(products uuid[], addresses text[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    taking uuid[] := '{}';
BEGIN
    IF cardinality(addresses) > 0 THEN
        taking := ARRAY(SELECT i.product_id FROM input_port i WHERE i.comes_from = ANY (addresses));
    END IF;
    IF cardinality(products) > 0 THEN
        taking := taking || ARRAY(
            SELECT i.product_id FROM product p JOIN input_port i ON i.comes_from = p.address WHERE p.id = ANY (products)
            UNION SELECT i.product_id FROM former_address f JOIN input_port i ON i.comes_from = f.address WHERE f.product_id = ANY (products)
            UNION SELECT t.product_id FROM dataset d JOIN lineage_node f ON f.dataset_id = d.id
                  JOIN lineage_edge e ON e.from_id = f.id AND e.until IS NULL JOIN lineage_node n ON n.id = e.to_id JOIN dataset t ON t.id = n.dataset_id
                  WHERE d.product_id = ANY (products) AND t.product_id <> d.product_id);
    END IF;
    RETURN taking;
END
$$;
-- Whose data these input ports name, also when it has moved since.
CREATE FUNCTION products_taken_from(addresses text[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(SELECT p.id FROM product p WHERE p.address = ANY (addresses)
                 UNION SELECT f.product_id FROM former_address f WHERE f.address = ANY (addresses));
END
$$;

-- Products: what others read of one is compared, so that a new title concerns nobody else.
DROP TRIGGER look_when_added ON product;
DROP TRIGGER look_when_changed ON product;
CREATE OR REPLACE FUNCTION standard_product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM look_at_standards(ARRAY(SELECT id FROM changed) || products_taking('{}', ARRAY(SELECT address FROM changed)));
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM look_at_standards(products_taking('{}', ARRAY(SELECT address FROM unchanged)));
    ELSE
        PERFORM look_at_standards(ARRAY(SELECT id FROM changed));
        PERFORM look_at_standards(products_taking(array_agg(n.id), array_agg(n.address) || array_agg(o.address)))
            FROM changed n JOIN unchanged o ON o.id = n.id
            WHERE (n.address, n.classification, n.visibility, n.status) IS DISTINCT FROM (o.address, o.classification, o.visibility, o.status)
            HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_added AFTER INSERT ON product REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_product_changed();
CREATE TRIGGER look_when_changed AFTER UPDATE ON product REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_product_changed();
CREATE TRIGGER look_when_removed AFTER DELETE ON product REFERENCING OLD TABLE AS unchanged
    FOR EACH STATEMENT EXECUTE FUNCTION standard_product_changed();
-- A former address goes with its product.
CREATE FUNCTION standard_address_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(products_taking('{}', ARRAY(SELECT address FROM changed)));
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_removed AFTER DELETE ON former_address REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_address_forgotten();

-- Columns: those of which it becomes or ceases to be known that they are personal concern whoever takes from their product.
DROP TRIGGER look_when_added ON data_column;
DROP TRIGGER look_when_changed ON data_column;
DROP TRIGGER look_when_removed ON data_column;
CREATE FUNCTION standard_described_column_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own uuid[];
    telling uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        own := ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id);
        telling := ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id
                         WHERE c.classified AND c.personal <> 'none');
    ELSIF TG_OP = 'DELETE' THEN
        own := ARRAY(SELECT DISTINCT d.product_id FROM unchanged c JOIN dataset d ON d.id = c.dataset_id);
        telling := ARRAY(SELECT DISTINCT d.product_id FROM unchanged c JOIN dataset d ON d.id = c.dataset_id
                         WHERE c.classified AND c.personal <> 'none');
    ELSE
        own := ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id);
        telling := ARRAY(SELECT DISTINCT d.product_id FROM changed n JOIN unchanged o ON o.id = n.id JOIN dataset d ON d.id = n.dataset_id
                         WHERE (n.classified AND n.personal <> 'none', n.name) IS DISTINCT FROM (o.classified AND o.personal <> 'none', o.name));
    END IF;
    PERFORM look_at_standards(own || CASE WHEN telling = '{}' THEN '{}' ELSE products_taking(telling, '{}') END);
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_added AFTER INSERT ON data_column REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_described_column_changed();
CREATE TRIGGER look_when_changed AFTER UPDATE ON data_column REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_described_column_changed();
CREATE TRIGGER look_when_removed AFTER DELETE ON data_column REFERENCING OLD TABLE AS unchanged
    FOR EACH STATEMENT EXECUTE FUNCTION standard_described_column_changed();
-- A waiver for a technique is still of its own product alone: nobody reads it further down.
CREATE OR REPLACE FUNCTION standard_column_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id));
    RETURN NULL;
END
$$;

-- A dataset goes with its columns, which can then no longer say whose they were.
CREATE FUNCTION standard_dataset_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT product_id FROM changed) || products_taking(ARRAY(SELECT product_id FROM changed), '{}'));
    RETURN NULL;
END
$$;
DROP TRIGGER look_when_removed ON dataset;
CREATE TRIGGER look_when_removed AFTER DELETE ON dataset REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_dataset_removed();
-- And what tools told of it leads from then on to nothing in the catalogue, or to another dataset.
CREATE FUNCTION standard_node_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(
        SELECT DISTINCT t.product_id FROM lineage_edge e JOIN lineage_node n ON n.id = e.to_id JOIN dataset t ON t.id = n.dataset_id
        WHERE e.from_id = NEW.id AND e.until IS NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER look_when_changed AFTER UPDATE OF dataset_id ON lineage_node FOR EACH ROW
    WHEN (OLD.dataset_id IS DISTINCT FROM NEW.dataset_id) EXECUTE FUNCTION standard_node_changed();

-- How many read from a product is in its own input.
CREATE FUNCTION standard_input_port_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT product_id FROM changed) || products_taken_from(ARRAY(SELECT comes_from FROM changed)));
    RETURN NULL;
END
$$;
CREATE FUNCTION standard_input_port_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT product_id FROM changed)
        || products_taken_from(ARRAY(SELECT comes_from FROM changed UNION SELECT comes_from FROM unchanged)));
    RETURN NULL;
END
$$;
DROP TRIGGER look_when_added ON input_port;
DROP TRIGGER look_when_changed ON input_port;
DROP TRIGGER look_when_removed ON input_port;
CREATE TRIGGER look_when_added AFTER INSERT ON input_port REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_input_port_changed();
CREATE TRIGGER look_when_changed AFTER UPDATE ON input_port REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_input_port_moved();
CREATE TRIGGER look_when_removed AFTER DELETE ON input_port REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION standard_input_port_changed();
-- A port that drops everything takes nothing.
CREATE OR REPLACE FUNCTION standard_flow_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT i.product_id FROM changed c JOIN input_port i ON i.id = c.input_port_id)
        || products_taken_from(ARRAY(SELECT DISTINCT i.comes_from FROM changed c JOIN input_port i ON i.id = c.input_port_id)));
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION products_taking(uuid[], text[]), products_taken_from(text[]) TO pasar_portal;
