//! Stamps of many datasets: each question is asked once for all of them. Asked for one dataset after the other, a graph of a hundred took five times as
//! long.

use super::stamps::{Checks, Fresh};
use super::walk::Datasets;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::catalogue::{Classification, PersonalCategory};
use domain::lineage::DECLARED;
use domain::service_level::LevelState;
use sqlx::PgPool;
use sqlx::types::Json;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Jobs that write one dataset, of which the last run is looked up.
const WRITERS: i64 = 20;

/// Checks as an event of a pipeline told them.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Checked {
    pub met: u32,
    pub missed: u32,
}

/// The highest class of a dataset's classified columns, and the most personal of them.
pub(super) type Classes = (Option<Classification>, Option<PersonalCategory>);

async fn classes(pool: &PgPool, datasets: &[Uuid]) -> Result<HashMap<Uuid, Classes>> {
    let rows = sqlx::query!(
        "SELECT DISTINCT c.dataset_id, c.classification, c.personal FROM data_column c WHERE c.dataset_id = ANY($1) AND c.classified",
        datasets
    )
    .fetch_all(pool)
    .await?;
    let mut found: HashMap<Uuid, Classes> = HashMap::new();
    for row in rows {
        let (class, personal) = found.entry(row.dataset_id).or_default();
        *class = (*class).max(Some(row.classification.parse()?));
        *personal = (*personal).max(Some(row.personal.parse()?));
    }
    Ok(found)
}

/// What pipelines told of checks under other names of these nodes.
async fn told_elsewhere(pool: &PgPool, nodes: &[i64], as_of: Option<DateTime<Utc>>) -> Result<Vec<(i64, Checks)>> {
    let rows = sqlx::query!(
        r#"SELECT same_as AS "node!", checked AS "checked!: Json<Checked>", checked_at AS "at!" FROM lineage_node
           WHERE same_as = ANY($1) AND checked IS NOT NULL AND checked_at IS NOT NULL AND ($2::timestamptz IS NULL OR checked_at <= $2)"#,
        nodes,
        as_of
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.node, (row.checked.0.met, row.checked.0.missed, row.at))).collect())
}

/// What the last run of each suite found, by product and dataset.
async fn quality(pool: &PgPool, products: &[Uuid], as_of: Option<DateTime<Utc>>) -> Result<HashMap<(Uuid, String), Checks>> {
    let rows = sqlx::query!(
        r#"SELECT u.product_id, q.dataset_name AS "dataset!", count(*) FILTER (WHERE r.outcome IN ('passed', 'warned')) AS "met!",
                  count(*) FILTER (WHERE r.outcome IN ('failed', 'error')) AS "missed!", max(u.at) AS "at!"
           FROM (SELECT DISTINCT ON (y.product_id, y.tool, y.suite) y.id, y.product_id, y.at FROM quality_run y
                 WHERE y.product_id = ANY($1) AND ($2::timestamptz IS NULL OR y.at <= $2)
                 ORDER BY y.product_id, y.tool, y.suite, y.at DESC, y.id DESC) u
           JOIN quality_result r ON r.run_id = u.id JOIN quality_rule q ON q.id = r.rule_id
           WHERE q.dataset_name IS NOT NULL AND r.outcome <> 'skipped' GROUP BY u.product_id, q.dataset_name"#,
        products,
        as_of
    )
    .fetch_all(pool)
    .await?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(rows.into_iter().map(|row| ((row.product_id, row.dataset), (number(row.met), number(row.missed), row.at))).collect())
}

/// What is promised of freshness, as it stood at that moment.
pub(super) struct Promises(HashMap<Uuid, Vec<Promise>>);

struct Promise {
    /// Of one dataset, or of all.
    dataset: Option<String>,
    state: LevelState,
    at: Option<DateTime<Utc>>,
}

async fn promises(pool: &PgPool, products: &[Uuid], as_of: Option<DateTime<Utc>>) -> Result<Promises> {
    let rows = sqlx::query!(
        r#"SELECT l.product_id, l.dataset_name,
                  CASE WHEN $2::timestamptz IS NULL THEN l.state
                       ELSE (SELECT c.to_state FROM service_level_change c WHERE c.level_id = l.id AND c.at <= $2 ORDER BY c.at DESC, c.id DESC LIMIT 1) END AS state,
                  CASE WHEN $2 IS NULL THEN l.measured_at
                       ELSE (SELECT max(m.at) FROM service_level_measurement m WHERE m.level_id = l.id AND m.at <= $2) END AS at
           FROM service_level l
           WHERE l.product_id = ANY($1) AND lower(l.dimension) = 'freshness'"#,
        products,
        as_of
    )
    .fetch_all(pool)
    .await?;
    let mut found: HashMap<Uuid, Vec<Promise>> = HashMap::new();
    for row in rows {
        let Some(state) = row.state else { continue };
        found.entry(row.product_id).or_default().push(Promise { dataset: row.dataset_name, state: state.parse()?, at: row.at });
    }
    Ok(Promises(found))
}

