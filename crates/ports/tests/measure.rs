//! What is measured of shared tables: right numbers, no value, and nothing of tables that are not shared.

#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::{DateTime, Utc};
use common::{Place, place};
use ports::{Answer, FormatQuestion, PortError, Question, Source};
use sqlx::Executor;
use std::time::Duration;

const NOON: &str = "2026-11-23T04:00:00Z";

fn noon() -> DateTime<Utc> {
    NOON.parse().unwrap()
}

/// Forty rows: the newest of yesterday noon in Singapore, amounts from 1 to 40, two empty, one thrice.
async fn sales(place: &mut Place) {
    place
        .admin
        .execute(
            "CREATE TABLE ssot.sales (no integer, amount integer, price numeric, sold date, loaded timestamptz, name text);
             INSERT INTO ssot.sales SELECT n, n, n, DATE '2026-11-22' - (40 - n), TIMESTAMPTZ '2026-11-22 12:00+08' - (40 - n) * interval '1 day', 'N' || n
                 FROM generate_series(1, 40) n;
             UPDATE ssot.sales SET amount = NULL WHERE no <= 2; UPDATE ssot.sales SET name = 'N40' WHERE no IN (38, 39);
             SELECT pasar_source.share_table('ssot', 'sales')",
        )
        .await
        .unwrap();
}

async fn ask(place: &Place, table: &str, what: &str, column: Option<&str>, range: Option<(f64, f64)>) -> Answer {
    place.source.measure(&Question { schema: "ssot", table, what, column, range }, noon()).await.unwrap().0
}

fn number(value: f64, looked: i64) -> Answer {
    Answer::Number { value, looked }
}

#[tokio::test]
async fn each_measure_is_one_right_number() {
    let mut place = place("measure").await;
    sales(&mut place).await;
    assert_eq!(ask(&place, "sales", "rows", None, None).await, number(40.0, 40));
    assert_eq!(ask(&place, "sales", "filled", Some("amount"), None).await, number(95.0, 40));
    assert_eq!(ask(&place, "sales", "unique", Some("no"), None).await, number(100.0, 40));
    assert_eq!(ask(&place, "sales", "unique", Some("name"), None).await, number(92.5, 40));
    assert_eq!(ask(&place, "sales", "in-range", Some("price"), Some((1.0, 30.0))).await, number(75.0, 40));
    assert_eq!(ask(&place, "sales", "age", Some("loaded"), None).await, number(24.0, 0));
    // A day begins at midnight in Singapore.
    assert_eq!(ask(&place, "sales", "age", Some("sold"), None).await, number(36.0, 0));
    assert_eq!(ask(&place, "sales", "oldest", Some("loaded"), None).await, number(40.0, 0));
    assert_eq!(ask(&place, "sales", "answers", None, None).await, number(1.0, 0));
    place.admin.execute("INSERT INTO ssot.sales SELECT 9, n, n FROM generate_series(1, 9960) n").await.unwrap();
    assert_eq!(ask(&place, "sales", "filled", Some("amount"), None).await, number(99.9, 10_000), "not all of them is never said to be");
}

#[tokio::test]
async fn what_cannot_be_said_is_not_said() {
    let mut place = place("unsaid").await;
    sales(&mut place).await;
    let none = |answer: Answer| matches!(answer, Answer::None(_));
    assert!(none(ask(&place, "nothing", "rows", None, None).await), "not shared");
    place.admin.execute("CREATE TABLE ssot.secret (a integer); INSERT INTO ssot.secret VALUES (1)").await.unwrap();
    assert!(none(ask(&place, "secret", "rows", None, None).await), "not shared, though it is there");
    assert!(none(ask(&place, "sales", "filled", Some("gone"), None).await));
    assert!(none(ask(&place, "sales", "filled", Some("ctid"), None).await));
    assert!(none(ask(&place, "sales", "age", Some("name"), None).await), "no age of a text");
    assert!(none(ask(&place, "sales", "max", Some("price"), None).await), "no question that is not known");
    assert!(none(ask(&place, "sales", "in-range", Some("name"), Some((0.0, 1.0))).await));
    place.admin.execute("DELETE FROM ssot.sales WHERE no > 19").await.unwrap();
    assert!(none(ask(&place, "sales", "in-range", Some("price"), Some((5.0, 5.5))).await), "few rows would tell a value");
    place.admin.execute("DELETE FROM ssot.sales").await.unwrap();
    assert!(none(ask(&place, "sales", "filled", Some("amount"), None).await) && none(ask(&place, "sales", "age", Some("loaded"), None).await));
    assert_eq!(ask(&place, "sales", "rows", None, None).await, number(0.0, 0));
    assert!(place.source.other_grants().await.unwrap().is_empty(), "what was installed is no drift");
    // Names are quoted.
    let odd = "x\"; DROP TABLE ssot.sales; --";
    assert!(none(ask(&place, odd, "rows", None, None).await) && none(ask(&place, "sales", "filled", Some(odd), None).await));
    assert_eq!(ask(&place, "sales", "rows", None, None).await, number(0.0, 0));
}

