//! Following a product: a list of one's own that says what has changed.

use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::catalogue::ProductStatus;
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

/// Products that one person may follow.
pub const MOST_FOLLOWED: i64 = 500;

/// Follows the product at an address; following twice is following once. False when this person may not know of it;
/// `Conflict` when they follow too many.
pub async fn follow(conn: &mut PgConnection, person: PersonId, address: &str, now: DateTime<Utc>) -> Result<bool> {
    let row = sqlx::query!(
        r#"WITH found AS (SELECT id, version FROM visible_product($1, $3) WHERE address = $2),
                already AS (SELECT FROM followed_product WHERE person_id = $1 AND product_id IN (SELECT id FROM found)),
                written AS (INSERT INTO followed_product (person_id, product_id, followed_at, seen_at, seen_version)
                            SELECT $1, id, $3, $3, version FROM found
                            WHERE (SELECT count(*) FROM followed_product WHERE person_id = $1) < $4 ON CONFLICT DO NOTHING RETURNING 1)
           SELECT EXISTS (SELECT FROM found) AS "known!", (EXISTS (SELECT FROM already) OR EXISTS (SELECT FROM written)) AS "follows!""#,
        person.0,
        address,
        now,
        MOST_FOLLOWED
    )
    .fetch_one(conn)
    .await?;
    if row.known && !row.follows {
        return Err(StoreError::Conflict(format!("You follow {MOST_FOLLOWED} products already. Stop following one that you no longer need.")));
    }
    Ok(row.known)
}

/// Stops following. False when this person may not know of the product.
pub async fn unfollow(conn: &mut PgConnection, person: PersonId, address: &str, now: DateTime<Utc>) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"WITH found AS (SELECT id FROM visible_product($1, $3) WHERE address = $2),
                removed AS (DELETE FROM followed_product WHERE person_id = $1 AND product_id IN (SELECT id FROM found))
           SELECT EXISTS (SELECT FROM found) AS "known!""#,
        person.0,
        address,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(known)
}

/// Whether somebody follows a product that was found visible.
pub async fn follows(conn: &mut PgConnection, person: PersonId, product: ProductId) -> Result<bool> {
    let follows = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM followed_product WHERE person_id = $1 AND product_id = $2) AS "follows!""#,
        person.0,
        product.0
    )
    .fetch_one(conn)
    .await?;
    Ok(follows)
}

/// A product that somebody follows, and what has become of it since they last saw its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub address: String,
    pub title: String,
    pub status: ProductStatus,
    pub version: String,
    pub followed_at: DateTime<Utc>,
    /// When it changed, if that was after they last saw it.
    pub changed_at: Option<DateTime<Utc>>,
    /// The version they saw, when it is another one now.
    pub former_version: Option<String>,
}

/// What somebody follows and may still know of: changed products first, then by title.
pub async fn followed(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<Followed>> {
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!", p.status AS "status!", p.version AS "version!", f.followed_at, f.seen_version,
                  p.changed_at AS "changed_at!", (p.changed_at > f.seen_at) AS "changed!"
           FROM followed_product f JOIN visible_product($1, $2) p ON p.id = f.product_id
           WHERE f.person_id = $1 ORDER BY 8 DESC, p.title, p.id"#,
        person.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Followed {
                address: row.address,
                title: row.title,
                status: row.status.parse()?,
                former_version: (row.seen_version != row.version).then_some(row.seen_version),
                version: row.version,
                followed_at: row.followed_at,
                changed_at: row.changed.then_some(row.changed_at),
            })
        })
        .collect()
}
