-- Why: tools tell of tables before their product is described, and a product's datasets look for such names when they go into the graph. Without
-- this index each product looks at every node there is.

CREATE INDEX lineage_node_told ON lineage_node (name) WHERE dataset_id IS NULL AND same_as IS NULL;
