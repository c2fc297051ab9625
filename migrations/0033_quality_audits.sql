-- Why: a benchmark that nobody looks at moves nobody. Trusted centres plan audits of the quality of their sector; each is taken when it is due, kept
-- as it was found that day, told to whoever answers for the data, and what falls short is followed up until a later result meets the benchmark.

-- What is audited, when, and who is told of it.
CREATE TABLE quality_audit_plan (
    id uuid PRIMARY KEY,
    sector_id uuid NOT NULL REFERENCES sector,
    name text NOT NULL,
    -- Of the sector: all of it, one domain, or products that were chosen.
    scope text NOT NULL CHECK (scope IN ('sector', 'domain', 'products')),
    domain_id uuid REFERENCES data_domain,
    -- domain::quality_audit::Criterion.
    criteria text[] NOT NULL CHECK (cardinality(criteria) > 0 AND criteria <@ '{all,structural,schema,business,promises}'::text[]),
    rhythm text NOT NULL CHECK (rhythm IN ('once', 'month', 'quarter')),
    -- Days in Singapore: that of the first audit, whose day of the month the others keep, and that of the next; none when there is none to come.
    first_on date NOT NULL,
    next_on date,
    announce_days integer NOT NULL CHECK (announce_days BETWEEN 0 AND 60),
    mend_days integer NOT NULL CHECK (mend_days BETWEEN 1 AND 366),
    -- domain::quality_audit::Hearer; the owners concerned are always told.
    told text[] NOT NULL DEFAULT '{}' CHECK (told <@ '{team,holders,curators,office}'::text[]),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')),
    -- Which audit was announced last, so that each is announced once, and again when its day is changed.
    announced_for date,
    version integer NOT NULL DEFAULT 0,
    made_by uuid NOT NULL REFERENCES person,
    made_at timestamptz NOT NULL,
    -- Given with the form: the same form sent twice is one plan.
    submission_key uuid NOT NULL UNIQUE,
    CHECK ((scope = 'domain') = (domain_id IS NOT NULL))
);
CREATE INDEX quality_audit_plan_sector ON quality_audit_plan (sector_id);
-- job: what is due, or to be announced.
CREATE INDEX quality_audit_plan_next ON quality_audit_plan (next_on) WHERE state = 'active';

CREATE TABLE quality_audit_plan_product (
    plan_id uuid NOT NULL REFERENCES quality_audit_plan ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    PRIMARY KEY (plan_id, product_id)
);
CREATE INDEX quality_audit_plan_product_product ON quality_audit_plan_product (product_id);

-- An audit: one for each plan and day that it was due on.
CREATE TABLE quality_audit (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES quality_audit_plan,
    due_on date NOT NULL,
    -- The audit of the same plan before it.
    before_id uuid REFERENCES quality_audit,
    begun_at timestamptz NOT NULL,
    -- How many measurements Pasar was asked to take for it.
    asked integer NOT NULL,
    done_at timestamptz,
    UNIQUE (plan_id, due_on)
);
CREATE INDEX quality_audit_before ON quality_audit (before_id) WHERE before_id IS NOT NULL;
CREATE INDEX quality_audit_begun ON quality_audit (begun_at) WHERE done_at IS NULL;
CREATE INDEX quality_audit_done ON quality_audit (done_at DESC) WHERE done_at IS NOT NULL;

