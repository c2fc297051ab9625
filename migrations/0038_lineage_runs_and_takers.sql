-- Why: runs are read, and not only written: the latest of the jobs that touch a product, and which jobs wrote a dataset.
-- A run's moment hardly ever changes once it is told, so that the first index costs one entry for each run.
CREATE INDEX lineage_run_latest ON lineage_run (job_id, at DESC, id DESC);
CREATE INDEX lineage_write_output ON lineage_write (output_id, job_id);

-- A column that becomes personal concerns whatever a pipeline makes of it, too: those products are judged again.
CREATE OR REPLACE FUNCTION standard_column_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(
        SELECT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id
        UNION
        SELECT t.product_id FROM changed c JOIN lineage_node f ON f.dataset_id = c.dataset_id
        JOIN lineage_column_edge e ON e.from_id = f.id AND e.until IS NULL
        JOIN lineage_node n ON n.id = e.to_id JOIN dataset t ON t.id = n.dataset_id));
    RETURN NULL;
END
$$;
