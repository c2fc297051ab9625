//! What standards found, kept: a row stands until something else is found. Both are written in the transaction that found it, with the
//! audit row of what it changes at the port.

use crate::{Result, audit, outbox};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, EvaluationId, ProductId, StandardId, StandardWaiverId};
use rules::{Acting, Effect};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What one version found of one product, or beyond that of one agreement.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvaluation {
    pub product: ProductId,
    pub address: String,
    pub agreement: Option<AgreementId>,
    pub standard: StandardId,
    pub slug: String,
    pub version: u32,
    pub acting: Acting,
    /// `met`, `violated` or `cannot-tell`.
    pub verdict: &'static str,
    pub findings: Value,
    pub why: Option<String>,
    pub waiver: Option<StandardWaiverId>,
    pub serving: Effect,
    /// The stored input, shared by all that were found from it.
    pub input: std::sync::Arc<str>,
}

/// A product with everything that was found of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    pub product: ProductId,
    pub found: Vec<NewEvaluation>,
}

/// What keeping changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changed {
    pub written: usize,
    pub ended: usize,
}

/// A row that stands.
struct Standing {
    id: Uuid,
    version: i32,
    acting: String,
    verdict: String,
    findings: Value,
    why: Option<String>,
    waiver: Option<Uuid>,
    serving: String,
}

type Key = (Uuid, Uuid, Option<Uuid>);

const fn acting_word(acting: Acting) -> &'static str {
    match acting {
        Acting::Grace => "grace",
        Acting::Whole | Acting::No => "whole",
    }
}

impl Standing {
    fn is(&self, new: &NewEvaluation) -> bool {
        self.version.unsigned_abs() == new.version
            && self.acting == acting_word(new.acting)
            && self.verdict == new.verdict
            && self.findings == new.findings
            && self.why == new.why
            && self.waiver == new.waiver.map(|id| id.0)
            && self.serving == new.serving.as_str()
    }

    fn stops(&self) -> bool {
        self.serving == Effect::Refuse.as_str()
    }
}

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

/// Makes the record say what was found of these products on a day, and nothing else of them. Call within a transaction.
pub async fn keep_evaluations(conn: &mut PgConnection, evaluated: &[Evaluated], day: NaiveDate, ids: &Ids, now: DateTime<Utc>) -> Result<Changed> {
    let products: Vec<Uuid> = evaluated.iter().map(|one| one.product.0).collect();
    let mut standing = standing(&mut *conn, &products).await?;
    let mut changed = Changed::default();
    for new in evaluated.iter().flat_map(|one| &one.found) {
        let mut new = new.clone();
        let before = standing.remove(&(new.product.0, new.standard.0, new.agreement.map(|id| id.0)));
        // What cannot be judged keeps what its last verdict led to at the port: it neither stops what serves nor frees what was stopped.
        if let Some(before) = before.as_ref().filter(|before| new.verdict == "cannot-tell" && new.waiver.is_none() && before.waiver.is_none()) {
            if before.stops() {
                new.serving = Effect::Refuse;
            }
            if before.serving == Effect::Mask.as_str() && new.serving == Effect::Mask {
                new.findings = before.findings.clone();
            }
        }
        if before.as_ref().is_some_and(|before| before.is(&new)) {
            continue;
        }
        if let Some(before) = &before {
            end(&mut *conn, before.id, now).await?;
            changed.ended += 1;
        }
        write(&mut *conn, &new, ids, now).await?;
        changed.written += 1;
        tell(&mut *conn, &new, before.as_ref(), now).await?;
    }
    // What no longer acts, or no longer covers the product, says nothing of it.
    for ((product, standard, _), before) in standing {
        end(&mut *conn, before.id, now).await?;
        changed.ended += 1;
        if before.stops() {
            about(&mut *conn, ProductId(product), StandardId(standard), AuditAction::StandardMend, None, now).await?;
        }
        if before.serving == Effect::Mask.as_str() {
            protect(&mut *conn, ProductId(product), now).await?;
        }
    }
    sqlx::query!(
        "INSERT INTO standard_judged (product_id, day, at) SELECT u.id, $2, $3 FROM unnest($1::uuid[]) AS u(id)
         ON CONFLICT (product_id) DO UPDATE SET day = excluded.day, at = excluded.at",
        &products.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(),
        day,
        now
    )
    .execute(conn)
    .await?;
    Ok(changed)
}

