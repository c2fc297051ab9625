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

/// Nodes with their hops from the start (upstream below nought), and edges as data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    pub hops: BTreeMap<i64, i32>,
    pub edges: BTreeSet<(i64, i64)>,
    /// Nodes with more neighbours than are shown, upstream and downstream: a hub, or one where the steps ended.
    pub more_up: BTreeSet<i64>,
    pub more_down: BTreeSet<i64>,
    /// The answer holds as many nodes as it may, and there are more.
    pub truncated: bool,
}

struct Row {
    here: i64,
    there: i64,
}

pub async fn walk(conn: &mut PgConnection, start: &[i64], asked: &Asked) -> Result<Walked> {
    let mut walked = Walked { hops: start.iter().map(|node| (*node, 0)).collect(), ..Walked::default() };
    // Each way has its half, so that a broad one does not hide the other.
    let most = |share: usize| start.len() + asked.limits.nodes.saturating_sub(start.len()) / share;
    if asked.direction != Direction::Down {
        let most = most(if asked.direction == Direction::Both { 2 } else { 1 });
        follow(conn, start, asked, false, most, &mut walked).await?;
    }
    if asked.direction != Direction::Up {
        follow(conn, start, asked, true, asked.limits.nodes.max(start.len()), &mut walked).await?;
    }
    Ok(walked)
}

async fn follow(conn: &mut PgConnection, start: &[i64], asked: &Asked, down: bool, most: usize, walked: &mut Walked) -> Result<()> {
    let mut here = start.to_vec();
    // What was reached on the other way may be reached on this one too.
    let mut reached: BTreeSet<i64> = start.iter().copied().collect();
    for hop in 1..=i32::from(asked.hops) {
        // What is full gains no node any more.
        if here.is_empty() || (walked.truncated && walked.hops.len() >= most) {
            return Ok(());
        }
        let room = most.saturating_sub(walked.hops.len());
        // Edges to what is known already are few beside those to what is new.
        let budget = i64::try_from(2 * room + here.len() + 50).unwrap_or(i64::MAX);
        let rows = neighbours(conn, &here, asked, down, budget + 1).await?;
        walked.truncated |= i64::try_from(rows.len()).unwrap_or(i64::MAX) > budget;
        let mut seen: BTreeMap<i64, i64> = BTreeMap::new();
        let mut next = vec![];
        for row in rows {
            let count = seen.entry(row.here).or_default();
            *count += 1;
            if *count > asked.limits.fan {
                let more = if down { &mut walked.more_down } else { &mut walked.more_up };
                more.insert(row.here);
                continue;
            }
            if !walked.hops.contains_key(&row.there) {
                if walked.hops.len() >= most {
                    walked.truncated = true;
                    continue;
                }
                walked.hops.insert(row.there, if down { hop } else { -hop });
            }
            walked.edges.insert(if down { (row.here, row.there) } else { (row.there, row.here) });
            if reached.insert(row.there) {
                next.push(row.there);
            }
        }
        here = next;
    }
    // The steps are at their end, and the graph may not be.
    if !here.is_empty() {
        let known: Vec<i64> = walked.hops.keys().copied().collect();
        let more = goes_on(conn, &here, &known, asked, down).await?;
        if down { walked.more_down.extend(more) } else { walked.more_up.extend(more) }
    }
    Ok(())
}

/// Of these nodes, those with a neighbour that is not known yet.
async fn goes_on(conn: &mut PgConnection, here: &[i64], known: &[i64], asked: &Asked, down: bool) -> Result<Vec<i64>> {
    let found = if down { ends_down(conn, here, known, asked).await } else { ends_up(conn, here, known, asked).await };
    Ok(found?)
}

async fn ends_down(conn: &mut PgConnection, here: &[i64], known: &[i64], asked: &Asked) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"SELECT u.here AS "here!" FROM unnest($1::bigint[]) AS u(here) WHERE EXISTS (
               SELECT FROM lineage_edge e JOIN lineage_node n ON n.id = e.to_id LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE e.from_id = u.here AND e.to_id <> ALL($2::bigint[])
                 AND CASE WHEN $5::timestamptz IS NULL THEN e.until IS NULL ELSE e.since <= $5 AND (e.until IS NULL OR e.until > $5) END
                 AND (d.id IS NULL OR EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = d.product_id)))"#,
        here,
        known,
        asked.reader.0,
        asked.now,
        asked.as_of
    )
    .fetch_all(conn)
    .await
}

async fn ends_up(conn: &mut PgConnection, here: &[i64], known: &[i64], asked: &Asked) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"SELECT u.here AS "here!" FROM unnest($1::bigint[]) AS u(here) WHERE EXISTS (
               SELECT FROM lineage_edge e JOIN lineage_node n ON n.id = e.from_id LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE e.to_id = u.here AND e.from_id <> ALL($2::bigint[])
                 AND CASE WHEN $5::timestamptz IS NULL THEN e.until IS NULL ELSE e.since <= $5 AND (e.until IS NULL OR e.until > $5) END
                 AND (d.id IS NULL OR EXISTS (SELECT FROM visible_product($3, $4) v WHERE v.id = d.product_id)))"#,
        here,
        known,
        asked.reader.0,
        asked.now,
        asked.as_of
    )
    .fetch_all(conn)
    .await
}

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
               JOIN lineage_node n ON n.id = x.there LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id)
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
               JOIN lineage_node n ON n.id = x.there LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id)
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
               JOIN lineage_node n ON n.id = x.there LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id)
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
               JOIN lineage_node n ON n.id = x.there LEFT JOIN dataset d ON d.id = n.dataset_id
               WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id)
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
