//! Following the graph hop by hop, one query for all nodes of a hop. Each node gives so many neighbours and no more, so that a hub
//! costs what any other node does; the whole answer is bounded, and says when it was cut. What the reader may not know of is
//! passed over before anything is counted: the answer is that of a graph without it.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::Direction;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// How much of the graph one answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub nodes: usize,
    /// Neighbours of one node, each way.
    pub fan: i64,
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub reader: PersonId,
    pub direction: Direction,
    pub hops: u8,
    /// The graph of that moment; none is now.
    pub as_of: Option<DateTime<Utc>>,
    pub limits: Limits,
    pub now: DateTime<Utc>,
}

/// Nodes (or columns of them) with their hops from the start (upstream below nought), and edges as data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked<K: Ord = i64> {
    pub hops: BTreeMap<K, i32>,
    pub edges: BTreeSet<(K, K)>,
    /// Nodes with more neighbours than are shown, upstream and downstream: a hub, or one where the steps ended.
    pub more_up: BTreeSet<K>,
    pub more_down: BTreeSet<K>,
    /// The answer holds as many nodes as it may, and there are more.
    pub truncated: bool,
}

/// One hop one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub down: bool,
    pub hop: i32,
    /// Nodes that the answer may hold by then.
    pub most: usize,
    /// Neighbours of one node.
    pub fan: i64,
}

impl Step {
    /// Rows that one hop is asked for: edges to what is known already are few beside those to what is new.
    pub(super) fn budget(&self, held: usize, here: usize) -> i64 {
        i64::try_from(2 * self.most.saturating_sub(held) + here + 50).unwrap_or(i64::MAX)
    }
}

impl<K: Ord + Clone> Walked<K> {
    pub(super) fn begun(start: &[K]) -> Self {
        let hops = start.iter().map(|node| (node.clone(), 0)).collect();
        Self { hops, edges: BTreeSet::new(), more_up: BTreeSet::new(), more_down: BTreeSet::new(), truncated: false }
    }

    /// What is full gains no node any more.
    pub(super) fn full(&self, most: usize) -> bool {
        self.truncated && self.hops.len() >= most
    }

    /// Says of which nodes there is more on one way.
    pub(super) fn more(&mut self, down: bool) -> &mut BTreeSet<K> {
        if down { &mut self.more_down } else { &mut self.more_up }
    }

    /// Takes in neighbours, as (here, there); gives those that are followed next.
    pub(super) fn take(&mut self, rows: impl Iterator<Item = (K, K)>, step: &Step, reached: &mut BTreeSet<K>) -> Vec<K> {
        let mut seen: BTreeMap<K, i64> = BTreeMap::new();
        let mut next = vec![];
        for (here, there) in rows {
            let count = seen.entry(here.clone()).or_default();
            *count += 1;
            if *count > step.fan {
                self.more(step.down).insert(here);
                continue;
            }
            if !self.hops.contains_key(&there) {
                if self.hops.len() >= step.most {
                    self.truncated = true;
                    continue;
                }
                self.hops.insert(there.clone(), if step.down { step.hop } else { -step.hop });
            }
            self.edges.insert(if step.down { (here, there.clone()) } else { (there.clone(), here) });
            if reached.insert(there.clone()) {
                next.push(there);
            }
        }
        next
    }
}

/// Each way has its half of the answer, so that a broad one does not hide the other: nodes that may be held once a way was followed.
pub(super) fn shares(direction: Direction, limits: &Limits, start: usize) -> Vec<(bool, usize)> {
    let most = |share: usize| start + limits.nodes.saturating_sub(start) / share;
    match direction {
        Direction::Up => vec![(false, most(1))],
        Direction::Down => vec![(true, most(1))],
        Direction::Both => vec![(false, most(2)), (true, most(1))],
    }
}

struct Row {
    here: i64,
    there: i64,
}

