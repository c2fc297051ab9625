-- Why: a standard is published once and then held by software. The record keeps every version as it was agreed, what it found of each
-- product and from which input, who was let off until when, and what was said before it was published.

-- Where a standard holds does not change with its versions: with it goes who may change it.
CREATE TABLE standard (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    scope_kind text NOT NULL CHECK (scope_kind IN ('whole', 'sector', 'domain')),
    scope_id uuid,
    made_by uuid REFERENCES person,
    made_at timestamptz NOT NULL,
    CHECK ((scope_kind = 'whole') = (scope_id IS NULL))
);

CREATE TABLE standard_version (
    standard_id uuid NOT NULL REFERENCES standard,
    version integer NOT NULL CHECK (version > 0),
    status text NOT NULL CHECK (status IN ('draft', 'consultation', 'published', 'effective', 'superseded', 'retired')),
    title text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('block-serving', 'block-publishing', 'require-step', 'require-mask', 'flag', 'advise')),
    -- Who answers for it, in words.
    owner text NOT NULL,
    contact text NOT NULL,
    refs text[] NOT NULL,
    text text NOT NULL,
    -- {"template": id, "parameters": {name: [value]}} or {"rego": source}; and the Rego that is run, whatever templates become.
    source jsonb NOT NULL,
    rego text NOT NULL,
    cases jsonb NOT NULL,
    tightens text,
    -- Days in Singapore: the first on which it acts, and the first on which it no longer does.
    effective_from date,
    effective_until date,
    grace_days integer NOT NULL CHECK (grace_days BETWEEN 0 AND 3660),
    urgent_reason text,
    -- Whoever is sent this address may read a draft.
    share_key uuid NOT NULL UNIQUE,
    -- Null: it came with the program.
    changed_by uuid REFERENCES person,
    changed_at timestamptz NOT NULL,
    agreed_by uuid REFERENCES person,
    agreed_at timestamptz,
    published_by uuid REFERENCES person,
    published_at timestamptz,
    PRIMARY KEY (standard_id, version),
    CHECK (status IN ('draft', 'consultation', 'retired') OR (published_at IS NOT NULL AND effective_from IS NOT NULL)),
    CHECK (agreed_by IS NULL OR agreed_by <> changed_by),
    -- Nobody publishes alone.
    CHECK (published_by IS NULL OR agreed_by IS NOT NULL),
    CHECK (effective_until IS NULL OR effective_until >= effective_from)
);
CREATE UNIQUE INDEX standard_version_open ON standard_version (standard_id) WHERE status IN ('draft', 'consultation');
CREATE INDEX standard_version_acting ON standard_version (effective_from) WHERE status IN ('published', 'effective', 'superseded');

-- What people relied on never says something else: of a published version its end and its state alone move on.
CREATE FUNCTION keep_standard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves CONSTANT text[] := '{status,effective_until}';
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.published_at IS NOT NULL AND to_jsonb(NEW) - moves <> to_jsonb(OLD) - moves) THEN
        RAISE EXCEPTION 'a published version of a standard never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_standard_version BEFORE UPDATE OR DELETE ON standard_version FOR EACH ROW EXECUTE FUNCTION keep_standard_version();

