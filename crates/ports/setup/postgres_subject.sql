-- Installed after setup/postgres.sql, by the same login, and again after each release: whether a shared table holds a person, for
-- requests of people about data of theirs. The answer is a number of rows, and the keys of some of them; no other value leaves.

GRANT pasar_keeper TO CURRENT_USER;

-- Whether this server's log would hold what a statement is given: then nothing is given to it. What a function does inside is
-- not logged by these settings, only the statement that calls it, with its parameters.
CREATE OR REPLACE FUNCTION pasar_source.logs_parameters() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT current_setting('log_parameter_max_length') <> '0'
       AND (current_setting('log_statement') = 'all' OR current_setting('log_min_duration_statement') <> '-1'
            OR current_setting('log_transaction_sample_rate')::float8 > 0 OR current_setting('log_duration')::boolean
            OR (current_setting('log_min_duration_sample') <> '-1' AND current_setting('log_statement_sample_rate')::float8 > 0))
        OR coalesce(current_setting('auto_explain.log_min_duration', true), '-1') NOT IN ('', '-1')
        OR coalesce(current_setting('pgaudit.log', true), 'none') NOT IN ('', 'none')
$$;

-- How many rows of a table have the value in a column, and the keys of the first of them. It looks through an index alone, so that
-- it costs the source next to nothing and cannot be used to read a table through; a column without one says so. The value is
-- never part of a statement's text, nor of an error's.
CREATE OR REPLACE FUNCTION pasar_source.find_subject(base_schema text, base_table text, base_column text, sought text, key_columns text[], most integer)
    RETURNS TABLE (outcome text, rows_found bigint, row_keys jsonb) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    base oid;
    place smallint;
    kind oid;
    operand text;
    list text;
BEGIN
    IF NOT EXISTS (SELECT FROM pasar_source.shared_table t WHERE t.schema_name = base_schema AND t.table_name = base_table) THEN
        RETURN QUERY SELECT 'not-shared', NULL::bigint, NULL::jsonb;
        RETURN;
    END IF;
    PERFORM pasar_source.require_shared(base_schema, base_table, ARRAY[base_column] || key_columns);
    SELECT k.oid, a.attnum, a.atttypid INTO base, place, kind FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = k.relnamespace WHERE n.nspname = base_schema AND k.relname = base_table AND a.attname = base_column;
    operand := CASE
        WHEN kind IN ('text'::regtype, 'varchar'::regtype) THEN '$1'
        WHEN kind = 'bpchar'::regtype THEN '$1::bpchar'
        WHEN kind IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AND sought ~ '^[0-9]{1,18}$' THEN '$1::bigint'
    END;
    IF operand IS NULL THEN
        RETURN QUERY SELECT 'other-type', NULL::bigint, NULL::jsonb;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                   WHERE i.indrelid = base AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = place AND m.amname IN ('btree', 'hash')) THEN
        RETURN QUERY SELECT 'no-index', NULL::bigint, NULL::jsonb;
        RETURN;
    END IF;
    SELECT string_agg(format('%L, %I::text', c, c), ', ') INTO list FROM unnest(key_columns) c;
    RETURN QUERY EXECUTE format(
        'SELECT ''found''::text, (SELECT count(*) FROM %1$I.%2$I WHERE %3$I = %4$s),
                coalesce((SELECT jsonb_agg(k.keys) FROM (SELECT jsonb_build_object(%5$s) AS keys FROM %1$I.%2$I WHERE %3$I = %4$s LIMIT $2) k), ''[]'')',
        base_schema, base_table, base_column, operand, coalesce(list, '')) USING sought, CASE WHEN list IS NULL THEN 0 ELSE least(most, 100) END;
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['pasar_source.logs_parameters()'::regprocedure, 'pasar_source.find_subject(text, text, text, text, text[], integer)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pasar_asker', f);
    END LOOP;
END
$$;
REVOKE pasar_keeper FROM CURRENT_USER;
