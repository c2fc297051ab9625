-- Installed after setup/postgres.sql, by the same login, and again after each release: what is really granted here, and ways
-- to take back what was granted by hand. Every statement may be repeated.
--
-- Functions that look run as pasar_keeper. Those that take back run as whoever installs them, because only an owner or a
-- superuser can revoke what was given by hand. They name roles of agreements alone, and nothing that they do gives anybody
-- anything.

GRANT pasar_keeper TO CURRENT_USER;

-- Who holds what, save the owner: "grantee PRIVILEGE", with a star when it may be passed on.
CREATE OR REPLACE FUNCTION pasar_source.entries(acl aclitem[], owner oid) RETURNS jsonb LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(DISTINCT x.entry), '[]') FROM (
        SELECT CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee)::text END || ' ' || e.privilege_type
               || CASE WHEN e.is_grantable THEN '*' ELSE '' END AS entry
        FROM aclexplode(acl) e WHERE e.grantee <> owner) x
$$;

-- Whether a reader's password is the one that was set; null when the installer may not look.
CREATE OR REPLACE FUNCTION pasar_source.password_is(reader text, verifier text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF reader !~ '^pasar_[ac]_[0-9a-f]{32}$' OR NOT has_table_privilege('pg_catalog.pg_authid', 'SELECT') THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT a.rolpassword IS NOT DISTINCT FROM verifier FROM pg_authid a WHERE a.rolname = reader);
END
$$;

