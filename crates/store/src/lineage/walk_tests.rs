//! However the rows of a walk are cut into looks, it reaches what is there to reach, or as much as it may hold.

use super::walk::{Asked, Limits, Reached, walk};
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::Direction;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// So many tables that all lead to many of each other: nearly every edge is to what is known already, and a look is cut.
const NODES: i64 = 60;
const EDGES: usize = 1_200;

fn now() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

async fn tangle(conn: &mut PgConnection, random: &mut TestRunner) -> BTreeSet<(i64, i64)> {
    let pairs = proptest::collection::vec((1..=NODES, 1..=NODES), EDGES).new_tree(random).unwrap().current();
    let edges: BTreeSet<(i64, i64)> = pairs.into_iter().filter(|(from, to)| from != to).collect();
    let (from, to): (Vec<i64>, Vec<i64>) = edges.iter().copied().unzip();
    sqlx::raw_sql("TRUNCATE lineage_node, lineage_job CASCADE").execute(&mut *conn).await.unwrap();
    sqlx::query(
        "INSERT INTO lineage_node (id, namespace, name, first_at) OVERRIDING SYSTEM VALUE SELECT n, 'elsewhere', 't' || n, $2 FROM generate_series(1, $1) AS n",
    )
    .bind(NODES)
    .bind(now())
    .execute(&mut *conn)
    .await
    .unwrap();
    sqlx::query("INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since) SELECT 1, t, f, t, $3 FROM unnest($1::bigint[], $2::bigint[]) AS u(f, t)")
        .bind(from)
        .bind(to)
        .bind(now())
        .execute(&mut *conn)
        .await
        .unwrap();
    edges
}

/// Hops from the start, and edges that were followed, as far as so many hops lead.
fn reachable(edges: &BTreeSet<(i64, i64)>, start: i64, hops: i32) -> (BTreeMap<i64, i32>, BTreeSet<(i64, i64)>) {
    let (mut found, mut followed) = (BTreeMap::from([(start, 0)]), BTreeSet::new());
    for hop in 1..=hops {
        let here: BTreeSet<i64> = found.iter().filter(|(_, at)| **at == hop - 1).map(|(node, _)| *node).collect();
        for (from, to) in edges.iter().filter(|(from, _)| here.contains(from)) {
            followed.insert((*from, *to));
            found.entry(*to).or_insert(hop);
        }
    }
    (found, followed)
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_walk_reaches_all_there_is_or_as_much_as_it_may_hold(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    let mut random = TestRunner::deterministic();
    for _ in 0..5 {
        let edges = tangle(&mut conn, &mut random).await;
        for (hops, nodes) in [(1, 100), (2, 100), (3, 100), (5, 100), (5, 61), (5, 20), (1, 5)] {
            let asked = Asked {
                reader: PersonId(Uuid::from_u128(9)),
                direction: Direction::Down,
                hops,
                as_of: None,
                limits: Limits { nodes, fan: 1_000 },
                now: now(),
            };
            let Reached { walked, datasets } = walk(&mut conn, &[1], &asked).await.unwrap();
            let (all, followed) = reachable(&edges, 1, i32::from(hops));
            if all.len() <= nodes {
                assert_eq!((&walked.hops, &walked.edges, walked.truncated), (&all, &followed, false), "{hops} hops, {nodes} nodes");
            } else {
                assert_eq!((walked.hops.len(), walked.truncated), (nodes, true), "{hops} hops, {nodes} nodes");
                assert!(walked.hops.iter().all(|(node, hop)| all[node] == *hop) && walked.edges.is_subset(&followed));
            }
            assert!(datasets.is_empty(), "none of them is in the catalogue");
        }
    }
}
