//! A review that is half done; it waits for whoever began it, one for each product.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDraft {
    /// As the browser sent it, without its token.
    pub form: String,
    pub saved_at: DateTime<Utc>,
}

/// Keeps a form in place of the one before.
pub async fn keep_draft(conn: &mut PgConnection, person: PersonId, product: ProductId, form: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO classification_draft (person_id, product_id, form, saved_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, product_id) DO UPDATE SET form = excluded.form, saved_at = excluded.saved_at",
        person.0,
        product.0,
        form,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn draft(conn: &mut PgConnection, person: PersonId, product: ProductId) -> Result<Option<ReviewDraft>> {
    let found =
        sqlx::query_as!(ReviewDraft, "SELECT form, saved_at FROM classification_draft WHERE person_id = $1 AND product_id = $2", person.0, product.0);
    Ok(found.fetch_optional(conn).await?)
}
