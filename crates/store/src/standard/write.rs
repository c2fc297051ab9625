//! Drafts: begun, saved, and the sample's standards. What was published is never written again.

use super::change::note_change;
use super::source::stored_source;
use crate::session::stored;
use crate::{Result, StoreError, audit, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, StandardId};
use domain::organisation::Scope;
use rules::Standard;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

/// Begins a standard with the draft of its first version. A slug that is taken is a conflict.
pub async fn begin(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    place: Scope,
    draft: &Standard,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<StandardId> {
    let id: StandardId = ids.next(now);
    if matches!(place, Scope::Product(_)) {
        return Err(StoreError::Conflict("A standard holds for the whole, a sector or a domain.".into()));
    }
    let (kind, at) = stored(place);
    let made = sqlx::query!(
        "INSERT INTO standard (id, slug, scope_kind, scope_id, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (slug) DO NOTHING",
        id.0,
        draft.id,
        kind,
        at,
        actor.map(|person| person.0),
        now
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("There is a standard called {} already. Choose another title.", draft.id)));
    }
    insert(conn, id, 1, actor, draft, ids, now).await?;
    audited(conn, id, 1, actor, AuditAction::StandardDraft, draft, origin, now).await?;
    Ok(id)
}

/// Saves the open version of a standard, or begins the next one. Gives its number. What somebody agreed to was another text: they agree again.
pub async fn save(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    draft: &Standard,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<i32> {
    sqlx::query!("SELECT id FROM standard WHERE id = $1 FOR UPDATE", id.0).fetch_one(&mut *conn).await?;
    note_change(&mut *conn, actor, id, draft, ids, now).await?;
    let saved = sqlx::query_scalar!(
        "UPDATE standard_version SET title = $2, kind = $3, severity = $4, owner = $5, contact = $6, refs = $7, text = $8, source = $9, rego = $10,
             cases = $11, tightens = $12, grace_days = $13, changed_by = $14, changed_at = $15, agreed_by = NULL, agreed_at = NULL
         WHERE standard_id = $1 AND status IN ('draft', 'consultation') RETURNING version",
        id.0,
        draft.title,
        draft.kind.as_str(),
        draft.severity.as_str(),
        draft.owner,
        draft.contact,
        &draft.references,
        draft.text,
        stored_source(&draft.source),
        draft.source.rego(),
        cases(draft),
        draft.tightens,
        days(draft.grace_days),
        actor.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let version = if let Some(version) = saved {
        version
    } else {
        let next = sqlx::query_scalar!(r#"SELECT max(version) + 1 AS "next!" FROM standard_version WHERE standard_id = $1"#, id.0)
            .fetch_one(&mut *conn)
            .await?;
        insert(conn, id, next, Some(actor), draft, ids, now).await?;
        next
    };
    audited(conn, id, version, Some(actor), AuditAction::StandardDraft, draft, origin, now).await?;
    Ok(version)
}

fn cases(draft: &Standard) -> Value {
    serde_json::to_value(&draft.cases).unwrap_or_else(|_| json!([]))
}

fn days(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

async fn insert(
    conn: &mut PgConnection,
    id: StandardId,
    version: i32,
    actor: Option<PersonId>,
    draft: &Standard,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    // An address that nobody guesses.
    let share: Uuid = ids.next::<StandardId>(now).0;
    sqlx::query!(
        "INSERT INTO standard_version (standard_id, version, status, title, kind, severity, owner, contact, refs, text, source, rego, cases, tightens,
             grace_days, share_key, changed_by, changed_at)
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        id.0,
        version,
        draft.title,
        draft.kind.as_str(),
        draft.severity.as_str(),
        draft.owner,
        draft.contact,
        &draft.references,
        draft.text,
        stored_source(&draft.source),
        draft.source.rego(),
        cases(draft),
        draft.tightens,
        days(draft.grace_days),
        share,
        actor.map(|person| person.0),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "each is one part of what is recorded")]
async fn audited(
    conn: &mut PgConnection,
    id: StandardId,
    version: i32,
    actor: Option<PersonId>,
    action: AuditAction,
    draft: &Standard,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let detail = Some(format!("{} version {version}: {}", draft.id, draft.title));
    let event = AuditEvent { detail, ..AuditEvent::done(actor, action, "standard", Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await
}

/// A standard of the sample catalogue, in force as its document says; none when there is one of that name. Nobody agreed to it: it
/// comes with the program, as the audit trail says.
pub async fn ensure_sample(conn: &mut PgConnection, sample: &Standard, ids: &Ids, now: DateTime<Utc>) -> Result<Option<StandardId>> {
    let known = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM standard WHERE slug = $1) AS "known!""#, sample.id).fetch_one(&mut *conn).await?;
    if known {
        return Ok(None);
    }
    let id = begin(&mut *conn, None, Scope::Whole, sample, &Origin::default(), ids, now).await?;
    sqlx::query!(
        "UPDATE standard_version SET status = 'published', effective_from = $2, effective_until = $3, published_at = $4 WHERE standard_id = $1",
        id.0,
        sample.effective_from.unwrap_or_else(|| domain::calendar::day(now)),
        sample.effective_until,
        now
    )
    .execute(&mut *conn)
    .await?;
    audited(&mut *conn, id, 1, None, AuditAction::StandardPublish, sample, &Origin::default(), now).await?;
    outbox::push(conn, super::ALL, id.0, now).await?;
    Ok(Some(id))
}
