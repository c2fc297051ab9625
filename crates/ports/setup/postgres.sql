-- Installed once by the administrator of a source database (Postgres 15 or newer), and again after each release: every
-- statement may be repeated.
--
-- The portal's login may call the functions below and do nothing else: it reads no table, makes no role, owns nothing. The
-- functions run as pasar_keeper, which nobody can log in as; each checks every name that it is given. Before Postgres 16 a
-- login that may create roles may also make itself a member of any, which is why none of ours has that attribute.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pasar_keeper') THEN
        CREATE ROLE pasar_keeper NOLOGIN CREATEROLE;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
DO $$
BEGIN
    -- What the portal's login is a member of: whoever may ask.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pasar_asker') THEN
        CREATE ROLE pasar_asker NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT pg_signal_backend TO pasar_keeper;
-- Only while this runs: what the keeper owns can be made and replaced by a member alone.
GRANT pasar_keeper TO CURRENT_USER;
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO pasar_keeper', current_database());
END
$$;

CREATE SCHEMA IF NOT EXISTS pasar_source;
CREATE SCHEMA IF NOT EXISTS pasar_preview;
ALTER SCHEMA pasar_source OWNER TO pasar_keeper;
ALTER SCHEMA pasar_preview OWNER TO pasar_keeper;

-- Nobody makes or reads anything by being somebody.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO pasar_keeper', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO pasar_keeper WITH GRANT OPTION', current_database());
END
$$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- Which base tables may be shared: filled by the source's own administrator alone.
CREATE TABLE IF NOT EXISTS pasar_source.shared_table (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    PRIMARY KEY (schema_name, table_name)
);
ALTER TABLE pasar_source.shared_table OWNER TO pasar_keeper;
GRANT USAGE ON SCHEMA pasar_source TO CURRENT_USER;
GRANT SELECT, INSERT, DELETE ON pasar_source.shared_table TO CURRENT_USER;

-- What each reader's password is checked with, so that a role can be made again, or let in again, as it was. A verifier
-- (RFC 5803) opens nothing; nobody can log in as its owner.
CREATE TABLE IF NOT EXISTS pasar_source.credential (
    reader text PRIMARY KEY,
    verifier text NOT NULL
);
ALTER TABLE pasar_source.credential OWNER TO pasar_keeper;

CREATE OR REPLACE FUNCTION pasar_source.share_table(schema_name text, table_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO pasar_keeper', schema_name);
    EXECUTE format('GRANT SELECT ON TABLE %I.%I TO pasar_keeper', schema_name, table_name);
    INSERT INTO pasar_source.shared_table VALUES (schema_name, table_name) ON CONFLICT DO NOTHING;
END
$$;

CREATE OR REPLACE FUNCTION pasar_source.reader_name(agreement uuid) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT 'pasar_a_' || replace(agreement::text, '-', '') $$;

CREATE OR REPLACE FUNCTION pasar_source.require_shared(base_schema text, base_table text, columns text[]) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pasar_source.shared_table t WHERE t.schema_name = base_schema AND t.table_name = base_table) THEN
        RAISE EXCEPTION 'this table is not shared' USING ERRCODE = 'undefined_table';
    END IF;
    IF cardinality(columns) = 0 OR EXISTS (SELECT FROM unnest(columns) c WHERE c IS NULL) THEN
        RAISE EXCEPTION 'a view needs columns' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- The table's own name, or ctid, would be taken for a column and stand for more than one.
    IF EXISTS (SELECT FROM unnest(columns) c WHERE NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid
               JOIN pg_namespace n ON n.oid = k.relnamespace WHERE n.nspname = base_schema AND k.relname = base_table
               AND a.attname = c AND a.attnum > 0 AND NOT a.attisdropped)) THEN
        RAISE EXCEPTION 'the table lacks a column' USING ERRCODE = 'undefined_column';
    END IF;
END
$$;

