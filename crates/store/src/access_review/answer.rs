//! What somebody was asked in a review, and their answer. It decides nothing: whoever asked reads it and decides.

use super::KIND;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::access_review::{Quarter, ReviewAnswer};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AccessReviewId, AgreementId, PersonId, ReviewItemId};
use domain::organisation::Role;
use domain::team::{Belongs, InTeam};
use sqlx::PgConnection;

/// A question that is open, as it stands to the one who reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    pub item: ReviewItemId,
    pub review: AccessReviewId,
    pub quarter: Quarter,
    pub domain_slug: String,
    pub domain_title: String,
    /// The product of the agreement, or the role.
    pub what: String,
    pub agreement: Option<AgreementId>,
    /// Whose it is.
    pub holder: Belongs,
    pub note: String,
    pub by: String,
    pub at: DateTime<Utc>,
    /// What was answered before.
    pub answer: Option<ReviewAnswer>,
}

/// The question of an item; none when nothing is asked of it, or it is held no longer.
pub async fn question(conn: &mut PgConnection, item: ReviewItemId, reader: PersonId, now: DateTime<Utc>) -> Result<Option<OpenQuestion>> {
    let row = sqlx::query!(
        r#"SELECT i.review_id AS "review_id!", i.note AS "note!", i.decided_at AS "at!", w.name AS "by!", i.needed, i.answer AS "answer!",
                  v.quarter AS "quarter!", d.slug AS "slug!", d.title AS "domain_title!",
                  r.role AS "role?", coalesce(r.person_id, a.holder_id) AS "owner!", a.id AS "agreement?", a.team_id AS "team?", p.title AS "title?", m.lead AS "lead?"
           FROM access_review_item i JOIN access_review v ON v.id = i.review_id JOIN data_domain d ON d.id = v.domain_id JOIN person w ON w.id = i.decided_by
           LEFT JOIN role_grant r ON r.id = i.role_grant_id AND r.ended_at IS NULL AND (r.until IS NULL OR r.until > $3)
           LEFT JOIN agreement a ON a.id = i.agreement_id AND a.state = 'active' LEFT JOIN product p ON p.id = a.product_id
           LEFT JOIN agreement_people m ON m.agreement_id = a.id AND m.person_id = $2
           WHERE i.id = $1 AND i.decision = 'ask' AND (r.id IS NOT NULL OR a.id IS NOT NULL)"#,
        item.0,
        reader.0,
        now
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let role = row.role.as_deref().map(str::parse::<Role>).transpose()?;
    let standing = match row.lead {
        Some(true) => InTeam::Lead,
        Some(false) => InTeam::Member,
        None => InTeam::Stranger,
    };
    Ok(Some(OpenQuestion {
        item,
        review: AccessReviewId(row.review_id),
        quarter: Quarter::of(row.quarter),
        domain_slug: row.slug,
        domain_title: row.domain_title,
        what: row.title.or_else(|| role.map(|role| role.label().to_owned())).unwrap_or_default(),
        agreement: row.agreement.map(AgreementId),
        holder: Belongs { owner: PersonId(row.owner), team: row.team.map(|_| standing) },
        note: row.note,
        by: row.by,
        at: row.at,
        answer: row.needed.map(|needed| ReviewAnswer { needed, words: row.answer }),
    }))
}

/// Keeps an answer, also in place of one before; whether it was still asked. Call within a transaction.
pub async fn answer(
    conn: &mut PgConnection,
    actor: PersonId,
    question: &OpenQuestion,
    answer: &ReviewAnswer,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let kept = sqlx::query!(
        "UPDATE access_review_item SET needed = $2, answer = $3, answered_by = $4, answered_at = $5 WHERE id = $1 AND decision = 'ask'",
        question.item.0,
        answer.needed,
        answer.words,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if kept.rows_affected() == 0 {
        return Ok(false);
    }
    let says = if answer.needed { "still needed" } else { "not needed" };
    let event = AuditEvent {
        reason: Some(answer.words.clone()).filter(|words| !words.is_empty()),
        detail: Some(format!("{} of {}: {}, {says}", question.quarter, question.domain_slug, question.what)),
        ..AuditEvent::done(Some(actor), AuditAction::ReviewAnswer, KIND, Some(question.review.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}
