-- Why: a decision follows rules that are data. What rules ask for becomes steps when a request is submitted; each step is
-- decided by somebody who holds one of its roles; what the deciders leave of columns, rows and time is what is agreed.

-- Columns whose values may narrow what somebody gets: a planning area, a year. Declared with the column.
ALTER TABLE data_column ADD COLUMN is_scope boolean NOT NULL DEFAULT false;

-- What is asked for, and what the decisions have left of it. A list of columns is whole: what is not in it is not asked
-- for. Rows are {"column": ["value", …]}: every named column must have one of its values.
ALTER TABLE request_part_dataset ADD COLUMN columns text[], ADD COLUMN row_scope jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN granted_columns text[], ADD COLUMN granted_row_scope jsonb;
ALTER TABLE agreement_dataset ADD COLUMN row_scope jsonb NOT NULL DEFAULT '{}';

-- The clock of each part runs for itself: it stands while its requester is asked.
ALTER TABLE access_request ADD COLUMN seen_by text NOT NULL DEFAULT '';
ALTER TABLE request_part ADD COLUMN reminded_at timestamptz, ADD COLUMN due_on date, ADD COLUMN paused_at timestamptz, ADD COLUMN stage smallint NOT NULL DEFAULT 1;
UPDATE request_part p SET due_on = r.decide_by FROM access_request r WHERE r.id = p.request_id;
ALTER TABLE request_part ALTER COLUMN due_on SET NOT NULL, ADD CHECK (paused_at IS NULL OR state = 'submitted');

-- A form that was begun; one for each person, gone when it is submitted.
CREATE TABLE request_draft (
    person_id uuid PRIMARY KEY REFERENCES person,
    -- As the browser sends it.
    form text NOT NULL,
    saved_at timestamptz NOT NULL
);

-- Whether a role that is held somewhere holds for a product.
CREATE FUNCTION covers(kind text, id uuid, product uuid, domain uuid, sector uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 'whole' THEN true WHEN 'sector' THEN id = sector WHEN 'domain' THEN id = domain WHEN 'product' THEN id = product ELSE false END
$$;

-- What a rule asks for. Rules of a domain or a sector come on top of those of the whole.
CREATE TABLE approval_rule (
    code text PRIMARY KEY,
    title text NOT NULL,
    scope_kind text NOT NULL CHECK (scope_kind IN ('whole', 'sector', 'domain')),
    scope_id uuid,
    -- Which requests it is for, and who must agree; shapes are those of domain::access::ApprovalRule.
    applies jsonb NOT NULL,
    asks jsonb NOT NULL,
    position integer NOT NULL,
    retired_at timestamptz,
    CHECK ((scope_kind = 'whole') = (scope_id IS NULL))
);

-- Who must agree to a part, compiled from the rules when it was submitted. Steps of one stage stand side by side; a stage
-- opens when the one before is through. Whoever holds one of the roles may decide, or the one it was handed to.
CREATE TABLE part_step (
    id uuid PRIMARY KEY,
    part_id uuid NOT NULL REFERENCES request_part,
    stage smallint NOT NULL CHECK (stage > 0),
    roles text[] NOT NULL CHECK (cardinality(roles) > 0),
    -- Why it is there, as people read it.
    why text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'closed')),
    handed_to uuid REFERENCES person,
    -- Nobody held a role of it, or its time had come: roles above were added.
    escalated_at timestamptz,
    decided_by uuid REFERENCES person,
    decided_for uuid REFERENCES person,
    decided_at timestamptz,
    note text,
    -- What an approval left: a day, and columns and rows of datasets; the shape is domain::access::Conditions.
    conditions jsonb,
    CHECK ((state IN ('approved', 'refused')) = (decided_by IS NOT NULL))
);
CREATE INDEX part_step_part ON part_step (part_id, stage);
-- The queue.
CREATE INDEX part_step_waiting ON part_step (part_id) WHERE state = 'waiting';

