//! What a change of something would touch: the agreements in force on what comes after it, and how many people they let read.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Names of people that are given for one product.
const NAMED: i64 = 50;

/// A product that would be touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub address: String,
    pub title: String,
    pub agreements: i64,
    pub people: i64,
    /// Who they are; none for those who may not read the product's agreements.
    pub names: Option<Vec<String>>,
}

/// Of these products, those that this reader may know of.
pub async fn touched(conn: &mut PgConnection, products: &[ProductId], reader: PersonId, now: DateTime<Utc>) -> Result<Vec<Touched>> {
    let ids: Vec<Uuid> = products.iter().map(|product| product.0).collect();
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!",
                  (SELECT count(*) FROM agreement a WHERE a.product_id = p.id AND a.state = 'active') AS "agreements!",
                  (SELECT count(DISTINCT g.person_id) FROM agreement_people g WHERE g.product_id = p.id AND g.state = 'active') AS "people!",
                  k.reads AS "reads!",
                  CASE WHEN k.reads THEN ARRAY(SELECT DISTINCT h.name FROM agreement_people g JOIN person h ON h.id = g.person_id
                                               WHERE g.product_id = p.id AND g.state = 'active' ORDER BY h.name LIMIT $4) ELSE '{}' END AS "names!"
           FROM visible_product($2, $3) p JOIN data_domain d ON d.id = p.domain_id
           CROSS JOIN LATERAL (SELECT EXISTS (
               SELECT FROM role_grant r WHERE r.person_id = $2 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $3)
               AND (r.role = 'auditor' OR (r.role IN ('owner', 'steward', 'tc-security-officer')
                    AND covers(r.scope_kind, r.scope_id, p.id, p.domain_id, d.sector_id)))) AS reads) k
           WHERE p.id = ANY($1) ORDER BY p.title, p.address"#,
        &ids,
        reader.0,
        now,
        NAMED
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Touched {
            address: row.address,
            title: row.title,
            agreements: row.agreements,
            people: row.people,
            names: row.reads.then_some(row.names),
        })
        .collect())
}
