-- Why: personal data leaves a source only as somebody decided: masked, as pseudonyms, in bands, or not at all. What holds for a column is
-- a technique with its parameters (domain::protection::Technique); what holds for rows together is a policy (DatasetPolicy).
-- All columns are new and may be empty: nothing is rewritten.

-- What the steward chose; null for the default of its classification.
ALTER TABLE data_column ADD COLUMN technique jsonb CHECK (technique ? 'technique');
ALTER TABLE dataset ADD COLUMN policy jsonb NOT NULL DEFAULT '{}';
-- What approvals asked for on top: {"column": technique}. Only ever stricter.
ALTER TABLE request_part_dataset ADD COLUMN granted_techniques jsonb NOT NULL DEFAULT '{}';
ALTER TABLE agreement_dataset ADD COLUMN techniques jsonb NOT NULL DEFAULT '{}', ADD COLUMN policy jsonb NOT NULL DEFAULT '{}';

-- Choices by name: a document that is applied again makes its columns anew, and they keep what was chosen.
CREATE TABLE technique_choice (
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    technique jsonb NOT NULL,
    PRIMARY KEY (dataset_id, column_name)
);
CREATE FUNCTION keep_technique() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.technique := coalesce(NEW.technique, (SELECT k.technique FROM technique_choice k WHERE k.dataset_id = NEW.dataset_id AND k.column_name = NEW.name));
    ELSIF NEW.technique IS NULL THEN
        DELETE FROM technique_choice k WHERE k.dataset_id = NEW.dataset_id AND k.column_name = NEW.name;
    ELSE
        INSERT INTO technique_choice VALUES (NEW.dataset_id, NEW.name, NEW.technique)
            ON CONFLICT (dataset_id, column_name) DO UPDATE SET technique = excluded.technique;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_technique BEFORE INSERT OR UPDATE OF technique ON data_column FOR EACH ROW EXECUTE FUNCTION keep_technique();

-- Somebody above allowed, until a day, what a steward may not choose alone.
CREATE TABLE technique_waiver (
    id uuid PRIMARY KEY,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    column_name text NOT NULL,
    reason text NOT NULL,
    granted_by uuid NOT NULL REFERENCES person,
    granted_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX technique_waiver_standing ON technique_waiver (dataset_id, column_name) WHERE ended_at IS NULL;

-- Whether a choice holds: it fits the column, and stands without a waiver or with one. The same as domain::protection::effective.
CREATE FUNCTION technique_holds(c data_column) RETURNS boolean LANGUAGE sql STABLE AS $$
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

-- Whether anything of a column leaves its source; and whether it leaves as it is, so that rows may be narrowed by its values.
CREATE FUNCTION column_leaves(c data_column) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c.technique IS NOT NULL AND technique_holds(c) THEN c.technique ->> 'technique' <> 'suppress'
        ELSE c.personal = 'none' AND c.classification <> 'secret' AND NOT (c.sensitivity = 'sensitive-high' AND c.classification = 'confidential') END
$$;
CREATE FUNCTION column_is_clear(c data_column) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT column_leaves(c) AND (c.technique IS NULL OR NOT technique_holds(c) OR c.technique ->> 'technique' = 'clear')
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON technique_choice TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON technique_waiver TO pasar_portal;
GRANT EXECUTE ON FUNCTION technique_holds(data_column), column_leaves(data_column), column_is_clear(data_column), keep_technique() TO pasar_portal;
