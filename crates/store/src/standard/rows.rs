//! Rows of evaluations and the inputs behind them: read and written for many products at once.

use super::evaluation::{Key, NewEvaluation, Standing, acting_word};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::id::EvaluationId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Stores an input under its digest; once, however often it is judged.
pub async fn keep_input(conn: &mut PgConnection, input: &str, now: DateTime<Utc>) -> Result<Vec<u8>> {
    let digest = Sha256::digest(input.as_bytes()).to_vec();
    sqlx::query!(
        "INSERT INTO evaluation_input (digest, schema_version, input, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        digest,
        i32::try_from(rules::SCHEMA_VERSION).unwrap_or(i32::MAX),
        input,
        now
    )
    .execute(conn)
    .await?;
    Ok(digest)
}

/// Read without a lock of each row, which would write to every page of them each night: whoever judges holds [`super::lock`].
pub(super) async fn standing(conn: &mut PgConnection, products: &[Uuid]) -> Result<HashMap<Key, Standing>> {
    let rows = sqlx::query!(
        "SELECT id, product_id, agreement_id, standard_id, version, acting, verdict, findings, why, waiver_id, serving
         FROM standard_evaluation WHERE product_id = ANY($1) AND ended_at IS NULL",
        products
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let standing = Standing {
                id: row.id,
                version: row.version,
                acting: row.acting,
                verdict: row.verdict,
                findings: row.findings,
                why: row.why,
                waiver: row.waiver_id,
                serving: row.serving,
            };
            ((row.product_id, row.standard_id, row.agreement_id), standing)
        })
        .collect())
}

pub(super) async fn end(conn: &mut PgConnection, rows: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE standard_evaluation SET ended_at = $2 WHERE id = ANY($1) AND ended_at IS NULL", rows, now).execute(conn).await?;
    Ok(())
}

/// Inputs are shared by all that was found from them: each is stored once.
async fn digests(conn: &mut PgConnection, new: &[&NewEvaluation], now: DateTime<Utc>) -> Result<Vec<Vec<u8>>> {
    let mut seen: HashMap<usize, Vec<u8>> = HashMap::new();
    let mut inputs: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    let mut all = Vec::with_capacity(new.len());
    for one in new {
        let digest = seen.entry(Arc::as_ptr(&one.input).addr()).or_insert_with(|| Sha256::digest(one.input.as_bytes()).to_vec());
        inputs.entry(digest.clone()).or_insert_with(|| one.input.to_string());
        all.push(digest.clone());
    }
    let (digests, texts): (Vec<Vec<u8>>, Vec<String>) = inputs.into_iter().unzip();
    sqlx::query!(
        "INSERT INTO evaluation_input (digest, schema_version, input, made_at)
         SELECT u.digest, $3, u.input, $4 FROM unnest($1::bytea[], $2::text[]) AS u(digest, input) ON CONFLICT DO NOTHING",
        &digests,
        &texts,
        i32::try_from(rules::SCHEMA_VERSION).unwrap_or(i32::MAX),
        now
    )
    .execute(conn)
    .await?;
    Ok(all)
}

pub(super) async fn write(conn: &mut PgConnection, new: &[&NewEvaluation], ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let digests = digests(&mut *conn, new, now).await?;
    sqlx::query!(
        "INSERT INTO standard_evaluation (id, product_id, agreement_id, standard_id, version, acting, verdict, findings, why, waiver_id, serving, input_digest, at)
         SELECT u.id, u.product, u.agreement, u.standard, u.version, u.acting, u.verdict, u.findings, u.why, u.waiver, u.serving, u.digest, $13
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::uuid[], $11::text[], $12::bytea[])
             AS u(id, product, agreement, standard, version, acting, verdict, findings, why, waiver, serving, digest)",
        &new.iter().map(|_| ids.next::<EvaluationId>(now).0).collect::<Vec<_>>(),
        &new.iter().map(|one| one.product.0).collect::<Vec<_>>(),
        &new.iter().map(|one| one.agreement.map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|one| one.standard.0).collect::<Vec<_>>(),
        &new.iter().map(|one| i32::try_from(one.version).unwrap_or(i32::MAX)).collect::<Vec<_>>(),
        &new.iter().map(|one| acting_word(one.acting).to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|one| one.verdict.to_owned()).collect::<Vec<_>>(),
        &new.iter().map(|one| one.findings.clone()).collect::<Vec<Value>>(),
        &new.iter().map(|one| one.why.clone()).collect::<Vec<_>>() as &[Option<String>],
        &new.iter().map(|one| one.waiver.map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &new.iter().map(|one| one.serving.as_str().to_owned()).collect::<Vec<_>>(),
        &digests,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
