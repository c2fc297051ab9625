//! The runs that read or wrote a product's datasets, the latest first. A run that only wrote what its reader may not know of is
//! not there, and names of jobs are for whoever may know of everything that the job touched: a name says what it is about.

use super::stamps::knows;
use super::start::Start;
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use domain::lineage::{DECLARED, Name, RunState};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Jobs whose runs are looked at: those that ran last.
const JOBS: i64 = 500;

/// Where a page of runs ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunKey {
    at: DateTime<Utc>,
    job: i64,
    run: Uuid,
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at.timestamp_micros(), self.job, self.run)
    }
}

/// A text that is no key of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKey;

impl FromStr for RunKey {
    type Err = NoKey;

    fn from_str(text: &str) -> std::result::Result<Self, NoKey> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(NoKey);
        let at = next()?.parse().ok().and_then(DateTime::<Utc>::from_timestamp_micros).ok_or(NoKey)?;
        let job = next()?.parse().map_err(|_| NoKey)?;
        Ok(Self { at, job, run: next()?.parse().map_err(|_| NoKey)? })
    }
}

/// What a run read or wrote, as far as its reader may know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Dataset { address: String, title: String, dataset: String },
    Source(String),
    Named { namespace: String, name: String },
    Outside,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub key: RunKey,
    /// As its pipeline calls the run and the job; none for those who may not know.
    pub id: Option<Uuid>,
    pub job: Option<Name>,
    /// The job that started it.
    pub parent: Option<Name>,
    pub at: DateTime<Utc>,
    /// Complete, failed, or started and nothing said since.
    pub state: RunState,
    pub inputs: Vec<Side>,
    pub outputs: Vec<Side>,
}

/// One page, and whether there is another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runs {
    pub runs: Vec<Run>,
    pub more: bool,
    /// There are more jobs than are looked at: only runs of those that ran last are here.
    pub jobs_cut: bool,
}

