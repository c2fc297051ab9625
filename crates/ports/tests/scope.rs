//! Which rows a reader sees, and what a hold takes away and gives back, on a real Postgres.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{Place, granted, now, place, plan, reader, text, view};
use ports::{Credential, Format, Plan, PortError, ViewPlan};
use sqlx::Executor;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

fn rows(scope: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
    scope.iter().map(|(column, values)| ((*column).to_owned(), values.iter().map(|value| (*value).to_owned()).collect())).collect()
}

fn scoped(scope: &[(&str, &[&str])]) -> Plan {
    let view = ViewPlan { rows: rows(scope), ..view(&["staff_no"]) };
    Plan { views: vec![view], ..plan(&[], now() + TimeDelta::days(1)) }
}

async fn seen(place: &Place, agreement: Uuid, credential: &Credential, scope: &[(&str, &[&str])]) -> Vec<String> {
    place.source.settle(agreement, &scoped(scope)).await.unwrap();
    let csv = text(place, credential, Format::Csv).await.unwrap();
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn only_rows_of_the_scope_are_seen() {
    let mut place = place("scope").await;
    place
        .admin
        .execute(
            r#"TRUNCATE ssot.staff; ALTER TABLE ssot.staff ADD area text, ADD "odd ""name'" char(3), ADD day date;
               INSERT INTO ssot.staff (staff_no, nric, hours, area, "odd ""name'", day) VALUES ('1', 'T1', 8.5, 'AM', 'x', '2026-11-21'),
                   ('2', 'T2', 8, 'am', 'y', '2026-11-22'), ('3', 'T3', NULL, NULL, NULL, NULL), ('4', 'T4', 1, '', 'x', NULL),
                   ('5', 'T5', 2, 'O''Brien\ "x", {a}', 'x', NULL), ('6', 'T6', 3, 'NULL', NULL, NULL)"#,
        )
        .await
        .unwrap();
    let (agreement, credential) = granted(&place, now() + TimeDelta::days(1)).await;
    let hostile = "O'Brien\\ \"x\", {a}";
    for (scope, expected) in [
        (&[] as &[(&str, &[&str])], vec!["1", "2", "3", "4", "5", "6"]),
        (&[("area", &["AM", "BD"])], vec!["1"]),
        (&[("area", &["AM", "am"]), ("day", &["2026-11-22"])], vec!["2"]),
        (&[("hours", &["8.5"])], vec!["1"]),
        (&[("nric", &["T4"])], vec!["4"]),
        (&[("odd \"name'", &["x"])], vec!["1", "4", "5"]),
        (&[("area", &[hostile])], vec!["5"]),
        (&[("area", &["NULL"])], vec!["6"]),
        (&[("area", &[""])], vec!["4"]),
        (&[("area", &[])], vec![]),
        (&[("area", &["') OR true --", "'; DROP TABLE ssot.staff; --", "}' OR '1'='1", "%", "\u{0}\u{1F68C}".trim_start_matches('\0')])], vec![]),
    ] {
        assert_eq!(seen(&place, agreement, &credential, scope).await, expected, "{scope:?}");
    }
    for lacking in ["pay", "staff", "ctid", "area) OR true --", ""] {
        assert!(place.source.settle(agreement, &scoped(&[(lacking, &["1"])])).await.is_err(), "{lacking}");
    }
    // A condition that fails for some rows tells nothing of the rows that are hidden.
    place.source.settle(agreement, &scoped(&[("area", &["AM"])])).await.unwrap();
    let mut conn = reader(&place, &credential).await.unwrap();
    assert!(conn.execute("SELECT 1 / (staff_no::int - 2) FROM staff").await.is_ok());
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM ssot.staff").fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(count, 6);
    place.source.end(agreement).await.unwrap();
}

#[tokio::test]
async fn a_hold_shuts_everything_and_gives_back_what_there_was() {
    let mut place = place("hold").await;
    let until = now() + TimeDelta::days(1);
    let (agreement, credential) = granted(&place, until).await;
    let agreed = plan(&["staff_no", "hours"], until);
    let made = place.source.settle(agreement, &agreed).await.unwrap();
    let mut open = reader(&place, &credential).await.unwrap();
    open.execute("BEGIN; SELECT * FROM staff").await.unwrap();
    let held = Plan { held: true, ..agreed.clone() };
    for _ in 0..2 {
        place.source.settle(agreement, &held).await.unwrap();
        assert!(matches!(text(&place, &credential, Format::Csv).await, Err(PortError::Refused)));
    }
    assert!(open.execute("SELECT 1").await.is_err(), "the session is ended");
    let view = format!("SELECT count(*) FROM {}.staff", credential.role());
    let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(view)).fetch_one(&mut place.admin).await.unwrap();
    assert_eq!(count, 0, "the view gives no row, whoever asks");
    assert_eq!(place.source.settle(agreement, &agreed).await.unwrap(), made, "exactly what there was");
    assert!(text(&place, &credential, Format::Csv).await.unwrap().contains("00123"), "with the same credential");
    let never = Plan { credential: false, ..agreed };
    let other = Uuid::from_u128(agreement.as_u128() + 1);
    place.source.settle(other, &Plan { held: true, ..never.clone() }).await.unwrap();
    place.source.settle(other, &never).await.unwrap();
    let may: bool = sqlx::query_scalar("SELECT rolcanlogin FROM pg_roles WHERE rolname = $1")
        .bind(ports::Source::role(other))
        .fetch_one(&mut place.admin)
        .await
        .unwrap();
    assert!(!may, "who has no credential gets none by a hold");
    place.source.end(agreement).await.unwrap();
    place.source.end(other).await.unwrap();
}
