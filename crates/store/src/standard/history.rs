//! What became of a standard, when, by whom and why, as the trail has it.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::audit::AuditAction;
use domain::id::StandardId;
use sqlx::PgConnection;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    pub at: DateTime<Utc>,
    pub action: AuditAction,
    /// None when a date or the program itself did it.
    pub by: Option<String>,
    /// Which version, and what else there is to say.
    pub detail: Option<String>,
    pub reason: Option<String>,
}

/// What everybody reads.
const OPEN: [AuditAction; 6] = [
    AuditAction::StandardConsult,
    AuditAction::StandardCheckInPlan,
    AuditAction::StandardCheckInNote,
    AuditAction::StandardPublish,
    AuditAction::StandardBegin,
    AuditAction::StandardRetire,
];
/// What tells of drafts, for those who keep the standard.
const OF_DRAFTS: [AuditAction; 2] = [AuditAction::StandardDraft, AuditAction::StandardAgree];

/// The latest first, at most `limit`; with what happened to drafts only when `drafts` is asked for.
pub async fn history(conn: &mut PgConnection, id: StandardId, drafts: bool, limit: i64) -> Result<Vec<HistoryLine>> {
    let own: &[AuditAction] = if drafts { &OF_DRAFTS } else { &[] };
    let actions: Vec<String> = OPEN.iter().chain(own).map(|action| action.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT e.at, e.action, e.reason, e.detail, p.name AS "by?" FROM audit_event e LEFT JOIN person p ON p.id = e.actor_id
           WHERE e.object_id = $1 AND e.object_kind = 'standard' AND e.outcome = 'done' AND e.action = ANY($2) ORDER BY e.id DESC LIMIT $3"#,
        id.0,
        &actions,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok(HistoryLine { at: row.at, action: row.action.parse()?, by: row.by, detail: row.detail, reason: row.reason }))
        .collect()
}
