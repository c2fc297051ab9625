//! Confirming a review: decisions, what they teach, what the product becomes, and the audit rows, in one transaction.

use super::tighten::{Tightening, still_begun, still_so};
use super::{class_of_product, columns, scheme};
use crate::protection::{follow, lock_product};
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::catalogue::Classification;
use domain::classification::{ColumnClass, Decided};
use domain::id::{ColumnDecisionId, DatasetId, PersonId, ProposalRejectionId};
use sqlx::PgConnection;

/// What a confirmed review did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    pub columns: usize,
    pub before: Option<Classification>,
    /// Of the product, from now on.
    pub now: Option<Classification>,
}

/// Writes what was decided. The source allows no more than this by then (`begin`); where it may allow more again, it follows.
pub async fn confirm(
    conn: &mut PgConnection,
    actor: PersonId,
    review: &Tightening,
    ids: &Ids,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Confirmed> {
    lock_product(conn, review.product).await?;
    still_so(conn, review).await?;
    still_begun(conn, actor, review).await?;
    let version = scheme(conn).await?.version;
    for (dataset, column, decided) in &review.columns {
        write(conn, actor, (*dataset, column, decided), version, ids, now).await?;
        learn(conn, actor, review, decided, ids, now).await?;
        let was = decided.before.map_or_else(|| "not classified".to_owned(), ColumnClass::words);
        let event = AuditEvent {
            reason: Some(decided.note.clone()).filter(|note| !note.is_empty()),
            detail: Some(format!("{}: {} → {} ({})", decided.name, was, decided.class.words(), decided.verdict)),
            ..review.event(actor, AuditAction::ColumnClassify, origin)
        };
        audit::append(conn, &event, now).await?;
    }
    let (before, after) = of_product(conn, review, now).await?;
    sqlx::query!("DELETE FROM classification_draft WHERE person_id = $1 AND product_id = $2", actor.0, review.product.0).execute(&mut *conn).await?;
    follow(conn, &review.datasets(), now).await?;
    Ok(Confirmed { columns: review.columns.len(), before, now: after })
}

async fn write(
    conn: &mut PgConnection,
    actor: PersonId,
    (dataset, column, decided): (DatasetId, &str, &Decided),
    scheme_version: i32,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO column_decision (id, dataset_id, column_name, verdict, classification, sensitivity, personal, was_classification, was_sensitivity,
             was_personal, proposal_id, scheme_version, note, decided_by, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        ids.next::<ColumnDecisionId>(now).0,
        dataset.0,
        column,
        decided.verdict.as_str(),
        decided.class.classification.as_str(),
        decided.class.sensitivity.as_str(),
        decided.class.personal.as_str(),
        decided.before.map(|class| class.classification.as_str()),
        decided.before.map(|class| class.sensitivity.as_str()),
        decided.before.map(|class| class.personal.as_str()),
        decided.proposal.map(|id| id.0),
        scheme_version,
        decided.note,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE data_column SET classification = $3, sensitivity = $4, personal = $5, classified = true WHERE dataset_id = $1 AND name = $2",
        dataset.0,
        column,
        decided.class.classification.as_str(),
        decided.class.sensitivity.as_str(),
        decided.class.personal.as_str()
    )
    .execute(&mut *conn)
    .await?;
    // Whoever decides has seen what was said otherwise.
    sqlx::query!(
        "UPDATE column_conflict SET settled_at = $3 WHERE dataset_id = $1 AND column_name = $2 AND settled_at IS NULL",
        dataset.0,
        column,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM column_tightening WHERE dataset_id = $1 AND column_name = $2", dataset.0, column).execute(conn).await?;
    Ok(())
}

async fn learn(conn: &mut PgConnection, actor: PersonId, review: &Tightening, decided: &Decided, ids: &Ids, now: DateTime<Utc>) -> Result<()> {
    if let Some((pattern, kind)) = &decided.learn {
        sqlx::query!(
            "INSERT INTO proposal_rejection (id, domain_id, pattern, kind, rejected_by, rejected_at)
             SELECT $1, p.domain_id, $3, $4, $5, $6 FROM product p WHERE p.id = $2
             ON CONFLICT (domain_id, pattern, kind) WHERE lifted_at IS NULL DO NOTHING",
            ids.next::<ProposalRejectionId>(now).0,
            review.product.0,
            pattern,
            kind,
            actor.0,
            now
        )
        .execute(&mut *conn)
        .await?;
    }
    if let Some((pattern, _)) = &decided.unlearn {
        sqlx::query!(
            "UPDATE proposal_rejection r SET lifted_at = $3 FROM product p WHERE p.id = $1 AND r.domain_id = p.domain_id AND r.pattern = $2 AND r.lifted_at IS NULL",
            review.product.0,
            pattern,
            now
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// The product takes the highest of its columns; what it was and what it is.
async fn of_product(conn: &mut PgConnection, review: &Tightening, now: DateTime<Utc>) -> Result<(Option<Classification>, Option<Classification>)> {
    let rule = scheme(conn).await?.join;
    let highest = class_of_product(&columns(conn, review.product).await?, rule).map(|found| found.class.classification);
    let before = sqlx::query_scalar!("SELECT classification FROM product WHERE id = $1", review.product.0).fetch_one(&mut *conn).await?;
    sqlx::query!(
        "UPDATE product SET classification = $2, changed_at = $3 WHERE id = $1 AND classification IS DISTINCT FROM $2",
        review.product.0,
        highest.map(Classification::as_str),
        now
    )
    .execute(conn)
    .await?;
    Ok((before.map(|word| word.parse()).transpose()?, highest))
}
