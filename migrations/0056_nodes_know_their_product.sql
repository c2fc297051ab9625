-- Why: a walk looks at every neighbour whether its reader may know of it, and went from the node to its dataset and on to the product for that. A dataset
-- never changes its product, so the node keeps it, and a neighbour costs one look into an index; `product_unlisted` is asked next, which is small.
-- The highest class of a dataset's columns, which every node is stamped with, is read from an index, too. Both tables are read once, while nobody
-- writes to them: a second for a million columns.

ALTER TABLE dataset ADD CONSTRAINT dataset_of_product UNIQUE (id, product_id);

ALTER TABLE lineage_node ADD COLUMN product_id uuid;
UPDATE lineage_node n SET product_id = d.product_id FROM dataset d WHERE d.id = n.dataset_id;

-- Both or none, and of one product: whatever is written, the record does not keep a node that says otherwise.
ALTER TABLE lineage_node
    DROP CONSTRAINT lineage_node_dataset_id_fkey,
    ADD CONSTRAINT lineage_node_dataset_fkey FOREIGN KEY (dataset_id, product_id) REFERENCES dataset (id, product_id) ON DELETE SET NULL,
    ADD CONSTRAINT lineage_node_dataset_and_product CHECK ((dataset_id IS NULL) = (product_id IS NULL));

CREATE FUNCTION lineage_node_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.product_id := (SELECT d.product_id FROM dataset d WHERE d.id = NEW.dataset_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_product BEFORE INSERT OR UPDATE OF dataset_id, product_id ON lineage_node FOR EACH ROW EXECUTE FUNCTION lineage_node_product();

CREATE INDEX lineage_node_product ON lineage_node (id) INCLUDE (dataset_id, product_id);
CREATE INDEX data_column_class ON data_column (dataset_id, classification, personal) WHERE classified;
