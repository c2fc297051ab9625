//! What goes into each dataset that a run writes: all of the run's inputs, and its own sources. Written once for all runs that do
//! the same.

use super::edges::Column;
use super::record::Heard;
use crate::Result;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What goes into one dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derivation {
    pub inputs: BTreeSet<i64>,
    pub columns: BTreeSet<Column>,
}

impl Derivation {
    fn digest(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        for node in &self.inputs {
            digest.update(node.to_be_bytes());
        }
        digest.update([0xff; 8]);
        for (node, from, to, direct, masked) in &self.columns {
            digest.update(node.to_be_bytes());
            for text in [from, to] {
                digest.update(text.len().to_be_bytes());
                digest.update(text.as_bytes());
            }
            digest.update([u8::from(*direct), u8::from(*masked)]);
        }
        digest.finalize().to_vec()
    }
}

/// A run as all of its events tell it.
pub struct Run {
    pub job: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub failed: bool,
    pub inputs: Vec<i64>,
    pub outputs: Vec<i64>,
    /// Nothing was told of it before.
    pub fresh: bool,
}

/// Writes what the run does to each of its outputs; answers with the outputs of which the edges may have changed.
pub async fn write(conn: &mut PgConnection, run: &Run, heard: &BTreeMap<i64, Heard>, whole: bool) -> Result<Vec<i64>> {
    if run.outputs.is_empty() {
        return Ok(vec![]);
    }
    let mut known = if run.fresh { BTreeMap::new() } else { written(conn, run).await? };
    let mut outputs = vec![];
    for output in &run.outputs {
        let mut derivation = known.remove(output).unwrap_or_default();
        derivation.inputs.extend(&run.inputs);
        if let Some(heard) = heard.get(output) {
            derivation.inputs.extend(&heard.sources);
            derivation.inputs.extend(heard.columns.iter().map(|column| column.0));
            derivation.columns.extend(heard.columns.iter().cloned());
        }
        outputs.push((*output, derivation));
    }
    let ids = kept(conn, outputs.iter().map(|(_, derivation)| derivation.clone()).collect()).await?;
    let counts: Vec<bool> = outputs.iter().map(|(_, derivation)| !run.failed && (whole || !derivation.inputs.is_empty())).collect();
    let nodes: Vec<i64> = outputs.iter().map(|(output, _)| *output).collect();
    let derivations: Vec<i64> = outputs.iter().filter_map(|(_, derivation)| ids.get(&derivation.digest()).copied()).collect();
    let changed = sqlx::query!(
        r#"INSERT INTO lineage_write AS w (job_id, output_id, run_id, at, counts, derivation_id)
           SELECT $1, u.output, $2, $3, u.counts, u.derivation FROM unnest($4::bigint[], $5::boolean[], $6::bigint[]) AS u(output, counts, derivation)
           ON CONFLICT (job_id, output_id, run_id) DO UPDATE SET at = excluded.at, counts = excluded.counts, derivation_id = excluded.derivation_id
               WHERE (w.at, w.counts, w.derivation_id) <> (excluded.at, excluded.counts, excluded.derivation_id)
           RETURNING output_id, counts, derivation_id, (xmax = 0) AS "fresh!""#,
        run.job,
        run.id,
        run.at,
        &nodes,
        &counts,
        &derivations
    )
    .fetch_all(&mut *conn)
    .await?;
    let (fresh, altered): (Vec<_>, Vec<_>) = changed.into_iter().partition(|row| row.fresh);
    let mut look: Vec<i64> = altered.into_iter().map(|row| row.output_id).collect();
    let fresh: Vec<(i64, i64)> = fresh.into_iter().filter(|row| row.counts).map(|row| (row.output_id, row.derivation_id)).collect();
    look.extend(differing(conn, run, &fresh).await?);
    Ok(look)
}

/// What this run's writes said until now.
async fn written(conn: &mut PgConnection, run: &Run) -> Result<BTreeMap<i64, Derivation>> {
    let rows = sqlx::query!(
        r#"SELECT w.output_id, d.inputs, d.columns AS "columns: Json<Vec<Column>>"
           FROM lineage_write w JOIN lineage_derivation d ON d.id = w.derivation_id WHERE w.job_id = $1 AND w.run_id = $2"#,
        run.job,
        run.id
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.output_id, Derivation { inputs: row.inputs.into_iter().collect(), columns: row.columns.0.into_iter().collect() }))
        .collect())
}

/// Ids by digest; those that are not there yet are written.
async fn kept(conn: &mut PgConnection, all: Vec<Derivation>) -> Result<BTreeMap<Vec<u8>, i64>> {
    let wanted: BTreeMap<Vec<u8>, Derivation> = all.into_iter().map(|derivation| (derivation.digest(), derivation)).collect();
    let digests: Vec<Vec<u8>> = wanted.keys().cloned().collect();
    let rows = sqlx::query!("SELECT id, digest FROM lineage_derivation WHERE digest = ANY($1)", &digests).fetch_all(&mut *conn).await?;
    let mut found: BTreeMap<Vec<u8>, i64> = rows.into_iter().map(|row| (row.digest, row.id)).collect();
    for (digest, derivation) in wanted {
        if found.contains_key(&digest) {
            continue;
        }
        let inputs: Vec<i64> = derivation.inputs.iter().copied().collect();
        let id = sqlx::query_scalar!(
            "INSERT INTO lineage_derivation (digest, inputs, columns) VALUES ($1, $2, $3) ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id",
            &digest,
            &inputs,
            Json(&derivation.columns) as _
        )
        .fetch_one(&mut *conn)
        .await?;
        found.insert(digest, id);
    }
    Ok(found)
}

/// Of new writes, those that are not just the latest one said again: the usual night changes no edge, and costs one look.
async fn differing(conn: &mut PgConnection, run: &Run, fresh: &[(i64, i64)]) -> Result<Vec<i64>> {
    if fresh.is_empty() {
        return Ok(vec![]);
    }
    let (outputs, derivations): (Vec<i64>, Vec<i64>) = fresh.iter().copied().unzip();
    let rows = sqlx::query_scalar!(
        r#"SELECT u.output AS "output!" FROM unnest($4::bigint[], $5::bigint[]) AS u(output, derivation)
           WHERE EXISTS (SELECT FROM lineage_write w WHERE w.job_id = $1 AND w.output_id = u.output AND w.counts AND (w.at, w.run_id) > ($2, $3))
              OR u.derivation IS DISTINCT FROM (SELECT w.derivation_id FROM lineage_write w WHERE w.job_id = $1 AND w.output_id = u.output AND w.counts
                                                AND (w.at, w.run_id) < ($2, $3) ORDER BY w.at DESC, w.run_id DESC LIMIT 1)"#,
        run.job,
        run.at,
        run.id,
        &outputs,
        &derivations
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
