//! The graph as a reader sees it: what each node is, with the stamps of its dataset.

use super::edge_jobs::{EdgeJobs, edge_jobs};
use super::stamps::{Checks, What, stamped, word};
use super::told::{Told, told};
use super::walk::{Asked, Reached, walk};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::{PgConnection, PgPool};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Hops from the start, upstream below nought.
    pub hop: i32,
    pub what: What,
    /// It has more neighbours than are shown.
    pub more_up: bool,
    pub more_down: bool,
    /// The latest checks, of the run of a pipeline that told of any or of a quality tool: how many held, how many did not, and when.
    pub checks: Option<Checks>,
    /// Of a table in no product, for who may know its name: what tools said that it is.
    pub told: Option<Told>,
}

/// Nodes by hop and name; edges are places in that list, as data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Seen>,
    pub edges: Vec<(usize, usize)>,
    /// What made each edge, in their order, where that was asked for.
    pub jobs: Vec<EdgeJobs>,
    pub truncated: bool,
}

impl Graph {
    /// Whether anything was left out, by a hub or by the size of the answer.
    pub fn cut(&self) -> bool {
        self.truncated || self.nodes.iter().any(|node| node.more_up || node.more_down)
    }
}

pub async fn graph(pool: &PgPool, start: &[i64], asked: &Asked) -> Result<Graph> {
    Ok(placed(pool, start, asked).await?.0)
}

/// The same, and which jobs made each edge.
pub async fn graph_with_jobs(pool: &PgPool, start: &[i64], asked: &Asked) -> Result<Graph> {
    let (mut graph, ids) = placed(pool, start, asked).await?;
    graph.jobs = edge_jobs(&mut *pool.acquire().await?, &graph, &ids, asked).await?;
    Ok(graph)
}

/// The graph, and the nodes of its places.
async fn placed(pool: &PgPool, start: &[i64], asked: &Asked) -> Result<(Graph, Vec<i64>)> {
    let Reached { walked, datasets } = walk(&mut *pool.acquire().await?, start, asked).await?;
    let ids: Vec<i64> = walked.hops.keys().copied().collect();
    let stamped = stamped(pool, &ids, &datasets, &walked.edges, asked).await?;
    let named: Vec<i64> = stamped.iter().filter(|(_, node)| matches!(node.what, What::Named { .. })).map(|(id, _)| *id).collect();
    let mut described = if named.is_empty() { BTreeMap::new() } else { told(&mut *pool.acquire().await?, &named, asked.as_of).await? };
    let mut seen: Vec<(i64, Seen)> = stamped
        .into_iter()
        .map(|(id, node)| {
            let hop = walked.hops.get(&id).copied().unwrap_or_default();
            let (more_up, more_down) = (walked.more_up.contains(&id), walked.more_down.contains(&id));
            (id, Seen { hop, what: node.what, more_up, more_down, checks: node.checks, told: described.remove(&id) })
        })
        .collect();
    seen.sort_by_cached_key(|(id, node)| (node.hop, word(&node.what), *id));
    let place: BTreeMap<i64, usize> = seen.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
    let mut edges: Vec<(usize, usize)> = walked.edges.iter().filter_map(|(from, to)| Some((*place.get(from)?, *place.get(to)?))).collect();
    edges.sort_unstable();
    let (ids, nodes) = seen.into_iter().unzip();
    Ok((Graph { nodes, edges, jobs: vec![], truncated: walked.truncated }, ids))
}

/// A column that goes into another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnEdge {
    /// Address of the dataset and the column, or none for what is outside the catalogue.
    pub from: Option<(String, String)>,
    pub to: Option<(String, String)>,
    /// Its values arrive; otherwise it decides which rows or groups do.
    pub direct: bool,
    pub masked: bool,
}

/// Columns that go into or come out of one product's datasets, at most so many.
pub async fn column_edges(
    conn: &mut PgConnection,
    product: ProductId,
    reader: PersonId,
    as_of: Option<DateTime<Utc>>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<ColumnEdge>> {
    let rows = sqlx::query!(
        r#"WITH own AS (SELECT n.id FROM dataset d JOIN lineage_node n ON n.dataset_id = d.id WHERE d.product_id = $1),
                found AS (SELECT e.* FROM own JOIN lineage_column_edge e ON e.to_id = own.id UNION SELECT e.* FROM own JOIN lineage_column_edge e ON e.from_id = own.id)
           SELECT DISTINCT f.address || '.' || fd.name AS "from_address?", e.from_column AS "from_column!", t.address || '.' || td.name AS "to_address?",
                  e.to_column AS "to_column!", e.direct AS "direct!", e.masked AS "masked!"
           FROM found e JOIN lineage_node fn ON fn.id = e.from_id LEFT JOIN dataset fd ON fd.id = fn.dataset_id
           JOIN lineage_node tn ON tn.id = e.to_id LEFT JOIN dataset td ON td.id = tn.dataset_id
           LEFT JOIN LATERAL (SELECT v.address FROM visible_product($2, $3) v WHERE v.id = fd.product_id) f ON true
           LEFT JOIN LATERAL (SELECT v.address FROM visible_product($2, $3) v WHERE v.id = td.product_id) t ON true
           WHERE (fd.id IS NULL OR f.address IS NOT NULL) AND (td.id IS NULL OR t.address IS NOT NULL)
             AND CASE WHEN $4::timestamptz IS NULL THEN e.until IS NULL ELSE e.since <= $4 AND (e.until IS NULL OR e.until > $4) END
           ORDER BY 3, 4, 1, 2 LIMIT $5"#,
        product.0,
        reader.0,
        now,
        as_of,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ColumnEdge {
            from: row.from_address.map(|address| (address, row.from_column)),
            to: row.to_address.map(|address| (address, row.to_column)),
            direct: row.direct,
            masked: row.masked,
        })
        .collect())
}