pub async fn walk(conn: &mut PgConnection, start: &[i64], asked: &Asked) -> Result<Walked> {
    let mut walked = Walked::begun(start);
    for (down, most) in shares(asked.direction, &asked.limits, start.len()) {
        follow(conn, start, asked, down, most, &mut walked).await?;
    }
    Ok(walked)
}

async fn follow(conn: &mut PgConnection, start: &[i64], asked: &Asked, down: bool, most: usize, walked: &mut Walked) -> Result<()> {
    let mut here = start.to_vec();
    // What was reached on the other way may be reached on this one too.
    let mut reached: BTreeSet<i64> = start.iter().copied().collect();
    for hop in 1..=i32::from(asked.hops) {
        if here.is_empty() || walked.full(most) {
            return Ok(());
        }
        let step = Step { down, hop, most, fan: asked.limits.fan };
        let budget = step.budget(walked.hops.len(), here.len());
        let rows = neighbours(conn, &here, asked, down, budget + 1).await?;
        walked.truncated |= i64::try_from(rows.len()).unwrap_or(i64::MAX) > budget;
        here = walked.take(rows.into_iter().map(|row| (row.here, row.there)), &step, &mut reached);
    }
    // The steps are at their end, and the graph may not be.
    if !here.is_empty() {
        let known: Vec<i64> = walked.hops.keys().copied().collect();
        let more = goes_on(conn, &here, &known, asked, down).await?;
        walked.more(down).extend(more);
    }
    Ok(())
}

/// Of these nodes, those with a neighbour that is not known yet. One query for both ways: the branch of the other is not looked at.
async fn goes_on(conn: &mut PgConnection, here: &[i64], known: &[i64], asked: &Asked, down: bool) -> Result<Vec<i64>> {
    let found = sqlx::query_scalar!(
        r#"SELECT u.here AS "here!" FROM unnest($1::bigint[]) AS u(here) WHERE EXISTS (
               SELECT FROM (SELECT e.to_id AS there, e.since, e.until FROM lineage_edge e WHERE $6 AND e.from_id = u.here
                            UNION ALL SELECT e.from_id, e.since, e.until FROM lineage_edge e WHERE NOT $6 AND e.to_id = u.here) b
               JOIN lineage_node n ON n.id = b.there
               WHERE b.there <> ALL($2::bigint[])
                 AND CASE WHEN $5::timestamptz IS NULL THEN b.until IS NULL ELSE b.since <= $5 AND (b.until IS NULL OR b.until > $5) END
                 AND (NOT EXISTS (SELECT FROM product h WHERE h.id = n.product_id AND (h.visibility <> 'listed' OR h.status NOT IN ('published', 'deprecated')))
                      OR EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = n.product_id)))"#,
        here,
        known,
        asked.reader.0,
        asked.now,
        asked.as_of,
        down
    )
    .fetch_all(conn)
    .await?;
    Ok(found)
}

/// Four queries, and not one with a switch: each walks along the one index that has its neighbours in order, and ends after the few that
/// are wanted. Branches of one query would have to be sorted, and a hub read whole.
///
/// What is not listed is few, and has an index of its own: a neighbour that is not in it is everybody's to know, and only of the others it is
/// asked who the reader is. Asked at once, `visible_product` would read the product of every neighbour.
async fn neighbours(conn: &mut PgConnection, here: &[i64], asked: &Asked, down: bool, most: i64) -> Result<Vec<Row>> {
    let rows = match (down, asked.as_of) {
        (true, None) => down_now(conn, here, asked, most).await,
        (false, None) => up_now(conn, here, asked, most).await,
        (true, Some(then)) => down_then(conn, here, asked, then, most).await,
        (false, Some(then)) => up_then(conn, here, asked, then, most).await,
    };
    Ok(rows?)
}

