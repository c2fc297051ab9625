-- Why: a rule of quality was known once a tool had run it, and not before: nobody could say what data should keep to, and a rule that no tool
-- runs was missed by nobody. Rules are declared by the product's document or on its page; Pasar runs those that it can measure itself.

CREATE TABLE quality_declared (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    -- Who declared it: the product's document, or somebody on its page, whom no document overwrites.
    origin text NOT NULL CHECK (origin IN ('document', 'page')),
    position integer NOT NULL DEFAULT 0,
    -- As tools call it: their results are matched by it.
    name text NOT NULL,
    title text NOT NULL,
    layer text NOT NULL CHECK (layer IN ('structural', 'schema', 'business')),
    -- By name: a document may write datasets and columns anew.
    dataset_name text,
    column_name text,
    -- domain::service_level::Measure, as far as rules have it; of what is reported, whoever reports says whether it passed.
    measure text NOT NULL CHECK (measure IN ('reported', 'rows', 'filled', 'unique', 'in-range', 'written')),
    low double precision,
    high double precision,
    pattern text,
    codes text[],
    comparison text CHECK (comparison IN ('at-least', 'at-most')),
    bound double precision,
    declared_at timestamptz NOT NULL,
    UNIQUE (product_id, name),
    CHECK (column_name IS NULL OR dataset_name IS NOT NULL),
    CHECK ((comparison IS NULL) = (bound IS NULL)),
    CHECK (measure = 'reported' OR (dataset_name IS NOT NULL AND bound IS NOT NULL)),
    CHECK (measure IN ('reported', 'rows') OR column_name IS NOT NULL),
    CHECK ((measure = 'in-range') = (low IS NOT NULL AND high IS NOT NULL)),
    CHECK ((measure = 'written') = (num_nonnulls(pattern, codes) = 1))
);
GRANT SELECT, INSERT, UPDATE, DELETE ON quality_declared TO pasar_portal;

-- When Pasar runs a product's rules next: all of them at once, so that the latest run says how each stands.
CREATE TABLE quality_probe (
    product_id uuid PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    probe_at timestamptz NOT NULL DEFAULT 'epoch',
    -- Why the last turn came to nothing.
    probe_error text
);
CREATE INDEX quality_probe_due ON quality_probe (probe_at);
GRANT SELECT, INSERT, UPDATE ON quality_probe TO pasar_portal;

-- By whatever hand rules come, change or go, they are run again soon.
CREATE FUNCTION rules_declared_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- The product may be going too, and is not written of any more.
        UPDATE quality_probe SET probe_at = 'epoch' WHERE product_id = OLD.product_id;
    ELSE
        INSERT INTO quality_probe (product_id) VALUES (NEW.product_id) ON CONFLICT (product_id) DO UPDATE SET probe_at = 'epoch';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER rules_declared_otherwise AFTER INSERT OR UPDATE OR DELETE ON quality_declared FOR EACH ROW EXECUTE FUNCTION rules_declared_otherwise();

-- Whether a check that a tool ran is the one that was declared: by its title, its key, or the name that dbt has within it; by the kind that Great
-- Expectations begins the key with, of the same column alone.
CREATE FUNCTION is_declared_rule(declared quality_declared, key text, title text, dataset_name text, column_name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
    SELECT (declared.dataset_name IS NULL OR $4 IS NULL OR declared.dataset_name = $4)
       AND (declared.column_name IS NULL OR $5 IS NULL OR declared.column_name = $5)
       AND (lower(declared.name) IN (lower($2), lower($3))
            OR ($2 LIKE 'test.%' AND lower(declared.name) = lower(split_part($2, '.', 3)))
            OR (lower(declared.name) = lower(split_part($2, ' ', 1)) AND declared.column_name IS NOT DISTINCT FROM $5))
$$;
GRANT EXECUTE ON FUNCTION is_declared_rule(quality_declared, text, text, text, text) TO pasar_portal;

-- Pasar is one of those that run checks. Both tables are read through once.
ALTER TABLE quality_rule DROP CONSTRAINT quality_rule_tool_check,
    ADD CONSTRAINT quality_rule_tool_check CHECK (tool IN ('great-expectations', 'dbt', 'openlineage', 'pasar'));
ALTER TABLE quality_run DROP CONSTRAINT quality_run_tool_check,
    ADD CONSTRAINT quality_run_tool_check CHECK (tool IN ('great-expectations', 'dbt', 'openlineage', 'pasar')),
    ALTER said_by DROP NOT NULL,
    ADD CONSTRAINT quality_run_said_by CHECK ((tool = 'pasar') = (said_by IS NULL));
-- What Pasar measured, a number and no value of the data; or in a sentence of ours why there is none.
ALTER TABLE quality_result ADD value double precision, ADD why text;

-- Two quantities more for promises: how values are written, asked of the source; and datasets with an edge, read in the record, which are of no
-- single dataset.
ALTER TABLE service_level DROP CONSTRAINT service_level_measure_check, DROP CONSTRAINT service_level_check1,
    ADD CONSTRAINT service_level_measure_check
        CHECK (measure IN ('reported', 'age', 'oldest', 'rows', 'filled', 'unique', 'in-range', 'written', 'read', 'answers', 'traced')),
    ADD CONSTRAINT service_level_probed
        CHECK (measure = 'reported' OR (bound IS NOT NULL AND (dataset_name IS NOT NULL OR measure = 'traced')));