-- Which rows: {"column": ["value", ...]}, where every named column must have one of its values, compared as text, byte by
-- byte. Gives conditions for a view in which the table is called b; names and values are quoted here and nowhere else.
CREATE OR REPLACE FUNCTION pasar_source.row_conditions(base_schema text, base_table text, row_scope jsonb) RETURNS text LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    conditions text := '';
    one record;
BEGIN
    IF jsonb_typeof(row_scope) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'a row scope names columns' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR one IN SELECT s.key, s.value FROM jsonb_each(row_scope) s ORDER BY s.key COLLATE "C" LOOP
        IF jsonb_typeof(one.value) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(one.value) v WHERE jsonb_typeof(v) <> 'string') THEN
            RAISE EXCEPTION 'a row scope lists values as text' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        PERFORM pasar_source.require_shared(base_schema, base_table, ARRAY[one.key]);
        conditions := conditions || format(' AND (b.%I::text COLLATE "C") = ANY (%L::text[])', one.key,
            ARRAY(SELECT v.value FROM jsonb_array_elements_text(one.value) WITH ORDINALITY AS v(value, place) ORDER BY v.place));
    END LOOP;
    RETURN conditions;
END
$$;

-- What every reader's sessions begin with, as the catalogue keeps it.
CREATE OR REPLACE FUNCTION pasar_source.settings(reader text) RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY['default_transaction_read_only=on', 'search_path=' || reader, 'statement_timeout=15min',
                 -- Masks of large tables are worth a second worker, which the planner does not know: it takes every function for cheap.
                 'parallel_setup_cost=100', 'parallel_tuple_cost=0.001']
        -- What the reader does here is in the source's log, and the reader cannot turn it off.
        || CASE WHEN has_parameter_privilege('log_statement', 'SET') THEN ARRAY['log_statement=all'] ELSE '{}' END
$$;

-- A reader's role, made, or made as it should be, whose sessions look into this agreement's schema. It cannot log in before it is let in.
CREATE OR REPLACE FUNCTION pasar_source.make_role(name text, reader text, valid_until timestamptz) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT CONNECTION LIMIT 10', name);
    END IF;
    EXECUTE format('ALTER ROLE %I NOINHERIT CONNECTION LIMIT 10 VALID UNTIL %L', name, valid_until);
    FOR one IN SELECT d.datname FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase
               WHERE r.rolname = name LOOP
        EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', name, one.datname);
    END LOOP;
    EXECUTE format('ALTER ROLE %I RESET ALL', name);
    FOR one IN SELECT split_part(s, '=', 1) AS setting, split_part(s, '=', 2) AS value FROM unnest(pasar_source.settings(reader)) s LOOP
        EXECUTE format('ALTER ROLE %I SET %I = %L', name, one.setting, one.value);
    END LOOP;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
END
$$;

