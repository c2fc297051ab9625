//! What somebody means to ask for together.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{DatasetId, OutputPortId, PersonId};
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketItem {
    /// `domain.product.port.dataset`.
    pub address: String,
    pub product_title: String,
    pub dataset_title: String,
}

pub async fn add(conn: &mut PgConnection, person: PersonId, port: OutputPortId, dataset: DatasetId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO basket_item (person_id, output_port_id, dataset_id, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        person.0,
        port.0,
        dataset.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn remove(conn: &mut PgConnection, person: PersonId, port: OutputPortId, dataset: DatasetId) -> Result<()> {
    sqlx::query!("DELETE FROM basket_item WHERE person_id = $1 AND output_port_id = $2 AND dataset_id = $3", person.0, port.0, dataset.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// What is in the basket, of products that the person may (still) know of.
pub async fn items(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Vec<BasketItem>> {
    let rows = sqlx::query!(
        r#"SELECT p.address || '.' || o.name || '.' || d.name AS "address!", p.title AS "product_title!", d.title AS dataset_title
           FROM basket_item b JOIN output_port o ON o.id = b.output_port_id JOIN dataset d ON d.id = b.dataset_id
           JOIN visible_product($1, $2) p ON p.id = d.product_id
           WHERE b.person_id = $1 ORDER BY b.added_at, 1"#,
        person.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| BasketItem { address: row.address, product_title: row.product_title, dataset_title: row.dataset_title }).collect())
}
