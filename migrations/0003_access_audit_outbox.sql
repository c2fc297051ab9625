-- Why: a request becomes a decision, a decision an agreement, an agreement a grant at the source; each step is one
-- transaction with its audit row and, when something must follow, its outbox row.

CREATE TABLE basket_item (
    person_id uuid NOT NULL REFERENCES person,
    output_port_id uuid NOT NULL REFERENCES output_port ON DELETE CASCADE,
    dataset_id uuid NOT NULL REFERENCES dataset ON DELETE CASCADE,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, output_port_id, dataset_id)
);

CREATE TABLE access_request (
    id uuid PRIMARY KEY,
    requester_id uuid NOT NULL REFERENCES person,
    purpose text NOT NULL REFERENCES purpose,
    explanation text NOT NULL,
    legal_basis text NOT NULL,
    team text NOT NULL,
    until date NOT NULL,
    submitted_at timestamptz NOT NULL,
    decide_by date NOT NULL,
    -- Given with the form: the same form sent twice is one request.
    submission_key uuid NOT NULL,
    UNIQUE (requester_id, submission_key)
);
CREATE INDEX access_request_requester ON access_request (requester_id, submitted_at DESC);

-- One part for each product; each is decided by that product's own people.
CREATE TABLE request_part (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES access_request,
    product_id uuid NOT NULL REFERENCES product,
    state text NOT NULL CHECK (state IN ('submitted', 'approved', 'refused', 'withdrawn')),
    decided_by uuid REFERENCES person,
    decided_at timestamptz,
    reason text,
    until date,
    UNIQUE (request_id, product_id),
    CHECK ((state = 'submitted') = (decided_at IS NULL))
);
-- The queue of a domain's deciders.
CREATE INDEX request_part_waiting ON request_part (product_id) WHERE state = 'submitted';

CREATE TABLE request_part_dataset (
    part_id uuid NOT NULL REFERENCES request_part,
    output_port_id uuid NOT NULL REFERENCES output_port,
    dataset_id uuid NOT NULL REFERENCES dataset,
    PRIMARY KEY (part_id, output_port_id, dataset_id)
);

-- No agreement without the approved part it came from; at most one each.
CREATE TABLE agreement (
    id uuid PRIMARY KEY,
    part_id uuid NOT NULL UNIQUE REFERENCES request_part,
    product_id uuid NOT NULL REFERENCES product,
    holder_id uuid NOT NULL REFERENCES person,
    state text NOT NULL CHECK (state IN ('active', 'expired', 'revoked', 'given-up')),
    grant_state text NOT NULL CHECK (grant_state IN ('pending', 'granted', 'ending', 'ended')),
    made_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    -- SHA-256 of the bearer token; the secret itself is kept nowhere.
    credential_hash bytea,
    credential_at timestamptz,
    first_read_at timestamptz,
    CHECK ((state = 'active') = (ended_at IS NULL))
);
CREATE INDEX agreement_holder ON agreement (holder_id, made_at DESC);
CREATE INDEX agreement_product ON agreement (product_id);
-- Expiry, every minute.
CREATE INDEX agreement_until ON agreement (until) WHERE state = 'active';

CREATE TABLE agreement_dataset (
    agreement_id uuid NOT NULL REFERENCES agreement,
    dataset_id uuid NOT NULL REFERENCES dataset,
    output_port_id uuid NOT NULL REFERENCES output_port,
    view_name text NOT NULL,
    columns text[] NOT NULL,
    PRIMARY KEY (agreement_id, dataset_id, output_port_id)
);

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id uuid REFERENCES person,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id uuid,
    product_id uuid,
    address text,
    client_address text,
    request_id text,
    reason text,
    outcome text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail text
);
CREATE INDEX audit_event_object ON audit_event (object_id);
CREATE INDEX audit_event_product ON audit_event (product_id, id DESC);
CREATE INDEX audit_event_actor ON audit_event (actor_id, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What must happen after a commit, at least once, in order of age.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    topic text NOT NULL,
    object_id uuid NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    done_at timestamptz,
    last_error text
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE done_at IS NULL;

-- Who may know of a product: listed and published to everyone; otherwise those with a role over it and those who hold
-- an agreement on it. Every query that shows products reads them through this function.
CREATE FUNCTION visible_product(reader uuid, moment timestamptz) RETURNS SETOF product LANGUAGE sql STABLE AS $$
    SELECT p.* FROM product p
    WHERE (p.visibility = 'listed' AND p.status IN ('published', 'deprecated'))
       OR EXISTS (
            SELECT FROM role_grant r
            WHERE r.person_id = reader AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > moment)
              AND (r.scope_kind = 'whole'
                   OR (r.scope_kind = 'product' AND r.scope_id = p.id)
                   OR (r.scope_kind = 'domain' AND r.scope_id = p.domain_id)
                   OR (r.scope_kind = 'sector' AND r.scope_id = (SELECT d.sector_id FROM data_domain d WHERE d.id = p.domain_id))))
       OR EXISTS (SELECT FROM agreement a WHERE a.product_id = p.id AND a.holder_id = reader AND a.state = 'active')
$$;

GRANT USAGE ON SCHEMA public TO pasar_portal;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO pasar_portal;
GRANT DELETE ON session, sign_in, logout_token, basket_item, product, dataset, data_column, input_port, output_port,
    output_port_dataset, data_sharing_agreement, service_level, holiday TO pasar_portal;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM pasar_portal;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pasar_portal;
GRANT EXECUTE ON FUNCTION visible_product(uuid, timestamptz) TO pasar_portal;