-- What was said in a consultation, and what was answered.
CREATE TABLE standard_comment (
    id uuid PRIMARY KEY,
    standard_id uuid NOT NULL,
    version integer NOT NULL,
    author_id uuid NOT NULL REFERENCES person,
    text text NOT NULL,
    at timestamptz NOT NULL,
    answer text,
    answered_by uuid REFERENCES person,
    answered_at timestamptz,
    FOREIGN KEY (standard_id, version) REFERENCES standard_version,
    CHECK ((answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX standard_comment_version ON standard_comment (standard_id, version, at);

-- A product that is let off a standard until a day, that day included.
CREATE TABLE standard_waiver (
    id uuid PRIMARY KEY,
    standard_id uuid NOT NULL REFERENCES standard,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    reason text NOT NULL,
    until date NOT NULL,
    granted_by uuid NOT NULL REFERENCES person,
    granted_at timestamptz NOT NULL,
    ended_by uuid REFERENCES person,
    ended_at timestamptz
);
CREATE UNIQUE INDEX standard_waiver_standing ON standard_waiver (standard_id, product_id) WHERE ended_at IS NULL;
CREATE INDEX standard_waiver_product ON standard_waiver (product_id) WHERE ended_at IS NULL;

-- Inputs as they were judged: with the version's Rego the same verdict can be had from them at any time.
CREATE TABLE evaluation_input (
    digest bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    schema_version integer NOT NULL,
    input text NOT NULL,
    made_at timestamptz NOT NULL
);

-- What a version said of a product, or beyond that of one agreement on it, from when until when. A row stands until something
-- else is found; standard_judged says when it was last found so.
CREATE TABLE standard_evaluation (
    id uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    agreement_id uuid REFERENCES agreement,
    standard_id uuid NOT NULL,
    version integer NOT NULL,
    acting text NOT NULL CHECK (acting IN ('grace', 'whole')),
    verdict text NOT NULL CHECK (verdict IN ('met', 'violated', 'cannot-tell')),
    -- [{code, field, message, mend, page, link}], and why nothing can be said.
    findings jsonb NOT NULL,
    why text,
    -- The waiver that let it off.
    waiver_id uuid REFERENCES standard_waiver,
    -- rules::Effect at the port.
    serving text NOT NULL,
    input_digest bytea NOT NULL REFERENCES evaluation_input,
    at timestamptz NOT NULL,
    ended_at timestamptz,
    FOREIGN KEY (standard_id, version) REFERENCES standard_version
);
CREATE UNIQUE INDEX standard_evaluation_standing ON standard_evaluation (product_id, standard_id, agreement_id) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX standard_evaluation_of ON standard_evaluation (standard_id, version) WHERE ended_at IS NULL AND verdict <> 'met';
CREATE INDEX standard_evaluation_serving ON standard_evaluation (product_id) WHERE ended_at IS NULL AND serving IN ('refuse', 'mask');
CREATE INDEX standard_evaluation_then ON standard_evaluation (product_id, at);
CREATE TABLE standard_judged (
    product_id uuid PRIMARY KEY REFERENCES product ON DELETE CASCADE,
    day date NOT NULL,
    at timestamptz NOT NULL
);

-- What was let through or refused at the other gates, with everything that was found there.
CREATE TABLE gate_judgement (
    id uuid PRIMARY KEY,
    gate text NOT NULL CHECK (gate IN ('publishing', 'submitting', 'deciding')),
    product_id uuid NOT NULL REFERENCES product ON DELETE CASCADE,
    -- The request's part, where there is one.
    part_id uuid,
    effect text NOT NULL,
    findings jsonb NOT NULL,
    input_digest bytea NOT NULL REFERENCES evaluation_input,
    actor_id uuid REFERENCES person,
    at timestamptz NOT NULL
);
CREATE INDEX gate_judgement_product ON gate_judgement (product_id, at DESC);

-- The day that all products were judged for.
CREATE TABLE standard_run (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    day date NOT NULL,
    at timestamptz NOT NULL
);

-- Steps that a standard asked for.
ALTER TABLE part_step ADD COLUMN standard_id uuid REFERENCES standard;

-- Whatever changes what rules look at, and by whatever hand, has the product judged again; once for each transaction.
CREATE FUNCTION look_at_standards(products uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (at, topic, object_id, next_attempt_at)
    SELECT DISTINCT now(), 'standard.product', p, 'epoch'::timestamptz FROM unnest(products) AS p
    WHERE p IS NOT NULL AND EXISTS (SELECT FROM standard_version v WHERE v.published_at IS NOT NULL)
      AND NOT EXISTS (SELECT FROM outbox o WHERE o.object_id = p AND o.done_at IS NULL AND o.topic = 'standard.product'
                          AND o.xmin = pg_current_xact_id()::xid)
$$;
CREATE FUNCTION standard_product_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT id FROM changed));
    RETURN NULL;
END
$$;
CREATE FUNCTION standard_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT product_id FROM changed));
    RETURN NULL;
END
$$;
CREATE FUNCTION standard_column_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT d.product_id FROM changed c JOIN dataset d ON d.id = c.dataset_id));
    RETURN NULL;
END
$$;
CREATE FUNCTION standard_port_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT o.product_id FROM changed c JOIN output_port o ON o.id = c.output_port_id));
    RETURN NULL;
END
$$;
CREATE FUNCTION standard_flow_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT i.product_id FROM changed c JOIN input_port i ON i.id = c.input_port_id));
    RETURN NULL;
END
$$;
-- Roles over the whole fill none of a product's own.
CREATE FUNCTION standard_role_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM look_at_standards(ARRAY(SELECT DISTINCT p.id FROM changed c JOIN data_domain d ON c.scope_id IN (d.id, d.sector_id)
                                    JOIN product p ON p.domain_id = d.id
                                    UNION SELECT c.scope_id FROM changed c WHERE c.scope_kind = 'product'));
    RETURN NULL;
END
$$;
DO $$
DECLARE
    looked record;
BEGIN
    FOR looked IN SELECT * FROM (VALUES
        ('product', 'standard_product_changed'), ('dataset', 'standard_part_changed'), ('input_port', 'standard_part_changed'),
        ('output_port', 'standard_part_changed'), ('data_sharing_agreement', 'standard_part_changed'), ('service_level', 'standard_part_changed'),
        ('agreement', 'standard_part_changed'), ('flow_flag', 'standard_part_changed'), ('standard_waiver', 'standard_part_changed'),
        ('data_column', 'standard_column_changed'), ('technique_waiver', 'standard_column_changed'), ('output_port_dataset', 'standard_port_changed'),
        ('column_flow', 'standard_flow_changed'), ('role_grant', 'standard_role_changed')) AS t(named, does)
    LOOP
        EXECUTE format('CREATE TRIGGER look_when_added AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            looked.named, looked.does);
        -- Of an agreement only its beginning: reading notes something in it each time.
        CONTINUE WHEN looked.named = 'agreement';
        EXECUTE format('CREATE TRIGGER look_when_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            looked.named, looked.does);
        CONTINUE WHEN looked.named = 'product';
        EXECUTE format('CREATE TRIGGER look_when_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            looked.named, looked.does);
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE ON standard, standard_version, standard_comment, standard_waiver, standard_evaluation, standard_judged, standard_run
    TO pasar_portal;
GRANT DELETE ON standard_run TO pasar_portal;
GRANT SELECT, INSERT ON evaluation_input, gate_judgement TO pasar_portal;
GRANT EXECUTE ON FUNCTION look_at_standards(uuid[]) TO pasar_portal;