-- What fell short, until it is met again. A later audit that finds the same goes on with the same task.
CREATE TABLE quality_task (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES quality_audit_plan,
    -- The audit that found it first.
    audit_id uuid NOT NULL REFERENCES quality_audit,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    criterion text NOT NULL CHECK (criterion IN ('all', 'structural', 'schema', 'business', 'promises')),
    -- The benchmark as the audit that found it last knew it.
    at_least double precision NOT NULL,
    within_days integer,
    opened_at timestamptz NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'mended', 'promised', 'disputed', 'met', 'excused')),
    -- Until when its owner said that it will be mended.
    promised_on date,
    late_at timestamptz,
    -- Results until then were compared with the benchmark.
    looked_at timestamptz NOT NULL,
    closed_at timestamptz,
    CHECK ((state = 'promised') = (promised_on IS NOT NULL)),
    CHECK ((state IN ('met', 'excused')) = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX quality_task_one ON quality_task (plan_id, product_id, criterion) WHERE closed_at IS NULL;
CREATE INDEX quality_task_product ON quality_task (product_id, opened_at DESC);
CREATE INDEX quality_task_audit ON quality_task (audit_id);
CREATE INDEX quality_task_open ON quality_task (looked_at) WHERE closed_at IS NULL;

-- What was said to it, in order; Pasar says nothing.
CREATE TABLE quality_task_answer (
    id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES quality_task ON DELETE CASCADE,
    author_id uuid NOT NULL REFERENCES person,
    at timestamptz NOT NULL,
    to_state text NOT NULL CHECK (to_state IN ('open', 'mended', 'promised', 'disputed', 'excused')),
    promised_on date,
    text text NOT NULL
);
CREATE INDEX quality_task_answer_task ON quality_task_answer (task_id, at);

-- One for each product and criterion of an audit.
CREATE TABLE quality_audit_finding (
    audit_id uuid NOT NULL REFERENCES quality_audit,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    criterion text NOT NULL CHECK (criterion IN ('all', 'structural', 'schema', 'business', 'promises')),
    -- The benchmark of that moment; none where nothing was expected.
    at_least double precision,
    within_days integer,
    passed integer NOT NULL,
    counted integer NOT NULL,
    -- The latest run among them.
    latest_at timestamptz,
    shortfall text CHECK (shortfall IN ('never-checked', 'too-old', 'too-low')),
    task_id uuid REFERENCES quality_task,
    PRIMARY KEY (audit_id, product_id, criterion),
    CHECK (shortfall IS NULL OR at_least IS NOT NULL)
);
CREATE INDEX quality_audit_finding_product ON quality_audit_finding (product_id);
CREATE INDEX quality_audit_finding_task ON quality_audit_finding (task_id) WHERE task_id IS NOT NULL;

-- Each check and promise as it stood: numbers and names alone, as in quality_result.
CREATE TABLE quality_audit_check (
    audit_id uuid NOT NULL REFERENCES quality_audit,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    -- The quality_rule, or the service_level, by which it is the same in the next audit.
    check_id uuid NOT NULL,
    -- None for promises.
    tool text,
    suite text,
    layer text NOT NULL CHECK (layer IN ('structural', 'schema', 'business', 'promises')),
    title text NOT NULL,
    dataset_name text,
    column_name text,
    outcome text NOT NULL CHECK (outcome IN ('passed', 'warned', 'failed', 'error', 'skipped')),
    unexpected bigint,
    looked bigint,
    at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (audit_id, check_id, suite)
);
CREATE INDEX quality_audit_check_product ON quality_audit_check (product_id, audit_id);

-- Products that a plan is about at this moment: in use, and readable at a port.
CREATE FUNCTION quality_audit_products(plan uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT p.id FROM quality_audit_plan a JOIN data_domain d ON d.sector_id = a.sector_id JOIN product p ON p.domain_id = d.id
    WHERE a.id = plan AND p.status IN ('published', 'deprecated')
      AND EXISTS (SELECT FROM dataset s WHERE s.product_id = p.id AND s.table_name IS NOT NULL)
      AND (a.domain_id IS NULL OR d.id = a.domain_id)
      AND (a.scope <> 'products' OR EXISTS (SELECT FROM quality_audit_plan_product c WHERE c.plan_id = a.id AND c.product_id = p.id))
$$;

-- Plans that somebody may know of: one of chosen products is nothing to whoever may know of none of them.
CREATE FUNCTION visible_quality_audit_plan(reader uuid, moment timestamptz) RETURNS SETOF quality_audit_plan LANGUAGE sql STABLE AS $$
    SELECT a.* FROM quality_audit_plan a
    WHERE a.scope <> 'products'
       OR EXISTS (SELECT FROM quality_audit_plan_product c JOIN visible_product(reader, moment) p ON p.id = c.product_id WHERE c.plan_id = a.id)
       OR EXISTS (SELECT FROM role_grant r WHERE r.person_id = reader AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > moment)
                  AND (r.scope_kind = 'whole' OR (r.scope_kind = 'sector' AND r.scope_id = a.sector_id)))
$$;

GRANT EXECUTE ON FUNCTION quality_audit_products(uuid), visible_quality_audit_plan(uuid, timestamptz) TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON quality_audit_plan, quality_audit, quality_task TO pasar_portal;
GRANT SELECT, INSERT, DELETE ON quality_audit_plan_product TO pasar_portal;
GRANT SELECT, INSERT ON quality_task_answer, quality_audit_finding, quality_audit_check TO pasar_portal;
