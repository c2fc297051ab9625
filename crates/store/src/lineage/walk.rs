//! Following the graph hop by hop. Each node gives so many neighbours and no more, so that a hub costs what any other node does; the
//! whole answer is bounded, and says when it was cut. What the reader may not know of is passed over before anything is counted: the
//! answer is that of a graph without it.

use super::ahead::{Row, ahead};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::Direction;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How much of the graph one answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub nodes: usize,
    /// Neighbours of one node, each way.
    pub fan: i64,
}

impl Limits {
    /// As an answer is bounded when nothing else is said.
    pub const USUAL: Self = Self { nodes: 100, fan: 25 };
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

/// Datasets that nodes are, with their products.
pub(super) type Datasets = BTreeMap<i64, (Uuid, Uuid)>;

/// What was reached, and of what is in the catalogue what it is.
pub(super) struct Reached {
    pub walked: Walked,
    pub datasets: Datasets,
}

pub(super) async fn walk(conn: &mut PgConnection, start: &[i64], asked: &Asked) -> Result<Reached> {
    let mut found = Reached { walked: Walked::begun(start), datasets: Datasets::new() };
    for (down, most) in shares(asked.direction, &asked.limits, start.len()) {
        follow(conn, start, asked, down, most, &mut found).await?;
    }
    Ok(found)
}

/// Rows that a look ahead is asked for at first: edges to what is known already are few beside those to what is new.
fn usual_rows(wanted: usize, here: usize) -> usize {
    wanted + wanted / 4 + here + 10
}

/// One look gives all hops as a rule. Where it ends within one, what it gave of that is taken, and the next look begins there and goes further.
async fn follow(conn: &mut PgConnection, start: &[i64], asked: &Asked, down: bool, most: usize, found: &mut Reached) -> Result<()> {
    let Reached { walked, datasets } = found;
    let hops = i32::from(asked.hops);
    let (mut here, mut hop, mut wider) = (start.to_vec(), 0, 1);
    // What was reached on the other way may be reached on this one too.
    let mut reached: BTreeSet<i64> = start.iter().copied().collect();
    let mut carried = vec![];
    while hop < hops && !here.is_empty() {
        if walked.full(most) {
            return Ok(());
        }
        let rows = wider * usual_rows(most.saturating_sub(walked.hops.len()), here.len());
        let look = ahead(conn, &here, asked, down, hops - hop, rows + 1).await?;
        let cut = look.len() > rows;
        datasets.extend(look.iter().filter_map(|row| Some((row.there, (row.dataset?, row.product?)))));
        let last = if cut { look.last().map_or(1, |row| row.hop) } else { hops - hop };
        let mut by_hop = by_hop(look);
        for further in 1..=last {
            // From what an earlier hop reached the look went on again.
            let front: BTreeSet<i64> = here.iter().copied().collect();
            let pairs = by_hop.remove(&further).unwrap_or_default().into_iter().filter(|(from, _)| front.contains(from));
            let step = Step { down, hop: hop + 1, most, fan: asked.limits.fan };
            carried.extend(walked.take(pairs, &step, &mut reached));
            if cut && further == last {
                walked.truncated |= walked.hops.len() >= most;
                break;
            }
            here = std::mem::take(&mut carried);
            hop += 1;
            if walked.full(most) {
                return Ok(());
            }
        }
        wider *= 4;
    }
    // The steps are at their end, and the graph may not be.
    if !here.is_empty() {
        let known: Vec<i64> = walked.hops.keys().copied().collect();
        let more = goes_on(conn, &here, &known, asked, down).await?;
        walked.more(down).extend(more);
    }
    Ok(())
}

fn by_hop(rows: Vec<Row>) -> BTreeMap<i32, Vec<(i64, i64)>> {
    let mut found: BTreeMap<i32, Vec<(i64, i64)>> = BTreeMap::new();
    for row in rows {
        if let Some(here) = row.here {
            found.entry(row.hop).or_default().push((here, row.there));
        }
    }
    found
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
                 AND (NOT EXISTS (SELECT FROM unlisted_product h WHERE h.id = n.product_id)
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
