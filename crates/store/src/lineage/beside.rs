//! All direct neighbours of a product's datasets, by name and in pages: a drawing shows a few of a hub's, and the others are reached here.

use super::Side;
use super::stamps::knows;
use super::start::Start;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::DECLARED;
use sqlx::PgConnection;
use uuid::Uuid;

/// What of the neighbours is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Those after it; otherwise those before it.
    pub down: bool,
    /// In their names; all of them when it is empty.
    pub words: String,
    /// From one on.
    pub page: i64,
    pub per_page: i64,
}

/// One page of neighbours, as the graph is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub shown: Vec<Side>,
    /// How many there are by that name.
    pub all: i64,
    /// Those outside the catalogue of which the reader may not know the name.
    pub outside: i64,
}

pub async fn beside(conn: &mut PgConnection, start: &Start, reader: PersonId, looked: &Looked, now: DateTime<Utc>) -> Result<Beside> {
    let product: Vec<Uuid> = start.product.iter().map(|product| product.0).collect();
    let known = knows(conn, reader, &product, now).await?;
    let keeps = known.all || product.iter().any(|id| known.kept.contains(id));
    let rows = sqlx::query!(
        r#"WITH beside AS (
               SELECT e.to_id AS id FROM lineage_edge e WHERE $4 AND e.from_id = ANY($1) AND e.to_id <> ALL($1) AND e.until IS NULL
               UNION SELECT e.from_id FROM lineage_edge e WHERE NOT $4 AND e.to_id = ANY($1) AND e.from_id <> ALL($1) AND e.until IS NULL),
           seen AS (
               SELECT n.id, n.namespace, d.name AS dataset, p.address, p.title,
                      CASE WHEN n.namespace = $5 THEN substr(n.name, strpos(n.name, '/') + 1) ELSE n.name END AS name,
                      (d.id IS NOT NULL OR n.namespace = $5 OR $6 OR n.first_by IS NOT DISTINCT FROM $2) AS known
               FROM beside b JOIN lineage_node n ON n.id = b.id LEFT JOIN dataset d ON d.id = n.dataset_id
               LEFT JOIN LATERAL (SELECT v.* FROM visible_product($2, $3) v WHERE v.id = d.product_id) p ON true
               WHERE d.id IS NULL OR p.id IS NOT NULL),
           found AS (SELECT s.*, coalesce(s.title || ' ' || s.dataset || ' ' || s.address, s.name) AS words FROM seen s WHERE s.known),
           meant AS (SELECT * FROM found f WHERE strpos(lower(f.words), lower($7)) > 0 OR $7 = '')
           SELECT (SELECT count(*) FROM meant) AS "all!", (SELECT count(*) FROM seen s WHERE NOT s.known) AS "outside!", m.namespace AS "namespace?",
                  m.name AS "name?", m.dataset AS "dataset?", m.address AS "address?", m.title AS "title?"
           FROM (SELECT 1) AS one LEFT JOIN (SELECT * FROM meant ORDER BY lower(words), id LIMIT $8 OFFSET $9) m ON true
           ORDER BY lower(m.words), m.id"#,
        &start.nodes,
        reader.0,
        now,
        looked.down,
        DECLARED,
        keeps,
        looked.words,
        looked.per_page,
        looked.per_page * (looked.page - 1).max(0)
    )
    .fetch_all(conn)
    .await?;
    let mut found = Beside { all: rows.first().map_or(0, |row| row.all), outside: rows.first().map_or(0, |row| row.outside), shown: vec![] };
    for row in rows {
        found.shown.extend(match (row.address, row.title, row.dataset, row.namespace, row.name) {
            (Some(address), Some(title), Some(dataset), ..) => Some(Side::Dataset { address, title, dataset }),
            (.., Some(namespace), Some(text)) if namespace == DECLARED => Some(Side::Source(text)),
            (.., Some(namespace), Some(name)) => Some(Side::Named { namespace, name }),
            _ => None,
        });
    }
    Ok(found)
}
