-- Why: runs are read, and not only written: the latest of the jobs that touch a product, and which jobs wrote a dataset.
-- A run's moment hardly ever changes once it is told, so that the first index costs one entry for each run.
CREATE INDEX lineage_run_latest ON lineage_run (job_id, at DESC, id DESC);
CREATE INDEX lineage_write_output ON lineage_write (output_id, job_id);
