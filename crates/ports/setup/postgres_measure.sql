-- Installed after setup/postgres_sample.sql, by the same login, and again after each release: what the portal measures of shared tables, to say
-- whether promises are kept. Every statement may be repeated.
--
-- Each answer is one number about the table, never a value of it: ages are rounded to tenths of hours, shares to tenths of a percent, and
-- how many values lie within a range is said of tables with rows enough that no single one shows.
GRANT pasar_keeper TO CURRENT_USER;

-- `outcome` is number, not-shared, no-column, other-type, empty or too-few. Shares are of the first 200,000 rows; rows are counted up to five
-- million and estimated beyond. The caller sets the longest time.
CREATE OR REPLACE FUNCTION pasar_source.measure(base_schema text, base_table text, what text, measured_column text, low double precision,
        high double precision, moment timestamptz)
    RETURNS TABLE (outcome text, number double precision, looked bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET timezone = 'Asia/Singapore' AS $$
DECLARE
    most_shares CONSTANT bigint := 200000;
    most_rows CONSTANT bigint := 5000000;
    least_rows CONSTANT bigint := 20;
    kind oid;
    part bigint;
    latest double precision;
BEGIN
    IF NOT EXISTS (SELECT FROM pasar_source.shared_table t WHERE t.schema_name = base_schema AND t.table_name = base_table)
       OR to_regclass(format('%I.%I', base_schema, base_table)) IS NULL THEN
        RETURN QUERY SELECT 'not-shared', NULL::double precision, 0::bigint;
        RETURN;
    END IF;
    IF what IN ('age', 'oldest', 'filled', 'unique', 'in-range') THEN
        SELECT a.atttypid INTO kind FROM pg_attribute a WHERE a.attrelid = to_regclass(format('%I.%I', base_schema, base_table))
            AND a.attname = measured_column AND a.attnum > 0 AND NOT a.attisdropped;
        IF kind IS NULL THEN
            RETURN QUERY SELECT 'no-column', NULL::double precision, 0::bigint;
            RETURN;
        END IF;
    END IF;
    IF (what IN ('age', 'oldest') AND kind NOT IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype))
       OR (what = 'in-range' AND kind NOT IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype,
                                              'real'::regtype, 'double precision'::regtype))
       OR what NOT IN ('age', 'oldest', 'rows', 'filled', 'unique', 'in-range', 'answers') THEN
        RETURN QUERY SELECT 'other-type', NULL::double precision, 0::bigint;
        RETURN;
    END IF;
    CASE
    WHEN what = 'answers' THEN
        RETURN QUERY SELECT 'number', 1::double precision, 0::bigint;
    WHEN what = 'rows' THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %I.%I LIMIT %s) r', base_schema, base_table, most_rows + 1) INTO part;
        IF part > most_rows THEN
            SELECT greatest(c.reltuples, part)::bigint INTO part FROM pg_class c WHERE c.oid = to_regclass(format('%I.%I', base_schema, base_table));
        END IF;
        RETURN QUERY SELECT 'number', part::double precision, part;
    WHEN what IN ('age', 'oldest') THEN
        -- What is infinite says nothing of age.
        EXECUTE format('SELECT extract(epoch FROM $1 - %s(t.%I)::timestamptz) FROM %I.%I t WHERE isfinite(t.%I)',
                       CASE what WHEN 'age' THEN 'max' ELSE 'min' END, measured_column, base_schema, base_table, measured_column) INTO latest USING moment;
        IF latest IS NULL THEN
            RETURN QUERY SELECT 'empty', NULL::double precision, 0::bigint;
        ELSE
            RETURN QUERY SELECT 'number', round((latest / CASE what WHEN 'age' THEN 3600 ELSE 86400 END)::numeric, 1)::double precision, 0::bigint;
        END IF;
    ELSE
        CASE what
        WHEN 'filled' THEN
            EXECUTE format('SELECT count(*), count(r.one) FROM (SELECT t.%I AS one FROM %I.%I t LIMIT %s) r', measured_column, base_schema, base_table, most_shares)
                INTO looked, part;
        WHEN 'unique' THEN
            EXECUTE format('SELECT coalesce(sum(g.times), 0)::bigint, (coalesce(sum(g.times) FILTER (WHERE g.times = 1), 0))::bigint FROM
                            (SELECT count(*) AS times FROM (SELECT t.%I AS one FROM %I.%I t LIMIT %s) r WHERE r.one IS NOT NULL GROUP BY r.one) g',
                           measured_column, base_schema, base_table, most_shares) INTO looked, part;
        ELSE
            EXECUTE format('SELECT count(r.one), count(*) FILTER (WHERE r.one >= $1 AND r.one <= $2)
                            FROM (SELECT t.%I::double precision AS one FROM %I.%I t LIMIT %s) r', measured_column, base_schema, base_table, most_shares)
                INTO looked, part USING low, high;
        END CASE;
        IF looked = 0 THEN
            RETURN QUERY SELECT 'empty', NULL::double precision, 0::bigint;
        ELSIF what = 'in-range' AND looked < least_rows THEN
            RETURN QUERY SELECT 'too-few', NULL::double precision, looked;
        ELSE
            RETURN QUERY SELECT 'number',
                -- All of them is said of all of them alone.
                CASE WHEN part = looked THEN 100 ELSE least(round(part * 100.0 / looked, 1), 99.9) END::double precision, looked;
        END IF;
    END CASE;
END
$$;

-- The first rows of one agreement's own view, made as text as its holder gets them: through its masks, its rows and its policy. How long it took is
-- measured by whoever asks. No row leaves, and nobody logs in as the holder, so that it is no read of theirs. `outcome` is number or no-view.
CREATE OR REPLACE FUNCTION pasar_source.measure_read(agreement uuid, view_name text)
    RETURNS TABLE (outcome text, number double precision, looked bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most_rows CONSTANT bigint := 100;
    view regclass := to_regclass(format('%I.%I', pasar_source.reader_name(agreement), view_name));
    part bigint;
BEGIN
    IF view IS NULL THEN
        RETURN QUERY SELECT 'no-view', NULL::double precision, 0::bigint;
        RETURN;
    END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT v::text AS line FROM %s v LIMIT %s) r WHERE length(r.line) > 0', view, most_rows) INTO part;
    RETURN QUERY SELECT 'number', 0::double precision, part;
END
$$;

-- Of the first values of a column how many are written in one format: a bounded pattern, or a list of codes. `outcome` is number, not-shared,
-- no-column, other-type, no-rule, empty or too-few. Fewer matches than least_rows are said as none, so that nobody finds out whether one value is
-- there by asking for it.
CREATE OR REPLACE FUNCTION pasar_source.measure_format(base_schema text, base_table text, measured_column text, pattern text, codes text[])
    RETURNS TABLE (outcome text, number double precision, looked bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most_rows CONSTANT bigint := 200000;
    most_values CONSTANT bigint := 10000;
    least_rows CONSTANT bigint := 20;
    longest CONSTANT integer := 200;
    kind oid;
    part bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM pasar_source.shared_table t WHERE t.schema_name = base_schema AND t.table_name = base_table)
       OR to_regclass(format('%I.%I', base_schema, base_table)) IS NULL THEN
        RETURN QUERY SELECT 'not-shared', NULL::double precision, 0::bigint;
        RETURN;
    END IF;
    SELECT a.atttypid INTO kind FROM pg_attribute a WHERE a.attrelid = to_regclass(format('%I.%I', base_schema, base_table))
        AND a.attname = measured_column AND a.attnum > 0 AND NOT a.attisdropped;
    IF kind IS NULL THEN
        RETURN QUERY SELECT 'no-column', NULL::double precision, 0::bigint;
        RETURN;
    ELSIF kind NOT IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN
        RETURN QUERY SELECT 'other-type', NULL::double precision, 0::bigint;
        RETURN;
    -- Whoever asks has read the pattern; what could keep this server busy is refused here too.
    ELSIF (pattern IS NULL) = (codes IS NULL) OR length(pattern) > longest OR pattern ~ '[*+^$]|\\[^.]|\(\?' OR cardinality(codes) > 500 THEN
        RETURN QUERY SELECT 'no-rule', NULL::double precision, 0::bigint;
        RETURN;
    END IF;
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE length(r.one) <= $3 AND CASE WHEN $1 IS NULL THEN r.one = ANY ($2) ELSE r.one ~ $1 END)
                    FROM (SELECT s.one::text AS one FROM (SELECT t.%I AS one FROM %I.%I t LIMIT %s) s WHERE s.one IS NOT NULL LIMIT %s) r',
                   measured_column, base_schema, base_table, most_rows, most_values)
        INTO looked, part USING '^(?:' || pattern || ')$', codes, longest;
    IF looked = 0 THEN
        RETURN QUERY SELECT 'empty', NULL::double precision, 0::bigint;
    ELSIF looked < least_rows THEN
        RETURN QUERY SELECT 'too-few', NULL::double precision, looked;
    ELSE
        RETURN QUERY SELECT 'number',
            CASE WHEN part = looked THEN 100 WHEN part < least_rows THEN 0 ELSE least(round(part * 100.0 / looked, 1), 99.9) END::double precision, looked;
    END IF;
END
$$;

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'pasar_source.measure(text, text, text, text, double precision, double precision, timestamptz)'::regprocedure,
        'pasar_source.measure_read(uuid, text)'::regprocedure,
        'pasar_source.measure_format(text, text, text, text, text[])'::regprocedure] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO pasar_keeper', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pasar_asker', f);
    END LOOP;
END
$$;
REVOKE pasar_keeper FROM CURRENT_USER;