-- Requests of before have one step.
INSERT INTO part_step (id, part_id, stage, roles, why, state, decided_by, decided_at, note)
    SELECT gen_random_uuid(), id, 1, '{steward,owner}', 'The product’s domain decides.',
           CASE WHEN state = 'submitted' THEN 'waiting' WHEN decided_by IS NULL OR state = 'withdrawn' THEN 'closed' ELSE state END,
           CASE WHEN state IN ('approved', 'refused') THEN decided_by END, CASE WHEN state IN ('approved', 'refused') THEN decided_at END, NULL
    FROM request_part;

-- What deciders and the requester say to each other.
CREATE TABLE part_message (
    id uuid PRIMARY KEY,
    part_id uuid NOT NULL REFERENCES request_part,
    kind text NOT NULL CHECK (kind IN ('question', 'answer')),
    author_id uuid NOT NULL REFERENCES person,
    text text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX part_message_part ON part_message (part_id, at);

-- Who decides for whom while they are away.
CREATE TABLE delegation (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    delegate_id uuid NOT NULL REFERENCES person,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ended_at timestamptz,
    made_at timestamptz NOT NULL,
    CHECK (person_id <> delegate_id AND until > since)
);
CREATE INDEX delegation_delegate ON delegation (delegate_id) WHERE ended_at IS NULL;
CREATE INDEX delegation_person ON delegation (person_id) WHERE ended_at IS NULL;

-- A decision may be undone until the grant is used; what it made then ends, and the part may be decided again.
ALTER TABLE agreement DROP CONSTRAINT agreement_state_check, ADD CONSTRAINT agreement_state_check
    CHECK (state IN ('active', 'expired', 'revoked', 'given-up', 'undone'));
ALTER TABLE agreement DROP CONSTRAINT agreement_part_id_key;
CREATE UNIQUE INDEX agreement_part ON agreement (part_id) WHERE state <> 'undone';

-- The queue, oldest clock first.
DROP INDEX request_part_waiting;
CREATE INDEX request_part_waiting ON request_part (due_on, id) WHERE state = 'submitted';
CREATE INDEX request_part_product ON request_part (product_id, decided_at DESC);

INSERT INTO approval_rule (code, title, scope_kind, applies, asks, position) VALUES
    ('open-at-once', 'Open data is granted at once', 'whole', '{"sharing": ["open"]}', '{"automatic": true}', 10),
    ('domain-decides', 'The product’s domain decides', 'whole', '{"sharing": ["approval"]}', '{"steps": [{"stage": 1, "roles": ["steward", "owner"]}]}', 20),
    ('confidential-other-agency', 'Confidential data for another agency needs the owner and the sector’s security officer', 'whole',
     '{"sharing": ["approval"], "classification": ["confidential", "secret"], "agency": "other"}',
     '{"steps": [{"stage": 2, "roles": ["owner"]}, {"stage": 2, "roles": ["tc-security-officer"]}]}', 30),
    ('secret', 'Secret data needs the data office', 'whole', '{"classification": ["secret"]}', '{"steps": [{"stage": 3, "roles": ["gdo-administrator"]}]}', 40);

GRANT SELECT, INSERT, UPDATE ON approval_rule, part_step, part_message, delegation TO pasar_portal;
GRANT SELECT, INSERT, UPDATE, DELETE ON request_draft TO pasar_portal;
GRANT EXECUTE ON FUNCTION covers(text, uuid, uuid, uuid, uuid) TO pasar_portal;

-- While any hold stands, an agreement stays but nothing is read under it; it resumes when the last one is lifted.
CREATE TABLE agreement_hold (
    id uuid PRIMARY KEY,
    agreement_id uuid NOT NULL REFERENCES agreement,
    kind text NOT NULL CHECK (kind IN ('suspended', 'terms', 'standard')),
    reason text NOT NULL,
    placed_by uuid REFERENCES person,
    placed_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES person,
    lifted_at timestamptz
);
CREATE INDEX agreement_hold_standing ON agreement_hold (agreement_id) WHERE lifted_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON agreement_hold TO pasar_portal;
