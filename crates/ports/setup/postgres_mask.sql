-- Installed after setup/postgres.sql, by the same login, and again after each release: what readers get to see of columns, rows and
-- groups. Every statement may be repeated.
--
-- The portal says which technique with which parameters; the statement is written here. Names and values are quoted here and nowhere
-- else, every parameter is checked, and what is not understood is an error: nothing is shown because a word was unknown.
-- Expressions call functions of pg_catalog alone, which do not fail on any value and are safe to run in parallel.

GRANT pasar_keeper TO CURRENT_USER;

-- Keys of pseudonyms and of noise, made here. No function gives one out, nor a pseudonym for a value that somebody names.
CREATE TABLE IF NOT EXISTS pasar_source.pseudonym_key (
    name text PRIMARY KEY,
    secret bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE pasar_source.pseudonym_key OWNER TO pasar_keeper;

CREATE OR REPLACE FUNCTION pasar_source.new_secret() RETURNS bytea LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
$$;

-- One for the agreement, or one for all agreements of a purpose.
CREATE OR REPLACE FUNCTION pasar_source.key_name(agreement uuid, purpose text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT coalesce('purpose ' || purpose, 'agreement ' || agreement) $$;

-- Makes a key anew: from then on pseudonyms and noise under it are others, and cannot be joined with those before.
CREATE OR REPLACE FUNCTION pasar_source.rotate_key(agreement uuid, purpose text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE pasar_source.pseudonym_key k SET secret = pasar_source.new_secret(), made_at = now()
    WHERE k.name = pasar_source.key_name(agreement, purpose);
    RETURN found;
END
$$;

-- A whole number among the parameters, within bounds.
CREATE OR REPLACE FUNCTION pasar_source.parameter(spec jsonb, name text, lowest bigint, highest bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given jsonb := spec -> name;
BEGIN
    IF jsonb_typeof(given) IS DISTINCT FROM 'number' OR given::text !~ '^-?[0-9]{1,18}$' OR given::text::bigint NOT BETWEEN lowest AND highest THEN
        RAISE EXCEPTION 'a technique lacks a parameter' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN given::text::bigint;
END
$$;

-- What is written into the view for one column of the base table, here called b.
CREATE OR REPLACE FUNCTION pasar_source.column_expression(agreement uuid, purpose text, base_schema text, base_table text, spec jsonb) RETURNS text
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    word text := spec ->> 'technique';
    kind text;
    col text;
    as_text text;
    key text;
    one bigint;
    two bigint;
    three bigint;
    found text;
BEGIN
    PERFORM pasar_source.require_shared(base_schema, base_table, ARRAY[spec ->> 'column']);
    SELECT t.typname INTO kind FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid JOIN pg_namespace n ON n.oid = k.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE n.nspname = base_schema AND k.relname = base_table AND a.attname = spec ->> 'column' AND t.typnamespace = 'pg_catalog'::regnamespace;
    col := format('b.%I', spec ->> 'column');
    IF word = 'clear' THEN
        RETURN col;
    END IF;
    kind := CASE WHEN kind IN ('text', 'varchar', 'bpchar') THEN 'text' WHEN kind IN ('int2', 'int4') THEN 'integer' ELSE kind END;
    as_text := col || '::text';
    IF word IN ('pseudonym', 'noise', 'link') THEN
        found := CASE WHEN word = 'link' AND purpose LIKE 'linkage %' THEN pasar_source.key_name(NULL, purpose)
                      WHEN word = 'noise' THEN pasar_source.key_name(agreement, NULL)
                      WHEN spec ->> 'per' = 'agreement' THEN pasar_source.key_name(agreement, NULL)
                      WHEN spec ->> 'per' = 'purpose' AND purpose <> '' THEN pasar_source.key_name(NULL, purpose) END;
        IF found IS NULL THEN
            RAISE EXCEPTION 'a pseudonym needs a key' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        INSERT INTO pasar_source.pseudonym_key (name, secret) VALUES (found, pasar_source.new_secret()) ON CONFLICT DO NOTHING;
        key := format('(SELECT k.secret FROM pasar_source.pseudonym_key k WHERE k.name = %L)', found);
    END IF;
    -- Whole numbers stay whole numbers of the same size: what would leave them becomes the last there is (which a null never is:
    -- greatest and least would make a number of it).
    found := CASE
        WHEN word = 'mask' AND kind IN ('text', 'integer', 'int8') THEN 'mask'
        WHEN word IN ('pseudonym', 'link') AND kind IN ('text', 'integer', 'int8') THEN word
        WHEN word = 'postal-sector' AND kind IN ('text', 'integer', 'int8') THEN 'postal-sector'
        WHEN word IN ('band', 'round', 'noise') AND kind IN ('integer', 'int8', 'numeric', 'float8') THEN word
        WHEN word IN ('grid', 'planning-area') AND kind IN ('numeric', 'float8') THEN word
        WHEN word = 'date-to' AND kind IN ('date', 'timestamptz', 'timestamp') THEN 'date-to' END;
    IF found IS NULL THEN
        RAISE EXCEPTION 'this technique does not fit the column' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF found = 'mask' THEN
        one := pasar_source.parameter(spec, 'first', 0, 32);
        two := pasar_source.parameter(spec, 'last', 0, 32);
        three := pasar_source.parameter(spec, 'shortest', greatest(1, (one + two) * 2), 64);
        RETURN CASE WHEN one + two = 0 THEN format('CASE WHEN %s IS NOT NULL THEN ''xxxxx'' END', col)
            ELSE format('CASE WHEN length(%1$s) < %2$s THEN ''xxxxx'' ELSE %3$s''xxxxx''%4$s END', as_text, three,
                CASE WHEN one > 0 THEN format('left(%s, %s) || ', as_text, one) ELSE '' END,
                CASE WHEN two > 0 THEN format(' || right(%s, %s)', as_text, two) ELSE '' END) END;
    ELSIF found = 'pseudonym' THEN
        -- Ten bytes of a keyed SHA-256: what is cut off keeps the rest from being worked with.
        RETURN format('encode(substring(sha256(%s || ''\x70''::bytea || textsend(%s)), 1, 10), ''hex'')', key, as_text);
    ELSIF found = 'link' THEN
        -- What is linked, as it is compared (pasar_source.bare): without spaces and signs, in capitals; nothing for what is empty then.
        RETURN format('encode(substring(sha256(%s || ''\x6c''::bytea || textsend(nullif(upper(regexp_replace(%s, ''[[:space:][:punct:]]'', '''', ''g'')), ''''))), 1, 10), ''hex'')',
            key, as_text);
    ELSIF found = 'postal-sector' THEN
        as_text := CASE kind WHEN 'text' THEN as_text
            ELSE format('CASE WHEN %1$s BETWEEN 0 AND 999999 THEN lpad(%1$s::text, 6, ''0'') END', col) END;
        RETURN format('CASE WHEN octet_length(%1$s) = 6 AND ltrim(%1$s, ''0123456789'') = '''' THEN left(%1$s, 2) END', '(' || as_text || ')');
    ELSIF found = 'date-to' THEN
        IF spec ->> 'unit' NOT IN ('day', 'month', 'quarter', 'year') OR spec ->> 'unit' IS NULL THEN
            RAISE EXCEPTION 'a technique lacks a parameter' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        -- Without the cast the session's time zone would be asked for each row.
        RETURN format('date_trunc(%L, %s)::date', spec ->> 'unit', CASE kind WHEN 'date' THEN col || '::timestamp'
            WHEN 'timestamptz' THEN format('(%s AT TIME ZONE ''Asia/Singapore'')', col) ELSE col END);
    ELSIF found = 'band' THEN
        one := pasar_source.parameter(spec, 'width', 2, 1000000000000);
        RETURN CASE kind
            WHEN 'integer' THEN format('CASE WHEN %1$s IS NOT NULL THEN greatest(%1$s::bigint - ((%1$s::bigint %% %2$s) + %2$s) %% %2$s, -2147483648)::integer END', col, one)
            WHEN 'int8' THEN format('CASE WHEN %1$s > -9000000000000000000 THEN %1$s - ((%1$s %% %2$s) + %2$s) %% %2$s END', col, one)
            WHEN 'numeric' THEN format('(floor(%1$s) - mod(mod(floor(%1$s), %2$s) + %2$s, %2$s))', col, one)
            ELSE format('CASE WHEN abs(%1$s) < 1e300 THEN floor(%1$s / %2$s) * %2$s END', col, one) END;
    ELSIF found = 'grid' THEN
        one := pasar_source.parameter(spec, 'thousandths', 1, 1000);
        RETURN CASE kind
            WHEN 'numeric' THEN format('((floor(%1$s * 1000) - mod(mod(floor(%1$s * 1000), %2$s) + %2$s, %2$s)) * 0.001)', col, one)
            ELSE format('CASE WHEN abs(%1$s) < 1e15 THEN floor(%1$s * 1000 / %2$s) * %2$s / 1000 END', col, one) END;
    ELSIF found = 'planning-area' THEN
        PERFORM pasar_source.require_shared(base_schema, base_table, ARRAY[spec ->> 'longitude']);
        IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = format('%I.%I', base_schema, base_table)::regclass AND a.attname = spec ->> 'longitude'
                       AND a.atttypid IN ('numeric'::regtype, 'float8'::regtype) AND NOT a.attisdropped) THEN
            RAISE EXCEPTION 'this technique does not fit the column' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        -- Numbers that are no degrees would make the conversion fail.
        key := format('point(CASE WHEN abs(b.%1$I) < 1000 THEN b.%1$I::double precision END, CASE WHEN abs(%2$s) < 1000 THEN %2$s::double precision END)',
            spec ->> 'longitude', col);
        RETURN format('(SELECT a.code FROM pasar_source.planning_area a WHERE a.frame @> %1$s AND a.outline @> %1$s ORDER BY area(a.frame), a.code LIMIT 1)', key);
    ELSIF found = 'round' THEN
        one := pasar_source.parameter(spec, 'digits', -9, 9);
        RETURN CASE kind
            WHEN 'integer' THEN format('CASE WHEN %1$s IS NOT NULL THEN least(greatest(round(%1$s::numeric, %2$s), -2147483648), 2147483647)::integer END', col, one)
            WHEN 'int8' THEN format('CASE WHEN %1$s IS NOT NULL THEN least(greatest(round(%1$s::numeric, %2$s), -9223372036854775808), 9223372036854775807)::bigint END', col, one)
            WHEN 'numeric' THEN format('round(%s, %s)', col, one)
            ELSE format('round(%s::numeric, %s)::double precision', col, one) END;
    ELSE
        one := pasar_source.parameter(spec, 'most', 1, 1000000000000);
        -- What is added hangs on the value and the column, so that reading again tells nothing more. Decimals would tell: they go.
        key := format('(((''x'' || encode(substring(sha256(%s || ''\x6e''::bytea || %L::bytea || textsend(%s)), 1, 7), ''hex''))::bit(56)::bigint %% %s) - %s)',
            key, textsend(spec ->> 'column'), as_text, one * 2 + 1, one);
        RETURN CASE kind
            WHEN 'integer' THEN format('CASE WHEN %1$s IS NOT NULL THEN least(greatest(%1$s::bigint + %2$s, -2147483648), 2147483647)::integer END', col, key)
            WHEN 'int8' THEN format('CASE WHEN %1$s IS NOT NULL THEN least(greatest(%1$s::numeric + %2$s, -9223372036854775808), 9223372036854775807)::bigint END', col, key)
            WHEN 'numeric' THEN format('(round(%s) + %s)', col, key)
            ELSE format('CASE WHEN abs(%1$s) < 1e300 THEN round(%1$s) + %2$s END', col, key) END;
    END IF;
END
$$;

-- Outlines of planning areas, as the portal gives them: a polygon each, or several, with the box around it. Empty until it does.
CREATE TABLE IF NOT EXISTS pasar_source.planning_area (
    code text NOT NULL,
    frame box NOT NULL,
    outline polygon NOT NULL
);
ALTER TABLE pasar_source.planning_area OWNER TO pasar_keeper;
-- From which outlines of the record they are.
CREATE TABLE IF NOT EXISTS pasar_source.planning_areas_from (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    digest text NOT NULL
);
ALTER TABLE pasar_source.planning_areas_from OWNER TO pasar_keeper;

CREATE OR REPLACE FUNCTION pasar_source.planning_areas_digest() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.digest FROM pasar_source.planning_areas_from f
$$;

-- `areas` is [{"code": …, "rings": [[[longitude, latitude], …], …]}, …]: the outer ring of each part. Replaces those of before.
CREATE OR REPLACE FUNCTION pasar_source.set_planning_areas(areas jsonb, made_from text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM pasar_source.planning_area;
    INSERT INTO pasar_source.planning_area (code, frame, outline)
        SELECT a.value ->> 'code', o.outline::box, o.outline FROM jsonb_array_elements(areas) a, jsonb_array_elements(a.value -> 'rings') r,
            LATERAL (SELECT ('(' || string_agg(format('(%s,%s)', p.value ->> 0, p.value ->> 1), ',' ORDER BY p.place) || ')')::polygon AS outline
                     FROM jsonb_array_elements(r.value) WITH ORDINALITY AS p(value, place)) o;
    INSERT INTO pasar_source.planning_areas_from (digest) VALUES (made_from) ON CONFLICT (only_one) DO UPDATE SET digest = excluded.digest;
END
$$;

-- Names in a policy: an array of texts, or nothing.
CREATE OR REPLACE FUNCTION pasar_source.names(given jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(given) IS DISTINCT FROM 'array' OR EXISTS (SELECT FROM jsonb_array_elements(given) v WHERE jsonb_typeof(v) <> 'string') THEN
        RAISE EXCEPTION 'a policy lists columns' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN ARRAY(SELECT v.value FROM jsonb_array_elements_text(given) WITH ORDINALITY AS v(value, place) ORDER BY v.place);
END
$$;

-- The one statement of a dataset for its reader. `columns` is [{"column": …, "technique": …, …}, …] in order; `policy` is {} or any of
-- "without" (rows left out), "k" (rows of small groups left out) and "aggregate" (groups instead of rows).
CREATE OR REPLACE FUNCTION pasar_source.masked_select(agreement uuid, purpose text, base_schema text, base_table text, columns jsonb, row_scope jsonb,
    policy jsonb, valid_until timestamptz) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    shown text[] := ARRAY(SELECT s.value ->> 'column' FROM jsonb_array_elements(columns) WITH ORDINALITY AS s(value, place) ORDER BY s.place);
    conditions text := pasar_source.row_conditions(base_schema, base_table, row_scope);
    inner_list text;
    outer_list text;
    groups text;
    rows text;
    smallest bigint := 0;
    one record;
BEGIN
    PERFORM pasar_source.require_shared(base_schema, base_table, shown);
    IF jsonb_typeof(policy) IS DISTINCT FROM 'object' OR EXISTS (SELECT FROM jsonb_object_keys(policy) w WHERE w NOT IN ('without', 'k', 'aggregate')) THEN
        RAISE EXCEPTION 'this policy is not known' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR one IN SELECT w.key, w.value FROM jsonb_each(coalesce(policy -> 'without', '{}')) w ORDER BY w.key COLLATE "C" LOOP
        PERFORM pasar_source.require_shared(base_schema, base_table, ARRAY[one.key]);
        conditions := conditions || format(' AND ((b.%I::text COLLATE "C") = ANY (%L::text[])) IS NOT TRUE', one.key, pasar_source.names(one.value));
    END LOOP;
    SELECT string_agg(format('%s AS %I', pasar_source.column_expression(agreement, purpose, base_schema, base_table, s.value), s.value ->> 'column'), ', '
        ORDER BY s.place) INTO inner_list FROM jsonb_array_elements(columns) WITH ORDINALITY AS s(value, place);
    rows := format('FROM %I.%I b WHERE statement_timestamp() < %L::timestamptz%s', base_schema, base_table, coalesce(valid_until, '-infinity'), conditions);
    IF policy ? 'k' THEN
        smallest := pasar_source.parameter(policy -> 'k', 'k', 2, 65535);
        -- What the reader cannot see points to nobody.
        SELECT string_agg(format('o.%I', i), ', ' ORDER BY i COLLATE "C") INTO groups FROM unnest(pasar_source.names(policy -> 'k' -> 'identifiers')) i
            WHERE i = ANY (shown);
    END IF;
    IF policy ? 'aggregate' THEN
        smallest := greatest(smallest, pasar_source.parameter(policy -> 'aggregate', 'minimum', 2, 65535));
        SELECT string_agg(format('o.%I', i), ', ' ORDER BY i COLLATE "C") INTO groups FROM unnest(pasar_source.names(policy -> 'aggregate' -> 'by')) i
            WHERE i = ANY (shown);
        SELECT string_agg(CASE WHEN c.by THEN format('o.%I', c.name) ELSE format('avg(o.%1$I) AS %1$I', c.name) END, ', ' ORDER BY c.place) INTO outer_list
            FROM (SELECT s.value ->> 'column' AS name, s.place, pasar_source.names(policy -> 'aggregate' -> 'by') @> ARRAY[s.value ->> 'column'] AS by,
                         s.value ->> 'technique' IN ('clear', 'band', 'grid', 'round', 'noise') AND t.typcategory = 'N' AS number
                  FROM jsonb_array_elements(columns) WITH ORDINALITY AS s(value, place)
                  JOIN pg_attribute a ON a.attname = s.value ->> 'column' AND a.attrelid = format('%I.%I', base_schema, base_table)::regclass
                  JOIN pg_type t ON t.oid = a.atttypid) c WHERE c.by OR c.number;
        RETURN format('SELECT %scount(*) AS group_size FROM (SELECT %s %s) o%s HAVING count(*) >= %s OFFSET 0', coalesce(outer_list || ', ', ''), inner_list, rows,
            coalesce(' GROUP BY ' || groups, ''), smallest);
    END IF;
    -- Where rows are hidden the reader's own conditions stay outside (OFFSET): an index would tell by time, and EXPLAIN by its figures,
    -- whether a hidden row fulfils one.
    IF smallest = 0 THEN
        RETURN format('SELECT %s %s%s', inner_list, rows, CASE WHEN conditions <> '' THEN ' OFFSET 0' ELSE '' END);
    END IF;
    SELECT string_agg(format('o.%I', c), ', ' ORDER BY place) INTO outer_list FROM unnest(shown) WITH ORDINALITY AS u(c, place);
    RETURN format('SELECT %s FROM (SELECT o.*, count(*) OVER (%s) AS "pasar group" FROM (SELECT %s %s) o) o WHERE o."pasar group" >= %s OFFSET 0', outer_list,
        coalesce('PARTITION BY ' || groups, ''), inner_list, rows, smallest);
END
$$;

-- One dataset for its reader: only the columns named, each through its technique, only the rows of the scope and the policy, and no
-- row once the agreement has run out, also for a session that is still open; without an end no row at all. Gives the digest of
-- what was made.
CREATE OR REPLACE FUNCTION pasar_source.set_view(agreement uuid, view_name text, base_schema text, base_table text, columns jsonb, row_scope jsonb,
    policy jsonb, purpose text, valid_until timestamptz) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := pasar_source.reader_name(agreement);
BEGIN
    EXECUTE format('CREATE VIEW %I.%I WITH (security_barrier) AS %s', reader, view_name,
        pasar_source.masked_select(agreement, purpose, base_schema, base_table, columns, row_scope, policy, valid_until));
    EXECUTE format('GRANT SELECT ON %I.%I TO %I', reader, view_name, reader);
    RETURN pasar_source.digest(pasar_source.definition(format('%I.%I', reader, view_name)::regclass));
END
$$;

-- A view for sample rows, which the portal itself may read; asked for only where every officer may see them.
CREATE OR REPLACE FUNCTION pasar_source.set_preview(dataset uuid, base_schema text, base_table text, columns jsonb, policy jsonb) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('DROP VIEW IF EXISTS pasar_preview.%I', dataset::text);
    EXECUTE format('CREATE VIEW pasar_preview.%I WITH (security_barrier) AS SELECT * FROM (%s) s LIMIT 20', dataset::text,
        pasar_source.masked_select(dataset, NULL, base_schema, base_table, columns, '{}', policy, 'infinity'));
END
$$;

-- At most so many rows, as JSON, exactly as the agreement's own role reads them.
CREATE OR REPLACE FUNCTION pasar_source.sample(agreement uuid, view_name text, most integer) RETURNS TABLE (place integer, cells json) LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass(format('%I.%I', pasar_source.reader_name(agreement), view_name)) IS NOT NULL THEN
        RETURN QUERY EXECUTE format('SELECT row_number() OVER ()::integer, row_to_json(v) FROM (SELECT * FROM %I.%I LIMIT %s) v',
            pasar_source.reader_name(agreement), view_name, least(most, 20));
    END IF;
END
$$;

-- The same for what is not agreed yet: rows as a reader of this plan would get them, under a key of its own.
CREATE OR REPLACE FUNCTION pasar_source.sample_of(plan uuid, base_schema text, base_table text, columns jsonb, row_scope jsonb, policy jsonb, most integer)
    RETURNS TABLE (place integer, cells json) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT row_number() OVER ()::integer, row_to_json(v) FROM (SELECT * FROM (%s) s LIMIT %s) v',
        pasar_source.masked_select(plan, 'of nobody', base_schema, base_table, columns, row_scope, policy, 'infinity'), least(most, 20));
    DELETE FROM pasar_source.pseudonym_key k WHERE k.name IN (pasar_source.key_name(plan, NULL), pasar_source.key_name(NULL, 'of nobody'));
END
$$;

-- How many rows the smallest group has, of those that the agreement's role sees: its k. None when there is no row.
CREATE OR REPLACE FUNCTION pasar_source.smallest_group(agreement uuid, view_name text, identifiers text[]) RETURNS bigint LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    view regclass := to_regclass(format('%I.%I', pasar_source.reader_name(agreement), view_name));
    groups text;
    least_rows bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ') INTO groups FROM pg_attribute a WHERE a.attrelid = view AND a.attname = ANY (identifiers) AND a.attnum > 0;
    IF view IS NOT NULL THEN
        EXECUTE format('SELECT min(n) FROM (SELECT count(*) AS n FROM %s%s) g WHERE n > 0', view, coalesce(' GROUP BY ' || groups, '')) INTO least_rows;
    END IF;
    RETURN least_rows;
END
$$;

-- An agreement's key goes with it.
CREATE OR REPLACE FUNCTION pasar_source.drop_key(agreement uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM pasar_source.pseudonym_key k WHERE k.name = pasar_source.key_name(agreement, NULL)
$$;

DROP FUNCTION IF EXISTS pasar_source.set_view(uuid, text, text, text, text[], jsonb, timestamptz), pasar_source.set_preview(uuid, text, text, text[]);
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'pasar_source'::regnamespace
             AND p.proname IN ('new_secret', 'key_name', 'rotate_key', 'parameter', 'planning_areas_digest', 'set_planning_areas', 'column_expression', 'names', 'masked_select', 'set_view', 'set_preview',
                               'sample', 'sample_of', 'smallest_group', 'drop_key') LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION pasar_source.set_view(uuid, text, text, text, jsonb, jsonb, jsonb, text, timestamptz),
    pasar_source.set_preview(uuid, text, text, jsonb, jsonb), pasar_source.sample(uuid, text, integer),
    pasar_source.sample_of(uuid, text, text, jsonb, jsonb, jsonb, integer), pasar_source.smallest_group(uuid, text, text[]),
    pasar_source.rotate_key(uuid, text), pasar_source.planning_areas_digest(), pasar_source.set_planning_areas(jsonb, text) TO pasar_asker;
REVOKE pasar_keeper FROM CURRENT_USER;
