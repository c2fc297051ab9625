//! What a change of something would touch: the agreements in force on everything that comes after it now, and how many people they
//! let read. It follows the graph by itself, whatever a page shows of it, and says when there is more than it looked at.

use super::start::Start;
use super::walk::{Asked, Limits, Reached, walk};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::{Direction, MOST_HOPS};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Nodes that are followed for one answer.
pub const FOLLOWED: usize = 5_000;
/// Names of people that are given for one product.
const NAMED: i64 = 50;

/// A product that would be touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub address: String,
    pub title: String,
    pub agreements: i64,
    pub people: i64,
    /// Who they are, the first fifty; none for those who may not read the product's agreements.
    pub names: Option<Vec<String>>,
}

/// All that would be touched, as far as this reader may know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touch {
    /// Those with the most agreements first.
    pub products: Vec<Touched>,
    /// The graph goes on beyond what was followed: there may be more.
    pub at_least: bool,
}

impl Touch {
    pub fn agreements(&self) -> i64 {
        self.products.iter().map(|one| one.agreements).sum()
    }

    /// Each product counted for itself.
    pub fn people(&self) -> i64 {
        self.products.iter().map(|one| one.people).sum()
    }
}

/// What a change of these nodes, and of the product that they are of, would touch; at most so many nodes are followed.
pub async fn touched(conn: &mut PgConnection, start: &Start, reader: PersonId, most: usize, now: DateTime<Utc>) -> Result<Touch> {
    let limits = Limits { nodes: most, fan: i64::try_from(most).unwrap_or(i64::MAX) };
    let asked = Asked { reader, direction: Direction::Down, hops: MOST_HOPS, as_of: None, limits, now };
    let Reached { walked, datasets } = walk(conn, &start.nodes, &asked).await?;
    let own = start.product.map(|product| product.0);
    let products: BTreeSet<Uuid> = walked.hops.keys().filter_map(|node| Some(datasets.get(node)?.1)).chain(own).collect();
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!", c.agreements AS "agreements!",
                  CASE WHEN c.agreements = 0 THEN 0
                       ELSE (SELECT count(DISTINCT g.person_id) FROM agreement_people g WHERE g.product_id = p.id AND g.state = 'active') END AS "people!",
                  k.reads AS "reads!",
                  CASE WHEN k.reads AND c.agreements > 0 THEN ARRAY(SELECT h.name FROM person h WHERE h.id IN (
                      SELECT g.person_id FROM agreement_people g WHERE g.product_id = p.id AND g.state = 'active') ORDER BY h.name, h.id LIMIT $4)
                  ELSE '{}' END AS "names!"
           FROM visible_product($2, $3) p JOIN data_domain d ON d.id = p.domain_id
           CROSS JOIN LATERAL (SELECT count(*) AS agreements FROM agreement a WHERE a.product_id = p.id AND a.state = 'active') c
           CROSS JOIN LATERAL (SELECT EXISTS (
               SELECT FROM role_grant r WHERE r.person_id = $2 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $3)
               AND (r.role = 'auditor' OR (r.role IN ('owner', 'steward', 'tc-security-officer')
                    AND covers(r.scope_kind, r.scope_id, p.id, p.domain_id, d.sector_id)))) AS reads) k
           WHERE p.id = ANY($1)
           ORDER BY c.agreements DESC, p.title, p.address"#,
        &products.into_iter().collect::<Vec<_>>(),
        reader.0,
        now,
        NAMED
    )
    .fetch_all(conn)
    .await?;
    let products = rows
        .into_iter()
        .map(|row| Touched {
            address: row.address,
            title: row.title,
            agreements: row.agreements,
            people: row.people,
            names: row.reads.then_some(row.names),
        })
        .collect();
    Ok(Touch { products, at_least: walked.truncated || !walked.more_down.is_empty() })
}
