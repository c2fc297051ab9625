//! Keeping what tools say: all of it or nothing, in one transaction of the caller's. The same statement twice changes nothing.

use super::edges::{self, Column};
use super::join::{apart, join};
use super::nodes::{Known, nodes};
use super::{NAMES_LOCK, derive};
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::lineage::{Described, Home, Name, RunState, Statement};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who tells: a person's program, or Pasar itself from what products declare.
#[derive(Debug, Clone)]
pub struct Reporter {
    pub person: Option<PersonId>,
    pub origin: Origin,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Whether the graph is another one now.
    pub changed: bool,
    /// Outputs that whoever tells may not speak for, as (statement, output); only those of products that they may know of.
    pub left_out: Vec<(usize, usize)>,
    /// Other names that stay others', as (statement, whether of an output, input or output).
    pub not_joined: Vec<(usize, bool, usize)>,
}

/// What a statement says of one output, in nodes.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    pub sources: BTreeSet<i64>,
    pub columns: BTreeSet<Column>,
}

pub async fn record(conn: &mut PgConnection, all: &[Statement], by: &Reporter, home: &Home, now: DateTime<Utc>) -> Result<Said> {
    let also = all.iter().flat_map(|said| said.inputs.iter().chain(&said.outputs)).any(|one| !one.also.is_empty());
    // Other names of a dataset may make two nodes one.
    if also || by.person.is_none() {
        sqlx::query!("SELECT pg_advisory_xact_lock($1)", NAMES_LOCK).execute(&mut *conn).await?;
    } else {
        sqlx::query!("SELECT pg_advisory_xact_lock_shared($1)", NAMES_LOCK).execute(&mut *conn).await?;
    }
    let jobs = jobs(conn, all).await?;
    let mut known = nodes(conn, &names(all), by.person, home, now).await?;
    if also && join(conn, all, &known, by.person, now).await? {
        known = nodes(conn, &names(all), by.person, home, now).await?;
    }
    let mut found = Said { not_joined: apart(all, &known), ..Said::default() };
    for (number, said) in all.iter().enumerate() {
        for (place, output) in said.outputs.iter().enumerate() {
            if known.get(&output.name).is_some_and(|node| !node.theirs && node.visible) {
                found.left_out.push((number, place));
            }
        }
        found.changed |= one(conn, said, by, &jobs, &known).await?;
    }
    describe(conn, all, &known).await?;
    if found.changed {
        let first = all.first().map(|said| format!("{} {}", said.job.namespace, said.job.name)).unwrap_or_default();
        let detail = if all.len() > 1 { format!("{first} and {} more", all.len() - 1) } else { first };
        let event =
            AuditEvent { detail: Some(detail), ..AuditEvent::done(by.person, AuditAction::LineageRecord, "lineage", None, by.origin.clone()) };
        audit::append(conn, &event, now).await?;
    }
    Ok(found)
}

fn names(all: &[Statement]) -> Vec<Name> {
    let each = all.iter().flat_map(|said| said.inputs.iter().chain(&said.outputs));
    let found: BTreeSet<&Name> = each
        .flat_map(|one| std::iter::once(&one.name).chain(&one.also).chain(&one.sources).chain(one.columns.iter().map(|column| &column.dataset)))
        .collect();
    found.into_iter().cloned().collect()
}

/// Ids of all jobs; their rows are held, so that events of one job come one after the other.
async fn jobs(conn: &mut PgConnection, all: &[Statement]) -> Result<BTreeMap<Name, i64>> {
    let mut wanted: BTreeMap<&Name, DateTime<Utc>> = BTreeMap::new();
    for said in all {
        for job in std::iter::once(&said.job).chain(said.parent.as_ref().map(|(_, job)| job)) {
            let at = wanted.entry(job).or_insert(said.at);
            *at = (*at).max(said.at);
        }
    }
    let (mut namespaces, mut names, mut moments) = (vec![], vec![], vec![]);
    for (job, at) in wanted {
        namespaces.push(job.namespace.clone());
        names.push(job.name.clone());
        moments.push(at);
    }
    // Held in one order, whoever else holds some of them.
    let rows = sqlx::query!(
        r#"INSERT INTO lineage_job AS j (namespace, name, first_at, last_at)
           SELECT u.namespace, u.name, u.at, u.at FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS u(namespace, name, at)
           ORDER BY u.namespace COLLATE "C", u.name COLLATE "C"
           ON CONFLICT (namespace, name) DO UPDATE SET first_at = least(j.first_at, excluded.first_at), last_at = greatest(j.last_at, excluded.last_at)
           RETURNING id, namespace, name"#,
        &namespaces,
        &names,
        &moments
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (Name::new(row.namespace, row.name), row.id)).collect())
}