-- Takes a verifier, never a password, so that no log can hold one. Opens the door only for a role that was granted.
CREATE OR REPLACE FUNCTION pasar_source.set_verifier(name text, verifier text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'this is not a SCRAM verifier' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', name, verifier);
    DELETE FROM pasar_source.credential c WHERE c.reader = name;
    INSERT INTO pasar_source.credential VALUES (name, verifier);
END
$$;

-- Lets a role in again with the credential that it had; a role that had none is left outside.
CREATE OR REPLACE FUNCTION pasar_source.let_role_in(name text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept text := (SELECT c.verifier FROM pasar_source.credential c WHERE c.reader = name);
BEGIN
    IF kept IS NOT NULL THEN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', name, kept);
    END IF;
END
$$;

-- Shuts the door, and ends sessions. What follows waits for no reader when this is committed first.
CREATE OR REPLACE FUNCTION pasar_source.lock_role_out(name text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = name AND rolcanlogin) THEN
        EXECUTE format('ALTER ROLE %I NOLOGIN', name);
    END IF;
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = name;
END
$$;

-- An agreement's role, with an empty schema of its own for its views. What somebody put into the schema, or built on its views, goes.
CREATE OR REPLACE FUNCTION pasar_source.grant_agreement(agreement uuid, valid_until timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := pasar_source.reader_name(agreement);
BEGIN
    PERFORM pasar_source.make_role(reader, reader, valid_until);
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', reader);
    EXECUTE format('CREATE SCHEMA %I', reader);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', reader, reader);
END
$$;

-- A view as the catalogue holds it, always written in the same way, so that two of them can be compared.
CREATE OR REPLACE FUNCTION pasar_source.definition(view oid) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET quote_all_identifiers = off AS $$
    SELECT pg_get_viewdef(view, false)
$$;

CREATE OR REPLACE FUNCTION pasar_source.digest(definition text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(definition, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION pasar_source.set_credential(agreement uuid, verifier text) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.set_verifier(pasar_source.reader_name(agreement), verifier) $$;

CREATE OR REPLACE FUNCTION pasar_source.let_in(agreement uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.let_role_in(pasar_source.reader_name(agreement)) $$;

CREATE OR REPLACE FUNCTION pasar_source.lock_out(agreement uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.lock_role_out(pasar_source.reader_name(agreement)) $$;

-- Takes the views and the credential. What somebody built on the views goes with them.
CREATE OR REPLACE FUNCTION pasar_source.drop_views(agreement uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', pasar_source.reader_name(agreement));
    DELETE FROM pasar_source.credential c WHERE c.reader = pasar_source.reader_name(agreement);
END
$$;

-- Ends everything of an agreement: sessions, views, role. Ending what is not there is no error. A role that somebody else gave
-- something cannot be dropped; its door is shut and its views are gone by then.
CREATE OR REPLACE FUNCTION pasar_source.end_agreement(agreement uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := pasar_source.reader_name(agreement);
BEGIN
    PERFORM pasar_source.lock_out(agreement);
    PERFORM pasar_source.drop_views(agreement);
    PERFORM pasar_source.drop_key(agreement);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), reader);
        EXECUTE format('DROP ROLE %I', reader);
    END IF;
END
$$;

-- Sample rows as JSON, in the view's own order of columns; none when the dataset has no preview.
CREATE OR REPLACE FUNCTION pasar_source.preview(dataset uuid, most integer) RETURNS TABLE (place integer, cells json) LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass(format('pasar_preview.%I', dataset::text)) IS NOT NULL THEN
        RETURN QUERY EXECUTE format('SELECT row_number() OVER ()::integer, row_to_json(v) FROM (SELECT * FROM pasar_preview.%I LIMIT %s) v',
                                    dataset::text, least(most, 20));
    END IF;
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'pasar_source'::regnamespace LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        -- Those that need more than the keeper has stay with whoever installs this.
        IF f::text !~ '(share_table|take_back|close_others|other_grants|password_is)' THEN
            EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        END IF;
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION pasar_source.share_table(text, text) TO CURRENT_USER;
GRANT USAGE ON SCHEMA pasar_source TO pasar_asker;
GRANT EXECUTE ON FUNCTION pasar_source.grant_agreement(uuid, timestamptz),
    pasar_source.set_credential(uuid, text),
    pasar_source.let_in(uuid), pasar_source.lock_out(uuid), pasar_source.drop_views(uuid), pasar_source.end_agreement(uuid),
    pasar_source.preview(uuid, integer) TO pasar_asker;
-- With setup/postgres_log.sql run before: readers' statements are logged, and the portal may ask for them.
DO $$
BEGIN
    IF to_regnamespace('pasar_log') IS NOT NULL THEN
        GRANT SET ON PARAMETER log_statement TO pasar_keeper;
        GRANT USAGE ON SCHEMA pasar_log TO pasar_asker;
        GRANT EXECUTE ON FUNCTION pasar_log.kept(), pasar_log.read(text, bigint, integer) TO pasar_asker;
    END IF;
END
$$;
REVOKE pasar_keeper FROM CURRENT_USER;
