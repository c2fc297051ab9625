//! Tampering with a source as its superuser: each kind is found, and made as agreed again, on a real Postgres.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{Place, granted, now, place, plan, text};
use ports::{Format, Source};
use sqlx::{AssertSqlSafe, Executor};
use std::collections::BTreeMap;

/// What is done by hand, and the kind of finding that it must be. `{r}` is the reader, `{o}` somebody else's login, `{d}` the database.
const TAMPERING: &[(&str, &str)] = &[
    ("GRANT USAGE ON SCHEMA ssot TO {r}", "privilege.elsewhere"),
    ("GRANT SELECT ON ssot.staff TO {r}", "privilege.elsewhere"),
    ("GRANT SELECT (nric) ON ssot.staff TO {r} WITH GRANT OPTION", "privilege.elsewhere"),
    ("GRANT {o} TO {r}", "role.membership"),
    ("GRANT {r} TO {o}", "role.membership"),
    ("GRANT CREATE ON DATABASE {d} TO {r}", "database.privilege"),
    ("SET ROLE pasar_keeper; REVOKE CONNECT ON DATABASE {d} FROM {r}; RESET ROLE", "database.privilege"),
    ("ALTER ROLE {r} CREATEROLE CREATEDB", "role.attribute"),
    ("ALTER ROLE {r} SUPERUSER", "role.attribute"),
    ("ALTER ROLE {r} BYPASSRLS INHERIT CONNECTION LIMIT 500", "role.attribute"),
    ("ALTER ROLE {r} SET search_path = ssot", "role.setting"),
    ("ALTER ROLE {r} RESET default_transaction_read_only", "role.setting"),
    ("ALTER ROLE {r} IN DATABASE {d} SET log_statement = none", "role.setting"),
    ("ALTER ROLE {r} VALID UNTIL 'infinity'", "role.until"),
    ("ALTER ROLE {r} NOLOGIN", "role.login"),
    ("ALTER ROLE {r} PASSWORD 'known to somebody'", "role.password"),
    ("CREATE OR REPLACE VIEW {r}.staff WITH (security_barrier) AS SELECT nric AS staff_no, hours FROM ssot.staff", "view.definition"),
    ("CREATE OR REPLACE VIEW {r}.staff WITH (security_barrier) AS SELECT staff_no, hours, nric FROM ssot.staff", "view.definition"),
    ("ALTER VIEW {r}.staff RESET (security_barrier)", "view.option"),
    ("ALTER VIEW {r}.staff OWNER TO {r}", "view.owner"),
    ("DROP VIEW {r}.staff", "view.missing"),
    ("GRANT INSERT ON {r}.staff TO {r}", "view.privilege"),
    ("GRANT SELECT ON {r}.staff TO {o}", "view.privilege"),
    ("GRANT SELECT (hours) ON {r}.staff TO PUBLIC", "view.privilege"),
    ("GRANT USAGE ON SCHEMA {r} TO {o}", "schema.privilege"),
    ("GRANT CREATE ON SCHEMA {r} TO {r}", "schema.privilege"),
    ("ALTER SCHEMA {r} OWNER TO {o}", "schema.owner"),
    ("CREATE TABLE {r}.copy AS SELECT * FROM ssot.staff", "object.extra"),
    ("CREATE FUNCTION {r}.f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM ssot.staff'", "object.extra"),
    ("CREATE VIEW {r}.more AS SELECT * FROM ssot.staff; GRANT SELECT ON {r}.more TO {r}", "object.extra"),
    ("ALTER TABLE ssot.staff OWNER TO {r}", "privilege.elsewhere"),
    ("DROP SCHEMA {r} CASCADE", "schema.missing"),
    ("DROP SCHEMA {r} CASCADE; SET ROLE pasar_keeper; REVOKE ALL ON DATABASE {d} FROM {r}; RESET ROLE; DROP ROLE {r}", "role.missing"),
];

const OTHERS: &[&str] = &[
    "GRANT USAGE ON SCHEMA pasar_preview TO {o}",
    "GRANT SELECT ON pasar_source.credential TO {o}",
    "GRANT EXECUTE ON FUNCTION pasar_source.set_credential(uuid, text) TO PUBLIC",
    "GRANT CONNECT ON DATABASE {d} TO PUBLIC",
    "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "GRANT SELECT ON ssot.staff TO PUBLIC",
    "GRANT pasar_asker TO {o}; GRANT CONNECT ON DATABASE {d} TO {o}",
];