-- What stands here for the agreements that are asked for, and for every reader that has something in this database.
-- Roles belong to the whole cluster: those of another database are left to it.
CREATE OR REPLACE FUNCTION pasar_source.standing(agreements uuid[]) RETURNS TABLE (reader text, facts jsonb) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    WITH here AS (SELECT d.oid, d.datdba, d.datacl FROM pg_database d WHERE d.datname = current_database()),
    named AS (
        SELECT pasar_source.reader_name(a) AS name FROM unnest(agreements) a
        UNION SELECT n.nspname::text FROM pg_namespace n WHERE n.nspname ~ '^pasar_a_[0-9a-f]{32}$' AND agreements IS NULL
        UNION SELECT r.rolname::text FROM pg_roles r JOIN pg_shdepend s ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid, here
              WHERE r.rolname ~ '^pasar_a_[0-9a-f]{32}$' AND agreements IS NULL
                AND (s.dbid = here.oid OR (s.classid = 'pg_database'::regclass AND s.objid = here.oid))
    ),
    -- What stands in each reader's schema is gathered in one pass over the catalogue: it has no index by schema, and a pass for each of
    -- thousands of readers takes minutes.
    space AS MATERIALIZED (SELECT named.name, n.oid, n.nspowner, n.nspacl FROM named LEFT JOIN pg_namespace n ON n.nspname = named.name),
    admitted AS MATERIALIZED (
        SELECT split_part(e.value, ' ', 1) AS name, jsonb_agg(e.value) AS all_of_them
        FROM here, jsonb_array_elements_text(pasar_source.entries(here.datacl, here.datdba)) e GROUP BY 1),
    view AS MATERIALIZED (
        SELECT k.relnamespace AS space, jsonb_agg(jsonb_build_object('name', k.relname, 'owner', pg_get_userbyid(k.relowner),
                   'options', coalesce(to_jsonb(k.reloptions), '[]'), 'definition', left(pasar_source.definition(k.oid), 600),
                   'digest', pasar_source.digest(pasar_source.definition(k.oid)),
                   'grants', pasar_source.entries(k.relacl || (SELECT coalesce(array_agg(i), '{}') FROM pg_attribute a, unnest(a.attacl) i
                       WHERE a.attrelid = k.oid), k.relowner)) ORDER BY k.relname) AS all_of_them
        FROM pg_class k JOIN space ON space.oid = k.relnamespace WHERE k.relkind = 'v' GROUP BY k.relnamespace),
    extra AS MATERIALIZED (
        SELECT x.space, jsonb_agg(x.what) AS all_of_it FROM (
            SELECT k.relnamespace AS space, pg_describe_object('pg_class'::regclass, k.oid, 0) AS what FROM pg_class k
            JOIN space ON space.oid = k.relnamespace WHERE k.relkind NOT IN ('v', 'i', 't', 'I')
            UNION ALL SELECT p.pronamespace, pg_describe_object('pg_proc'::regclass, p.oid, 0) FROM pg_proc p JOIN space ON space.oid = p.pronamespace) x
        GROUP BY x.space)
    SELECT space.name, jsonb_build_object(
        'role', (SELECT jsonb_build_object(
                    'may_log_in', r.rolcanlogin,
                    'until', r.rolvaliduntil,
                    'attributes', (SELECT coalesce(jsonb_agg(v.word), '[]') FROM (VALUES ('SUPERUSER', r.rolsuper), ('CREATEDB', r.rolcreatedb),
                        ('CREATEROLE', r.rolcreaterole), ('INHERIT', r.rolinherit), ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls),
                        ('CONNECTION LIMIT ' || r.rolconnlimit, r.rolconnlimit <> 10)) AS v(word, has) WHERE v.has),
                    'settings', (SELECT coalesce(jsonb_agg(coalesce('in ' || d.datname || ': ', '') || c.one), '[]') FROM pg_db_role_setting s
                        LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) AS c(one) WHERE s.setrole = r.oid),
                    'settings_wanted', to_jsonb(pasar_source.settings(space.name)),
                    -- From Postgres 16 on who makes a role is a member of it.
                    'memberships', (SELECT coalesce(jsonb_agg(CASE WHEN m.member = r.oid THEN 'member of ' || pg_get_userbyid(m.roleid)
                        ELSE pg_get_userbyid(m.member) || ' is a member' END), '[]') FROM pg_auth_members m
                        WHERE m.member = r.oid OR (m.roleid = r.oid AND pg_get_userbyid(m.member) <> 'pasar_keeper')),
                    'credential', (SELECT pasar_source.password_is(space.name, c.verifier) FROM pasar_source.credential c WHERE c.reader = space.name),
                    'database', coalesce(admitted.all_of_them, '[]'),
                    'elsewhere', (SELECT coalesce(jsonb_agg(DISTINCT CASE s.deptype WHEN 'o' THEN 'owns ' ELSE 'may use ' END
                            || CASE WHEN s.dbid IN (0, here.oid) THEN coalesce(pg_describe_object(s.classid, s.objid, s.objsubid), 'something')
                                    ELSE 'something in another database' END), '[]')
                        FROM pg_shdepend s, here WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.classid <> 'pg_auth_members'::regclass
                          AND NOT (s.deptype = 'a' AND ((s.classid = 'pg_database'::regclass AND s.objid = here.oid)
                              OR (s.dbid = here.oid AND s.classid = 'pg_namespace'::regclass AND s.objid = space.oid)
                              OR (s.dbid = here.oid AND s.classid = 'pg_class'::regclass AND s.objsubid = 0 AND EXISTS (SELECT FROM pg_class k
                                  WHERE k.oid = s.objid AND k.relnamespace = space.oid))))))
                 FROM pg_roles r WHERE r.rolname = space.name),
        'schema', CASE WHEN space.oid IS NOT NULL THEN
            jsonb_build_object('owner', pg_get_userbyid(space.nspowner), 'grants', pasar_source.entries(space.nspacl, space.nspowner)) END,
        'views', coalesce(view.all_of_them, '[]'), 'extra', coalesce(extra.all_of_it, '[]'))
    FROM space LEFT JOIN admitted ON admitted.name = space.name LEFT JOIN view ON view.space = space.oid LEFT JOIN extra ON extra.space = space.oid
$$;

