//! The port against a real Postgres: what a reader's role can and cannot do.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

mod common;

use chrono::TimeDelta;
use common::{Place, granted, now, place, plan, reader, text, view};
use ports::{Credential, Format, LogReading, Plan, PortError, Presented, Source, SourceRead, ViewPlan};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

#[tokio::test]
async fn what_may_not_be_seen_is_absent() {
    let place = place("absent").await;
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let csv = text(&place, &credential, Format::Csv).await.unwrap();
    assert!(csv.starts_with("staff_no,hours\n00123,8.5\n"), "{csv}");
    assert!(!csv.contains("T99"));
    let lines = text(&place, &credential, Format::JsonLines).await.unwrap();
    let objects: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[1]["staff_no"], "line\none \"two\" \u{1F68C} ,x");
    assert_eq!(objects[0].as_object().unwrap().len(), 2);
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn the_readers_role_can_do_nothing_else() {
    let place = place("role").await;
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let (other, _) = granted(&place, now() + TimeDelta::days(1)).await;
    let mut conn = reader(&place, &credential).await.unwrap();
    let others = format!("SELECT * FROM {}.staff", Source::role(other));
    for attempt in [
        "SELECT * FROM ssot.staff",
        "SELECT nric FROM staff",
        others.as_str(),
        "SET ROLE pasar_keeper",
        "SET ROLE postgres",
        "SET default_transaction_read_only = off; CREATE TABLE x (a int)",
        "SET default_transaction_read_only = off; CREATE TEMP TABLE x (a int)",
        "SET default_transaction_read_only = off; CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET default_transaction_read_only = off; INSERT INTO staff VALUES ('1', 2)",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY staff TO '/tmp/stolen'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pasar_source.end_agreement('00000000-0000-0000-0000-000000000000')",
        "SELECT * FROM pasar_source.shared_table",
        "SELECT rolpassword FROM pg_authid",
        "SET default_transaction_read_only = off; CREATE SCHEMA mine",
    ] {
        assert!(conn.execute(AssertSqlSafe(attempt.to_owned())).await.is_err(), "{attempt}");
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(&mut conn).await.unwrap();
    assert_eq!(rows, 2);
    place.source.end(agreement).await.unwrap();
    place.source.end(other).await.unwrap();
}

#[tokio::test]
async fn the_portals_login_reads_nothing_and_hostile_names_are_refused() {
    let mut place = place("portal").await;
    let (agreement, _) = granted(&place, now() + TimeDelta::days(1)).await;
    let mut url = place.url.clone();
    url.set_username(&place.portal).unwrap();
    url.set_password(Some("portal")).unwrap();
    let mut portal = PgConnection::connect(url.as_str()).await.unwrap();
    let others = format!("SELECT * FROM {}.staff", Source::role(agreement));
    for attempt in [
        "SELECT * FROM ssot.staff",
        "SELECT * FROM pasar_source.credential",
        others.as_str(),
        "SET ROLE pasar_keeper",
        "CREATE ROLE intruder",
        "GRANT pasar_keeper TO CURRENT_USER",
        "SELECT pasar_source.share_table('ssot', 'staff')",
        "SELECT pasar_source.set_credential('00000000-0000-0000-0000-000000000000', 'plain password')",
        "SELECT pasar_source.set_credential('00000000-0000-0000-0000-000000000001', 'SCRAM-SHA-256$1:a$b:c')",
    ] {
        assert!(portal.execute(AssertSqlSafe(attempt.to_owned())).await.is_err(), "{attempt}");
    }
    let with = |view: ViewPlan| Plan { views: vec![view], ..plan(&["hours"], now() + TimeDelta::days(1)) };
    let hostile = ViewPlan { view: "x\"; DROP TABLE ssot.staff; --".into(), ..view(&["hours"]) };
    place.source.settle(agreement, &with(hostile)).await.unwrap();
    let unshared = ViewPlan { schema: "pg_catalog".into(), table: "pg_authid".into(), ..view(&["rolpassword"]) };
    for refused in [unshared, view(&["staff"]), view(&["ctid"]), view(&["pay"]), view(&[])] {
        assert!(place.source.settle(agreement, &with(refused.clone())).await.is_err(), "{refused:?}");
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM ssot.staff").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(rows, 2);
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn the_end_ends_open_sessions_and_new_ones() {
    let place = place("end").await;
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let mut open = reader(&place, &credential).await.unwrap();
    place.source.end(agreement).await.unwrap();
    place.source.end(agreement).await.unwrap();
    assert!(open.execute("SELECT * FROM staff").await.is_err());
    assert!(matches!(text(&place, &credential, Format::Csv).await, Err(PortError::Refused)));
    assert!(!place.source.standing(None).await.unwrap().contains_key(&agreement));
}

#[tokio::test]
async fn past_its_end_an_agreement_reads_nothing() {
    let place = place("late").await;
    let (agreement, credential) = granted(&place, now() - TimeDelta::seconds(1)).await;
    assert!(text(&place, &credential, Format::Csv).await.is_err());
    let (open_agreement, open) = granted(&place, now() + TimeDelta::days(1)).await;
    let mut session = reader(&place, &open).await.unwrap();
    place.source.settle(open_agreement, &plan(&["hours"], now() - TimeDelta::seconds(1))).await.unwrap();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(&mut session).await.unwrap();
    assert_eq!(rows, 0, "a session that is still open sees no row");
    place.source.end(agreement).await.unwrap();
    place.source.end(open_agreement).await.unwrap();
}

/// Everything that the log says of one agreement, once `enough` holds; the log is written by a process of its own.
async fn log_of(place: &Place, agreement: Uuid, enough: impl Fn(&[SourceRead]) -> bool) -> Vec<SourceRead> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let (mut position, mut found) = (None, vec![]);
    while !enough(&found) {
        assert!(std::time::Instant::now() < deadline, "the log does not tell: {found:?}");
        match place.source.log(position.as_ref()).await.unwrap() {
            LogReading::NotKept => panic!("this Postgres keeps no JSON log: start it with logging_collector=on and log_destination=jsonlog"),
            LogReading::UpToDate => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            LogReading::Read(next, reads) => {
                position = Some(next);
                found.extend(reads.into_iter().filter(|read| read.reader == ports::RoleOf::Agreement(agreement)));
            }
        }
    }
    found
}

#[tokio::test]
async fn what_a_reader_does_without_the_portal_is_in_the_log() {
    let place = place("log").await;
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let mut conn = reader(&place, &credential).await.unwrap();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(&mut conn).await.unwrap();
    assert_eq!(rows, 2);
    assert!(conn.execute("SET log_statement = 'none'").await.is_err(), "a reader cannot stop the log");
    assert!(conn.execute("SELECT 'bö', * FROM ssot.staff").await.is_err());
    // A statement longer than a chunk of the log hides nothing.
    let long = format!("SELECT hours FROM staff /* {} */", "ö".repeat(1 << 20));
    conn.execute(AssertSqlSafe(long)).await.unwrap();
    conn.execute("SELECT hours AS the_last FROM staff").await.unwrap();
    let wrong = Credential::new(agreement, [8; 32]);
    assert!(reader(&place, &wrong).await.is_err());
    let found = log_of(&place, agreement, |found| found.iter().any(|read| read.fault.as_ref().is_some_and(|(code, _)| code == "28P01"))).await;
    let told = |statement: &str| found.iter().find(|read| read.statement.as_deref().is_some_and(|text| text.starts_with(statement))).unwrap();
    assert_eq!(told("SELECT count(*) FROM staff").fault, None);
    assert!(told("SELECT 'bö', * FROM ssot.staff").is_refused());
    assert_eq!(told("SELECT hours FROM staff /*").fault, None);
    assert_eq!(told("SELECT hours AS the_last").fault, None);
    // The portal knows which sessions are its own.
    let opened = ports::open(&place.source, &Presented::parse(&credential.token()).unwrap()).await.unwrap();
    let session = opened.session().to_owned();
    drop(opened.rows("staff", Format::Csv).await.unwrap());
    log_of(&place, agreement, |found| found.iter().any(|read| read.session == session)).await;
    place.source.end(agreement).await.unwrap();
}
