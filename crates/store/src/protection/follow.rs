//! What a change of protection touches: the product that waits for its decision, the agreements in force that read it, and the source.

use crate::{Result, outbox};
use chrono::{DateTime, Utc};
use domain::id::{AgreementId, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Waits for whoever else decides about the product.
pub async fn lock_product(conn: &mut PgConnection, product: ProductId) -> Result<()> {
    sqlx::query_scalar!("SELECT id FROM product WHERE id = $1 FOR UPDATE", product.0).fetch_one(conn).await?;
    Ok(())
}

/// Agreements in force that were given something of these datasets, or beside whose rows a linkage puts them.
pub async fn touched_agreements(conn: &mut PgConnection, datasets: &[Uuid]) -> Result<Vec<AgreementId>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT a.id AS "id!" FROM agreement a JOIN agreement_dataset x ON x.agreement_id = a.id WHERE a.state = 'active' AND x.dataset_id = ANY($1)
           UNION SELECT l.agreement_id FROM linkage_rows l WHERE l.other_dataset_id = ANY($1) ORDER BY 1"#,
        datasets
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(AgreementId).collect())
}

/// Whoever decides makes the source so at once. Dead before that, it is made so all the same.
pub async fn follow_later(conn: &mut PgConnection, datasets: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let touched: Vec<Uuid> = touched_agreements(conn, datasets).await?.into_iter().map(|id| id.0).collect();
    sqlx::query!(
        "INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT $2::timestamptz, 'agreement.protect', u.id, $2 + interval '1 minute' FROM unnest($1::uuid[]) AS u(id)",
        &touched,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has the source make agreements and previews as the record says.
pub async fn follow(conn: &mut PgConnection, datasets: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    for agreement in touched_agreements(conn, datasets).await? {
        outbox::push(conn, "agreement.protect", agreement.0, now).await?;
    }
    let readable =
        sqlx::query_scalar!("SELECT id FROM dataset WHERE id = ANY($1) AND table_name IS NOT NULL", datasets).fetch_all(&mut *conn).await?;
    for dataset in readable {
        outbox::push(conn, "preview.settle", dataset, now).await?;
    }
    Ok(())
}
