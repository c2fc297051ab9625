-- job: tables that tools told of before the product was described, by name, when a product's datasets go into the graph. Without it each product
-- looks at every node there is.
CREATE INDEX lineage_node_told ON lineage_node (name) WHERE dataset_id IS NULL AND same_as IS NULL;
