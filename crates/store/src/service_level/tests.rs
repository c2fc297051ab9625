//! Promises keep what was measured of them while documents say them again, and nothing that was measured is rewritten.

use super::*;
use crate::PgPool;
use crate::testing::{PERSON, applied, ids, prepared, start};
use chrono::{NaiveTime, TimeDelta};
use domain::audit::Origin;
use domain::catalogue::{IndicatorDocument, ProductDocument, ServiceLevelDocument};
use domain::id::{ProductId, ServiceLevelId};
use domain::service_level::{Comparison, Dimension, LevelState, Measure, MeasuredBy, NewLevel};
use sqlx::{Executor, PgConnection};

fn promise(objective: &str, target: f64) -> ServiceLevelDocument {
    ServiceLevelDocument {
        dimension: "Freshness".into(),
        objective: objective.into(),
        target,
        unit: "% of days".into(),
        window: "30 days".into(),
        measured_how: "By its team".into(),
        indicator: None,
    }
}

fn document(title: &str, service_levels: Vec<ServiceLevelDocument>) -> ProductDocument {
    ProductDocument { service_levels, ..crate::testing::document(title) }
}

fn measured(level: ServiceLevelId, product: ProductId, good: bool, days: i64, run: Option<&str>) -> NewMeasurement<'_> {
    NewMeasurement {
        level,
        product,
        at: start() - TimeDelta::days(days),
        value: None,
        good,
        by: MeasuredBy::Tool,
        said_by: Some(PERSON),
        tool: Some("test"),
        run,
        rows_looked: None,
        took_ms: None,
    }
}

