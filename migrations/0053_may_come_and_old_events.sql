-- Why: two things that were passed over in silence. Many tools tell which tables a run read and wrote, and nothing of columns: then nobody can say that
-- personal data of a product upstream arrives, and nobody can say that it does not, and rules read that it may. And nobody was reminded of who did what in
-- events of many years ago (below).

-- Products that come next before this one, through tables of no product, whose personal columns may arrive here as tools told: at least one step on the way
-- says nothing of columns, and no step that does leaves them out or masks them. Of two tables that any tool connected by columns, these are what is known.
-- Those whose columns are known to arrive (lineage_personal_before) are among them. `declared` is the namespace of jobs that no tool told.
CREATE FUNCTION lineage_personal_may_come_before(product uuid, declared text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 5 AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT s.product_id FROM (
        WITH RECURSIVE way (node, dataset_id, named) AS (
            SELECT n.id, NULL::uuid, '*'::text FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = product
            UNION
            SELECT x.from_id, x.dataset_id, x.named FROM way CROSS JOIN LATERAL (
                SELECT e.from_id, f.dataset_id, e.from_column AS named FROM lineage_column_edge e
                JOIN lineage_job j ON j.id = e.job_id AND j.namespace <> declared JOIN lineage_node f ON f.id = e.from_id
                WHERE e.to_id = way.node AND (way.named = '*' OR e.to_column IN (way.named, '*')) AND e.until IS NULL AND e.direct AND NOT e.masked
                UNION ALL
                SELECT e.from_id, f.dataset_id, '*' FROM lineage_edge e
                JOIN lineage_job j ON j.id = e.job_id AND j.namespace <> declared JOIN lineage_node f ON f.id = e.from_id
                WHERE e.to_id = way.node AND e.until IS NULL
                  AND NOT EXISTS (SELECT FROM lineage_column_edge c WHERE c.job_id = e.job_id AND c.output_id = e.output_id AND c.until IS NULL)
                  AND NOT EXISTS (SELECT FROM lineage_column_edge c WHERE c.from_id = e.from_id AND c.to_id = e.to_id AND c.until IS NULL)
                OFFSET 0) x
            WHERE way.dataset_id IS NULL)
        SELECT way.dataset_id, way.named FROM way LIMIT 1000) w
        JOIN dataset s ON s.id = w.dataset_id AND s.product_id <> product
        JOIN data_column c ON c.dataset_id = s.id AND (c.name = w.named OR w.named = '*') AND c.classified AND c.personal <> 'none';
END
$$;
GRANT EXECUTE ON FUNCTION lineage_personal_may_come_before(uuid, text) TO pasar_portal;

-- Events of the audit trail stay for ever; who did what in them need not. The portal's login may not erase it, by design: there is a period, and the data
-- office is reminded while events are older, until whoever runs the portal has it erased. At first it is the longest there is.
ALTER TABLE retention_period ADD COLUMN overdue bigint NOT NULL DEFAULT 0 CHECK (overdue >= 0);
COMMENT ON COLUMN retention_period.overdue IS 'What was older than the period when it was looked at last and waits for somebody to act; nought of what the portal deletes itself.';
INSERT INTO retention_period (what, days) VALUES ('audit-fields', 3660);
