//! Where a column comes from and goes, as a reader sees it: over any number of products, through what is in none.

use super::column_walk::{Column, How, column_walk};
use super::stamps::{What, datasets, stamped, word};
use super::start::Start;
use super::walk::Asked;
use crate::Result;
use domain::catalogue::{Classification, PersonalCategory};
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};

/// A column as its reader may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenColumn {
    /// Hops from the start, upstream below nought.
    pub hop: i32,
    /// What it is a column of.
    pub what: What,
    /// Its name, `*` for every column; none of what is outside the catalogue and not the reader's to know.
    pub column: Option<String>,
    /// As its steward decided, once that was done; of today.
    pub classification: Option<Classification>,
    pub personal: Option<PersonalCategory>,
    /// It has more neighbours than are shown.
    pub more_up: bool,
    pub more_down: bool,
}

/// Columns by hop and name; edges are places in that list, as data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnGraph {
    pub nodes: Vec<SeenColumn>,
    pub edges: Vec<(usize, usize, How)>,
    pub truncated: bool,
}

impl ColumnGraph {
    /// Whether anything was left out.
    pub fn cut(&self) -> bool {
        self.truncated || self.nodes.iter().any(|node| node.more_up || node.more_down)
    }
}

/// The graph around one column of a dataset. None when no document and, as far as this reader may know, no tool says that there is one.
pub async fn column_graph(pool: &PgPool, start: &Start, column: &str, asked: &Asked) -> Result<Option<ColumnGraph>> {
    let columns: Vec<Column> = start.nodes.iter().map(|node| (*node, column.to_owned())).collect();
    let found = graph(pool, &columns, asked).await?;
    // What goes into every column of a dataset names none of them.
    let named = |at: &usize| found.nodes.get(*at).is_some_and(|node| node.hop == 0 && node.column.as_deref() == Some(column));
    if found.edges.iter().any(|(from, to, _)| named(from) || named(to)) || described(&mut *pool.acquire().await?, start, column).await? {
        return Ok(Some(found));
    }
    Ok(None)
}

/// The graph around all columns of a product's datasets that anything is told of, at most so many of them.
pub async fn columns_graph(pool: &PgPool, start: &Start, most: usize, asked: &Asked) -> Result<ColumnGraph> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT x.id AS "id!", x.name AS "name!" FROM (
               SELECT e.to_id AS id, e.to_column AS name, e.from_id AS other, e.since, e.until FROM lineage_column_edge e WHERE e.to_id = ANY($1)
               UNION ALL SELECT e.from_id, e.from_column, e.to_id, e.since, e.until FROM lineage_column_edge e WHERE e.from_id = ANY($1)) x
           JOIN lineage_node n ON n.id = x.other LEFT JOIN dataset d ON d.id = n.dataset_id
           WHERE CASE WHEN $4::timestamptz IS NULL THEN x.until IS NULL ELSE x.since <= $4 AND (x.until IS NULL OR x.until > $4) END
             AND (d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id))
           ORDER BY 1, 2 LIMIT $5"#,
        &start.nodes,
        asked.reader.0,
        asked.now,
        asked.as_of,
        i64::try_from(most + 1).unwrap_or(i64::MAX)
    )
    .fetch_all(pool)
    .await?;
    let more = rows.len() > most;
    let columns: Vec<Column> = rows.into_iter().take(most).map(|row| (row.id, row.name)).collect();
    let mut found = graph(pool, &columns, asked).await?;
    found.truncated |= more;
    Ok(found)
}

async fn graph(pool: &PgPool, start: &[Column], asked: &Asked) -> Result<ColumnGraph> {
    let found = column_walk(&mut *pool.acquire().await?, start, asked).await?;
    let ids: BTreeSet<i64> = found.walked.hops.keys().map(|(node, _)| *node).collect();
    let beside: BTreeSet<(i64, i64)> = found.walked.edges.iter().map(|(from, to)| (from.0, to.0)).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let datasets = datasets(&mut *pool.acquire().await?, &ids).await?;
    let nodes = stamped(pool, &ids, &datasets, &beside, asked).await?;
    let columns: Vec<Column> = found.walked.hops.keys().cloned().collect();
    let classes = classes(&mut *pool.acquire().await?, &columns).await?;
    let mut seen: Vec<(&Column, SeenColumn)> = vec![];
    for (column, hop) in &found.walked.hops {
        let Some(node) = nodes.get(&column.0) else { continue };
        let class = classes.get(column);
        let named = node.what != What::Outside;
        let shown = SeenColumn {
            hop: *hop,
            what: node.what.clone(),
            column: named.then(|| column.1.clone()),
            classification: class.map(|class| class.0),
            personal: class.map(|class| class.1),
            more_up: found.walked.more_up.contains(column),
            more_down: found.walked.more_down.contains(column),
        };
        seen.push((column, shown));
    }
    seen.sort_by_cached_key(|(column, node)| (node.hop, word(&node.what), node.column.clone(), column.0));
    let place: BTreeMap<&Column, usize> = seen.iter().enumerate().map(|(index, (column, _))| (*column, index)).collect();
    let mut edges: Vec<(usize, usize, How)> =
        found.how.iter().filter_map(|((from, to), how)| Some((*place.get(from)?, *place.get(to)?, *how))).collect();
    edges.sort_unstable_by_key(|(from, to, _)| (*to, *from));
    Ok(ColumnGraph { nodes: seen.into_iter().map(|(_, node)| node).collect(), edges, truncated: found.walked.truncated })
}

/// What stewards decided of those that are columns of datasets.
async fn classes(conn: &mut PgConnection, columns: &[Column]) -> Result<BTreeMap<Column, (Classification, PersonalCategory)>> {
    let (nodes, names): (Vec<i64>, Vec<String>) = columns.iter().cloned().unzip();
    let rows = sqlx::query!(
        r#"SELECT n.id, c.name, c.classification, c.personal FROM unnest($1::bigint[], $2::text[]) AS u(node, name)
           JOIN lineage_node n ON n.id = u.node JOIN data_column c ON c.dataset_id = n.dataset_id AND c.name = u.name WHERE c.classified"#,
        &nodes,
        &names
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(((row.id, row.name), (row.classification.parse()?, row.personal.parse()?)))).collect()
}

/// Whether the document of the dataset has such a column.
async fn described(conn: &mut PgConnection, start: &Start, column: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM dataset d JOIN data_column c ON c.dataset_id = d.id
                          WHERE d.product_id = $1 AND ($2::text IS NULL OR d.name = $2) AND c.name = $3) AS "found!""#,
        start.product.map(|product| product.0),
        start.dataset,
        column
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}