/// Of a format, with a pattern or with codes.
async fn ask_format(place: &Place, table: &str, column: &str, pattern: Option<&str>, codes: Option<&[String]>) -> Answer {
    place.source.measure_format(&FormatQuestion { schema: "ssot", table, column, pattern, codes }).await.unwrap()
}

#[tokio::test]
async fn a_format_is_a_share_of_values_and_finds_no_single_one() {
    let mut place = place("format").await;
    sales(&mut place).await;
    assert_eq!(ask_format(&place, "sales", "name", Some("N[0-9]{1,2}"), None).await, number(100.0, 40));
    assert_eq!(ask_format(&place, "sales", "amount", Some("[0-9]{2}"), None).await, number(81.6, 38), "what is empty is no value");
    let codes: Vec<String> = (1..=30).map(|n| format!("N{n}")).collect();
    assert_eq!(ask_format(&place, "sales", "name", None, Some(&codes)).await, number(75.0, 40));
    assert_eq!(ask_format(&place, "sales", "name", Some("N7"), None).await, number(0.0, 40), "whether one value is there is not said");
    assert_eq!(ask_format(&place, "sales", "name", Some("X7"), None).await, number(0.0, 40));
    let none = |answer: Answer| matches!(answer, Answer::None(_));
    for pattern in ["N.*", "(N)\\1", "^N7$", "(?=N)N7"] {
        assert!(none(ask_format(&place, "sales", "name", Some(pattern), None).await), "{pattern}");
    }
    assert!(none(ask_format(&place, "sales", "sold", Some("[0-9]{4}"), None).await), "no format of a day");
    assert!(none(ask_format(&place, "sales", "name", None, None).await) && none(ask_format(&place, "sales", "gone", Some("N"), None).await));
    place.admin.execute("CREATE TABLE ssot.secret (a text); INSERT INTO ssot.secret SELECT 'N' || n FROM generate_series(1, 40) n").await.unwrap();
    assert!(none(ask_format(&place, "secret", "a", Some("N[0-9]{1,2}"), None).await), "not shared");
    place.admin.execute("INSERT INTO ssot.sales (name) SELECT 'N' || n % 90 FROM generate_series(1, 30000) n").await.unwrap();
    assert_eq!(ask_format(&place, "sales", "name", Some("N[0-9]{1,2}"), None).await, number(100.0, 10_000), "the first ten thousand");
    place.admin.execute("DELETE FROM ssot.sales WHERE no > 19 OR no IS NULL").await.unwrap();
    assert!(none(ask_format(&place, "sales", "name", Some("N[0-9]{1,2}"), None).await), "few rows would tell a value");
}

#[tokio::test]
async fn a_source_that_hangs_or_is_gone_is_an_error_within_seconds() {
    let mut place = place("hang").await;
    sales(&mut place).await;
    let mut holder = sqlx::Connection::begin(&mut place.admin).await.unwrap();
    holder.execute("LOCK TABLE ssot.sales IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let question = Question { schema: "ssot", table: "sales", what: "rows", column: None, range: None };
    let began = std::time::Instant::now();
    assert!(matches!(place.source.measure(&question, noon()).await, Err(PortError::Source(_))));
    assert!(began.elapsed() < Duration::from_secs(9));
    holder.rollback().await.unwrap();
    let gone = Source::new("postgres://nobody@127.0.0.1:1/nowhere").unwrap();
    assert!(matches!(gone.measure(&question, noon()).await, Err(PortError::Unavailable(_))));
}
