-- Run once in each source database by a superuser of its server, before setup/postgres.sql: lets Pasar write down what readers
-- do when they connect to the source directly. The server must keep its log as JSON (logging_collector = on, log_destination
-- including jsonlog; Postgres 15 or newer), with a log_filename that sorts by time, as the default does.
--
-- The setting pasar.source_owner names the login that will run setup/postgres.sql; it may pass on what it gets here, and gets
-- no more than this: to make readers' statements appear in the log, and to read of the log only what readers did.

CREATE SCHEMA IF NOT EXISTS pasar_log;
REVOKE ALL ON SCHEMA pasar_log FROM PUBLIC;

CREATE OR REPLACE FUNCTION pasar_log.kept() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT current_setting('logging_collector') = 'on' AND current_setting('log_destination') LIKE '%jsonlog%'
$$;

-- One line of the log as an object with at, session, remote, severity, code, message, statement; null when it is not about a
-- reader of this database. A line may be cut short: what is before its message says who and when, in an order that is fixed.
CREATE OR REPLACE FUNCTION pasar_log.line(line text) RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mark constant text := ',"message":"';
    place integer := strpos(line, mark);
    head jsonb;
    whole jsonb;
BEGIN
    IF place = 0 THEN
        RETURN NULL;
    END IF;
    head := (left(line, place - 1) || '}')::jsonb;
    IF head ->> 'user' !~ '^pasar_[ac]_[0-9a-f]{32}$' OR head ->> 'dbname' <> current_database() THEN
        RETURN NULL;
    END IF;
    BEGIN
        whole := convert_from(convert_to(line, 'LATIN1'), 'UTF8')::jsonb;
    EXCEPTION WHEN OTHERS THEN
        -- Cut short, or written in another encoding: its beginning is enough.
        whole := jsonb_build_object('message', substr(line, place + length(mark), 2000));
    END;
    RETURN jsonb_build_object('at', (head ->> 'timestamp')::timestamptz, 'reader', head -> 'user', 'session', head -> 'session_id',
                              'remote', head -> 'remote_host', 'severity', head -> 'error_severity', 'code', head -> 'state_code',
                              'message', left(whole ->> 'message', 2000), 'statement', left(whole ->> 'statement', 2000));
EXCEPTION WHEN invalid_text_representation OR datetime_field_overflow OR invalid_datetime_format THEN
    RETURN NULL;
END
$$;

-- The readers' lines after a place in the log, and the place after them; no row when nothing has been written since.
CREATE OR REPLACE FUNCTION pasar_log.read(after_file text, after_byte bigint, most integer) RETURNS TABLE (file text, next_byte bigint, lines jsonb)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    folder text := current_setting('log_directory');
    known text;
    chunk text;
    keep integer;
BEGIN
    -- The file that was read last, or, when it was removed meanwhile, the next.
    SELECT l.name INTO known FROM pg_ls_logdir() l WHERE l.name LIKE '%.json' AND (after_file IS NULL OR l.name COLLATE "C" >= after_file)
        ORDER BY l.name COLLATE "C" LIMIT 1;
    IF known IS DISTINCT FROM after_file THEN
        after_byte := 0;
    END IF;
    WHILE known IS NOT NULL LOOP
        -- Each byte becomes one character, so that a cut through a letter does no harm and positions are bytes.
        chunk := convert_from(pg_read_binary_file(folder || '/' || known, after_byte, most, true), 'LATIN1');
        keep := length(chunk) - strpos(reverse(chunk), E'\n') + 1;
        IF strpos(chunk, E'\n') = 0 THEN
            -- A line that is still being written waits; one longer than a chunk is judged by its beginning.
            keep := CASE WHEN length(chunk) >= most THEN length(chunk) ELSE 0 END;
        END IF;
        IF keep > 0 THEN
            RETURN QUERY SELECT known, after_byte + keep,
                (SELECT coalesce(jsonb_agg(x.found ORDER BY x.place), '[]') FROM
                    (SELECT pasar_log.line(t.line) AS found, t.place
                     FROM unnest(string_to_array(left(chunk, keep), E'\n')) WITH ORDINALITY AS t(line, place)
                     WHERE t.line LIKE '{"timestamp":%' AND t.line ~ '"user":"pasar_[ac]_') x WHERE x.found IS NOT NULL);
            RETURN;
        END IF;
        SELECT l.name INTO known FROM pg_ls_logdir() l WHERE l.name LIKE '%.json' AND l.name COLLATE "C" > known ORDER BY l.name COLLATE "C" LIMIT 1;
        after_byte := 0;
    END LOOP;
END
$$;

DO $$
DECLARE
    owner text := current_setting('pasar.source_owner');
BEGIN
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pasar_log FROM PUBLIC;
    IF owner <> current_user THEN
        EXECUTE format('GRANT USAGE ON SCHEMA pasar_log TO %I WITH GRANT OPTION', owner);
        EXECUTE format('GRANT EXECUTE ON FUNCTION pasar_log.kept(), pasar_log.read(text, bigint, integer) TO %I WITH GRANT OPTION', owner);
        EXECUTE format('GRANT SET ON PARAMETER log_statement TO %I WITH GRANT OPTION', owner);
    END IF;
END
$$;