impl Promises {
    /// The worst that holds for a dataset; of several alike the one that was measured first.
    pub fn worst(&self, product: Uuid, dataset: &str) -> Option<(LevelState, Option<DateTime<Utc>>)> {
        let all = self.0.get(&product).into_iter().flatten().filter(|one| one.dataset.as_deref().is_none_or(|name| name == dataset));
        all.min_by_key(|one| (badness(one.state), one.at.is_none(), one.at)).map(|one| (one.state, one.at))
    }
}

/// Nought is the worst.
const fn badness(state: LevelState) -> u8 {
    match state {
        LevelState::Breached => 0,
        LevelState::AtRisk => 1,
        LevelState::Met => 2,
        LevelState::NotMeasured => 3,
    }
}

/// When each of these datasets was written last by a run that ended well, under any of its names. Jobs that wrote one are few among their writes: each is
/// looked up after the one before it. What a job is called is looked up for each, too: joined, all jobs were read for every dataset where nearly all are
/// declared by ports.
async fn writes(pool: &PgPool, nodes: &[i64], as_of: Option<DateTime<Utc>>) -> Result<HashMap<i64, DateTime<Utc>>> {
    let rows = sqlx::query!(
        r#"SELECT o.node AS "node!", max(l.at) AS "at!" FROM (
               SELECT u.id AS node, u.id AS output FROM unnest($1::bigint[]) AS u(id)
               UNION ALL SELECT x.same_as, x.id FROM lineage_node x WHERE x.same_as = ANY($1)) o
           CROSS JOIN LATERAL (
               WITH RECURSIVE j AS (
                   (SELECT w.job_id FROM lineage_write w WHERE w.output_id = o.output ORDER BY w.job_id LIMIT 1)
                   UNION ALL SELECT (SELECT w.job_id FROM lineage_write w WHERE w.output_id = o.output AND w.job_id > j.job_id ORDER BY w.job_id LIMIT 1)
                   FROM j WHERE j.job_id IS NOT NULL)
               SELECT j.job_id FROM j WHERE j.job_id IS NOT NULL AND (SELECT b.namespace FROM lineage_job b WHERE b.id = j.job_id) <> $3 LIMIT $4) j
           CROSS JOIN LATERAL (
               SELECT w.at FROM lineage_write w JOIN lineage_run r ON r.job_id = w.job_id AND r.id = w.run_id
               WHERE w.job_id = j.job_id AND w.output_id = o.output AND w.counts AND r.completed AND ($2::timestamptz IS NULL OR w.at <= $2)
               ORDER BY w.at DESC, w.run_id DESC LIMIT 1) l
           GROUP BY o.node"#,
        nodes,
        as_of,
        DECLARED,
        WRITERS
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.node, row.at)).collect())
}

/// Stamps of all datasets of one answer.
pub(super) struct StampParts {
    pub classes: HashMap<Uuid, Classes>,
    pub quality: HashMap<(Uuid, String), Checks>,
    /// Checks that pipelines told of under other names.
    pub told: Vec<(i64, Checks)>,
    promises: Promises,
    writes: HashMap<i64, DateTime<Utc>>,
}

impl StampParts {
    /// Of the datasets that these nodes are. Each is asked on a connection of its own: none waits for another.
    pub async fn of(pool: &PgPool, nodes: &[i64], of: &Datasets, as_of: Option<DateTime<Utc>>) -> Result<Self> {
        let datasets: Vec<Uuid> = nodes.iter().filter_map(|node| Some(of.get(node)?.0)).collect();
        let products: BTreeSet<Uuid> = nodes.iter().filter_map(|node| Some(of.get(node)?.1)).collect();
        let products: Vec<Uuid> = products.into_iter().collect();
        let (classes, quality, told, promises, writes) = futures::try_join!(
            classes(pool, &datasets),
            quality(pool, &products, as_of),
            told_elsewhere(pool, nodes, as_of),
            promises(pool, &products, as_of),
            writes(pool, nodes, as_of)
        )?;
        Ok(Self { classes, quality, told, promises, writes })
    }

    pub fn fresh(&self, node: i64, product: Uuid, dataset: &str) -> Fresh {
        Fresh { promise: self.promises.worst(product, dataset), written_at: self.writes.get(&node).copied() }
    }
}
