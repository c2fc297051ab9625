//! How much of a product has a known origin.

use crate::Result;
use domain::id::ProductId;
use sqlx::PgConnection;

/// Datasets of a product, and how many of them something is known to be written from: by a tool's run, or by a declared port.
pub async fn traced(conn: &mut PgConnection, product: ProductId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "datasets!", count(*) FILTER (WHERE EXISTS (
                      SELECT FROM lineage_node n JOIN lineage_edge e ON e.to_id = n.id WHERE n.dataset_id = d.id AND e.until IS NULL)) AS "traced!"
           FROM dataset d WHERE d.product_id = $1"#,
        product.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.datasets, row.traced))
}