async fn down_now(conn: &mut PgConnection, here: &[i64], asked: &Asked, most: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.here AS "here!", o.there AS "there!" FROM unnest($1::bigint[]) AS u(here) CROSS JOIN LATERAL (
               SELECT x.there FROM (SELECT DISTINCT e.to_id AS there FROM lineage_edge e
                                    WHERE e.from_id = u.here AND e.to_id <> u.here AND e.until IS NULL ORDER BY e.to_id) x
               JOIN lineage_node n ON n.id = x.there
               WHERE NOT EXISTS (SELECT FROM product h WHERE h.id = n.product_id AND (h.visibility <> 'listed' OR h.status NOT IN ('published', 'deprecated')))
                  OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = n.product_id)
               ORDER BY x.there LIMIT $4) o
           LIMIT $5"#,
        here,
        asked.reader.0,
        asked.now,
        asked.limits.fan + 1,
        most
    )
    .fetch_all(conn)
    .await
}

async fn up_now(conn: &mut PgConnection, here: &[i64], asked: &Asked, most: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.here AS "here!", o.there AS "there!" FROM unnest($1::bigint[]) AS u(here) CROSS JOIN LATERAL (
               SELECT x.there FROM (SELECT DISTINCT e.from_id AS there FROM lineage_edge e
                                    WHERE e.to_id = u.here AND e.from_id <> u.here AND e.until IS NULL ORDER BY e.from_id) x
               JOIN lineage_node n ON n.id = x.there
               WHERE NOT EXISTS (SELECT FROM product h WHERE h.id = n.product_id AND (h.visibility <> 'listed' OR h.status NOT IN ('published', 'deprecated')))
                  OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = n.product_id)
               ORDER BY x.there LIMIT $4) o
           LIMIT $5"#,
        here,
        asked.reader.0,
        asked.now,
        asked.limits.fan + 1,
        most
    )
    .fetch_all(conn)
    .await
}

async fn down_then(conn: &mut PgConnection, here: &[i64], asked: &Asked, then: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.here AS "here!", o.there AS "there!" FROM unnest($1::bigint[]) AS u(here) CROSS JOIN LATERAL (
               SELECT x.there FROM (SELECT DISTINCT e.to_id AS there FROM lineage_edge e
                                    WHERE e.from_id = u.here AND e.to_id <> u.here AND e.since <= $6 AND (e.until IS NULL OR e.until > $6) ORDER BY e.to_id) x
               JOIN lineage_node n ON n.id = x.there
               WHERE NOT EXISTS (SELECT FROM product h WHERE h.id = n.product_id AND (h.visibility <> 'listed' OR h.status NOT IN ('published', 'deprecated')))
                  OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = n.product_id)
               ORDER BY x.there LIMIT $4) o
           LIMIT $5"#,
        here,
        asked.reader.0,
        asked.now,
        asked.limits.fan + 1,
        most,
        then,
    )
    .fetch_all(conn)
    .await
}

async fn up_then(conn: &mut PgConnection, here: &[i64], asked: &Asked, then: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"SELECT u.here AS "here!", o.there AS "there!" FROM unnest($1::bigint[]) AS u(here) CROSS JOIN LATERAL (
               SELECT x.there FROM (SELECT DISTINCT e.from_id AS there FROM lineage_edge e
                                    WHERE e.to_id = u.here AND e.from_id <> u.here AND e.since <= $6 AND (e.until IS NULL OR e.until > $6) ORDER BY e.from_id) x
               JOIN lineage_node n ON n.id = x.there
               WHERE NOT EXISTS (SELECT FROM product h WHERE h.id = n.product_id AND (h.visibility <> 'listed' OR h.status NOT IN ('published', 'deprecated')))
                  OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = n.product_id)
               ORDER BY x.there LIMIT $4) o
           LIMIT $5"#,
        here,
        asked.reader.0,
        asked.now,
        asked.limits.fan + 1,
        most,
        then,
    )
    .fetch_all(conn)
    .await
}
