//! The rules that say who must agree: those of the whole, of a sector, of a domain. A narrower rule only ever adds steps.

use crate::session::{scope, stored};
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::access::{Applies, Asks};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::organisation::Scope;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    pub code: String,
    pub title: String,
    pub scope: Scope,
    /// What the sector or domain is called; none for the whole.
    pub scope_title: Option<String>,
    pub applies: Applies,
    pub asks: Asks,
    pub retired_at: Option<DateTime<Utc>>,
}

/// Every rule, those in force first, in the order in which they are applied.
pub async fn approval_rules(conn: &mut PgConnection) -> Result<Vec<RuleView>> {
    let rows = sqlx::query!(
        r#"SELECT r.code, r.title, r.scope_kind, r.scope_id, coalesce(s.title, d.title) AS scope_title, r.applies AS "applies: Json<Applies>",
                  r.asks AS "asks: Json<Asks>", r.retired_at
           FROM approval_rule r LEFT JOIN sector s ON s.id = r.scope_id LEFT JOIN data_domain d ON d.id = r.scope_id
           ORDER BY r.retired_at IS NOT NULL, r.position, r.code"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let scope = scope(&row.scope_kind, row.scope_id)?;
            let scope_title = row.scope_title.filter(|_| scope != Scope::Whole);
            Some(RuleView {
                code: row.code,
                title: row.title,
                scope,
                scope_title,
                applies: row.applies.0,
                asks: row.asks.0,
                retired_at: row.retired_at,
            })
        })
        .collect())
}

/// A rule to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    pub title: String,
    pub scope: Scope,
    pub applies: Applies,
    pub asks: Asks,
}

/// Adds a rule after all others; it holds for what is submitted from now on.
pub async fn add_rule(conn: &mut PgConnection, actor: PersonId, new: &NewRule, code: Uuid, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let (kind, id) = stored(new.scope);
    sqlx::query!(
        "INSERT INTO approval_rule (code, title, scope_kind, scope_id, applies, asks, position)
         SELECT $1, $2, $3, $4, $5, $6, coalesce(max(position), 0) + 10 FROM approval_rule",
        code.to_string(),
        new.title,
        kind,
        id,
        Json(&new.applies) as _,
        Json(&new.asks) as _
    )
    .execute(&mut *conn)
    .await?;
    note(conn, actor, "Added", &new.title, code.to_string(), origin, now).await
}

/// Takes a rule out of force, or back into it; false when it is there already. Steps that it has asked for stay.
pub async fn retire_rule(conn: &mut PgConnection, actor: PersonId, code: &str, retire: bool, origin: &Origin, now: DateTime<Utc>) -> Result<bool> {
    let title = sqlx::query_scalar!(
        "UPDATE approval_rule SET retired_at = CASE WHEN $2 THEN $3::timestamptz END WHERE code = $1 AND (retired_at IS NULL) = $2 RETURNING title",
        code,
        retire,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(title) = title else { return Ok(false) };
    note(conn, actor, if retire { "Retired" } else { "Restored" }, &title, code.to_owned(), origin, now).await?;
    Ok(true)
}

async fn note(conn: &mut PgConnection, actor: PersonId, what: &str, title: &str, code: String, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let event = AuditEvent {
        detail: Some(format!("{what}: {title} ({code})")),
        ..AuditEvent::done(Some(actor), AuditAction::RuleChange, "approval-rule", None, origin.clone())
    };
    audit::append(conn, &event, now).await
}
