-- Why: what a steward chooses for a column, or for the rows of a dataset, hides at the source before it is confirmed, as a classification
-- does. What is about to hold is written down first: the choice beside the class, and the policy beside the dataset.
-- Both columns are new and may be empty: nothing is rewritten.

-- The choice that is about to hold; null for the default.
ALTER TABLE column_tightening ADD COLUMN technique jsonb CHECK (technique ? 'technique');
UPDATE column_tightening t SET technique = c.technique FROM data_column c WHERE c.dataset_id = t.dataset_id AND c.name = t.column_name;
ALTER TABLE dataset ADD COLUMN policy_tightening jsonb;

-- Why: a linkage may give more than a number: rows of both sides in one view of the first agreement, with a pseudonym of this linkage alone
-- instead of what was linked. Owners approve that too.
ALTER TABLE linkage ADD COLUMN gives_rows boolean NOT NULL DEFAULT false CHECK (NOT gives_rows OR way = 'exact'), ADD COLUMN view_digest text;

-- Linkages in force whose rows may be read at this moment: both agreements are in force, held by nobody's hand, and of one holder.
CREATE VIEW linkage_rows AS
SELECT l.id, l.view_digest, 'linked_' || right(l.id::text, 12) AS view_name, a.id AS agreement_id, b.id AS other_id,
       s.dataset_id, s.column_name, t.dataset_id AS other_dataset_id, t.column_name AS other_column, b.until AS other_until
FROM linkage l
JOIN linkage_side s ON s.linkage_id = l.id AND s.side = 'left' JOIN linkage_side t ON t.linkage_id = l.id AND t.side = 'right'
JOIN agreement a ON a.id = s.agreement_id AND a.state = 'active' JOIN agreement b ON b.id = t.agreement_id AND b.state = 'active'
WHERE l.state = 'in-force' AND l.outcome = 'size' AND l.gives_rows AND a.id <> b.id
  AND a.holder_id = l.requested_by AND b.holder_id = l.requested_by AND a.team_id IS NULL AND b.team_id IS NULL
  AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id IN (a.id, b.id) AND h.lifted_at IS NULL);
GRANT SELECT ON linkage_rows TO pasar_portal;

-- Why: detectors ask every few seconds what is due. With a row for each dataset from its first moment the answer is the beginning of an index,
-- however many datasets there are. Rows are written for all at once: some seconds for hundreds of thousands.
ALTER TABLE proposal_run ALTER COLUMN made_from DROP NOT NULL;
INSERT INTO proposal_run (dataset_id, made_from, ran_at) SELECT id, NULL, '-infinity' FROM dataset ON CONFLICT DO NOTHING;
CREATE INDEX proposal_run_oldest ON proposal_run (ran_at, dataset_id);
CREATE INDEX proposal_run_made_from ON proposal_run (made_from) WHERE made_from IS NOT NULL;
CREATE FUNCTION dataset_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO proposal_run (dataset_id, made_from, ran_at) SELECT a.id, NULL, '-infinity' FROM added a ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER dataset_is_due AFTER INSERT ON dataset REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION dataset_is_due();

-- Why: many kinds of work wait in one table; each job asks for its own and must not walk over a hundred thousand rows of another's.
CREATE INDEX outbox_kind_due ON outbox (split_part(topic, '.', 1), next_attempt_at, id) WHERE done_at IS NULL;
-- Names under which personal data stands: few among millions of columns.
CREATE INDEX data_column_personal ON data_column (name) WHERE personal <> 'none';

-- Why: a latitude may become the planning area there. The same as before but for that word.
CREATE OR REPLACE FUNCTION technique_holds(c data_column) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE c.technique ->> 'technique'
            WHEN 'clear' THEN true
            WHEN 'suppress' THEN true
            WHEN 'mask' THEN c.column_type IN ('text', 'integer', 'bigint')
            WHEN 'pseudonym' THEN c.column_type IN ('text', 'integer', 'bigint')
            WHEN 'postal-sector' THEN c.column_type IN ('text', 'integer', 'bigint')
            WHEN 'band' THEN c.column_type IN ('integer', 'bigint', 'numeric', 'double')
            WHEN 'round' THEN c.column_type IN ('integer', 'bigint', 'numeric', 'double')
            WHEN 'noise' THEN c.column_type IN ('integer', 'bigint', 'numeric', 'double')
            WHEN 'grid' THEN c.column_type IN ('numeric', 'double')
            WHEN 'planning-area' THEN c.column_type IN ('numeric', 'double')
            WHEN 'date-to' THEN c.column_type = 'timestamptz' OR (c.column_type = 'date' AND c.technique ->> 'unit' <> 'day')
            ELSE false END
        AND (c.technique ->> 'technique' = 'suppress'
            OR EXISTS (SELECT FROM technique_waiver w WHERE w.dataset_id = c.dataset_id AND w.column_name = c.name AND w.ended_at IS NULL)
            OR (c.classification <> 'secret' AND CASE c.personal
                WHEN 'direct' THEN c.technique ->> 'technique' NOT IN ('clear', 'round', 'noise', 'band')
                    AND NOT (c.technique ->> 'technique' = 'date-to' AND c.technique ->> 'unit' = 'day')
                WHEN 'sensitive' THEN c.technique ->> 'technique' NOT IN ('clear', 'round', 'noise')
                    AND NOT (c.technique ->> 'technique' = 'date-to' AND c.technique ->> 'unit' = 'day')
                WHEN 'indirect' THEN c.technique ->> 'technique' <> 'clear'
                ELSE c.technique ->> 'technique' <> 'clear' OR NOT (c.sensitivity = 'sensitive-high' AND c.classification = 'confidential') END))
$$;
