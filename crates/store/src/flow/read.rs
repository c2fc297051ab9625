//! The part of the catalogue that a change can concern: whoever takes from the products that changed, over any number of others,
//! and whatever these take.

use crate::Result;
use domain::flow::{Holding, Taken, Taking};
use domain::id::ProductId;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the domain judges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flows {
    /// The products that are judged: those that changed, and all that comes after them.
    pub judged: Vec<ProductId>,
    pub holdings: BTreeMap<ProductId, Holding>,
    pub takings: Vec<Taking>,
}

pub async fn flows_around(conn: &mut PgConnection, changed: &[Uuid]) -> Result<Flows> {
    let judged = sqlx::query_scalar!(
        r#"WITH RECURSIVE down AS (
               SELECT u.id FROM unnest($1::uuid[]) AS u(id) UNION
               SELECT t.consumer_id FROM down d JOIN product_taking t ON t.upstream_id = d.id)
           SELECT id AS "id!" FROM down
           -- Whoever was flagged for something of theirs, and takes it no longer.
           UNION SELECT f.product_id FROM flow_flag f JOIN down d ON d.id = f.upstream_id WHERE f.mended_at IS NULL"#,
        changed
    )
    .fetch_all(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        r#"WITH RECURSIVE up AS (
               SELECT u.id FROM unnest($1::uuid[]) AS u(id) UNION
               SELECT t.upstream_id FROM up JOIN product_taking t ON t.consumer_id = up.id)
           SELECT t.input_port AS "input_port!", t.consumer_id AS "consumer!", t.upstream_id AS "upstream!",
                  ARRAY(SELECT c.from_column FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "from!",
                  ARRAY(SELECT c.to_column FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "to!: Vec<Option<String>>",
                  ARRAY(SELECT c.handling FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "handling!"
           FROM up JOIN product_taking t ON t.consumer_id = up.id"#,
        &judged
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut takings = vec![];
    for row in rows {
        let columns = row
            .from
            .into_iter()
            .zip(row.to)
            .zip(row.handling)
            .map(|((from, to), handling)| Ok(Taken { from, to, handling: handling.parse()? }))
            .collect::<Result<_>>()?;
        takings.push(Taking { consumer: ProductId(row.consumer), upstream: ProductId(row.upstream), port: row.input_port, columns });
    }
    let holdings = holdings(conn, &takings).await?;
    Ok(Flows { judged: judged.into_iter().map(ProductId).collect(), holdings, takings })
}

/// The columns of all products that take or are taken from.
async fn holdings(conn: &mut PgConnection, takings: &[Taking]) -> Result<BTreeMap<ProductId, Holding>> {
    let products: Vec<Uuid> = takings.iter().flat_map(|taking| [taking.consumer.0, taking.upstream.0]).collect();
    let rows = sqlx::query!(
        // The technique is asked for by name: it stands with the column wherever the record keeps techniques.
        r#"SELECT d.product_id, d.name || '.' || c.name AS "column!", c.personal,
                  coalesce(to_jsonb(c) -> 'technique' ->> 'technique', 'clear') <> 'clear' AS "protected!"
           FROM data_column c JOIN dataset d ON d.id = c.dataset_id WHERE d.product_id = ANY($1)"#,
        &products
    )
    .fetch_all(conn)
    .await?;
    let mut found: BTreeMap<ProductId, Holding> = BTreeMap::new();
    for row in rows {
        let holding = found.entry(ProductId(row.product_id)).or_default();
        if row.protected {
            holding.protected.insert(row.column.clone());
        }
        holding.columns.insert(row.column, row.personal.parse()?);
    }
    Ok(found)
}
