-- Installed after setup/postgres_drift.sql, by the same login, and again after each release: values for the detectors of personal data, and
-- sample rows that follow what is decided. Every statement may be repeated.
--
-- Whoever is a member of pasar_sampler may look at some values of tables that are shared. The source's administrator decides whether the
-- portal's login is one; without it proposals are made from names alone.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pasar_sampler') THEN
        CREATE ROLE pasar_sampler NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT pasar_keeper TO CURRENT_USER;

-- Some values of each column as text, cut at 200 characters: at most 200 of them, drawn from the first 20,000 rows. Columns that the
-- table lacks are left out.
CREATE OR REPLACE FUNCTION pasar_source.sample_values(base_schema text, base_table text, columns text[], most integer)
    RETURNS TABLE (column_name text, sampled text[]) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known text[];
    list text;
BEGIN
    SELECT array_agg(c ORDER BY place) INTO known FROM unnest(columns) WITH ORDINALITY AS u(c, place)
    WHERE EXISTS (SELECT FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid JOIN pg_namespace n ON n.oid = k.relnamespace
                  WHERE n.nspname = base_schema AND k.relname = base_table AND a.attname = c AND a.attnum > 0 AND NOT a.attisdropped);
    PERFORM pasar_source.require_shared(base_schema, base_table, coalesce(known, '{}'));
    SELECT string_agg(format('left(%I::text, 200)', c), ', ' ORDER BY place) INTO list FROM unnest(known) WITH ORDINALITY AS u(c, place);
    RETURN QUERY EXECUTE format(
        'WITH drawn AS MATERIALIZED (SELECT ARRAY[%s]::text[] AS cells FROM (SELECT * FROM %I.%I LIMIT 20000) t ORDER BY random() LIMIT %s)
         SELECT u.name, (SELECT array_agg(s.cells[u.place::integer]) FROM drawn s) FROM unnest($1) WITH ORDINALITY AS u(name, place)',
        list, base_schema, base_table, least(greatest(most, 0), 200)) USING known;
END
$$;

-- Takes the sample rows of a dataset away; none is no error.
CREATE OR REPLACE FUNCTION pasar_source.drop_preview(dataset uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('DROP VIEW IF EXISTS pasar_preview.%I', dataset::text);
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['pasar_source.sample_values(text, text, text[], integer)'::regprocedure,
                             'pasar_source.drop_preview(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA pasar_source TO pasar_sampler;
GRANT EXECUTE ON FUNCTION pasar_source.sample_values(text, text, text[], integer) TO pasar_sampler;
GRANT EXECUTE ON FUNCTION pasar_source.drop_preview(uuid) TO pasar_asker;
REVOKE pasar_keeper FROM CURRENT_USER;
