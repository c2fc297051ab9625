-- Why: security officers and auditors ask of the trail who read which columns, for which purpose; some of what stands in events must one
-- day go; and other log stores follow the trail. None of it changes what is sealed.
--
-- Writes to audit_event wait while the index is built and earlier reads are gone through: some seconds for a million events.

-- Search by time.
CREATE INDEX audit_event_at ON audit_event (at, id);

-- Of each read that succeeded: which dataset, and which columns could leave with it. It is derived from the event and the agreement in the
-- transaction of the event, as both stood at that moment, and holds nobody's name. No foreign keys: what the trail says outlives all else.
CREATE TABLE port_read (
    event_id bigint NOT NULL,
    dataset_id uuid NOT NULL,
    columns text[] NOT NULL,
    -- Those of them that had a personal-data category then.
    personal text[] NOT NULL,
    -- Counted as they left, where Pasar itself passed them on in a format of lines; null where nobody counted. Not under the seal.
    rows bigint CHECK (rows >= 0),
    PRIMARY KEY (event_id, dataset_id)
);
CREATE INDEX port_read_columns ON port_read USING gin (columns);

-- Whether a statement is one plain list of these columns from somewhere. Whatever could hide a column under another name (an alias, brackets,
-- a second query) is not plain: whoever reads must not be able to choose what the trail says of it.
CREATE FUNCTION names_columns_plainly(statement text, names text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT statement ~* '^\s*select\s+[a-z0-9_".,\s]+\sfrom\s[^();]*;?\s*$'
       AND statement !~* '\m(union|intersect|except|table|into|returning)\M' AND statement !~* '\mselect\M.*\mselect\M'
       AND NOT EXISTS (
           SELECT FROM unnest(string_to_array(substring(lower(statement) FROM '^\s*select\s+([a-z0-9_".,\s]+)\sfrom\s'), ',')) AS i(item)
           WHERE NOT EXISTS (SELECT FROM unnest(names) AS n WHERE lower(n) = btrim(regexp_replace(i.item, '^.*\.', ''), E' \t\r\n"')))
$$;

-- The datasets of an agreement that a read names, with the columns that leave. A read through Pasar names one dataset by its address, and
-- gets every column. A statement at the source names views: when it lists columns plainly, it reads those and what else it mentions, and
-- otherwise all. What can spell a view otherwise (escapes, code, queries in strings) counts as naming each. Rather a column too many than one
-- too few.
CREATE FUNCTION columns_read(of_agreement uuid, read_address text, statement text)
    RETURNS TABLE (dataset_id uuid, columns text[], personal text[]) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (x.dataset_id) x.dataset_id, k.names,
           ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = x.dataset_id AND c.personal <> 'none' AND c.name = ANY(k.names) ORDER BY c.position)
    FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id JOIN output_port o ON o.id = x.output_port_id
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = x.dataset_id AND c.name = ANY(x.columns) AND column_leaves(c)
                            AND x.techniques -> c.name ->> 'technique' IS DISTINCT FROM 'suppress' ORDER BY c.position) AS names) a
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT n FROM unnest(a.names) AS n WHERE strpos(lower(statement), lower(n)) > 0) AS names) m
    CROSS JOIN LATERAL (SELECT CASE WHEN names_columns_plainly(statement, a.names) THEN m.names ELSE a.names END AS names) k
    WHERE x.agreement_id = of_agreement
      AND (right(read_address, length(o.name || d.name) + 2) = '.' || o.name || '.' || d.name OR strpos(lower(statement), lower(x.view_name)) > 0
           OR statement ~* 'u&|\mdo\M|\mexecute\M|_to_xml')
    ORDER BY x.dataset_id, o.id
$$;

-- As the owner: the portal's login adds no reads of its own making.
CREATE FUNCTION note_port_read() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE action = 'port.read' AND outcome = 'done') THEN
        INSERT INTO port_read (event_id, dataset_id, columns, personal)
        SELECT e.id, r.dataset_id, r.columns, r.personal FROM added e
        CROSS JOIN LATERAL columns_read(e.object_id, e.address, regexp_replace(e.detail, '^directly at the source: ', '')) r
        WHERE e.action = 'port.read' AND e.outcome = 'done';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_event_note_port_read AFTER INSERT ON audit_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_port_read();

-- Reads of before, with columns as they are classified now.
INSERT INTO port_read (event_id, dataset_id, columns, personal)
SELECT e.id, r.dataset_id, r.columns, r.personal FROM audit_event e
CROSS JOIN LATERAL columns_read(e.object_id, e.address, regexp_replace(e.detail, '^directly at the source: ', '')) r
WHERE e.action = 'port.read' AND e.outcome = 'done';

GRANT SELECT, UPDATE (rows) ON port_read TO pasar_portal;

-- A field of an event that was erased: its value and its salt are gone, and the commitment that was sealed stays, so that the chain holds.
CREATE TABLE audit_erasure (
    event_id bigint NOT NULL,
    field text NOT NULL CHECK (field IN ('actor_id', 'address', 'client_address', 'request_id', 'reason', 'detail')),
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, field)
);
CREATE TRIGGER audit_erasure_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON audit_erasure TO pasar_portal;

-- Of an event nothing may change but that a field whose erasure is noted becomes empty; and of a seal nothing but that field's salt.
CREATE FUNCTION erase_value_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_each(to_jsonb(OLD)) AS o JOIN jsonb_each(to_jsonb(NEW)) AS n ON n.key = o.key
               WHERE n.value <> o.value
                 AND (n.value <> 'null'::jsonb OR NOT EXISTS (SELECT FROM audit_erasure x WHERE x.event_id = OLD.id AND x.field = o.key))) THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION erase_salt_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fields CONSTANT text[] := '{actor_id,address,client_address,request_id,reason,detail}';
BEGIN
    IF (NEW.seq, NEW.event_id, NEW.leaf, NEW.chain) IS DISTINCT FROM (OLD.seq, OLD.event_id, OLD.leaf, OLD.chain)
       OR EXISTS (SELECT FROM generate_subscripts(fields, 1) AS n
                  WHERE substring(NEW.salts FROM 16 * n - 15 FOR 16) <> substring(OLD.salts FROM 16 * n - 15 FOR 16)
                    AND (substring(NEW.salts FROM 16 * n - 15 FOR 16) <> decode(repeat('00', 16), 'hex')
                         OR NOT EXISTS (SELECT FROM audit_erasure x WHERE x.event_id = OLD.event_id AND x.field = fields[n]))) THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER audit_event_append_only ON audit_event;
CREATE TRIGGER audit_event_append_only BEFORE DELETE OR TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_erase_alone BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION erase_value_alone();
DROP TRIGGER audit_seal_append_only ON audit_seal;
CREATE TRIGGER audit_seal_append_only BEFORE DELETE OR TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_erase_alone BEFORE UPDATE ON audit_seal FOR EACH ROW EXECUTE FUNCTION erase_salt_alone();

-- How far each log store outside has been told, by place in the trail.
CREATE TABLE audit_stream (
    target text PRIMARY KEY,
    seq bigint NOT NULL CHECK (seq >= 0),
    -- Attempts since the last that was taken.
    failures integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    sent_at timestamptz,
    last_error text
);
GRANT SELECT, INSERT, UPDATE ON audit_stream TO pasar_portal;
