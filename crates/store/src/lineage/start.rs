//! Where somebody begins: a product or a dataset of one that they may know of, or a name that is theirs to know.

use super::keepers;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Urn;
use domain::id::{PersonId, ProductId};
use domain::lineage::Name;
use sqlx::PgConnection;

/// Nodes to begin at; none while nothing is known of a product's lineage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub product: Option<ProductId>,
    /// The one dataset of it that is meant.
    pub dataset: Option<String>,
    pub nodes: Vec<i64>,
}

/// The nodes of a product, or of one dataset of it. None when this reader may not know of it, or there is none.
pub async fn of_address(conn: &mut PgConnection, urn: &Urn, reader: PersonId, now: DateTime<Utc>) -> Result<Option<Start>> {
    let row = sqlx::query!(
        r#"SELECT p.id AS "id!", (SELECT count(*) FROM dataset d WHERE d.product_id = p.id AND d.name = $4) AS "datasets!",
                  ARRAY(SELECT n.id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id
                        WHERE d.product_id = p.id AND ($4::text IS NULL OR d.name = $4) ORDER BY n.id) AS "nodes!"
           FROM visible_product($2, $3) p WHERE p.address = $1"#,
        urn.product_address(),
        reader.0,
        now,
        urn.dataset
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.filter(|row| urn.dataset.is_none() || row.datasets > 0).map(|row| Start {
        product: Some(ProductId(row.id)),
        dataset: urn.dataset.clone(),
        nodes: row.nodes,
    }))
}

/// The node of a tool's name: of a dataset that this reader may know of, or a placeholder that they named first, that is next to a
/// product which they look after, or that their office over the whole lets them see.
pub async fn of_name(conn: &mut PgConnection, name: &Name, reader: PersonId, now: DateTime<Utc>) -> Result<Option<Start>> {
    let row = sqlx::query!(
        r#"SELECT s.id AS "id!", d.product_id AS "product?", d.name AS "dataset?",
                  CASE WHEN d.id IS NOT NULL THEN EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = d.product_id)
                       ELSE n.first_by IS NOT DISTINCT FROM $3 OR EXISTS (
                           SELECT FROM role_grant r WHERE r.person_id = $3 AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $4)
                           AND (r.role IN ('gdo-administrator', 'auditor') OR (r.role = ANY($5) AND EXISTS (
                               SELECT FROM lineage_edge e JOIN lineage_node o ON o.id IN (e.from_id, e.to_id) JOIN dataset x ON x.id = o.dataset_id
                               JOIN product p ON p.id = x.product_id JOIN data_domain g ON g.id = p.domain_id
                               WHERE (e.from_id = s.id OR e.to_id = s.id) AND covers(r.scope_kind, r.scope_id, p.id, p.domain_id, g.sector_id)))))
                  END AS "known!"
           FROM lineage_node n JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id) LEFT JOIN dataset d ON d.id = s.dataset_id
           WHERE n.namespace = $1 AND n.name = $2"#,
        name.namespace,
        name.name,
        reader.0,
        now,
        &keepers()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.filter(|row| row.known).map(|row| Start { product: row.product.map(ProductId), dataset: row.dataset, nodes: vec![row.id] }))
}
