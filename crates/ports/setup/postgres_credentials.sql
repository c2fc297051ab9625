-- Installed after setup/postgres_drift.sql, by the same login, and again after each release: credentials beside an agreement's own.
-- Each person of a team and each machine client has a role of their own, pasar_c_ and the credential's id. It is a member of nothing;
-- it may do what the agreement's own role may, in the agreement's schema, and owns nothing. Every statement may be repeated.

GRANT pasar_keeper TO CURRENT_USER;

CREATE OR REPLACE FUNCTION pasar_source.holder_name(credential uuid) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$ SELECT 'pasar_c_' || replace(credential::text, '-', '') $$;

-- A role of a holder, under an agreement that is granted: made, or made as it should be. It cannot log in before it is let in.
CREATE OR REPLACE FUNCTION pasar_source.grant_credential(agreement uuid, credential uuid, valid_until timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    reader text := pasar_source.reader_name(agreement);
    holder text := pasar_source.holder_name(credential);
    one record;
BEGIN
    IF to_regnamespace(reader) IS NULL THEN
        RAISE EXCEPTION 'this agreement is not granted' USING ERRCODE = 'invalid_schema_name';
    END IF;
    PERFORM pasar_source.make_role(holder, reader, valid_until);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', reader, holder);
    FOR one IN SELECT k.relname FROM pg_class k WHERE k.relnamespace = to_regnamespace(reader) AND k.relkind = 'v' LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO %I', reader, one.relname, holder);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION pasar_source.set_credential_of(credential uuid, verifier text) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.set_verifier(pasar_source.holder_name(credential), verifier) $$;

CREATE OR REPLACE FUNCTION pasar_source.let_in_credential(credential uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.let_role_in(pasar_source.holder_name(credential)) $$;

CREATE OR REPLACE FUNCTION pasar_source.lock_out_credential(credential uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.lock_role_out(pasar_source.holder_name(credential)) $$;

-- Ends everything of a credential: sessions, privileges, role. Ending what is not there is no error.
CREATE OR REPLACE FUNCTION pasar_source.end_credential(credential uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    holder text := pasar_source.holder_name(credential);
    role oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = pasar_source.holder_name(credential));
    one record;
BEGIN
    PERFORM pasar_source.lock_out_credential(credential);
    DELETE FROM pasar_source.credential c WHERE c.reader = pasar_source.holder_name(credential);
    IF role IS NOT NULL THEN
        FOR one IN SELECT n.nspname FROM pg_namespace n WHERE n.nspname ~ '^pasar_a_[0-9a-f]{32}$' AND (
                EXISTS (SELECT FROM aclexplode(n.nspacl) e WHERE e.grantee = role)
                OR EXISTS (SELECT FROM pg_class k, aclexplode(k.relacl) e WHERE k.relnamespace = n.oid AND e.grantee = role)) LOOP
            EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', one.nspname, holder);
            EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', one.nspname, holder);
        END LOOP;
        EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), holder);
        EXECUTE format('DROP ROLE %I', holder);
    END IF;
END
$$;

-- Takes from a holder's role everything, as take_back does from an agreement's. Runs as the installer.
CREATE OR REPLACE FUNCTION pasar_source.take_back_credential(credential uuid) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$ SELECT pasar_source.take_back_role('pasar_c_' || replace(credential::text, '-', '')) $$;

-- What stands here for the credentials that are asked for, and for every holder's role that has something in this database.
-- `schemas` are those of agreements in which it may do anything; what it may do there is in `standing`, with the agreement.
-- In `settings_wanted` the agreement's schema is *.
CREATE OR REPLACE FUNCTION pasar_source.standing_credentials(credentials uuid[]) RETURNS TABLE (holder text, facts jsonb) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH here AS (SELECT d.oid, d.datdba, d.datacl FROM pg_database d WHERE d.datname = current_database()),
    named AS (
        SELECT pasar_source.holder_name(c) AS name FROM unnest(credentials) c
        UNION SELECT r.rolname::text FROM pg_roles r JOIN pg_shdepend s ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid, here
              WHERE r.rolname ~ '^pasar_c_[0-9a-f]{32}$' AND credentials IS NULL
                AND (s.dbid = here.oid OR (s.classid = 'pg_database'::regclass AND s.objid = here.oid))
    ),
    depends AS (
        SELECT r.oid AS role, s.*, coalesce(n.nspname, m.nspname) AS nspname FROM named JOIN pg_roles r ON r.rolname = named.name
        JOIN pg_shdepend s ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid CROSS JOIN here
        LEFT JOIN pg_namespace n ON s.classid = 'pg_namespace'::regclass AND s.dbid = here.oid AND n.oid = s.objid AND n.nspname ~ '^pasar_a_[0-9a-f]{32}$'
        LEFT JOIN pg_class k ON s.classid = 'pg_class'::regclass AND s.dbid = here.oid AND k.oid = s.objid
        LEFT JOIN pg_namespace m ON m.oid = k.relnamespace AND m.nspname ~ '^pasar_a_[0-9a-f]{32}$'
    )
    SELECT named.name, jsonb_build_object(
        'may_log_in', r.rolcanlogin,
        'until', r.rolvaliduntil,
        'attributes', (SELECT coalesce(jsonb_agg(v.word), '[]') FROM (VALUES ('SUPERUSER', r.rolsuper), ('CREATEDB', r.rolcreatedb),
            ('CREATEROLE', r.rolcreaterole), ('INHERIT', r.rolinherit), ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls),
            ('CONNECTION LIMIT ' || r.rolconnlimit, r.rolconnlimit <> 10)) AS v(word, has) WHERE v.has),
        'settings', (SELECT coalesce(jsonb_agg(coalesce('in ' || d.datname || ': ', '') || c.one), '[]') FROM pg_db_role_setting s
            LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) AS c(one) WHERE s.setrole = r.oid),
        'settings_wanted', to_jsonb(pasar_source.settings('*')),
        'memberships', (SELECT coalesce(jsonb_agg(CASE WHEN m.member = r.oid THEN 'member of ' || pg_get_userbyid(m.roleid)
            ELSE pg_get_userbyid(m.member) || ' is a member' END), '[]') FROM pg_auth_members m
            WHERE m.member = r.oid OR (m.roleid = r.oid AND pg_get_userbyid(m.member) <> 'pasar_keeper')),
        'credential', (SELECT pasar_source.password_is(named.name, c.verifier) FROM pasar_source.credential c WHERE c.reader = named.name),
        'database', (SELECT coalesce(jsonb_agg(e.value), '[]') FROM here,
            jsonb_array_elements_text(pasar_source.entries(here.datacl, here.datdba)) e WHERE e.value LIKE named.name || ' %'),
        'elsewhere', (SELECT coalesce(jsonb_agg(DISTINCT CASE d.deptype WHEN 'o' THEN 'owns ' ELSE 'may use ' END
                || CASE WHEN d.dbid IN (0, here.oid) THEN coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'something')
                        ELSE 'something in another database' END), '[]')
            FROM depends d, here WHERE d.role = r.oid AND d.classid <> 'pg_auth_members'::regclass
              AND NOT (d.deptype = 'a' AND ((d.classid = 'pg_database'::regclass AND d.objid = here.oid) OR d.nspname IS NOT NULL))),
        'schemas', (SELECT coalesce(jsonb_agg(DISTINCT d.nspname), '[]') FROM depends d WHERE d.role = r.oid AND d.nspname IS NOT NULL))
    FROM named JOIN pg_roles r ON r.rolname = named.name
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['pasar_source.holder_name(uuid)'::regprocedure, 'pasar_source.grant_credential(uuid, uuid, timestamptz)',
                             'pasar_source.set_credential_of(uuid, text)', 'pasar_source.let_in_credential(uuid)', 'pasar_source.lock_out_credential(uuid)',
                             'pasar_source.end_credential(uuid)', 'pasar_source.standing_credentials(uuid[])'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
    REVOKE ALL ON FUNCTION pasar_source.take_back_credential(uuid) FROM PUBLIC;
END
$$;
GRANT EXECUTE ON FUNCTION pasar_source.grant_credential(uuid, uuid, timestamptz), pasar_source.set_credential_of(uuid, text),
    pasar_source.let_in_credential(uuid), pasar_source.lock_out_credential(uuid), pasar_source.end_credential(uuid),
    pasar_source.standing_credentials(uuid[]), pasar_source.take_back_credential(uuid) TO pasar_asker;
REVOKE pasar_keeper FROM CURRENT_USER;
