//! What each save of an open version changed: whoever comments on a draft sees what became of it since.

use super::read::{Filter, Version, versions};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::id::{PersonId, StandardId};
use rules::{Standard, Status};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;

/// One part of a standard as it was and as it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedPart {
    pub part: String,
    pub before: String,
    pub after: String,
}

/// One save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub by: String,
    pub at: DateTime<Utc>,
    /// It was open for comments then.
    pub consulted: bool,
    pub parts: Vec<ChangedPart>,
}

/// Everything that people read of a version, part by part, and what is run; its dates come with its publication.
pub fn parts(standard: &Standard, rego: &str) -> Vec<(&'static str, String)> {
    let tests = if standard.cases.is_empty() { String::new() } else { serde_json::to_string_pretty(&standard.cases).unwrap_or_default() };
    vec![
        ("Title", standard.title.clone()),
        ("Text", standard.text.clone()),
        ("What it is about", standard.kind.label().to_owned()),
        ("When it is not met", standard.severity.label().to_owned()),
        ("Who answers for it", format!("{}, {}", standard.owner, standard.contact)),
        ("References", standard.references.join("\n")),
        ("Days of grace", standard.grace_days.to_string()),
        ("It tightens", standard.tightens.clone().unwrap_or_default()),
        ("Rule", rego.to_owned()),
        ("Tests", tests),
    ]
}

/// Writes down what a save is about to replace in the open version, if there is one and anything differs. In the transaction of the save.
pub(super) async fn note_change(
    conn: &mut PgConnection,
    actor: PersonId,
    id: StandardId,
    draft: &Standard,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let all = versions(&mut *conn, &Filter { id: Some(id), ..Filter::default() }).await?;
    let Some(Version { standard: open, rego, .. }) = all.into_iter().find(|version| version.standard.status.is_open()) else { return Ok(()) };
    let (before, after) = (parts(&open, &rego), parts(draft, &draft.source.rego()));
    let differs = before.into_iter().zip(after).filter(|((_, before), (_, after))| before != after);
    let changes: Vec<ChangedPart> = differs.map(|((part, before), (_, after))| ChangedPart { part: part.to_owned(), before, after }).collect();
    if changes.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO standard_change (id, standard_id, version, changed_by, at, consulted, changes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ids.next::<StandardId>(now).0,
        id.0,
        i32::try_from(open.version).unwrap_or(i32::MAX),
        actor.0,
        now,
        open.status == Status::Consultation,
        Json(&changes) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was changed in a version while it was open, the latest first; at most `limit`.
pub async fn changes(conn: &mut PgConnection, id: StandardId, version: u32, limit: i64) -> Result<Vec<Change>> {
    let rows = sqlx::query!(
        r#"SELECT p.name, c.at, c.consulted, c.changes AS "changes: Json<Vec<ChangedPart>>" FROM standard_change c JOIN person p ON p.id = c.changed_by
           WHERE c.standard_id = $1 AND c.version = $2 ORDER BY c.at DESC, c.id DESC LIMIT $3"#,
        id.0,
        i32::try_from(version).unwrap_or(i32::MAX),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Change { by: row.name, at: row.at, consulted: row.consulted, parts: row.changes.0 }).collect())
}
