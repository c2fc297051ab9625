-- Why: what left with a read, and what of it was personal, stood beside the sealed event alone: an owner of the record who takes triggers off could write it
-- anew. And its masks were said as they are now, not as they were. From here on both are in the event before it is sealed, and the masks are kept with
-- the read. Nothing that stands is rewritten: of reads from before, masks are not known.

-- {"column": [technique, ...]}: everything that held for the column at that moment, of which its reader got what all allow together
-- (domain::protection::Technique::and). Null where nobody wrote it down.
ALTER TABLE port_read ADD COLUMN masks jsonb;

-- What a column gives by its class and what was chosen for it, as column_leaves judges it.
CREATE FUNCTION technique_of(c data_column) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN c.technique IS NOT NULL AND technique_holds(c) THEN c.technique
        WHEN column_leaves(c) THEN '{"technique": "clear"}' ELSE '{"technique": "suppress"}' END
$$;

-- What holds for these columns of an agreement's dataset: what the column gives, what it is about to give while a decision waits, and what the approval
-- asked for on top, at the port that was read where it is known.
CREATE FUNCTION masks_read(of_agreement uuid, read_address text, of_dataset uuid, names text[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_object_agg(c.name, to_jsonb(array_remove(ARRAY[technique_of(c), p.technique, a.techniques -> c.name], NULL))), '{}')
    FROM data_column c
    LEFT JOIN LATERAL (
        SELECT technique_of(jsonb_populate_record(c, jsonb_build_object('classification', t.classification, 'sensitivity', t.sensitivity, 'personal', t.personal,
                                                                        'technique', t.technique))) AS technique
        FROM column_tightening t WHERE t.dataset_id = c.dataset_id AND t.column_name = c.name) p ON true
    LEFT JOIN LATERAL (
        SELECT x.techniques FROM agreement_dataset x JOIN dataset d ON d.id = x.dataset_id JOIN output_port o ON o.id = x.output_port_id
        WHERE x.agreement_id = of_agreement AND x.dataset_id = c.dataset_id
        ORDER BY right(read_address, length(o.name || d.name) + 2) = '.' || o.name || '.' || d.name DESC NULLS LAST, o.id LIMIT 1) a ON true
    WHERE c.dataset_id = of_dataset AND c.name = ANY(names)
$$;

-- One column in the words of the event: nric (personal, mask first 0 last 4 shortest 8). Names that could be taken for other words stand in quotes.
CREATE FUNCTION column_took(name text, is_personal boolean, masks jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT quote_ident(name) || coalesce(' (' || nullif(concat_ws(', ', CASE WHEN is_personal THEN 'personal' END, (
        SELECT string_agg((m.one ->> 'technique') || coalesce((SELECT string_agg(' ' || k.key || ' ' || k.value, '' ORDER BY k.key)
                          FROM jsonb_each_text(m.one) AS k WHERE k.key <> 'technique'), ''), ' and ' ORDER BY m.n)
        FROM jsonb_array_elements(masks) WITH ORDINALITY AS m(one, n) WHERE m.one ->> 'technique' <> 'clear')), '') || ')', '')
$$;

-- Before the event is written, so that its seal covers what is said here; in front of whatever its reader typed. As the owner: the portal's login adds no
-- reads of its own making.
-- Planned once for each connection: planned anew for each read, planning would take longer than all else.
CREATE FUNCTION note_what_left() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    statement CONSTANT text := regexp_replace(NEW.detail, '^directly at the source: ', '');
    took text;
BEGIN
    WITH noted AS (
        INSERT INTO port_read (event_id, dataset_id, columns, personal, masks)
        SELECT NEW.id, r.dataset_id, r.columns, r.personal, masks_read(NEW.object_id, NEW.address, r.dataset_id, r.columns)
        FROM columns_read(NEW.object_id, NEW.address, statement) r
        RETURNING dataset_id, columns, personal, masks)
    SELECT string_agg(quote_ident(d.name) || ': ' || CASE WHEN n.columns = '{}' THEN 'nothing' ELSE (
               SELECT string_agg(column_took(c.name, c.name = ANY(n.personal), n.masks -> c.name), ', ' ORDER BY c.place)
               FROM unnest(n.columns) WITH ORDINALITY AS c(name, place)) END, '; ' ORDER BY d.position, d.id)
    INTO took FROM noted n JOIN dataset d ON d.id = n.dataset_id;
    IF took IS NOT NULL THEN
        NEW.detail := concat_ws('; ', 'took ' || took, NEW.detail);
    END IF;
    RETURN NEW;
END
$$;
DROP TRIGGER audit_event_note_port_read ON audit_event;
DROP FUNCTION note_port_read();
CREATE TRIGGER audit_event_note_what_left BEFORE INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.action = 'port.read' AND NEW.outcome = 'done') EXECUTE FUNCTION note_what_left();

CREATE OR REPLACE FUNCTION count_rows_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.event_id, NEW.dataset_id, NEW.columns, NEW.personal, NEW.masks) IS DISTINCT FROM (OLD.event_id, OLD.dataset_id, OLD.columns, OLD.personal, OLD.masks)
       OR OLD.rows IS NOT NULL AND NEW.rows IS DISTINCT FROM OLD.rows THEN
        RAISE EXCEPTION 'what left with a read is said once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
