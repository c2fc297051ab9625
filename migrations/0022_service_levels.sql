-- Why: a promise that nobody measures is an adjective. Objectives get an indicator and are measured by Pasar, by tools and by people;
-- results of quality checks and problems that readers report stand beside them.

-- A promise keeps its id while documents say it again, because measurements point at it. Promises of before are taken once each.
DELETE FROM service_level a USING service_level b
    WHERE a.product_id = b.product_id AND a.dimension = b.dimension AND a.objective = b.objective AND a.id > b.id;
ALTER TABLE service_level
    -- Who made it: the product's document, or somebody on its page, whom no document overwrites.
    ADD origin text NOT NULL DEFAULT 'document' CHECK (origin IN ('document', 'page')),
    -- domain::service_level::Measure.
    ADD measure text NOT NULL DEFAULT 'reported'
        CHECK (measure IN ('reported', 'age', 'oldest', 'rows', 'filled', 'unique', 'in-range', 'read', 'answers')),
    -- By name: a document may write datasets and columns anew.
    ADD dataset_name text,
    ADD column_name text,
    ADD low double precision,
    ADD high double precision,
    -- What one measurement keeps to; none while whoever reports says what is good.
    ADD comparison text CHECK (comparison IN ('at-least', 'at-most')),
    ADD bound double precision,
    -- Share of periods that must be good, in %.
    ADD share double precision NOT NULL DEFAULT 99 CHECK (share > 0 AND share <= 100),
    ADD window_days integer NOT NULL DEFAULT 30 CHECK (window_days BETWEEN 1 AND 400),
    ADD every_minutes integer NOT NULL DEFAULT 1440 CHECK (every_minutes BETWEEN 5 AND 44640),
    -- Follow from the measurements; kept so that lists need not compute them.
    ADD state text NOT NULL DEFAULT 'not-measured' CHECK (state IN ('not-measured', 'met', 'at-risk', 'breached')),
    ADD burning text NOT NULL DEFAULT 'no' CHECK (burning IN ('no', 'slow', 'fast')),
    ADD state_since timestamptz,
    ADD measured_at timestamptz,
    ADD judged_at timestamptz,
    -- When Pasar asks the source next, and what the source said instead of a number.
    ADD probe_at timestamptz NOT NULL DEFAULT 'epoch',
    ADD probe_error text,
    ADD UNIQUE (product_id, dimension, objective),
    ADD CHECK ((comparison IS NULL) = (bound IS NULL)),
    ADD CHECK (measure = 'reported' OR (bound IS NOT NULL AND dataset_name IS NOT NULL));
-- job: what is to be measured, soonest first.
CREATE INDEX service_level_probe ON service_level (probe_at) WHERE measure <> 'reported';
-- job: what was measured and may have changed with time alone.
CREATE INDEX service_level_judged ON service_level (judged_at) WHERE state <> 'not-measured';
CREATE INDEX service_level_breached ON service_level (product_id) WHERE state = 'breached';

-- What was measured, by whom. Rows are added and never change; they stay when the promise is gone.
CREATE TABLE service_level_measurement (
    id uuid PRIMARY KEY,
    level_id uuid NOT NULL,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    -- The moment that it speaks of, and when it came.
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- A number and no value of the data; none where only good or bad was said.
    value double precision,
    good boolean NOT NULL,
    source text NOT NULL CHECK (source IN ('probe', 'tool', 'person')),
    said_by uuid REFERENCES person,
    tool text,
    -- What a tool calls the run: the same one again adds nothing.
    run text,
    rows_looked bigint,
    took_ms integer,
    CHECK ((source = 'probe') = (said_by IS NULL))
);
CREATE INDEX service_level_measurement_at ON service_level_measurement (level_id, at);
CREATE UNIQUE INDEX service_level_measurement_run ON service_level_measurement (level_id, run) WHERE run IS NOT NULL;
CREATE INDEX service_level_measurement_product ON service_level_measurement (product_id);

-- Each change of state, for the history.
CREATE TABLE service_level_change (
    id uuid PRIMARY KEY,
    level_id uuid NOT NULL,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    at timestamptz NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    burning text NOT NULL,
    -- Of the budget, 1 being all of it; below 0 when overdrawn.
    budget_left double precision NOT NULL
);
CREATE INDEX service_level_change_level ON service_level_change (level_id, at);
CREATE INDEX service_level_change_product ON service_level_change (product_id);

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was measured does not change' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER service_level_measurement_stays BEFORE UPDATE OR TRUNCATE ON service_level_measurement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER service_level_change_stays BEFORE UPDATE OR TRUNCATE ON service_level_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
GRANT SELECT, INSERT ON service_level_measurement, service_level_change TO pasar_portal;

-- A check that a tool runs on a product's data. What it is called stays; what it says comes with each run.
CREATE TABLE quality_rule (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    tool text NOT NULL CHECK (tool IN ('great-expectations', 'dbt', 'openlineage')),
    -- What makes it the same check in the next run.
    key text NOT NULL,
    layer text NOT NULL CHECK (layer IN ('structural', 'schema', 'business')),
    title text NOT NULL,
    dataset_name text,
    column_name text,
    first_at timestamptz NOT NULL,
    UNIQUE (product_id, tool, key)
);