async fn as_superuser(place: &mut Place, statement: &str, reader: &str, other: &str) {
    let database = place.url.path().trim_start_matches('/').to_owned();
    let statement = statement.replace("{r}", reader).replace("{o}", other).replace("{d}", &database);
    place.admin.execute(AssertSqlSafe(statement)).await.unwrap();
}

#[tokio::test]
async fn whatever_is_tampered_with_is_found_and_made_as_agreed() {
    let mut place = place("drift").await;
    let until = now() + TimeDelta::days(1);
    let (agreement, credential) = granted(&place, until).await;
    let agreed = plan(&["staff_no", "hours"], until);
    let reader = Source::role(agreement);
    let other = format!("other_{}", place.portal);
    place.admin.execute(AssertSqlSafe(format!("CREATE ROLE {other} LOGIN"))).await.unwrap();
    let made: BTreeMap<String, String> = place.source.settle(agreement, &agreed).await.unwrap().into_iter().collect();
    let found = async |place: &Place| {
        place.source.standing(Some(&[agreement])).await.unwrap()[&agreement].differs(agreement, &agreed, &made, &BTreeMap::new())
    };
    assert_eq!(found(&place).await, []);
    for (statement, kind) in TAMPERING {
        as_superuser(&mut place, statement, &reader, &other).await;
        let noticed = found(&place).await;
        assert!(noticed.iter().any(|one| one.kind == *kind), "{statement}: {noticed:?}");
        assert_eq!(place.source.restore(agreement, &agreed).await.unwrap(), Vec::from_iter(made.clone()), "{statement}");
        assert_eq!(found(&place).await, [], "{statement}");
        let csv = text(&place, &credential, Format::Csv).await.unwrap();
        assert!(csv.starts_with("staff_no,hours\n00123,8.5\n") && !csv.contains("T99"), "{statement}: with the credential that there was");
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM ssot.staff").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(rows, 2, "what it was made the owner of is kept");
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn grants_to_others_are_found_and_taken_back() {
    let mut place = place("others").await;
    let other = format!("other_{}", place.portal);
    place.admin.execute(AssertSqlSafe(format!("CREATE ROLE {other} LOGIN"))).await.unwrap();
    assert_eq!(place.source.other_grants().await.unwrap(), []);
    for statement in OTHERS {
        as_superuser(&mut place, statement, "", &other).await;
        assert!(!place.source.other_grants().await.unwrap().is_empty(), "{statement}");
        place.source.close_others().await.unwrap();
        assert_eq!(place.source.other_grants().await.unwrap(), [], "{statement}");
    }
}

#[tokio::test]
async fn what_ends_leaves_nothing_also_when_it_was_tampered_with() {
    let mut place = place("stray").await;
    let (agreement, _) = granted(&place, now() + TimeDelta::days(1)).await;
    let reader = Source::role(agreement);
    let other = format!("other_{}", place.portal);
    place.admin.execute(AssertSqlSafe(format!("CREATE ROLE {other} LOGIN"))).await.unwrap();
    for statement in ["GRANT SELECT ON ssot.staff TO {r}", "GRANT {o} TO {r}", "ALTER TABLE ssot.staff OWNER TO {r}", "DROP SCHEMA {r} CASCADE"] {
        as_superuser(&mut place, statement, &reader, &other).await;
    }
    assert!(place.source.standing(None).await.unwrap().contains_key(&agreement), "a role without a schema is seen too");
    place.source.end(agreement).await.unwrap();
    assert!(!place.source.standing(None).await.unwrap().contains_key(&agreement));
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = $1").bind(&reader).fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(left, 0);
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM ssot.staff").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn a_role_that_cannot_be_dropped_reads_nothing() {
    let mut place = place("stuck").await;
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let reader = Source::role(agreement);
    let other = format!("other_{}", place.portal);
    place.admin.execute(AssertSqlSafe(format!("CREATE ROLE {other} LOGIN"))).await.unwrap();
    let give = "GRANT USAGE ON SCHEMA ssot TO {o}; GRANT SELECT ON ssot.staff TO {o} WITH GRANT OPTION; SET ROLE {o}; GRANT SELECT ON ssot.staff TO {r}; RESET ROLE";
    as_superuser(&mut place, give, &reader, &other).await;
    assert!(place.source.end(agreement).await.is_err());
    let views: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_views WHERE schemaname = $1").bind(&reader).fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(views, 0);
    assert!(text(&place, &credential, Format::Csv).await.is_err());
    as_superuser(&mut place, "SET ROLE {o}; REVOKE SELECT ON ssot.staff FROM {r}; RESET ROLE", &reader, &other).await;
    place.source.end(agreement).await.unwrap();
    assert!(!place.source.standing(None).await.unwrap().contains_key(&agreement));
}
