//! What standards ask about a product's lineage. It is the whole truth and no reader's: whoever shows it says what the reader may know.

use crate::Result;
use domain::catalogue::Classification;
use domain::id::ProductId;
use sqlx::PgConnection;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether anything is known of where its data comes from.
    pub known: bool,
    /// Names of datasets of which the sources are known.
    pub datasets: Vec<String>,
    pub upstream: Vec<Upstream>,
    /// Products that read from it.
    pub downstream: i64,
}

/// A product that it reads from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    pub address: String,
    pub classification: Option<Classification>,
    /// Personal columns come from it: those that are known to, or any of a dataset whose columns are not followed.
    pub personal: bool,
}

pub async fn summary(conn: &mut PgConnection, product: ProductId) -> Result<Summary> {
    let row = sqlx::query!(
        r#"WITH own AS (SELECT n.id, d.name FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = $1)
           SELECT ARRAY(SELECT o.name FROM own o WHERE EXISTS (SELECT FROM lineage_edge e WHERE e.to_id = o.id AND e.until IS NULL) ORDER BY o.name) AS "datasets!",
                  (SELECT count(DISTINCT d.product_id) FROM own o JOIN lineage_edge e ON e.from_id = o.id AND e.until IS NULL
                   JOIN lineage_node n ON n.id = e.to_id JOIN dataset d ON d.id = n.dataset_id WHERE d.product_id <> $1) AS "downstream!""#,
        product.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        r#"WITH own AS (SELECT n.id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = $1),
                above AS (SELECT DISTINCT e.from_id, e.to_id, d.id AS dataset_id, d.product_id FROM own o JOIN lineage_edge e ON e.to_id = o.id AND e.until IS NULL
                          JOIN lineage_node n ON n.id = e.from_id JOIN dataset d ON d.id = n.dataset_id WHERE d.product_id <> $1)
           SELECT p.address, p.classification, bool_or(EXISTS (
                      SELECT FROM data_column c WHERE c.dataset_id = a.dataset_id AND c.personal <> 'none' AND (
                          EXISTS (SELECT FROM lineage_column_edge e WHERE e.from_id = a.from_id AND e.to_id = a.to_id AND e.until IS NULL
                                  AND e.direct AND e.from_column = c.name)
                          OR NOT EXISTS (SELECT FROM lineage_column_edge e WHERE e.from_id = a.from_id AND e.to_id = a.to_id AND e.until IS NULL)))) AS "personal!"
           FROM above a JOIN product p ON p.id = a.product_id GROUP BY p.address, p.classification ORDER BY p.address"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    let upstream = rows
        .into_iter()
        .map(|row| {
            let classification = row.classification.map(|word| word.parse()).transpose()?;
            Ok(Upstream { address: row.address, classification, personal: row.personal })
        })
        .collect::<Result<_>>()?;
    Ok(Summary { known: !row.datasets.is_empty(), datasets: row.datasets, upstream, downstream: row.downstream })
}
