//! What tests of several nouns begin with: a domain with somebody in it, and the plainest document of a product.

use crate::catalogue::{Applied, Applier};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::catalogue::{DataSharingAgreement, Distribution, ProductDocument, ProductStatus, ProductType, Sharing, Visibility};
use domain::id::{PersonId, ProductId};
use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, PgPool, Postgres};
use std::sync::atomic::{AtomicU8, Ordering};

/// Whoever does something in these tests.
pub const PERSON: PersonId = PersonId(uuid::uuid!("00000000-0000-7000-8000-000000000004"));

pub fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

pub fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

/// The domain `ssot-a` with one person, and the portal's own privileges from here on.
pub async fn prepared(pool: &PgPool) -> PoolConnection<Postgres> {
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

/// A published product of that domain without anything in it.
pub fn document(title: &str) -> ProductDocument {
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
        service_levels: vec![],
        quality_rules: vec![],
        links: vec![],
    }
}

/// Applies a document as the portal does.
pub async fn applied(conn: &mut PgConnection, document: &ProductDocument, now: DateTime<Utc>) -> ProductId {
    match Applier::load(conn, ids()).await.unwrap().apply(conn, document, now).await.unwrap() {
        Applied::Created(id) | Applied::Updated(id) | Applied::Unchanged(id) => id,
    }
}