-- Grants to others on what is Pasar's here, and to everybody on what is shared: object, grantee, privilege. Whoever may act as
-- the keeper, or ask here beside the portal (`portal` is its login), is among them.
CREATE OR REPLACE FUNCTION pasar_source.other_grants(portal text) RETURNS TABLE (object text, grantee text, privilege text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    WITH ours AS (
        SELECT 'SCHEMA ' || quote_ident(n.nspname) AS object, n.nspowner AS owner, n.nspacl AS acl, false AS shared FROM pg_namespace n
        WHERE n.nspname IN ('pasar_source', 'pasar_preview', 'pasar_log')
        UNION ALL
        SELECT 'TABLE ' || k.oid::regclass, k.relowner, k.relacl, false FROM pg_class k
        WHERE k.relnamespace IN ('pasar_source'::regnamespace, 'pasar_preview'::regnamespace) AND k.relkind IN ('r', 'v')
        UNION ALL
        SELECT 'FUNCTION ' || p.oid::regprocedure, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), false FROM pg_proc p
        WHERE p.pronamespace = 'pasar_source'::regnamespace
        UNION ALL
        SELECT 'DATABASE ' || quote_ident(d.datname), d.datdba, coalesce(d.datacl, acldefault('d', d.datdba)), true FROM pg_database d
        WHERE d.datname = current_database()
        UNION ALL
        SELECT 'SCHEMA public', n.nspowner, n.nspacl, true FROM pg_namespace n WHERE n.nspname = 'public'
        UNION ALL
        SELECT 'TABLE ' || k.oid::regclass, k.relowner, k.relacl, true FROM pasar_source.shared_table t
        JOIN pg_namespace n ON n.nspname = t.schema_name JOIN pg_class k ON k.relnamespace = n.oid AND k.relname = t.table_name
    )
    SELECT ours.object, CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(e.grantee)) END, e.privilege_type
    FROM ours, aclexplode(ours.acl) e
    WHERE e.grantee <> ours.owner AND CASE WHEN ours.shared THEN e.grantee = 0 ELSE
        e.grantee = 0 OR NOT (pg_get_userbyid(e.grantee) IN ('pasar_keeper', current_user)
            OR (pg_get_userbyid(e.grantee) IN ('pasar_asker', 'pasar_sampler') AND e.privilege_type IN ('USAGE', 'EXECUTE'))) END
    UNION ALL
    -- A superuser needs no membership, and one who may create roles could make it.
    SELECT pg_get_userbyid(m.roleid), quote_ident(r.rolname), 'MEMBER' FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE pg_get_userbyid(m.roleid) = 'pasar_keeper' AND NOT r.rolsuper AND NOT r.rolcreaterole
    UNION ALL
    -- Those who ask belong to the whole cluster, and to portals of other databases: they are only kept out of this one.
    SELECT 'DATABASE ' || quote_ident(d.datname), quote_ident(r.rolname), 'CONNECT' FROM pg_database d, aclexplode(d.datacl) e JOIN pg_roles r ON r.oid = e.grantee
    WHERE d.datname = current_database() AND e.privilege_type = 'CONNECT' AND NOT r.rolsuper AND r.rolname NOT IN (portal, current_user)
      AND EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND pg_get_userbyid(m.roleid) = 'pasar_asker')
$$;