async fn one(conn: &mut PgConnection, said: &Statement, by: &Reporter, jobs: &BTreeMap<Name, i64>, known: &BTreeMap<Name, Known>) -> Result<bool> {
    let Some(job) = jobs.get(&said.job).copied() else { return Ok(false) };
    let (inputs, heard) = heard(said, known);
    let parent = said.parent.as_ref().and_then(|(run, job)| Some((*jobs.get(job)?, *run)));
    let (completed, failed) = (said.state == RunState::Complete, matches!(said.state, RunState::Fail | RunState::Abort));
    let row = sqlx::query!(
        r#"INSERT INTO lineage_run AS r (job_id, id, told_id, reported_by, at, completed, failed, inputs, outputs, parent_job_id, parent_run_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
           ON CONFLICT (job_id, id) DO UPDATE SET at = least(r.at, excluded.at), completed = r.completed OR excluded.completed,
               failed = r.failed OR excluded.failed,
               inputs = ARRAY(SELECT DISTINCT n FROM unnest(r.inputs || excluded.inputs) AS n ORDER BY n),
               outputs = ARRAY(SELECT DISTINCT n FROM unnest(r.outputs || excluded.outputs) AS n ORDER BY n),
               parent_job_id = coalesce(r.parent_job_id, excluded.parent_job_id), parent_run_id = coalesce(r.parent_run_id, excluded.parent_run_id)
           RETURNING at, completed, failed, inputs, outputs, (xmax = 0) AS "fresh!""#,
        job,
        run_of(said.run, by.person),
        said.run,
        by.person.map(|by| by.0),
        said.at,
        completed,
        failed,
        &inputs,
        &heard.keys().copied().collect::<Vec<_>>(),
        parent.map(|(job, _)| job),
        parent.map(|(_, run)| run)
    )
    .fetch_one(&mut *conn)
    .await?;
    // What failed wrote nothing that one could rely on, unless it was said to be complete as well.
    let failed = row.failed && !row.completed;
    let run = derive::Run { job, id: run_of(said.run, by.person), at: row.at, failed, inputs: row.inputs, outputs: row.outputs, fresh: row.fresh };
    let mut changed = false;
    for output in derive::write(conn, &run, &heard, said.whole).await? {
        changed |= edges::follow(conn, job, output).await?;
    }
    Ok(changed)
}

/// Inputs of the run, and what is said of each output that whoever tells may speak for.
fn heard(said: &Statement, known: &BTreeMap<Name, Known>) -> (Vec<i64>, BTreeMap<i64, Heard>) {
    let node = |name: &Name| known.get(name).map(|node| node.id);
    let inputs: BTreeSet<i64> = said.inputs.iter().filter_map(|one| node(&one.name)).collect();
    let mut heard: BTreeMap<i64, Heard> = BTreeMap::new();
    for output in &said.outputs {
        let Some(at) = known.get(&output.name).filter(|node| node.theirs) else { continue };
        let entry = heard.entry(at.id).or_default();
        entry.sources.extend(output.sources.iter().filter_map(node));
        for column in &output.columns {
            let from = node(&column.dataset).map(|from| (from, column.from.clone(), column.to.clone(), column.direct, column.masked));
            entry.columns.extend(from);
        }
    }
    (inputs.into_iter().collect(), heard)
}

/// Nobody adds to what another's program told of a run.
fn run_of(run: Uuid, by: Option<PersonId>) -> Uuid {
    let Some(by) = by else { return run };
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::new().chain_update(run.as_bytes()).chain_update(by.0.as_bytes()).finalize()[..16]);
    Uuid::from_bytes(bytes)
}

/// Columns, versions and checks of what whoever tells may speak for: the latest wins, of the same moment the greater text.
async fn describe(conn: &mut PgConnection, all: &[Statement], known: &BTreeMap<Name, Known>) -> Result<()> {
    let mut told = vec![];
    for said in all {
        for one in said.inputs.iter().chain(&said.outputs) {
            let Some(node) = known.get(&one.name).filter(|node| node.theirs) else { continue };
            let checked = one.assertions.map(|checks| Json(serde_json::json!({ "met": checks.met, "missed": checks.missed })));
            let described = description(one).map(Json);
            if described.is_some() || checked.is_some() {
                // Under the name that was used: which names are one dataset may be said later.
                told.push((node.id, said.at, described, checked));
            }
        }
    }
    // In one order, whoever else describes some of them.
    told.sort_by_key(|(node, ..)| *node);
    for (node, at, described, checked) in told {
        sqlx::query!(
            "UPDATE lineage_node n SET
                 described = CASE WHEN $3::jsonb IS NOT NULL AND (coalesce(n.described_at, '-infinity'), coalesce(n.described::text, '')) < ($2, $3::jsonb::text) THEN $3 ELSE n.described END,
                 described_at = CASE WHEN $3::jsonb IS NOT NULL THEN greatest(n.described_at, $2) ELSE n.described_at END,
                 checked = CASE WHEN $4::jsonb IS NOT NULL AND (coalesce(n.checked_at, '-infinity'), coalesce(n.checked::text, '')) < ($2, $4::jsonb::text) THEN $4 ELSE n.checked END,
                 checked_at = CASE WHEN $4::jsonb IS NOT NULL THEN greatest(n.checked_at, $2) ELSE n.checked_at END
             WHERE n.id = $1",
            node,
            at,
            described as _,
            checked as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

fn description(one: &Described) -> Option<serde_json::Value> {
    (one.fields.is_some() || one.version.is_some()).then(|| serde_json::json!({ "fields": one.fields, "version": one.version }))
}