/// Runs that touch these nodes, `most` of them from `after` on.
pub async fn runs(conn: &mut PgConnection, start: &Start, reader: PersonId, after: Option<RunKey>, most: usize, now: DateTime<Utc>) -> Result<Runs> {
    let rows = sqlx::query!(
        r#"WITH own AS (SELECT u.id FROM unnest($1::bigint[]) AS u(id)),
                named AS (SELECT id FROM own UNION ALL SELECT n.id FROM own JOIN lineage_node n ON n.same_as = own.id),
                mine AS (SELECT coalesce(array_agg(id), '{}') AS ids FROM named),
                jobs AS (SELECT j.* FROM (SELECT e.job_id FROM own JOIN lineage_edge e ON e.from_id = own.id
                                          UNION SELECT w.job_id FROM named JOIN lineage_write w ON w.output_id = named.id) x
                         JOIN lineage_job j ON j.id = x.job_id WHERE j.namespace <> $4 ORDER BY j.last_at DESC, j.id DESC LIMIT $5)
           SELECT r.job_id AS "job!", r.id AS "id!", r.told_id AS "told!", r.reported_by AS "reported_by?", r.at AS "at!", r.completed AS "completed!",
                  r.failed AS "failed!", r.read AS "inputs!: Vec<i64>", r.outputs AS "outputs!: Vec<i64>", j.namespace AS "namespace!", j.name AS "name!",
                  p.namespace AS "parent_namespace?", p.name AS "parent_name?", (SELECT count(*) FROM jobs) AS "jobs!"
           FROM jobs j CROSS JOIN mine m CROSS JOIN LATERAL (
               SELECT r.*, s.inputs AS read FROM lineage_run r CROSS JOIN LATERAL (
                   -- Models of a manifest say what goes into each of them, and nothing of the run.
                   SELECT ARRAY(SELECT unnest(r.inputs) UNION SELECT unnest(d.inputs) FROM lineage_write w JOIN lineage_derivation d ON d.id = w.derivation_id
                                WHERE w.job_id = r.job_id AND w.run_id = r.id) AS inputs) s
               WHERE r.job_id = j.id AND ($6::timestamptz IS NULL OR (r.at, r.job_id, r.id) < ($6, $7, $8))
                 AND (r.outputs && m.ids OR (s.inputs && m.ids AND EXISTS (
                     SELECT FROM unnest(r.outputs) AS o(id) JOIN lineage_node n ON n.id = o.id JOIN lineage_node t ON t.id = coalesce(n.same_as, n.id)
                     LEFT JOIN dataset d ON d.id = t.dataset_id
                     WHERE d.id IS NULL OR EXISTS (SELECT FROM visible_product($2, $3) v WHERE v.id = d.product_id))))
               ORDER BY r.at DESC, r.id DESC LIMIT $9) r
           LEFT JOIN lineage_job p ON p.id = r.parent_job_id
           ORDER BY r.at DESC, r.job_id DESC, r.id DESC LIMIT $9"#,
        &start.nodes,
        reader.0,
        now,
        DECLARED,
        JOBS + 1,
        after.map(|key| key.at),
        after.map(|key| key.job),
        after.map(|key| key.run),
        i64::try_from(most + 1).unwrap_or(i64::MAX)
    )
    .fetch_all(&mut *conn)
    .await?;
    let product: Vec<Uuid> = start.product.iter().map(|product| product.0).collect();
    let known = knows(conn, reader, &product, now).await?;
    let keeps = known.all || product.iter().any(|id| known.kept.contains(id));
    let nodes: BTreeSet<i64> = rows.iter().flat_map(|row| row.inputs.iter().chain(&row.outputs)).copied().collect();
    let sides = sides(conn, &nodes.into_iter().collect::<Vec<_>>(), reader, keeps, now).await?;
    let mut found = Runs { more: rows.len() > most, jobs_cut: rows.first().is_some_and(|row| row.jobs > JOBS), runs: vec![] };
    for row in rows.into_iter().take(most) {
        let seen = |nodes: &[i64]| nodes.iter().filter_map(|node| sides.get(node)).cloned().collect::<BTreeSet<Side>>();
        let hidden = row.inputs.iter().chain(&row.outputs).any(|node| !sides.contains_key(node));
        let (inputs, outputs) = (seen(&row.inputs), seen(&row.outputs));
        let outside = inputs.contains(&Side::Outside) || outputs.contains(&Side::Outside);
        let told = known.all || row.reported_by == Some(reader.0);
        let named = told || !(hidden || outside);
        found.runs.push(Run {
            key: RunKey { at: row.at, job: row.job, run: row.id },
            id: named.then_some(row.told),
            job: named.then(|| Name::new(row.namespace, row.name)),
            // Its other runs may be about anything.
            parent: row.parent_namespace.zip(row.parent_name).filter(|_| told || (keeps && !hidden)).map(|(space, name)| Name::new(space, name)),
            at: row.at,
            state: if row.completed {
                RunState::Complete
            } else if row.failed {
                RunState::Fail
            } else {
                RunState::Start
            },
            inputs: inputs.into_iter().collect(),
            outputs: outputs.into_iter().collect(),
        });
    }
    Ok(found)
}

/// What nodes are to this reader; those of hidden products are not among them.
async fn sides(conn: &mut PgConnection, nodes: &[i64], reader: PersonId, keeps: bool, now: DateTime<Utc>) -> Result<BTreeMap<i64, Side>> {
    let rows = sqlx::query!(
        r#"SELECT n.id AS "id!", t.namespace AS "namespace!", t.name AS "name!", t.first_by AS "first_by?", d.name AS "dataset?", p.address AS "address?", p.title AS "title?"
           FROM unnest($1::bigint[]) AS u(id) JOIN lineage_node n ON n.id = u.id JOIN lineage_node t ON t.id = coalesce(n.same_as, n.id)
           LEFT JOIN dataset d ON d.id = t.dataset_id LEFT JOIN LATERAL (SELECT v.* FROM visible_product($2, $3) v WHERE v.id = d.product_id) p ON true
           WHERE d.id IS NULL OR p.id IS NOT NULL"#,
        nodes,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let side = match (row.address, row.title, row.dataset) {
                (Some(address), Some(title), Some(dataset)) => Side::Dataset { address, title, dataset },
                _ if row.namespace == DECLARED => Side::Source(row.name.split_once('/').map(|(_, text)| text.to_owned()).unwrap_or_default()),
                _ if keeps || row.first_by == Some(reader.0) => Side::Named { namespace: row.namespace, name: row.name },
                _ => Side::Outside,
            };
            (row.id, side)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        let key = RunKey { at: "2026-11-23T02:00:00.000001Z".parse().unwrap(), job: 7, run: Uuid::from_u128(9) };
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in ["", "1", "1.2", "1.2.x", "x.2.00000000-0000-0000-0000-000000000009"] {
            assert_eq!(wrong.parse::<RunKey>(), Err(NoKey), "{wrong}");
        }
    }
}
