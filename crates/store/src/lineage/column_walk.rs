//! Following columns hop by hop, as `walk.rs` does with datasets: bounded, of a day, and as if what the reader may not know of were not
//! there. `*` is every column: what decides which rows arrive goes into it, so it comes before each column and all of them go on from it.

use super::walk::{Asked, Step, Walked, shares};
use crate::Result;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// A node and its column.
pub type Column = (i64, String);

/// How a column goes into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct How {
    /// Its values arrive; otherwise it decides which rows or groups do.
    pub direct: bool,
    pub masked: bool,
}

/// Columns with their hops, and how each edge carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub walked: Walked<Column>,
    pub how: BTreeMap<(Column, Column), How>,
}

struct Row {
    /// Place in what was asked, from one on, and the column there that the edge is of: the same, or every one, or one of every one.
    place: i64,
    own: String,
    node: i64,
    name: String,
    how: How,
}

pub async fn column_walk(conn: &mut PgConnection, start: &[Column], asked: &Asked) -> Result<Followed> {
    let mut found = Followed { walked: Walked::begun(start), how: BTreeMap::new() };
    for (down, most) in shares(asked.direction, &asked.limits, start.len()) {
        follow(conn, start, asked, down, most, &mut found).await?;
    }
    found.how.retain(|edge, _| found.walked.edges.contains(edge));
    Ok(found)
}

async fn follow(conn: &mut PgConnection, start: &[Column], asked: &Asked, down: bool, most: usize, found: &mut Followed) -> Result<()> {
    let mut here = start.to_vec();
    let mut reached: BTreeSet<Column> = start.iter().cloned().collect();
    for hop in 1..=i32::from(asked.hops) {
        if here.is_empty() || found.walked.full(most) {
            return Ok(());
        }
        // They are counted as they are asked for, and not as they are drawn.
        let step = Step { down, hop, most, fan: i64::MAX };
        // Edges to what is known already are few beside those to what is new.
        let budget = 2 * most.saturating_sub(found.walked.hops.len()) + here.len() + 50;
        let rows = neighbours(conn, &here, asked, down, i64::try_from(budget + 1).unwrap_or(i64::MAX)).await?;
        found.walked.truncated |= rows.len() > budget;
        let pairs = drawn(&here, rows, &step, asked.limits.fan, &mut found.walked);
        for (one, other, how) in &pairs {
            let edge = if down { (one.clone(), other.clone()) } else { (other.clone(), one.clone()) };
            found.how.insert(edge, *how);
        }
        here = found.walked.take(pairs.into_iter().map(|(one, other, _)| (one, other)), &step, &mut reached);
    }
    // The steps are at their end: one more look says where the graph is not.
    if !here.is_empty() {
        let every = i64::try_from(here.len()).unwrap_or(i64::MAX).saturating_mul(asked.limits.fan + 1);
        let mut counted: BTreeMap<i64, i64> = BTreeMap::new();
        for row in neighbours(conn, &here, asked, down, every).await? {
            let count = counted.entry(row.place).or_default();
            *count += 1;
            if *count > asked.limits.fan || !found.walked.hops.contains_key(&(row.node, row.name)) {
                found.walked.more(down).extend(from(&here, row.place));
            }
        }
    }
    Ok(())
}

fn from(here: &[Column], place: i64) -> Option<Column> {
    here.get(usize::try_from(place - 1).ok()?).cloned()
}

/// Edges between columns as they are told. A column that comes in beside the one that was asked for stands where that stands.
fn drawn(here: &[Column], rows: Vec<Row>, step: &Step, fan: i64, walked: &mut Walked<Column>) -> Vec<(Column, Column, How)> {
    let mut counted: BTreeMap<i64, i64> = BTreeMap::new();
    let mut pairs = vec![];
    for row in rows {
        let Some(asked) = from(here, row.place) else { continue };
        let count = counted.entry(row.place).or_default();
        *count += 1;
        if *count > fan {
            walked.more(step.down).insert(asked);
            continue;
        }
        let hop = walked.hops.get(&asked).copied().unwrap_or_default();
        let own = (asked.0, row.own);
        if !walked.hops.contains_key(&own) {
            if walked.hops.len() >= step.most {
                walked.truncated = true;
                continue;
            }
            walked.hops.insert(own.clone(), hop);
        }
        pairs.push((own, (row.node, row.name), row.how));
    }
    pairs
}

/// Columns that these go into, or come from. Where one decides about rows and gives its values as well, it gives its values.
async fn neighbours(conn: &mut PgConnection, here: &[Column], asked: &Asked, down: bool, most: i64) -> Result<Vec<Row>> {
    let (nodes, names): (Vec<i64>, Vec<String>) = here.iter().cloned().unzip();
    let rows = sqlx::query!(
        r#"SELECT u.place AS "place!", o.own AS "own!", o.id AS "id!", o.name AS "name!", o.direct AS "direct!", o.masked AS "masked!"
           FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS u(node, name, place) CROSS JOIN LATERAL (
               SELECT x.* FROM (
                   SELECT b.own, b.id, b.name, bool_or(b.direct) AS direct, coalesce(bool_and(b.masked) FILTER (WHERE b.direct), false) AS masked FROM (
                       SELECT e.from_column AS own, e.to_id AS id, e.to_column AS name, e.direct, e.masked, e.since, e.until FROM lineage_column_edge e
                       WHERE $8 AND u.name <> '*' AND e.from_id = u.node AND e.from_column IN (u.name, '*')
                       UNION ALL SELECT e.from_column, e.to_id, e.to_column, e.direct, e.masked, e.since, e.until FROM lineage_column_edge e
                       WHERE $8 AND u.name = '*' AND e.from_id = u.node
                       UNION ALL SELECT e.to_column, e.from_id, e.from_column, e.direct, e.masked, e.since, e.until FROM lineage_column_edge e
                       WHERE NOT $8 AND u.name <> '*' AND e.to_id = u.node AND e.to_column IN (u.name, '*')
                       UNION ALL SELECT e.to_column, e.from_id, e.from_column, e.direct, e.masked, e.since, e.until FROM lineage_column_edge e
                       WHERE NOT $8 AND u.name = '*' AND e.to_id = u.node) b
                   WHERE (b.id <> u.node OR b.name <> b.own)
                     AND CASE WHEN $5::timestamptz IS NULL THEN b.until IS NULL ELSE b.since <= $5 AND (b.until IS NULL OR b.until > $5) END
                   GROUP BY b.own, b.id, b.name) x
               JOIN lineage_node n ON n.id = x.id LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = d.product_id)
               ORDER BY x.own, x.id, x.name LIMIT $6) o
           ORDER BY u.place, o.own, o.id, o.name LIMIT $7"#,
        &nodes,
        &names,
        asked.reader.0,
        asked.now,
        asked.as_of,
        asked.limits.fan + 1,
        most,
        down
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row { place: row.place, own: row.own, node: row.id, name: row.name, how: How { direct: row.direct, masked: row.masked } })
        .collect())
}