async fn said(conn: &mut PgConnection, product: ProductId) -> Vec<(String, f64, LevelState, usize)> {
    let levels = levels(conn, product, start()).await.unwrap();
    levels.into_iter().map(|level| (level.objective, level.budget.target, level.state, level.standing.measured)).collect()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_promise_keeps_what_was_measured_while_documents_say_it_again(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let ids = ids();
    let product =
        applied(&mut conn, &document("Buses", vec![promise("By nine", 99.5), promise("By ten", 90.0), promise("By nine", 1.0)]), start()).await;
    let first = levels(&mut conn, product, start()).await.unwrap();
    assert_eq!(first.len(), 2, "said twice, it is one");
    assert!(record(&mut conn, &measured(first[0].id, product, true, 0, Some("a")), &ids, start()).await.unwrap());
    assert!(!record(&mut conn, &measured(first[0].id, product, true, 0, Some("a")), &ids, start()).await.unwrap(), "the same run");
    applied(&mut conn, &document("Bus routes", vec![promise("By nine", 95.0)]), start()).await;
    assert_eq!(said(&mut conn, product).await, [("By nine".to_owned(), 95.0, LevelState::Met, 1)]);
    assert_eq!(levels(&mut conn, product, start()).await.unwrap()[0].id, first[0].id);

    // What somebody declared is theirs, also in the words of the document.
    let new = NewLevel {
        dimension: Dimension::Freshness,
        objective: "By nine".into(),
        measure: Measure::Age,
        dataset: Some("routes".into()),
        column: Some("updated".into()),
        range: None,
        comparison: Comparison::AtMost,
        bound: 24.0,
        target: 80.0,
        window_days: 7,
        every_minutes: 60,
        probe_minute: None,
    };
    let origin = Origin::default();
    let id = declare(&mut conn, PERSON, product, &new, &origin, &ids, start()).await.unwrap();
    assert_eq!(id, first[0].id);
    applied(&mut conn, &document("Routes of buses", vec![promise("By nine", 95.0)]), start()).await;
    let level = super::level(&mut conn, product, id, start()).await.unwrap().unwrap();
    assert_eq!((level.budget.target, level.measure, level.bound, level.declared), (80.0, Measure::Age, Some((Comparison::AtMost, 24.0)), true));
    end(&mut conn, PERSON, product, id, "No longer", &origin, start()).await.unwrap();
    assert!(levels(&mut conn, product, start()).await.unwrap().is_empty());
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM service_level_measurement").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(kept, 1, "what was measured stays");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_document_may_say_how_pasar_measures(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let indicator = IndicatorDocument {
        measure: Measure::Rows,
        dataset: "routes".into(),
        column: None,
        low: None,
        high: None,
        comparison: Comparison::AtLeast,
        bound: 10.0,
        every_minutes: 60,
        at: None,
    };
    let product =
        applied(&mut conn, &document("Buses", vec![ServiceLevelDocument { indicator: Some(indicator), ..promise("Enough rows", 99.0) }]), start())
            .await;
    let due = due(&mut conn, 10, start()).await.unwrap();
    assert_eq!(due.iter().map(|probe| (probe.product, probe.measure, probe.bound)).collect::<Vec<_>>(), [(product, Measure::Rows, 10.0)]);
    assert!(super::due(&mut conn, 10, start()).await.unwrap().is_empty(), "taken once an hour");
    assert_eq!(super::due(&mut conn, 10, start() + TimeDelta::minutes(60)).await.unwrap().len(), 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_has_a_time_of_the_day_is_measured_then_or_not(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let indicator = IndicatorDocument {
        measure: Measure::Age,
        dataset: "routes".into(),
        column: Some("updated".into()),
        low: None,
        high: None,
        comparison: Comparison::AtMost,
        bound: 9.0,
        every_minutes: 60,
        at: NaiveTime::from_hms_opt(9, 0, 0),
    };
    let promise = ServiceLevelDocument { indicator: Some(indicator), ..promise("Every day by 09:00", 99.5) };
    let product = applied(&mut conn, &document("Buses", vec![promise]), start()).await;
    let level = levels(&mut conn, product, start()).await.unwrap().remove(0);
    assert_eq!((level.budget.every_minutes, level.probe_minute), (1440, Some(540)), "on whole days");
    // Nine in Singapore is one in UTC.
    for (moment, asked) in [
        ("2026-11-23T00:30:00Z", 0),
        ("2026-11-23T00:59:00Z", 0),
        ("2026-11-23T01:00:00Z", 1),
        ("2026-11-23T01:00:30Z", 0),
        ("2026-11-23T23:00:00Z", 0),
        ("2026-11-24T03:00:00Z", 0),
        ("2026-11-25T01:00:30Z", 1),
    ] {
        let due = super::due(&mut conn, 10, moment.parse().unwrap()).await.unwrap();
        assert_eq!(due.len(), asked, "{moment}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_that_was_measured_is_rewritten(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let ids = ids();
    let product = applied(&mut conn, &document("Buses", vec![promise("By nine", 90.0)]), start()).await;
    let id = levels(&mut conn, product, start()).await.unwrap()[0].id;
    for days in [0, 1, 2, 3] {
        record(&mut conn, &measured(id, product, false, days, None), &ids, start()).await.unwrap();
    }
    assert_eq!(said(&mut conn, product).await, [("By nine".to_owned(), 90.0, LevelState::Breached, 4)]);
    let events: Vec<String> = sqlx::query_scalar("SELECT topic FROM event ORDER BY id").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(events, ["service-level.burning-fast", "service-level.breached"], "each is told once");
    for statement in [
        "UPDATE service_level_measurement SET good = true",
        "DELETE FROM service_level_measurement",
        "TRUNCATE service_level_measurement",
        "UPDATE service_level_change SET to_state = 'met'",
        "DELETE FROM service_level_change",
    ] {
        assert!(conn.execute(statement).await.is_err(), "{statement}");
    }
    conn.execute("RESET ROLE").await.unwrap();
    assert!(conn.execute("UPDATE service_level_measurement SET good = true").await.is_err(), "nor by its owner");
}

#[sqlx::test(migrations = "../../migrations")]
async fn rules_are_told_what_was_measured_last(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let ids = ids();
    let product = applied(&mut conn, &document("Buses", vec![promise("By nine", 90.0)]), start()).await;
    let id = levels(&mut conn, product, start()).await.unwrap()[0].id;
    let today = domain::calendar::day(start());
    let asked = async |conn: &mut PgConnection| {
        let mut all = crate::standard::inputs(conn, &[product.0], today).await.unwrap();
        all.remove(0).1.service_levels.remove(0).measured
    };
    assert_eq!(asked(&mut conn).await, None);
    let with = |value, days| NewMeasurement { value: Some(value), ..measured(id, product, true, days, None) };
    record(&mut conn, &with(97.5, 1), &ids, start()).await.unwrap();
    record(&mut conn, &with(40.0, 3), &ids, start()).await.unwrap();
    let told = asked(&mut conn).await.unwrap();
    assert_eq!((told.value, told.met, told.days_ago), (97.5, true, 1), "one that came late is not the latest");
    assert!((told.budget_left - 1.0).abs() < 1e-9);
    for days in [0, 4, 5, 6] {
        record(&mut conn, &measured(id, product, false, days, None), &ids, start()).await.unwrap();
    }
    let told = asked(&mut conn).await.unwrap();
    assert_eq!((told.value, told.met, told.budget_left, told.days_ago), (0.0, false, 0.0, 0));
}

#[sqlx::test(migrations = "../../migrations")]
async fn all_of_a_long_window_is_counted_and_only_its_latest_is_drawn(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let words = ServiceLevelDocument { unit: "% of minutes".into(), window: "90 days".into(), ..promise("Nearly always", 99.0) };
    let product = applied(&mut conn, &document("Buses", vec![words]), start()).await;
    let id = levels(&mut conn, product, start()).await.unwrap()[0].id;
    // Every five minutes for 87 days; the thousand that were bad are the oldest, behind more than a page holds.
    sqlx::query(
        "INSERT INTO service_level_measurement (id, level_id, product_id, at, recorded_at, good, source, said_by)
         SELECT gen_random_uuid(), $1, $2, $3::timestamptz - n * interval '5 minutes', $3, n < 24000, 'tool', $4 FROM generate_series(0, 24999) n",
    )
    .bind(id.0)
    .bind(product.0)
    .bind(start())
    .bind(PERSON.0)
    .execute(&mut *conn)
    .await
    .unwrap();
    record(&mut conn, &measured(id, product, true, 0, Some("now")), &ids(), start()).await.unwrap();
    let level = super::level(&mut conn, product, id, start()).await.unwrap().unwrap();
    assert_eq!((level.budget.every_minutes, level.budget.window_days), (5, 90));
    assert_eq!((level.state, level.standing.measured, level.standing.bad), (LevelState::Breached, 25_000, 1000));
    assert!(level.latest.as_ref().is_some_and(|line| line.at == start()));

    let after = start() - level.budget.window();
    let drawn = measurements(&mut conn, id, after, start()).await.unwrap();
    assert_eq!(i64::try_from(drawn.len()).unwrap(), MEASUREMENTS + 1, "and one that says that there are others");
    assert!(drawn.iter().all(|line| line.good));
    let bad = bad_periods(&mut conn, &level, after, start()).await.unwrap();
    assert_eq!(bad.len(), 1000);
    assert_eq!(bad[0].begins, level.budget.period_of(start() - TimeDelta::minutes(5 * 24_999)), "as periods are cut elsewhere");
    // A day is one of Singapore here as there.
    let daily = domain::service_level::Budget { every_minutes: 24 * 60, ..level.budget };
    let days = bad_periods(&mut conn, &LevelView { budget: daily, ..level }, after, start()).await.unwrap();
    assert_eq!(days, daily.by_period(bad.iter().map(|one| (one.begins, false))));
}