CREATE TABLE quality_run (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    tool text NOT NULL CHECK (tool IN ('great-expectations', 'dbt', 'openlineage')),
    tool_version text,
    -- What the tool calls it: sent twice, it is one run.
    run text NOT NULL,
    suite text,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    said_by uuid NOT NULL REFERENCES person,
    passed integer NOT NULL,
    failed integer NOT NULL,
    UNIQUE (product_id, tool, run)
);
CREATE INDEX quality_run_newest ON quality_run (product_id, at DESC);

-- Numbers alone: a tool's examples of what it did not expect are values, and are not kept.
CREATE TABLE quality_result (
    run_id uuid NOT NULL REFERENCES quality_run ON DELETE CASCADE,
    rule_id uuid NOT NULL REFERENCES quality_rule ON DELETE CASCADE,
    outcome text NOT NULL CHECK (outcome IN ('passed', 'warned', 'failed', 'error', 'skipped')),
    -- How many were not as expected, and of how many.
    unexpected bigint,
    looked bigint,
    PRIMARY KEY (run_id, rule_id)
);
CREATE INDEX quality_result_rule ON quality_result (rule_id);

-- What a TC expects of its sector: so many of the checks of a layer pass, and a run is no older than so many days.
CREATE TABLE quality_benchmark (
    id uuid PRIMARY KEY,
    sector_id uuid NOT NULL REFERENCES sector,
    -- None is all layers together.
    layer text CHECK (layer IN ('structural', 'schema', 'business')),
    at_least double precision NOT NULL CHECK (at_least > 0 AND at_least <= 100),
    within_days integer NOT NULL CHECK (within_days BETWEEN 1 AND 366),
    reason text NOT NULL,
    set_by uuid NOT NULL REFERENCES person,
    set_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX quality_benchmark_one ON quality_benchmark (sector_id, layer) NULLS NOT DISTINCT WHERE ended_at IS NULL;
GRANT SELECT, INSERT ON quality_rule, quality_run, quality_result TO pasar_portal;
GRANT UPDATE ON quality_rule TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON quality_benchmark TO pasar_portal;

-- Something that went wrong with a product's data: what happened, until it is mended.
CREATE TABLE incident (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    title text NOT NULL,
    opened_by uuid NOT NULL REFERENCES person,
    opened_at timestamptz NOT NULL,
    mended_at timestamptz,
    -- What was done, for whoever used the data meanwhile.
    cause text,
    CHECK ((mended_at IS NULL) = (cause IS NULL))
);
CREATE INDEX incident_product ON incident (product_id, opened_at DESC);

-- What somebody reports of a product: of a column, of a number of rows, of the whole.
CREATE TABLE problem (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    dataset_name text,
    column_name text,
    about text NOT NULL CHECK (about IN ('values', 'rows', 'freshness', 'description', 'other')),
    words text NOT NULL,
    -- Given with the form: the same form sent twice is one problem.
    submission_key uuid NOT NULL,
    reported_by uuid NOT NULL REFERENCES person,
    reported_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('reported', 'accepted', 'mended', 'declined')),
    incident_id uuid REFERENCES incident,
    answered_at timestamptz,
    ended_at timestamptz,
    UNIQUE (reported_by, submission_key),
    CHECK (column_name IS NULL OR dataset_name IS NOT NULL),
    CHECK ((state = 'reported') = (answered_at IS NULL)),
    CHECK ((state IN ('mended', 'declined')) = (ended_at IS NOT NULL))
);
CREATE INDEX problem_product ON problem (product_id, reported_at DESC);
CREATE INDEX problem_open ON problem (product_id, reported_at) WHERE ended_at IS NULL;
CREATE INDEX problem_incident ON problem (incident_id) WHERE incident_id IS NOT NULL;

-- What was said to it, in order.
CREATE TABLE problem_answer (
    id uuid PRIMARY KEY,
    problem_id uuid NOT NULL REFERENCES problem ON DELETE CASCADE,
    author_id uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    to_state text NOT NULL CHECK (to_state IN ('reported', 'accepted', 'mended', 'declined')),
    text text NOT NULL
);
CREATE INDEX problem_answer_problem ON problem_answer (problem_id, at);
GRANT SELECT, INSERT, UPDATE ON incident, problem TO pasar_portal;
GRANT SELECT, INSERT ON problem_answer TO pasar_portal;

-- Two questions after use, answered once for each agreement and changed as often as wanted.
CREATE TABLE satisfaction (
    agreement_id uuid NOT NULL REFERENCES agreement ON DELETE CASCADE,
    person_id uuid NOT NULL REFERENCES person,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    useful smallint NOT NULL CHECK (useful BETWEEN 1 AND 5),
    trusted smallint NOT NULL CHECK (trusted BETWEEN 1 AND 5),
    said_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, person_id)
);
CREATE INDEX satisfaction_product ON satisfaction (product_id);
GRANT SELECT, INSERT, UPDATE ON satisfaction TO pasar_portal;
-- usage: reads of a product.
CREATE INDEX audit_event_read ON audit_event (product_id, at) WHERE action = 'port.read';
