//! What somebody has looked at, the last few only.

use crate::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

/// Viewed products that are kept for each person.
pub const MOST_VIEWED: i64 = 50;

/// Looking again within this time is the same look: nothing is written, however often a page is reloaded.
const SAME_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Notes that somebody sees a product now; a product they may not know of is not noted. If they follow it, what has
/// changed until now is seen.
pub async fn note_viewed(conn: &mut PgConnection, person: PersonId, product: ProductId, now: DateTime<Utc>) -> Result<()> {
    let written = sqlx::query!(
        "WITH found AS (SELECT id, version, changed_at FROM visible_product($1, $3) WHERE id = $2),
              seen AS (UPDATE followed_product f SET seen_at = $3, seen_version = found.version FROM found
                       WHERE f.person_id = $1 AND f.product_id = found.id AND found.changed_at > f.seen_at)
         INSERT INTO viewed_product (person_id, product_id, viewed_at)
         SELECT $1, id, $3 FROM found WHERE NOT EXISTS (
             SELECT FROM viewed_product v WHERE v.person_id = $1 AND v.product_id = found.id AND v.viewed_at > $4)
         ON CONFLICT (person_id, product_id) DO UPDATE SET viewed_at = greatest(viewed_product.viewed_at, excluded.viewed_at)",
        person.0,
        product.0,
        now,
        now - SAME_LOOK
    )
    .execute(&mut *conn)
    .await?
    .rows_affected();
    if written > 0 {
        sqlx::query!(
            "DELETE FROM viewed_product WHERE person_id = $1 AND product_id IN (
                 SELECT product_id FROM viewed_product WHERE person_id = $1 ORDER BY viewed_at DESC, product_id OFFSET $2)",
            person.0,
            MOST_VIEWED
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewed {
    pub address: String,
    pub title: String,
    pub viewed_at: DateTime<Utc>,
}

/// What somebody looked at and may still know of, newest first.
pub async fn recent(conn: &mut PgConnection, person: PersonId, limit: i64, now: DateTime<Utc>) -> Result<Vec<Viewed>> {
    let rows = sqlx::query_as!(
        Viewed,
        r#"SELECT p.address AS "address!", p.title AS "title!", v.viewed_at
           FROM viewed_product v JOIN visible_product($1, $2) p ON p.id = v.product_id
           WHERE v.person_id = $1 ORDER BY v.viewed_at DESC, p.id LIMIT $3"#,
        person.0,
        now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Forgets everything that somebody has looked at.
pub async fn forget_viewed(conn: &mut PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("DELETE FROM viewed_product WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
