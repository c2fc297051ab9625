//! Which jobs made the edges of an answer, and how each ran last. A job's name is for whoever may know of everything that it touches, as
//! with runs: a name says what it is about.

use super::show::Graph;
use super::stamps::{What, knows};
use super::walk::Asked;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::lineage::{DECLARED, Name, RunState};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Jobs of one edge that are named.
const MOST: i64 = 5;
/// Of a job, the latest runs among which the last that wrote the edge's dataset is looked for.
const RUNS: i64 = 200;

/// Edges of a job that are looked at for whether its reader may know all of them; one with more has no name for most.
const EDGES: i64 = 500;

/// What a job is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobName {
    /// None: an input port says so.
    Declared,
    Named(Name),
    /// It touches what this reader may not know of.
    Unnamed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeJob {
    pub name: JobName,
    /// Its last run that wrote there, when it began and how it ended; none where nobody told of one.
    pub last: Option<(DateTime<Utc>, RunState)>,
}

/// What made one edge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgeJobs {
    pub jobs: Vec<EdgeJob>,
    /// There are others.
    pub more: bool,
}

/// For each edge of the graph, in their order; `ids` are the nodes of its places.
pub(super) async fn edge_jobs(conn: &mut PgConnection, graph: &Graph, ids: &[i64], asked: &Asked) -> Result<Vec<EdgeJobs>> {
    let (from, to): (Vec<i64>, Vec<i64>) = graph.edges.iter().filter_map(|(from, to)| Some((*ids.get(*from)?, *ids.get(*to)?))).unzip();
    let rows = sqlx::query!(
        r#"SELECT u.edge AS "edge!", j.id AS "id!", j.namespace AS "namespace!", j.name AS "name!", r.at AS "at?", r.completed AS "completed?", r.failed AS "failed?", r.reported_by AS "reported_by?"
           FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS u(from_id, to_id, edge) CROSS JOIN LATERAL (
               SELECT e.job_id, max(e.output_id) AS output_id FROM lineage_edge e WHERE e.from_id = u.from_id AND e.to_id = u.to_id
                 AND CASE WHEN $3::timestamptz IS NULL THEN e.until IS NULL ELSE e.since <= $3 AND (e.until IS NULL OR e.until > $3) END
               GROUP BY e.job_id ORDER BY e.job_id LIMIT $4) e
           JOIN lineage_job j ON j.id = e.job_id
           LEFT JOIN LATERAL (
               SELECT x.* FROM (SELECT r.at, r.id, r.completed, r.failed, r.reported_by, r.outputs FROM lineage_run r
                                WHERE r.job_id = e.job_id AND ($3 IS NULL OR r.at <= $3) ORDER BY r.at DESC, r.id DESC LIMIT $5) x
               WHERE x.outputs @> ARRAY[e.output_id] ORDER BY x.at DESC, x.id DESC LIMIT 1) r ON true
           ORDER BY u.edge, r.at DESC NULLS LAST, j.id"#,
        &from,
        &to,
        asked.as_of,
        MOST + 1,
        RUNS
    )
    .fetch_all(&mut *conn)
    .await?;
    let jobs: BTreeSet<i64> = rows.iter().filter(|row| row.namespace != DECLARED).map(|row| row.id).collect();
    let named = named(conn, graph, ids, &jobs.into_iter().collect::<Vec<_>>(), asked).await?;
    let mut found = vec![EdgeJobs::default(); graph.edges.len()];
    for row in rows {
        let Some(edge) = usize::try_from(row.edge - 1).ok().and_then(|place| found.get_mut(place)) else { continue };
        if i64::try_from(edge.jobs.len()).unwrap_or(i64::MAX) >= MOST {
            edge.more = true;
            continue;
        }
        let declared = row.namespace == DECLARED;
        let told = row.reported_by == Some(asked.reader.0);
        let state = match (row.completed, row.failed) {
            (Some(true), _) => RunState::Complete,
            (_, Some(true)) => RunState::Fail,
            _ => RunState::Start,
        };
        edge.jobs.push(EdgeJob {
            name: if declared {
                JobName::Declared
            } else if told || named.contains(&row.id) {
                JobName::Named(Name::new(row.namespace, row.name))
            } else {
                JobName::Unnamed
            },
            last: row.at.filter(|_| !declared).map(|at| (at, state)),
        });
    }
    Ok(found)
}

/// Of these jobs, those of which the reader may know everything: edges of any time, and what the last run touched. Placeholders are known that
/// the answer names, and all that a job touches together with what the reader looks after.
async fn named(conn: &mut PgConnection, graph: &Graph, ids: &[i64], jobs: &[i64], asked: &Asked) -> Result<BTreeSet<i64>> {
    let (mut names, mut products): (Vec<i64>, Vec<(i64, Uuid)>) = (vec![], vec![]);
    for (node, id) in graph.nodes.iter().zip(ids) {
        match &node.what {
            What::Named { .. } => names.push(*id),
            What::Dataset(one) => products.push((*id, one.id.0)),
            What::Source(_) | What::Outside => {}
        }
    }
    let all: Vec<Uuid> = products.iter().map(|(_, product)| *product).collect();
    let knows = knows(conn, asked.reader, &all, asked.now).await?;
    if knows.all {
        return Ok(jobs.iter().copied().collect());
    }
    let kept: Vec<i64> = products.iter().filter(|(_, product)| knows.kept.contains(product)).map(|(id, _)| *id).collect();
    let rows = sqlx::query_scalar!(
        r#"WITH jobs AS (
               SELECT j.id, EXISTS (SELECT FROM lineage_edge e WHERE e.job_id = j.id AND (e.from_id = ANY($6) OR e.to_id = ANY($6))) AS kept
               FROM unnest($1::bigint[]) AS j(id)),
           made AS MATERIALIZED (
               SELECT j.id AS job, e.from_id, e.to_id FROM jobs j
               CROSS JOIN LATERAL (SELECT e.from_id, e.to_id FROM lineage_edge e WHERE e.job_id = j.id LIMIT $7) e),
           touched AS MATERIALIZED (
               SELECT m.job, m.from_id AS node FROM made m UNION SELECT m.job, m.to_id FROM made m
               UNION SELECT j.id, unnest(r.inputs || r.outputs) FROM jobs j CROSS JOIN LATERAL (
                   SELECT r.inputs, r.outputs FROM lineage_run r WHERE r.job_id = j.id ORDER BY r.at DESC, r.id DESC LIMIT 1) r),
           unknown AS MATERIALIZED (
               SELECT n.id, d.id IS NOT NULL AS hidden FROM (SELECT DISTINCT t.node FROM touched t) u JOIN lineage_node n ON n.id = u.node
               JOIN lineage_node s ON s.id = coalesce(n.same_as, n.id) LEFT JOIN dataset d ON d.id = s.dataset_id
               WHERE CASE WHEN d.id IS NOT NULL THEN NOT EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id)
                          ELSE NOT (s.namespace = $4 OR s.first_by IS NOT DISTINCT FROM $2 OR s.id = ANY($5)) END),
           kept_back AS (SELECT t.job FROM touched t JOIN unknown u ON u.id = t.node JOIN jobs j ON j.id = t.job WHERE u.hidden OR NOT j.kept
                         UNION SELECT m.job FROM made m GROUP BY m.job HAVING count(*) >= $7)
           SELECT j.id AS "id!" FROM jobs j WHERE j.id NOT IN (SELECT b.job FROM kept_back b)"#,
        jobs,
        asked.reader.0,
        asked.now,
        DECLARED,
        &names,
        &kept,
        EDGES
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().collect())
}
