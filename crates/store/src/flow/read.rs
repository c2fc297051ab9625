//! The part of the catalogue that a change can concern: whoever takes from the products that changed, over any number of others,
//! and whatever these take.

use crate::Result;
use domain::flow::{Holding, Taken, Taking};
use domain::id::ProductId;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the domain judges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flows {
    /// The products that are judged: those that changed, and all that comes after them.
    pub judged: Vec<ProductId>,
    pub holdings: BTreeMap<ProductId, Holding>,
    pub takings: Vec<Taking>,
}

/// Products that are looked at one by one; beyond it reading every flow of the catalogue once is quicker.
const FEW: usize = 2_000;

/// What changes of these products can concern.
pub async fn flows_around(conn: &mut PgConnection, changed: &[Uuid]) -> Result<Flows> {
    let Some((judged, takings)) = around(conn, changed).await? else { return whole(conn).await };
    let holdings = holdings(conn, &takings).await?;
    Ok(Flows { judged: judged.into_iter().map(ProductId).collect(), holdings, takings })
}

/// Level by level, so that each is one look into an index; none when it becomes many.
async fn around(conn: &mut PgConnection, changed: &[Uuid]) -> Result<Option<(BTreeSet<Uuid>, Vec<Taking>)>> {
    let mut judged: BTreeSet<Uuid> = changed.iter().copied().collect();
    let mut level: Vec<Uuid> = changed.to_vec();
    while !level.is_empty() && judged.len() <= FEW {
        // Also whoever was flagged for something of theirs, and takes it no longer.
        let next = sqlx::query_scalar!(
            r#"SELECT t.consumer_id AS "id!" FROM product_taking t WHERE t.upstream_id = ANY($1)
               UNION SELECT f.product_id FROM flow_flag f WHERE f.mended_at IS NULL AND f.upstream_id = ANY($1)"#,
            &level
        );
        level = next.fetch_all(&mut *conn).await?.into_iter().filter(|id| judged.insert(*id)).collect();
    }
    let mut known: BTreeSet<Uuid> = judged.clone();
    let mut level: Vec<Uuid> = judged.iter().copied().collect();
    let mut all = vec![];
    while !level.is_empty() && known.len() <= FEW {
        let found = takings(conn, Some(&level)).await?;
        level = found.iter().map(|taking| taking.upstream.0).filter(|id| known.insert(*id)).collect();
        all.extend(found);
    }
    Ok((known.len() <= FEW).then_some((judged, all)))
}

/// Every flow of the catalogue, all of it judged.
async fn whole(conn: &mut PgConnection) -> Result<Flows> {
    let takings = takings(conn, None).await?;
    let holdings = holdings(conn, &takings).await?;
    let flagged = sqlx::query_scalar!("SELECT DISTINCT product_id FROM flow_flag WHERE mended_at IS NULL").fetch_all(conn).await?;
    let judged: BTreeSet<Uuid> = takings.iter().map(|taking| taking.consumer.0).chain(flagged).collect();
    Ok(Flows { judged: judged.into_iter().map(ProductId).collect(), holdings, takings })
}

/// What these products take, or all.
async fn takings(conn: &mut PgConnection, consumers: Option<&[Uuid]>) -> Result<Vec<Taking>> {
    let rows = sqlx::query!(
        r#"SELECT t.input_port AS "input_port!", t.consumer_id AS "consumer!", t.upstream_id AS "upstream!",
                  ARRAY(SELECT c.from_column FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "from!",
                  ARRAY(SELECT c.to_column FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "to!: Vec<Option<String>>",
                  ARRAY(SELECT c.handling FROM column_flow c WHERE c.input_port_id = t.input_port_id ORDER BY c.from_column, c.to_column) AS "handling!"
           FROM product_taking t WHERE $1::uuid[] IS NULL OR t.consumer_id = ANY($1)"#,
        consumers
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
    Ok(takings)
}

/// Of the products that take or are taken from, the columns that personal data can be in: those that are personal or protected, and those of a
/// name under which any is, or is said to arrive. Others carry nothing, however many they are.
async fn holdings(conn: &mut PgConnection, takings: &[Taking]) -> Result<BTreeMap<ProductId, Holding>> {
    let products: BTreeSet<Uuid> = takings.iter().flat_map(|taking| [taking.consumer.0, taking.upstream.0]).collect();
    let products: Vec<Uuid> = products.into_iter().collect();
    let said = takings.iter().flat_map(|taking| &taking.columns).flat_map(|taken| taken.to.as_deref().into_iter().chain([taken.from.as_str()]));
    let names: BTreeSet<String> = said.map(|column| column.rsplit('.').next().unwrap_or(column).to_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT d.product_id, d.name || '.' || c.name AS "column!", c.personal,
                  coalesce(c.technique ->> 'technique', 'clear') <> 'clear' AS "protected!"
           FROM data_column c JOIN dataset d ON d.id = c.dataset_id
           WHERE d.product_id = ANY($1) AND (c.personal <> 'none' OR c.technique IS NOT NULL OR c.name = ANY($2)
               OR c.name IN (SELECT DISTINCT p.name FROM data_column p WHERE p.personal <> 'none'))"#,
        &products,
        &names.into_iter().collect::<Vec<_>>()
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
