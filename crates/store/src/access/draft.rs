//! A form that somebody began; it waits for them on any machine.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::PersonId;
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// As the browser sent it, without its token.
    pub form: String,
    pub saved_at: DateTime<Utc>,
}

/// Keeps a form in place of the one before.
pub async fn keep_draft(conn: &mut PgConnection, person: PersonId, form: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO request_draft (person_id, form, saved_at) VALUES ($1, $2, $3)
         ON CONFLICT (person_id) DO UPDATE SET form = excluded.form, saved_at = excluded.saved_at",
        person.0,
        form,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn draft(conn: &mut PgConnection, person: PersonId) -> Result<Option<Draft>> {
    Ok(sqlx::query_as!(Draft, "SELECT form, saved_at FROM request_draft WHERE person_id = $1", person.0).fetch_optional(conn).await?)
}

pub async fn throw_away_draft(conn: &mut PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("DELETE FROM request_draft WHERE person_id = $1", person.0).execute(conn).await?;
    Ok(())
}
