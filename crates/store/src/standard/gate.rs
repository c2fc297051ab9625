//! What was let through or refused at the gates where somebody asks: kept whole, so that why has an exact answer on any later day.

use super::rows::keep_input;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::id::{JudgementId, PersonId, ProductId, RequestPartId};
use rules::{Effect, Gate};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// What was judged at a gate, and what followed.
#[derive(Debug, Clone, PartialEq)]
pub struct GateJudgement {
    pub gate: Gate,
    pub product: ProductId,
    pub address: String,
    pub part: Option<RequestPartId>,
    /// The hardest of what followed.
    pub effect: Effect,
    /// Everything that was found, standard by standard.
    pub findings: Value,
    pub input: String,
}

/// Keeps it, with nobody who asked when that was a file. What asks nothing and finds nothing leaves no row.
pub async fn note_gate(conn: &mut PgConnection, judged: &GateJudgement, actor: Option<PersonId>, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    if judged.findings.as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    let digest = keep_input(&mut *conn, &judged.input, now).await?;
    sqlx::query!(
        "INSERT INTO gate_judgement (id, gate, product_id, part_id, effect, findings, input_digest, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ids.next::<JudgementId>(now).0,
        judged.gate.as_str(),
        judged.product.0,
        judged.part.map(|id| id.0),
        judged.effect.as_str(),
        judged.findings,
        digest,
        actor.map(|id| id.0),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The same with the refusal in the trail; `said` names standards and codes.
pub async fn refuse(
    conn: &mut PgConnection,
    judged: &GateJudgement,
    actor: PersonId,
    said: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    note_gate(&mut *conn, judged, Some(actor), ids, now).await?;
    let event = AuditEvent {
        product: Some(judged.product),
        address: Some(judged.address.clone()),
        reason: Some(said.to_owned()),
        detail: Some(judged.gate.label().to_owned()),
        outcome: Outcome::Refused,
        ..AuditEvent::done(Some(actor), AuditAction::StandardRefuse, "product", Some(judged.product.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// Makes drafts of products that a file would have published, each with what was found and its row in the trail; beside each what is said
/// there. Call in the transaction that wrote them.
pub async fn hold_back(conn: &mut PgConnection, held: &[(GateJudgement, String)], origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    let products: Vec<Uuid> = held.iter().map(|(one, _)| one.product.0).collect();
    sqlx::query!("UPDATE product SET status = 'draft', changed_at = $2 WHERE id = ANY($1)", &products, now).execute(&mut *conn).await?;
    for (judged, said) in held {
        note_gate(&mut *conn, judged, None, ids, now).await?;
        let event = AuditEvent {
            product: Some(judged.product),
            address: Some(judged.address.clone()),
            reason: Some(said.clone()),
            ..AuditEvent::done(None, AuditAction::ProductHoldBack, "product", Some(judged.product.0), origin.clone())
        };
        audit::append(&mut *conn, &event, now).await?;
    }
    Ok(())
}

/// A judgement as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedAt {
    pub gate: Gate,
    pub effect: Effect,
    pub findings: Value,
    /// In hexadecimal digits.
    pub input: String,
    pub at: DateTime<Utc>,
}

/// The latest judgements of a product at gates: of all, or of those after a moment and until another.
pub async fn gate_judgements(
    conn: &mut PgConnection,
    product: ProductId,
    (after, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    limit: i64,
) -> Result<Vec<JudgedAt>> {
    let rows = sqlx::query!(
        r#"SELECT gate, effect, findings, encode(input_digest, 'hex') AS "input!", at FROM gate_judgement
           WHERE product_id = $1 AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at <= $4) ORDER BY at DESC, id DESC LIMIT $2"#,
        product.0,
        limit,
        after,
        until
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok(JudgedAt { gate: row.gate.parse()?, effect: row.effect.parse()?, findings: row.findings, input: row.input, at: row.at }))
        .collect()
}
