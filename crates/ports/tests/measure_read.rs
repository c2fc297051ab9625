//! How long a read takes is measured through an agreement's own view, as its holder meets it, and is no read of theirs.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use chrono::TimeDelta;
use common::{granted, now, place, plan};
use ports::{Answer, Plan};
use sqlx::Executor;
use uuid::Uuid;

#[tokio::test]
async fn a_read_goes_through_the_view_with_its_rows_and_its_end() {
    let mut place = place("read").await;
    let until = now() + TimeDelta::days(1);
    let (agreement, _) = granted(&place, until).await;
    let (answer, took) = place.source.measure_read(agreement, "staff").await.unwrap();
    let Answer::Number { value, looked: 2 } = answer else { panic!("{answer:?}") };
    assert!((value - took.as_secs_f64() * 1000.0).abs() <= 1.0, "{value} ms");
    place.admin.execute("INSERT INTO ssot.staff (staff_no) SELECT n::text FROM generate_series(1, 500) n").await.unwrap();
    let (answer, _) = place.source.measure_read(agreement, "staff").await.unwrap();
    assert!(matches!(answer, Answer::Number { looked: 100, .. }), "the first rows: {answer:?}");

    // What makes the view slow makes the read slow; a table beside it says nothing of that.
    place
        .admin
        .execute("CREATE FUNCTION public.slow() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN true; END'")
        .await
        .unwrap();
    let schema = ports::Source::role(agreement);
    let slow = format!("CREATE VIEW \"{schema}\".slow AS SELECT 1 AS one WHERE public.slow(); GRANT SELECT ON \"{schema}\".slow TO pasar_keeper");
    place.admin.execute(sqlx::AssertSqlSafe(slow)).await.unwrap();
    let (answer, _) = place.source.measure_read(agreement, "slow").await.unwrap();
    assert!(matches!(answer, Answer::Number { value, looked: 1 } if value >= 300.0), "{answer:?}");
    place.admin.execute(sqlx::AssertSqlSafe(format!("DROP VIEW \"{schema}\".slow; DROP FUNCTION public.slow()"))).await.unwrap();

    // A view that gives no row gives none here either.
    place.source.settle(agreement, &Plan { held: true, ..plan(&["staff_no", "hours"], until) }).await.unwrap();
    let (answer, _) = place.source.measure_read(agreement, "staff").await.unwrap();
    assert!(matches!(answer, Answer::Number { looked: 0, .. }), "{answer:?}");
    let none = |answer: Answer| matches!(answer, Answer::None(_));
    assert!(none(place.source.measure_read(agreement, "nothing").await.unwrap().0));
    assert!(none(place.source.measure_read(Uuid::nil(), "staff").await.unwrap().0));
    assert!(none(place.source.measure_read(agreement, "staff\"; DROP TABLE ssot.staff; --").await.unwrap().0));
    assert!(place.source.other_grants().await.unwrap().is_empty(), "nothing is left behind for drift to find");
}