-- Takes those grants back, as far as the installer may; looking again says what is left.
CREATE OR REPLACE FUNCTION pasar_source.close_others(portal text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM pasar_source.other_grants(portal) LOOP
        BEGIN
            IF one.privilege = 'MEMBER' THEN
                EXECUTE format('REVOKE %s FROM %s', one.object, one.grantee);
            ELSE
                EXECUTE format('REVOKE %s ON %s FROM %s CASCADE', one.privilege, one.object, one.grantee);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'cannot take back % on % from %: %', one.privilege, one.object, one.grantee, SQLERRM;
        END;
    END LOOP;
END
$$;

-- Takes from a reader everything: attributes, memberships, settings, and every privilege in this database. What it owns goes to
-- the installer and is kept, save in its own schema. Whatever may not be taken is left, and is seen by looking again.
CREATE OR REPLACE FUNCTION pasar_source.take_back_role(reader text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role oid := (SELECT r.oid FROM pg_roles r WHERE r.rolname = reader);
    statement text;
BEGIN
    IF reader !~ '^pasar_[ac]_[0-9a-f]{32}$' THEN
        RAISE EXCEPTION 'this is no role of a reader' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regnamespace(reader) IS NOT NULL THEN
        BEGIN
            EXECUTE format('ALTER SCHEMA %I OWNER TO pasar_keeper', reader);
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'schema %: %', reader, SQLERRM;
        END;
    END IF;
    IF role IS NULL THEN
        RETURN;
    END IF;
    FOR statement IN
        SELECT format('ALTER ROLE %I NO%s', reader, v.word) FROM pg_roles r, LATERAL (VALUES ('SUPERUSER', r.rolsuper), ('CREATEDB', r.rolcreatedb),
            ('CREATEROLE', r.rolcreaterole), ('REPLICATION', r.rolreplication), ('BYPASSRLS', r.rolbypassrls)) AS v(word, has) WHERE r.oid = role AND v.has
        UNION ALL
        SELECT format('REVOKE %I FROM %I%s', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member),
                      CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN format(' GRANTED BY %I', pg_get_userbyid(m.grantor)) ELSE '' END)
        FROM pg_auth_members m WHERE m.member = role OR (m.roleid = role AND pg_get_userbyid(m.member) <> 'pasar_keeper')
        UNION ALL
        SELECT format('ALTER ROLE %I RESET ALL', reader)
        UNION ALL
        SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', reader, d.datname) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE s.setrole = role
        UNION ALL
        SELECT format('REASSIGN OWNED BY %I TO CURRENT_USER', reader)
    LOOP
        BEGIN
            EXECUTE statement;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING '%: %', statement, SQLERRM;
        END;
    END LOOP;
    -- With nothing left that it owns, this takes privileges and drops nothing.
    IF NOT EXISTS (SELECT FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = role AND s.deptype = 'o') THEN
        BEGIN
            EXECUTE format('DROP OWNED BY %I', reader);
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'privileges of %: %', reader, SQLERRM;
        END;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION pasar_source.take_back(agreement uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pasar_source.take_back_role('pasar_a_' || replace(agreement::text, '-', ''));
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['pasar_source.entries(aclitem[], oid)'::regprocedure, 'pasar_source.standing(uuid[])'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
    END LOOP;
    FOREACH f IN ARRAY ARRAY['pasar_source.entries(aclitem[], oid)'::regprocedure, 'pasar_source.standing(uuid[])',
                             'pasar_source.password_is(text, text)', 'pasar_source.other_grants(text)', 'pasar_source.close_others(text)',
                             'pasar_source.take_back(uuid)', 'pasar_source.take_back_role(text)'] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
    -- Credentials of a release before this one.
    IF has_table_privilege('pg_catalog.pg_authid', 'SELECT') THEN
        INSERT INTO pasar_source.credential SELECT a.rolname, a.rolpassword FROM pg_authid a JOIN pg_namespace n ON n.nspname = a.rolname
        WHERE a.rolname ~ '^pasar_a_[0-9a-f]{32}$' AND a.rolpassword IS NOT NULL ON CONFLICT DO NOTHING;
    END IF;
END
$$;
GRANT EXECUTE ON FUNCTION pasar_source.password_is(text, text) TO pasar_keeper;
GRANT EXECUTE ON FUNCTION pasar_source.standing(uuid[]), pasar_source.other_grants(text),
    pasar_source.close_others(text), pasar_source.take_back(uuid) TO pasar_asker;
REVOKE pasar_keeper FROM CURRENT_USER;
