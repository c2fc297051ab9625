//! Versions in the record: who makes one, who makes none, and that none ever changes.

use super::*;
use crate::PgPool;
use crate::catalogue::{Applied, Applier};
use domain::Ids;
use domain::catalogue::{Distribution, ProductDocument, ProductStatus, ProductType, Sharing, Visibility};
use sqlx::Executor;
use std::sync::atomic::{AtomicU8, Ordering};

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

fn document(title: &str, agreement: DataSharingAgreement) -> ProductDocument {
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
        agreement,
        service_levels: vec![],
    }
}

fn lasting(days: i32) -> DataSharingAgreement {
    DataSharingAgreement::plain(Sharing::Approval, Distribution::None, days)
}

/// A domain, somebody to publish, and the portal's own privileges.
async fn prepared(pool: &PgPool) -> (sqlx::pool::PoolConnection<sqlx::Postgres>, PersonId) {
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
    (conn, PersonId("00000000-0000-7000-8000-000000000004".parse().unwrap()))
}

async fn applied(conn: &mut PgConnection, document: &ProductDocument, now: DateTime<Utc>) -> ProductId {
    match Applier::load(conn, ids()).await.unwrap().apply(conn, document, now).await.unwrap() {
        Applied::Created(id) | Applied::Updated(id) | Applied::Unchanged(id) => id,
    }
}

fn by_page(days: i32) -> NewTerms {
    NewTerms { terms: lasting(days), change_note: "Shorter".into(), accept_by: "2026-12-31".parse().unwrap() }
}

/// Version, longest days, and who made it.
async fn versions(conn: &mut PgConnection, product: ProductId) -> Vec<(i32, i32, Option<String>)> {
    let mut found = vec![];
    for line in terms_history(conn, product).await.unwrap() {
        let whole = terms(conn, product, Some(line.version)).await.unwrap().unwrap();
        found.push((line.version, whole.terms.longest_days, line.made_by));
    }
    found
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_document_makes_a_version_only_when_it_says_other_terms(pool: PgPool) {
    let (mut conn, _) = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    applied(&mut conn, &document("Bus routes", lasting(365)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(1, 365, None)], "another title is no other agreement");
    applied(&mut conn, &document("Bus routes", lasting(90)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(2, 90, None), (1, 365, None)]);
    let history = terms_history(&mut conn, product).await.unwrap();
    assert_eq!(history.iter().map(|line| line.accept_by).collect::<Vec<_>>(), ["2026-12-23".parse().ok(), None]);
    let trail: Vec<String> = sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'terms.publish'").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(trail, ["version 2"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_the_owner_publishes_outlasts_a_document_that_says_the_same_again(pool: PgPool) {
    let (mut conn, owner) = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    let here = Origin::default();
    assert_eq!(publish_terms(&mut conn, owner, product, 1, &by_page(30), &here, start()).await.unwrap(), 2);
    applied(&mut conn, &document("Bus routes", lasting(365)), start()).await;
    assert_eq!(versions(&mut conn, product).await, [(2, 30, Some("A Teo".into())), (1, 365, None)]);
    applied(&mut conn, &document("Bus routes", lasting(180)), start()).await;
    assert_eq!(versions(&mut conn, product).await[0], (3, 180, None), "a document that says something new does count");
    let late = publish_terms(&mut conn, owner, product, 2, &by_page(60), &here, start()).await.unwrap_err();
    assert!(matches!(&late, StoreError::Conflict(message) if message.contains("Version 3")), "{late}");
    let current: i32 = sqlx::query_scalar("SELECT longest_days FROM data_sharing_agreement").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(current, 180, "the current terms are where they always were");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_version_never_changes(pool: PgPool) {
    let (mut conn, _) = prepared(&pool).await;
    let product = applied(&mut conn, &document("Buses", lasting(365)), start()).await;
    for role in ["SET ROLE pasar_portal", "RESET ROLE"] {
        conn.execute(role).await.unwrap();
        for sql in ["UPDATE agreement_terms SET longest_days = 1", "DELETE FROM agreement_terms"] {
            assert!(conn.execute(sql).await.is_err(), "{role}: {sql}");
        }
    }
    // By whatever hand: a change of the current terms is a version, and its number is the record's.
    conn.execute("UPDATE data_sharing_agreement SET longest_days = 7, version = 40; UPDATE data_sharing_agreement SET version = 50").await.unwrap();
    assert_eq!(versions(&mut conn, product).await, [(2, 7, None), (1, 365, None)]);
    conn.execute("DELETE FROM product").await.unwrap();
    assert_eq!(versions(&mut conn, product).await, []);
}
