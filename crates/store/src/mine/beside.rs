//! What stands beside a product: others that serve the same people, join on the same key, or belong to the same sector.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

/// Products shown beside one for each kind of reason.
pub const OF_EACH_KIND: i64 = 3;
/// "Used together" is said from so many people on, the reader not counted, so that nobody's use can be read from it.
pub const OTHER_HOLDERS: i64 = 3;

/// The last holders of the product, whose last products are looked at.
const HOLDERS: i64 = 50;
const OF_EACH_HOLDER: i64 = 50;
/// Keys of the product that are looked for elsewhere, and products looked at for each.
const KEYS: i64 = 20;
const OF_EACH_KEY: i64 = 50;

/// Why a product stands beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Several other people hold agreements on both.
    UsedTogether,
    /// A key column of this name is in both.
    SameKey(String),
    /// The sector's title.
    SameSector(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
    pub reason: Reason,
}

/// What stands beside a product that this reader may know of, best reason first, each product once and a few
/// of each kind.
///
/// Only published products that are listed for everyone are recommended, although a reader with a role may know of more:
/// what is hidden is found by those who know where to look.
pub async fn beside(conn: &mut PgConnection, reader: PersonId, product: ProductId, now: DateTime<Utc>) -> Result<Vec<Beside>> {
    let mut found = joined(conn, reader, product, now).await?;
    let shown: Vec<String> = found.iter().map(|one| one.address.clone()).collect();
    found.extend(same_sector(conn, reader, product, &shown, now).await?);
    Ok(found)
}

/// By people, then by key. Keys that every dataset could have (a row's number) join nothing, and personal keys are at no port.
///
/// A page waits for this, so that it looks at the last holders and at some products of each key rather than at all: among so
/// many, any three are as good.
async fn joined(conn: &mut PgConnection, reader: PersonId, product: ProductId, now: DateTime<Utc>) -> Result<Vec<Beside>> {
    let rows = sqlx::query!(
        r#"WITH holder AS MATERIALIZED (
               SELECT holder_id AS id FROM agreement WHERE product_id = $3 AND state = 'active' AND holder_id <> $1
               ORDER BY made_at DESC, holder_id LIMIT $6),
           together AS MATERIALIZED (
               SELECT o.product_id, count(DISTINCT h.id) AS people FROM (SELECT DISTINCT id FROM holder) h
               CROSS JOIN LATERAL (SELECT g.product_id FROM agreement g WHERE g.holder_id = h.id AND g.state = 'active' AND g.product_id <> $3
                                   ORDER BY g.made_at DESC LIMIT $9) o
               GROUP BY o.product_id HAVING count(DISTINCT h.id) >= $4),
           own_key AS MATERIALIZED (
               SELECT DISTINCT lower(c.name) AS name FROM data_column c JOIN dataset d ON d.id = c.dataset_id
               WHERE d.product_id = $3 AND c.is_key AND c.personal = 'none' AND lower(c.name) NOT IN ('id', '_id', 'uuid', 'key', 'no', 'number')
               ORDER BY 1 LIMIT $7),
           keyed AS MATERIALIZED (
               SELECT o.product_id, min(k.name) AS key, count(DISTINCT k.name) AS keys
               FROM own_key k CROSS JOIN LATERAL (
                   SELECT d.product_id FROM data_column c JOIN dataset d ON d.id = c.dataset_id JOIN visible_product($1, $2) p ON p.id = d.product_id
                   WHERE lower(c.name) = k.name AND c.is_key AND c.personal = 'none' AND d.product_id <> $3
                     AND p.visibility = 'listed' AND p.status = 'published' LIMIT $8) o
               GROUP BY o.product_id)
           SELECT address AS "address!", title AS "title!", summary, together AS "together!", key AS "key?" FROM (
               SELECT p.address, p.title, p.summary, (t.product_id IS NOT NULL) AS together, k.key,
                      row_number() OVER (PARTITION BY t.product_id IS NULL
                                         ORDER BY t.people DESC NULLS LAST, k.keys DESC NULLS LAST, p.title, p.id) AS place
               FROM visible_product($1, $2) p LEFT JOIN together t ON t.product_id = p.id LEFT JOIN keyed k ON k.product_id = p.id
               WHERE p.id IN (SELECT product_id FROM together UNION SELECT product_id FROM keyed)
                 AND p.visibility = 'listed' AND p.status = 'published' AND EXISTS (SELECT FROM visible_product($1, $2) here WHERE here.id = $3)) x
           WHERE place <= $5 ORDER BY together DESC, place"#,
        reader.0,
        now,
        product.0,
        OTHER_HOLDERS,
        OF_EACH_KIND,
        HOLDERS,
        KEYS,
        OF_EACH_KEY,
        OF_EACH_HOLDER
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let reason = row.key.filter(|_| !row.together).map_or(Reason::UsedTogether, Reason::SameKey);
            Beside { address: row.address, title: row.title, summary: row.summary, reason }
        })
        .collect())
}

/// The sector's latest, those of the product's own domain first.
async fn same_sector(conn: &mut PgConnection, reader: PersonId, product: ProductId, but: &[String], now: DateTime<Utc>) -> Result<Vec<Beside>> {
    let rows = sqlx::query!(
        r#"WITH here AS MATERIALIZED (
               SELECT p.id, p.domain_id, d.sector_id FROM visible_product($1, $2) p JOIN data_domain d ON d.id = p.domain_id WHERE p.id = $3)
           SELECT x.address AS "address!", x.title AS "title!", x.summary, s.title AS sector
           FROM here JOIN sector s ON s.id = here.sector_id JOIN data_domain d ON d.sector_id = here.sector_id
           CROSS JOIN LATERAL (
               SELECT p.id, p.address, p.title, p.summary, p.changed_at FROM visible_product($1, $2) p
               WHERE p.domain_id = d.id AND p.id <> here.id AND p.visibility = 'listed' AND p.status = 'published' AND NOT p.address = ANY($4)
               ORDER BY p.changed_at DESC, p.id LIMIT $5) x
           ORDER BY (d.id = here.domain_id) DESC, x.changed_at DESC, x.id LIMIT $5"#,
        reader.0,
        now,
        product.0,
        but,
        OF_EACH_KIND
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Beside { address: row.address, title: row.title, summary: row.summary, reason: Reason::SameSector(row.sector) })
        .collect())
}
