//! Ways to see what one may not, tried as a consumer's own database role. A new one that somebody thinks of is one line here.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{Place, now, place, plan, reader, view};
use futures::TryStreamExt;
use ports::{ColumnPlan, Credential, Plan, Source, ViewPlan};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Either, Executor, PgConnection, Row, ValueRef};
use std::fmt::Write;
use uuid::Uuid;

/// Never to be seen: in no cell, no message, no plan.
const HIDDEN: &[&str] = &[
    "S7654321F",
    "S765",
    "T0123456G",
    "T012",
    "Zubaidah",
    "Quek",
    "1983-04",
    "1991-11",
    "5432",
    "6789.5",
    "BD-7001",
    "BD-7002",
    "Bedok secret",
    "90017788",
];

/// Statements in one session, separated by semicolons. `{me}` and `{other}` are the roles, `{db}` the database.
const ATTACKS: &[(&str, &str)] = &[
    // The base table by other ways.
    ("the base table", "SELECT * FROM ssot.staff"),
    ("the base table as a command", "TABLE ssot.staff"),
    ("one base column", "SELECT name FROM ssot.staff"),
    ("the base table through COPY", "COPY ssot.staff TO STDOUT"),
    ("the base table through XML", "SELECT table_to_xml('ssot.staff'::regclass, true, false, '')"),
    ("a query through XML", "SELECT query_to_xml('SELECT * FROM ssot.staff', true, false, '')"),
    ("the schema through XML", "SELECT schema_to_xml('ssot', true, false, '')"),
    ("the database through XML", "SELECT database_to_xml(true, false, '')"),
    ("a query through text search", "SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM ssot.staff')"),
    ("locking the base table", "BEGIN; LOCK TABLE ssot.staff IN ACCESS SHARE MODE; SELECT * FROM ssot.staff; ROLLBACK"),
    ("another search path", "SET search_path = ssot, public, pg_catalog; SELECT * FROM staff"),
    ("a block of code", "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT * FROM ssot.staff' LOOP RAISE EXCEPTION '%', r; END LOOP; END $$"),
    ("a prepared statement", "PREPARE p AS SELECT * FROM ssot.staff; EXECUTE p"),
    ("a cursor", "BEGIN; DECLARE c CURSOR FOR SELECT * FROM ssot.staff; FETCH ALL FROM c; ROLLBACK"),
    ("a row by its place", "SELECT currtid2('ssot.staff', '(0,1)'::tid)"),
    ("pages of the table", "SELECT * FROM heap_page_items(get_raw_page('ssot.staff', 0))"),
    ("the table's file", "SELECT pg_read_binary_file(pg_relation_filepath('ssot.staff'))"),
    ("a file of the server", "SELECT pg_read_file('/etc/passwd')"),
    ("a folder of the server", "SELECT pg_ls_dir('base')"),
    // Another agreement's rows.
    ("another reader's view", "SELECT * FROM {other}.staff"),
    ("another reader's search path", "SET search_path = {other}; SELECT * FROM staff"),
    ("another reader's role", "SET ROLE {other}; SELECT * FROM {other}.staff"),
    ("another reader's session", "SET SESSION AUTHORIZATION {other}; SELECT * FROM {other}.staff"),
    ("the sample views", "SELECT * FROM pasar_preview.staff"),
    ("another reader's sample", "SELECT * FROM pasar_source.sample('{other_id}', 'staff', 20)"),
    (
        "a sample of anything",
        "SELECT * FROM pasar_source.sample_of('{other_id}', 'ssot', 'staff', '[{\"column\": \"name\", \"technique\": \"clear\"}]', '{}', '{}', 20)",
    ),
    ("another reader's statements", "SELECT query FROM pg_stat_activity WHERE usename <> current_user AND query LIKE '%ssot%'"),
    // Another role.
    ("the keeper", "SET ROLE pasar_keeper; SELECT * FROM ssot.staff"),
    ("the superuser", "SET ROLE postgres; SELECT * FROM ssot.staff"),
    ("the role of before", "RESET ROLE; RESET SESSION AUTHORIZATION; SELECT * FROM ssot.staff"),
    ("membership", "GRANT pasar_keeper TO {me}; SET ROLE pasar_keeper; SELECT * FROM ssot.staff"),
    ("privileges", "SET default_transaction_read_only = off; GRANT SELECT ON ssot.staff TO {me}; SELECT * FROM ssot.staff"),
    ("reading everything", "SET default_transaction_read_only = off; GRANT pg_read_all_data TO {me}; SELECT * FROM ssot.staff"),
    ("row security", "SET row_security = off; SELECT * FROM ssot.staff"),
    // The view itself.
    ("a column left out", "SELECT name FROM staff"),
    ("the whole row", "SELECT s, row_to_json(s), s::text FROM staff s"),
    ("columns of the system", "SELECT ctid, xmin, tableoid, * FROM staff"),
    ("the view through COPY", "COPY (SELECT * FROM staff) TO STDOUT"),
    ("the view as binary", "COPY (SELECT * FROM staff) TO STDOUT (FORMAT binary)"),
    ("the view made anew", "SET default_transaction_read_only = off; CREATE OR REPLACE VIEW {me}.staff AS SELECT * FROM ssot.staff"),
    ("the view without its barrier", "SET default_transaction_read_only = off; ALTER VIEW {me}.staff SET (security_barrier = off)"),
    ("writing through the view", "SET default_transaction_read_only = off; UPDATE staff SET staff_no = nric RETURNING *"),
    ("deleting through the view", "SET default_transaction_read_only = off; DELETE FROM staff RETURNING *"),
    ("merging through the view", "SET default_transaction_read_only = off; INSERT INTO staff (staff_no) VALUES ('x') RETURNING *"),
    ("a rule on the view", "SET default_transaction_read_only = off; CREATE RULE r AS ON SELECT TO staff DO INSTEAD SELECT * FROM ssot.staff"),
    // Values in errors, and conditions with effects.
    ("a cast that fails", "SELECT nric::integer FROM staff"),
    ("a cast of the born", "SELECT born::text::integer FROM staff"),
    ("a condition that fails", "SELECT * FROM staff WHERE nric::integer > 0"),
    ("a condition that divides", "SELECT * FROM staff WHERE 1 / (pay - 5432)::integer > 0"),
    ("an error with a row", "SELECT json_populate_record(NULL::pg_class, to_json(s)) FROM staff s"),
    ("a value out of range", "SELECT repeat(staff_no || nric, 100000000) FROM staff"),
    (
        "a function with effects",
        "SET default_transaction_read_only = off; CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$; SELECT * FROM staff WHERE pg_temp.tell(nric)",
    ),
    (
        "an operator with effects",
        "SET default_transaction_read_only = off; CREATE OPERATOR {me}.<<< (PROCEDURE = texteq, LEFTARG = text, RIGHTARG = text); SELECT * FROM staff WHERE nric OPERATOR({me}.<<<) 'x'",
    ),
    ("a setting as a store", "SELECT set_config('my.value', nric, false) FROM staff; SELECT current_setting('my.value')"),
    ("a message to another session", "SELECT pg_notify('x', nric) FROM staff"),
    ("a configuration read aloud", "SELECT set_config('log_min_messages', 'debug5', false); SELECT * FROM staff"),
    ("the planner's tree", "SET debug_print_plan = on; SET client_min_messages = debug1; SELECT * FROM staff WHERE nric = 'x'"),
    // Plans and statistics.
    ("a plan", "EXPLAIN (VERBOSE, COSTS) SELECT * FROM staff WHERE nric = 'x'"),
    ("a plan that runs", "EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM staff WHERE nric LIKE 'S%'"),
    ("a plan of the base table", "EXPLAIN ANALYZE SELECT * FROM ssot.staff"),
    ("statistics of columns", "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'ssot'"),
    ("statistics as they are kept", "SELECT stavalues1, stavalues2 FROM pg_statistic"),
    ("extended statistics", "SELECT * FROM pg_stats_ext; SELECT * FROM pg_stats_ext_exprs; SELECT * FROM pg_statistic_ext_data"),
    ("making statistics", "SET default_transaction_read_only = off; ANALYZE ssot.staff; SELECT * FROM pg_stats WHERE tablename = 'staff'"),
    ("statements of others", "SELECT query FROM pg_stat_statements"),
    ("the bounds of an index", "SELECT * FROM bt_page_items('ssot.staff_nric', 1)"),
    ("the smallest of an index", "SELECT min(nric) FROM ssot.staff"),
    // Ways out, and ways around.
    ("a program", "COPY (SELECT 1) TO PROGRAM 'cat'"),
    (
        "a program's output",
        "SET default_transaction_read_only = off; CREATE TEMP TABLE t (l text); COPY t FROM PROGRAM 'psql -c ''TABLE ssot.staff'''; TABLE t",
    ),
    ("a file", "COPY staff TO '/tmp/pasar_attack'"),
    ("a large object from a file", "SELECT lo_import('/etc/passwd')"),
    ("large objects of others", "SELECT convert_from(lo_get(oid), 'UTF8') FROM pg_largeobject_metadata; SELECT * FROM pg_largeobject"),
    (
        "a temporary table",
        "SET default_transaction_read_only = off; CREATE TEMP TABLE staff AS SELECT * FROM ssot.staff; SELECT * FROM pg_temp.staff",
    ),
    ("a temporary view", "SET default_transaction_read_only = off; CREATE TEMP VIEW v AS SELECT * FROM ssot.staff; SELECT * FROM v"),
    (
        "a foreign server",
        "SET default_transaction_read_only = off; CREATE EXTENSION dblink; SELECT * FROM dblink('dbname={db}', 'TABLE ssot.staff') AS t(a text)",
    ),
    ("another language", "SET default_transaction_read_only = off; CREATE EXTENSION plpython3u"),
    ("a library", "LOAD 'pageinspect'"),
    ("replication", "SELECT pg_create_logical_replication_slot('s', 'test_decoding')"),
    ("changes as they are written", "SELECT pg_logical_emit_message(false, 'x', 'y'); SELECT * FROM pg_logical_slot_peek_changes('s', NULL, NULL)"),
    (
        "an event trigger",
        "SET default_transaction_read_only = off; CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ),
    // Pasar's own.
    ("the keys", "SELECT encode(secret, 'hex') FROM pasar_source.pseudonym_key"),
    (
        "a pseudonym of one's choice",
        "SELECT pasar_source.column_expression('{me_id}', NULL, 'ssot', 'staff', '{\"column\": \"name\", \"technique\": \"clear\"}')",
    ),
    (
        "a view of one's own",
        "SELECT pasar_source.set_view('{me_id}', 'mine', 'ssot', 'staff', '[{\"column\": \"name\", \"technique\": \"clear\"}]', '{}', '{}', NULL, 'infinity')",
    ),
    ("what others are checked with", "SELECT verifier FROM pasar_source.credential; SELECT rolpassword FROM pg_authid; SELECT passwd FROM pg_shadow"),
    ("the log", "SELECT * FROM pasar_log.kept()"),
    (
        "records as linkages compare them",
        "SELECT * FROM pasar_source.linked_records('{\"schema\": \"ssot\", \"table\": \"staff\", \"column\": \"nric\", \"rows\": {}}', 100)",
    ),
    ("keys of linkages", "SELECT encode(key, 'hex') FROM pasar_source.linkage_key"),
];

/// What must look the same for a right and for a wrong guess of a hidden value: right, wrong, statement.
const ORACLES: &[(&str, &str, &str, &str)] = &[
    ("equality", "S7654321F", "S7654322F", "SELECT count(*) FROM staff WHERE nric = '{guess}'"),
    ("likeness", "S7654", "S7655", "SELECT count(*) FROM staff WHERE nric LIKE '{guess}%'"),
    ("order", "S7654321F", "S0000001A", "SELECT count(*) FROM staff WHERE nric < 'x' AND nric || 'x' = '{guess}x'"),
    ("division by zero", "S7654321F", "S7654322F", "SELECT 1 / CASE WHEN nric = '{guess}' THEN 0 ELSE 1 END FROM staff"),
    ("a regular expression", "^S7654", "^S7655", "SELECT count(*) FROM staff WHERE nric ~ '{guess}'"),
    ("a plan's estimate of a masked column", "S7654321F", "S7654322F", "EXPLAIN SELECT * FROM staff WHERE nric = '{guess}'"),
    ("the day of birth", "1983-04-17", "1983-04-18", "EXPLAIN SELECT * FROM staff WHERE born = '{guess}'"),
    ("a hidden row", "BD-7001", "BD-9999", "SELECT count(*) FROM staff WHERE staff_no = '{guess}'"),
    ("a hidden row by an index", "BD-7001", "BD-9999", "EXPLAIN SELECT * FROM staff WHERE staff_no = '{guess}'"),
    (
        "a hidden row by what was filtered",
        "BD-7001",
        "BD-9999",
        "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) SELECT * FROM staff WHERE staff_no = '{guess}'",
    ),
    ("a frequent value of hidden rows", "Bedok", "Nowhere", "EXPLAIN SELECT * FROM staff WHERE area = '{guess}'"),
    (
        "a hidden row by a join",
        "BD-7001",
        "BD-9999",
        "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, COSTS OFF) SELECT * FROM (VALUES ('{guess}')) v(n) JOIN staff ON staff_no = n",
    ),
    ("a hidden row by an error", "BD-7001", "BD-9999", "SELECT 1 / CASE WHEN staff_no = '{guess}' THEN 0 ELSE 1 END FROM staff"),
];

fn column(name: &str, technique: Value) -> ColumnPlan {
    let Value::Object(technique) = technique else { panic!("a technique is an object") };
    ColumnPlan { column: name.into(), technique }
}

fn agreed(columns: Vec<ColumnPlan>, area: &str) -> Plan {
    let rows = [("area".to_owned(), [area.to_owned()].into())].into();
    Plan { views: vec![ViewPlan { columns, rows, ..view(&[]) }], ..plan(&[], now() + TimeDelta::days(1)) }
}

struct Scene {
    place: Place,
    me: Credential,
    me_id: Uuid,
    other_id: Uuid,
}

async fn scene() -> Scene {
    let mut place = place("attack").await;
    place
        .admin
        .execute(
            "TRUNCATE ssot.staff; ALTER TABLE ssot.staff ADD name text, ADD born date, ADD pay numeric, ADD area text, ADD phone text;
             INSERT INTO ssot.staff (staff_no, nric, name, born, pay, area, phone) VALUES
                 ('AM-1', 'S7654321F', 'Zubaidah', '1983-04-17', 5432.1, 'Ang Mo Kio', '90017788'),
                 ('BD-7001', 'T0123456G', 'Quek', '1991-11-05', 6789.5, 'Bedok', 'Bedok secret'), ('BD-7002', 'T0123456G', 'Quek', '1991-11-05', 6789.5, 'Bedok', '90017788');
             INSERT INTO ssot.staff (staff_no, nric, area) SELECT 'AM-' || n, 'F' || 1000000 + n || 'X', 'Ang Mo Kio' FROM generate_series(2, 400) n;
             INSERT INTO ssot.staff (staff_no, nric, area) SELECT 'BD-' || n, 'F' || 2000000 + n || 'X', 'Bedok' FROM generate_series(1, 2000) n;
             CREATE INDEX staff_nric ON ssot.staff (nric); CREATE INDEX staff_no ON ssot.staff (staff_no); ANALYZE ssot.staff",
        )
        .await
        .unwrap();
    let [me_id, other_id] = [1, 2].map(|n| Uuid::from_u128(common::unique() + n));
    let mine = vec![
        ColumnPlan::clear("staff_no"),
        column("nric", json!({"technique": "mask", "first": 0, "last": 4, "shortest": 8})),
        column("born", json!({"technique": "date-to", "unit": "year"})),
        column("pay", json!({"technique": "band", "width": 1000})),
        ColumnPlan::clear("area"),
        column("phone", json!({"technique": "pseudonym", "per": "agreement"})),
    ];
    place.source.settle(me_id, &agreed(mine, "Ang Mo Kio")).await.unwrap();
    let others = ["staff_no", "nric", "name", "phone"].map(ColumnPlan::clear).to_vec();
    place.source.settle(other_id, &agreed(others, "Bedok")).await.unwrap();
    let me = Credential::new(me_id, [7; 32]);
    place.source.set_credential(me_id, &me).await.unwrap();
    Scene { place, me, me_id, other_id }
}

/// Everything that comes back: cells, and each error with whatever it says.
async fn answer(conn: &mut PgConnection, statements: &str) -> String {
    let mut told = String::new();
    let parts: Vec<&str> = if statements.contains("$$") { vec![statements] } else { statements.split("; ").collect() };
    for part in parts {
        let done = if part.starts_with("COPY") && part.contains("STDOUT") {
            match conn.copy_out_raw(part).await {
                Ok(stream) => stream.try_fold(String::new(), |all, chunk| async move { Ok(all + &String::from_utf8_lossy(&chunk)) }).await,
                Err(error) => Err(error),
            }
        } else {
            let mut rows = sqlx::raw_sql(AssertSqlSafe(part.to_owned())).fetch_many(&mut *conn);
            let mut all = String::new();
            loop {
                match rows.try_next().await {
                    Ok(Some(Either::Right(row))) => {
                        for n in 0..row.len() {
                            let cell = row.try_get_raw(n).unwrap();
                            let text = if cell.is_null() { "" } else { cell.as_str().unwrap_or_default() };
                            all.push_str(text);
                            all.push('\t');
                        }
                        all.push('\n');
                    }
                    Ok(Some(Either::Left(_))) => {}
                    Ok(None) => break Ok(all),
                    Err(error) => break Err(error),
                }
            }
        };
        match done {
            Ok(text) => told.push_str(&text),
            Err(error) => writeln!(told, "{error} {error:?}").unwrap(),
        }
    }
    told
}

#[tokio::test]
async fn nothing_hidden_is_seen_by_any_way_tried() {
    let mut scene = scene().await;
    let secret: String =
        sqlx::query_scalar("SELECT encode(secret, 'hex') FROM pasar_source.pseudonym_key").fetch_one(&mut scene.place.admin).await.unwrap();
    let verifier: String =
        sqlx::query_scalar("SELECT verifier FROM pasar_source.credential LIMIT 1").fetch_one(&mut scene.place.admin).await.unwrap();
    let mut conn = reader(&scene.place, &scene.me).await.unwrap();
    let plain = answer(&mut conn, "SELECT * FROM staff").await;
    assert!(plain.contains("AM-1\txxxxx321F\t1983-01-01\t5000\tAng Mo Kio\t"), "the reader does read: {plain:.300}");
    assert!(ATTACKS.len() >= 40);
    let mut seen = vec![];
    for (name, statements) in ATTACKS {
        let statements = statements
            .replace("{me}", &Source::role(scene.me_id))
            .replace("{other}", &Source::role(scene.other_id))
            .replace("{me_id}", &scene.me_id.to_string())
            .replace("{other_id}", &scene.other_id.to_string())
            .replace("{db}", scene.place.url.path().trim_start_matches('/'));
        let told = answer(&mut conn, &statements).await;
        // What the attempt itself says is no finding.
        let hidden = HIDDEN.iter().copied().chain([secret.as_str(), verifier.as_str()]);
        seen.extend(
            hidden.filter(|value| told.contains(value) && !statements.contains(value)).map(|value| format!("{name}: {value} in {told:.400}")),
        );
        let _ = conn.execute("ROLLBACK").await;
        let _ = conn.execute("RESET ALL").await;
        if conn.execute("SELECT 1").await.is_err() {
            conn = reader(&scene.place, &scene.me).await.unwrap();
        }
    }
    assert!(seen.is_empty(), "{seen:#?}");
    // Whatever was tried changed nothing.
    assert_eq!(answer(&mut conn, "SELECT * FROM staff").await, plain);
    for agreement in [scene.me_id, scene.other_id] {
        scene.place.source.end(agreement).await.unwrap();
    }
}

#[tokio::test]
async fn a_right_guess_looks_like_a_wrong_one() {
    let scene = scene().await;
    let mut conn = reader(&scene.place, &scene.me).await.unwrap();
    for (name, right, wrong, statement) in ORACLES {
        let mut told = vec![];
        for guess in [right, wrong] {
            told.push(answer(&mut conn, &statement.replace("{guess}", guess)).await.replace(guess, "…"));
        }
        assert_eq!(told[0], told[1], "{name}");
    }
    for agreement in [scene.me_id, scene.other_id] {
        scene.place.source.end(agreement).await.unwrap();
    }
}
