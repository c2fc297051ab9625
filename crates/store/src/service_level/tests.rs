//! Promises keep what was measured of them while documents say them again, and nothing that was measured is rewritten.

use super::*;
use crate::PgPool;
use crate::catalogue::{Applied, Applier};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::audit::Origin;
use domain::catalogue::{
    DataSharingAgreement, Distribution, IndicatorDocument, ProductDocument, ProductStatus, ProductType, ServiceLevelDocument, Sharing, Visibility,
};
use domain::id::{PersonId, ProductId, ServiceLevelId};
use domain::service_level::{Comparison, Dimension, LevelState, Measure, MeasuredBy, NewLevel};
use sqlx::{Executor, PgConnection};
use std::sync::atomic::{AtomicU8, Ordering};

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

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
    ProductDocument {
        domain: "ssot-a".into(),
        name: "busroutes-dp".into(),
        title: title.into(),
        summary: None,
        description: None,
        product_type: ProductType::SourceAligned,
        version: "1.0.0".into(),
        status: ProductStatus::Published,
        visibility: Visibility::Listed,
        tags: vec![],
        frequency: None,
        coverage: None,
        place: None,
        coverage_start: None,
        coverage_end: None,
        updated_on: None,
        owner: None,
        steward: None,
        source: None,
        source_id: None,
        datasets: vec![],
        input_ports: vec![],
        output_ports: vec![],
        agreement: DataSharingAgreement::plain(Sharing::Approval, Distribution::None, 365),
        service_levels,
    }
}

const PERSON: &str = "00000000-0000-7000-8000-000000000004";

async fn prepared(pool: &PgPool) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute(
        "INSERT INTO sector VALUES ('00000000-0000-7000-8000-000000000001', 'geospatial', 'Geospatial', 'Centre');
         INSERT INTO agency VALUES ('00000000-0000-7000-8000-000000000002', 'transport', 'Transport', NULL);
         INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-000000000003', 'ssot-a', 'Buses', NULL,
             '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001');
         INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-7000-8000-000000000004', 'a@example.invalid', 'A Teo', now());
         SET ROLE pasar_portal",
    )
    .await
    .unwrap();
    conn
}

async fn applied(conn: &mut PgConnection, document: &ProductDocument) -> ProductId {
    match Applier::load(conn, ids()).await.unwrap().apply(conn, document, start()).await.unwrap() {
        Applied::Created(id) | Applied::Updated(id) | Applied::Unchanged(id) => id,
    }
}

fn measured(level: ServiceLevelId, product: ProductId, good: bool, days: i64, run: Option<&str>) -> NewMeasurement<'_> {
    NewMeasurement {
        level,
        product,
        at: start() - TimeDelta::days(days),
        value: None,
        good,
        by: MeasuredBy::Tool,
        said_by: Some(PersonId(PERSON.parse().unwrap())),
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
    let product = applied(&mut conn, &document("Buses", vec![promise("By nine", 99.5), promise("By ten", 90.0), promise("By nine", 1.0)])).await;
    let first = levels(&mut conn, product, start()).await.unwrap();
    assert_eq!(first.len(), 2, "said twice, it is one");
    assert!(record(&mut conn, &measured(first[0].id, product, true, 0, Some("a")), &ids, start()).await.unwrap());
    assert!(!record(&mut conn, &measured(first[0].id, product, true, 0, Some("a")), &ids, start()).await.unwrap(), "the same run");
    applied(&mut conn, &document("Bus routes", vec![promise("By nine", 95.0)])).await;
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
    };
    let origin = Origin::default();
    let id = declare(&mut conn, PersonId(PERSON.parse().unwrap()), product, &new, &origin, &ids, start()).await.unwrap();
    assert_eq!(id, first[0].id);
    applied(&mut conn, &document("Routes of buses", vec![promise("By nine", 95.0)])).await;
    let level = super::level(&mut conn, product, id, start()).await.unwrap().unwrap();
    assert_eq!((level.budget.target, level.measure, level.bound, level.declared), (80.0, Measure::Age, Some((Comparison::AtMost, 24.0)), true));
    end(&mut conn, PersonId(PERSON.parse().unwrap()), product, id, "No longer", &origin, start()).await.unwrap();
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
    };
    let product =
        applied(&mut conn, &document("Buses", vec![ServiceLevelDocument { indicator: Some(indicator), ..promise("Enough rows", 99.0) }])).await;
    let due = due(&mut conn, 10, start()).await.unwrap();
    assert_eq!(due.iter().map(|probe| (probe.product, probe.measure, probe.bound)).collect::<Vec<_>>(), [(product, Measure::Rows, 10.0)]);
    assert!(super::due(&mut conn, 10, start()).await.unwrap().is_empty(), "taken once an hour");
    assert_eq!(super::due(&mut conn, 10, start() + TimeDelta::minutes(60)).await.unwrap().len(), 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn nothing_that_was_measured_is_rewritten(pool: PgPool) {
    let mut conn = prepared(&pool).await;
    let ids = ids();
    let product = applied(&mut conn, &document("Buses", vec![promise("By nine", 90.0)])).await;
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
