-- Installed after setup/postgres.sql, by the same login, and again after each release: how many people two shared tables have in
-- common. What leaves is one number, when it is large enough, and where both owners approved it rows of both with a pseudonym of this linkage
-- alone; identifiers, keys and filters stay here.

GRANT pasar_keeper TO CURRENT_USER;

-- A key for each linkage, made here and shown to nobody: what is encoded for one linkage fits no other.
CREATE TABLE IF NOT EXISTS pasar_source.linkage_key (
    linkage uuid PRIMARY KEY,
    key bytea NOT NULL CHECK (octet_length(key) = 32)
);
ALTER TABLE pasar_source.linkage_key OWNER TO pasar_keeper;

-- HMAC (RFC 2104) with SHA-256; keys are 32 bytes long.
CREATE OR REPLACE FUNCTION pasar_source.keyed(key bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0..31 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
        outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
    END LOOP;
    RETURN sha256(outer_pad || sha256(inner_pad || message));
END
$$;

-- Without spaces and signs, in capitals: what is compared.
CREATE OR REPLACE FUNCTION pasar_source.bare(written text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT upper(regexp_replace(written, '[[:space:][:punct:]]', '', 'g'))
$$;

-- What a field is called in a filter, so that equal letters of two fields are told apart: what names people or rows comes first.
CREATE OR REPLACE FUNCTION pasar_source.field_name(place integer) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE place WHEN 1 THEN 'identifier' ELSE 'field ' || place END
$$;

-- The places of one pair of letters in a filter of 1,000 bits (Schnell, Bachteler and Reiher): keyed hashes over the field, the pair and a
-- counter, eight bytes a place. The same as domain::linkage::Clk.
DROP FUNCTION IF EXISTS pasar_source.pair_filter(bytea, text, integer);
CREATE OR REPLACE FUNCTION pasar_source.pair_filter(key bytea, field text, pair text, hashes integer) RETURNS bit(1000) LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    filter bit(1000) := repeat('0', 1000)::bit(1000);
    hash bytea;
    place integer;
BEGIN
    FOR i IN 0..hashes - 1 LOOP
        IF i % 4 = 0 THEN
            hash := pasar_source.keyed(key, convert_to(E'pasar-clk-v1\n' || field || E'\n' || pair || E'\n', 'UTF8') || decode(lpad(to_hex(i / 4), 4, '0'), 'hex'));
        END IF;
        place := 0;
        FOR b IN 0..7 LOOP
            place := (place * 256 + get_byte(hash, (i % 4) * 8 + b)) % 1000;
        END LOOP;
        filter := set_bit(filter, place, 1);
    END LOOP;
    RETURN filter;
END
$$;

-- What one side compares, the column that names people or rows first: [{"column", "hashes"}], where hashes are how much a field weighs. Without
-- fields it is the column alone. What is not understood is an error.
CREATE OR REPLACE FUNCTION pasar_source.linked_fields(side jsonb) RETURNS TABLE (place integer, name text, hashes integer) LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fields jsonb := coalesce(side -> 'fields', jsonb_build_array(jsonb_build_object('column', side ->> 'column', 'hashes', 20)));
BEGIN
    IF jsonb_typeof(fields) <> 'array' OR jsonb_array_length(fields) NOT BETWEEN 1 AND 5 OR fields #>> '{0,column}' IS DISTINCT FROM side ->> 'column'
       OR (SELECT count(DISTINCT f ->> 'column') FROM jsonb_array_elements(fields) f) <> jsonb_array_length(fields) THEN
        RAISE EXCEPTION 'a linkage compares one to five columns, each once' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY SELECT f.place::integer, f.value ->> 'column', pasar_source.parameter(f.value, 'hashes', 1, 40)::integer
        FROM jsonb_array_elements(fields) WITH ORDINALITY AS f(value, place);
END
$$;

-- What one side holds, each once, within the rows of its agreement. What names people or rows is there, and where several fields are compared
-- one more of them: a postal code alone is nobody.
DROP FUNCTION IF EXISTS pasar_source.linked_values(text, text, text, jsonb, bigint);
CREATE OR REPLACE FUNCTION pasar_source.linked_records(side jsonb, most bigint) RETURNS TABLE (bare jsonb) LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' AS $$
DECLARE
    names text[] := ARRAY(SELECT f.name FROM pasar_source.linked_fields(side) f ORDER BY f.place);
    written text;
BEGIN
    PERFORM pasar_source.require_shared(side ->> 'schema', side ->> 'table', names);
    SELECT string_agg(format('coalesce(pasar_source.bare(b.%I::text), '''')', n.name), ', ' ORDER BY n.place) INTO written FROM unnest(names) WITH ORDINALITY AS n(name, place);
    RETURN QUERY EXECUTE format('SELECT v FROM (SELECT DISTINCT jsonb_build_array(%s) AS v FROM %I.%I b WHERE true%s) x WHERE v ->> 0 <> '''' AND %s LIMIT %s',
        written, side ->> 'schema', side ->> 'table', pasar_source.row_conditions(side ->> 'schema', side ->> 'table', side -> 'rows'),
        CASE cardinality(names) WHEN 1 THEN 'true' ELSE 'EXISTS (SELECT FROM jsonb_array_elements_text(v - 0) o WHERE o <> '''')' END,
        coalesce(most, 9000000000));
END
$$;

-- Counts the match. Exact: equal but for case, spaces and signs. Alike: filters, of one field or of several that weigh as agreed, whose Dice
-- coefficient reaches the likeness; the pairs of both sides are compared, so that it is refused beyond four million of them. Where one is
-- like many, fewer people are in both than are alike: what is said is the smaller of the two sides. A match smaller than the least is said to
-- nobody.
CREATE OR REPLACE FUNCTION pasar_source.match_size(linkage_id uuid, sides jsonb, likeness double precision, least_size bigint)
    RETURNS TABLE (outcome text, match bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one jsonb := sides -> 0;
    two jsonb := sides -> 1;
    secret bytea;
    weights integer[];
    lefts jsonb[];
    rights jsonb[];
    found bigint;
BEGIN
    IF jsonb_array_length(sides) <> 2 OR EXISTS (SELECT FROM jsonb_array_elements(sides) s WHERE NOT EXISTS (
            SELECT FROM pasar_source.shared_table t WHERE t.schema_name = s ->> 'schema' AND t.table_name = s ->> 'table')) THEN
        RETURN QUERY SELECT 'not-shared', NULL::bigint;
        RETURN;
    END IF;
    weights := ARRAY(SELECT f.hashes FROM pasar_source.linked_fields(one) f ORDER BY f.place);
    IF weights <> ARRAY(SELECT f.hashes FROM pasar_source.linked_fields(two) f ORDER BY f.place) THEN
        RAISE EXCEPTION 'both sides compare as many fields, of the same weights' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Below, everybody is like everybody, and the number would be that of one side alone.
    IF likeness IS NULL OR likeness < 0.7 OR (likeness >= 1 AND cardinality(weights) > 1) THEN
        RAISE EXCEPTION 'a likeness is at least 0.7, and several fields are compared below 1' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF likeness >= 1 THEN
        SELECT count(*) INTO found FROM pasar_source.linked_records(one, NULL) l JOIN pasar_source.linked_records(two, NULL) r ON r.bare = l.bare;
    ELSE
        lefts := ARRAY(SELECT v.bare FROM pasar_source.linked_records(one, 4000001) v);
        rights := ARRAY(SELECT v.bare FROM pasar_source.linked_records(two, 4000001) v);
        IF cardinality(lefts)::bigint * cardinality(rights) > 4000000 THEN
            RETURN QUERY SELECT 'too-many', NULL::bigint;
            RETURN;
        END IF;
        INSERT INTO pasar_source.linkage_key VALUES (linkage_id, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
            ON CONFLICT DO NOTHING;
        SELECT k.key INTO secret FROM pasar_source.linkage_key k WHERE k.linkage = linkage_id;
        WITH records AS MATERIALIZED (SELECT v.bare, v.place, v.place <= cardinality(lefts) AS is_left FROM unnest(lefts || rights) WITH ORDINALITY AS v(bare, place)),
        pairs AS MATERIALIZED (
            SELECT r.place AS record, f.place::integer AS field, substr(' ' || f.value || ' ', i, 2) AS pair
            FROM records r, jsonb_array_elements_text(r.bare) WITH ORDINALITY AS f(value, place), generate_series(1, length(f.value) + 1) i WHERE f.value <> ''),
        filters AS MATERIALIZED (
            SELECT q.field, q.pair, pasar_source.pair_filter(secret, pasar_source.field_name(q.field), q.pair, weights[q.field]) AS filter
            FROM (SELECT DISTINCT p.field, p.pair FROM pairs p) q),
        encoded AS MATERIALIZED (SELECT p.record, bit_or(f.filter) AS filter FROM pairs p JOIN filters f ON f.field = p.field AND f.pair = p.pair GROUP BY p.record),
        l AS MATERIALIZED (SELECT e.record, e.filter, bit_count(e.filter) AS bits FROM encoded e JOIN records r ON r.place = e.record WHERE r.is_left),
        r AS MATERIALIZED (SELECT e.record, e.filter, bit_count(e.filter) AS bits FROM encoded e JOIN records r ON r.place = e.record WHERE NOT r.is_left)
        SELECT least(count(DISTINCT l.record), count(DISTINCT r.record)) INTO found
        FROM l JOIN r ON 2 * bit_count(l.filter & r.filter) >= likeness * (l.bits + r.bits);
    END IF;
    RETURN QUERY SELECT CASE WHEN found >= greatest(least_size, 10) THEN 'size' ELSE 'too-few' END, CASE WHEN found >= greatest(least_size, 10) THEN found END;
END
$$;

-- Rows of two agreements of one holder, side by side where what was linked is equal: a view of the first agreement. What was linked stands in
-- it as a pseudonym under a key of this linkage alone, and so does whatever is a pseudonym for a purpose. Each side is masked and narrowed
-- as in its own view. Columns are named after their side. Gives the digest of what was made.
CREATE OR REPLACE FUNCTION pasar_source.set_linked_view(linkage_id uuid, reading uuid, view_name text, sides jsonb, valid_until timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := pasar_source.reader_name(reading);
    purpose text := 'linkage ' || linkage_id;
    statements text[] := '{}';
    shown text := '';
    side jsonb;
    word text;
    number integer := 0;
BEGIN
    FOR side IN SELECT s.value FROM jsonb_array_elements(sides) WITH ORDINALITY AS s(value, place) ORDER BY s.place LOOP
        IF side -> 'policy' ? 'aggregate' THEN
            RAISE EXCEPTION 'groups cannot be linked' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        number := number + 1;
        word := CASE number WHEN 1 THEN 'first' ELSE 'second' END;
        -- What is linked is never shown beside its pseudonym, whatever else may be done to it.
        statements := statements || pasar_source.masked_select((side ->> 'agreement')::uuid, purpose, side ->> 'schema', side ->> 'table',
            jsonb_build_array(jsonb_build_object('column', side ->> 'column', 'technique', 'link'))
                || coalesce((SELECT jsonb_agg(c.value ORDER BY c.place) FROM jsonb_array_elements(side -> 'columns') WITH ORDINALITY AS c(value, place)
                             WHERE c.value ->> 'column' <> side ->> 'column'), '[]'),
            side -> 'rows', side -> 'policy', valid_until);
        shown := shown || coalesce((SELECT string_agg(format(', %s.%I AS %I', word, c.value ->> 'column', left(word || '_' || (c.value ->> 'column'), 63)), '' ORDER BY c.place)
            FROM jsonb_array_elements(side -> 'columns') WITH ORDINALITY AS c(value, place) WHERE c.value ->> 'column' <> side ->> 'column'), '');
    END LOOP;
    IF number <> 2 THEN
        RAISE EXCEPTION 'a linkage has two sides' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('CREATE VIEW %1$I.%2$I WITH (security_barrier) AS SELECT first.%3$I AS link%4$s FROM (%5$s) first JOIN (%6$s) second ON first.%3$I = second.%7$I', reader,
        view_name, sides -> 0 ->> 'column', shown, statements[1], statements[2], sides -> 1 ->> 'column');
    EXECUTE format('GRANT SELECT ON %I.%I TO %I', reader, view_name, reader);
    RETURN pasar_source.digest(pasar_source.definition(format('%I.%I', reader, view_name)::regclass));
END
$$;

-- Forgets a linkage's keys: nothing can be encoded for it again.
CREATE OR REPLACE FUNCTION pasar_source.end_linkage(linkage_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM pasar_source.linkage_key k WHERE k.linkage = linkage_id;
    DELETE FROM pasar_source.pseudonym_key k WHERE k.name = pasar_source.key_name(NULL, 'linkage ' || linkage_id);
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['pasar_source.keyed(bytea, bytea)'::regprocedure, 'pasar_source.bare(text)', 'pasar_source.field_name(integer)',
                             'pasar_source.pair_filter(bytea, text, text, integer)', 'pasar_source.linked_fields(jsonb)',
                             'pasar_source.linked_records(jsonb, bigint)', 'pasar_source.match_size(uuid, jsonb, double precision, bigint)',
                             'pasar_source.end_linkage(uuid)', 'pasar_source.set_linked_view(uuid, uuid, text, jsonb, timestamptz)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION pasar_source.match_size(uuid, jsonb, double precision, bigint), pasar_source.end_linkage(uuid),
    pasar_source.set_linked_view(uuid, uuid, text, jsonb, timestamptz) TO pasar_asker;
REVOKE pasar_keeper FROM CURRENT_USER;
