-- Why: rights and triggers keep the portal from rewriting the trail, but not whoever owns the database. Each event is
-- therefore sealed once: it gets the next place in a hash chain and a Merkle tree, whose checkpoints are signed and kept by
-- others. What is hashed, and what that proves, stands in docs/audit.md.
--
-- Nothing may be skipped. Numbers of events are given before their transactions end, so a smaller number may appear after a
-- greater one, and no number below which everything is known can be read off the table. Transaction ids could tell, but they
-- are another cluster's after a dump is restored. So an event waits in a list of its own, put there by the same transaction:
-- both become visible together. The one sealing job takes what it sees in the list, in order of number, gives it the next
-- places, and the list forgets it in that transaction. An event that becomes visible later gets a later place. Places are the
-- trail's order; they have no gaps.
--
-- Writes to audit_event wait while this runs: a few seconds for a million events, which then are sealed by the job.

CREATE TABLE audit_unsealed (
    event_id bigint PRIMARY KEY
);

CREATE TABLE audit_seal (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    event_id bigint NOT NULL UNIQUE REFERENCES audit_event,
    -- Sixteen bytes for each of the six fields under a commitment.
    salts bytea NOT NULL CHECK (octet_length(salts) = 96),
    leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
    chain bytea NOT NULL CHECK (octet_length(chain) = 32)
);

-- Where the trail ends; locked by whoever seals. It could be computed again from the seals.
CREATE TABLE audit_seal_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL,
    chain bytea NOT NULL CHECK (octet_length(chain) = 32),
    peaks bytea NOT NULL,
    sealed_at timestamptz
);
INSERT INTO audit_seal_head (size, chain, peaks) VALUES (0, decode(repeat('00', 32), 'hex'), '');

-- Signed, and published as they are.
CREATE TABLE audit_checkpoint (
    size bigint PRIMARY KEY REFERENCES audit_seal,
    at timestamptz NOT NULL,
    note text NOT NULL
);

-- Few among many: which keys sign is what the trail says of them.
CREATE INDEX audit_event_key ON audit_event (id) WHERE object_kind = 'audit-key';

INSERT INTO audit_unsealed SELECT id FROM audit_event;

-- As the owner: the portal's role cannot write to the list, so it can neither hide an event from sealing nor clear it away.
CREATE FUNCTION await_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_unsealed SELECT id FROM added;
    RETURN NULL;
END
$$;

CREATE FUNCTION take_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first bigint;
    last bigint;
    many bigint;
    taken bigint;
BEGIN
    SELECT min(seq), max(seq), count(*) INTO first, last, many FROM added;
    IF many = 0 THEN
        RETURN NULL;
    END IF;
    IF last - first + 1 <> many OR first > 1 AND NOT EXISTS (SELECT FROM audit_seal WHERE seq = first - 1) THEN
        RAISE EXCEPTION 'places in the audit trail have no gaps' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM audit_unsealed u USING added a WHERE u.event_id = a.event_id;
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF taken <> many THEN
        RAISE EXCEPTION 'only an event that waits can be sealed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_event_await_seal AFTER INSERT ON audit_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION await_seal();
CREATE TRIGGER audit_seal_take AFTER INSERT ON audit_seal
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION take_sealed();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON audit_unsealed TO pasar_portal;
GRANT SELECT, INSERT ON audit_seal, audit_checkpoint TO pasar_portal;
GRANT SELECT, UPDATE ON audit_seal_head TO pasar_portal;