async fn standing(conn: &mut PgConnection, products: &[Uuid]) -> Result<HashMap<Key, Standing>> {
    let rows = sqlx::query!(
        "SELECT id, product_id, agreement_id, standard_id, version, acting, verdict, findings, why, waiver_id, serving
         FROM standard_evaluation WHERE product_id = ANY($1) AND ended_at IS NULL FOR UPDATE",
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

async fn end(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("UPDATE standard_evaluation SET ended_at = $2 WHERE id = $1", id, now).execute(conn).await?;
    Ok(())
}

async fn write(conn: &mut PgConnection, new: &NewEvaluation, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let digest = keep_input(&mut *conn, &new.input, now).await?;
    sqlx::query!(
        "INSERT INTO standard_evaluation (id, product_id, agreement_id, standard_id, version, acting, verdict, findings, why, waiver_id, serving, input_digest, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        ids.next::<EvaluationId>(now).0,
        new.product.0,
        new.agreement.map(|id| id.0),
        new.standard.0,
        i32::try_from(new.version).unwrap_or(i32::MAX),
        acting_word(new.acting),
        new.verdict,
        new.findings,
        new.why,
        new.waiver.map(|id| id.0),
        new.serving.as_str(),
        digest,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What changed at the port, and what could not be judged, is in the trail, and those are told whom it concerns.
async fn tell(conn: &mut PgConnection, new: &NewEvaluation, before: Option<&Standing>, now: DateTime<Utc>) -> Result<()> {
    let (stopped, stops) = (before.is_some_and(Standing::stops), new.serving == Effect::Refuse);
    if stops && !stopped {
        about(&mut *conn, new.product, new.standard, AuditAction::StandardStop, Some(&new.address), now).await?;
    } else if stopped && !stops {
        about(&mut *conn, new.product, new.standard, AuditAction::StandardMend, Some(&new.address), now).await?;
    }
    if new.verdict == "cannot-tell" && before.is_none_or(|before| before.verdict != "cannot-tell") {
        let event = AuditEvent {
            address: Some(new.address.clone()),
            reason: new.why.clone(),
            detail: Some(format!("{} version {}", new.slug, new.version)),
            ..AuditEvent::done(None, AuditAction::StandardUnclear, "standard", Some(new.standard.0), Origin::default())
        };
        audit::append(&mut *conn, &event, now).await?;
    }
    let masked = before.is_some_and(|before| before.serving == Effect::Mask.as_str());
    if masked || new.serving == Effect::Mask {
        protect(conn, new.product, now).await?;
    }
    Ok(())
}

async fn about(
    conn: &mut PgConnection,
    product: ProductId,
    standard: StandardId,
    action: AuditAction,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let slug = sqlx::query_scalar!("SELECT slug FROM standard WHERE id = $1", standard.0).fetch_one(&mut *conn).await?;
    let event = AuditEvent {
        product: Some(product),
        address: address.map(str::to_owned),
        detail: Some(slug),
        ..AuditEvent::done(None, action, "product", Some(product.0), Origin::default())
    };
    audit::append(conn, &event, now).await
}

/// Has the source make every agreement's views anew: a mask came or went.
async fn protect(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<()> {
    let agreements =
        sqlx::query_scalar!("SELECT id FROM agreement WHERE product_id = $1 AND state = 'active'", product.0).fetch_all(&mut *conn).await?;
    for agreement in agreements {
        outbox::push(&mut *conn, "agreement.protect", agreement, now).await?;
    }
    Ok(())
}
