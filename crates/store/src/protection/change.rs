//! A steward's change of how a dataset is protected: what is about to hold is written down first, the source is made to hide it, and
//! only then it holds. `server/src/tightening.rs` goes through the steps.

use super::choose::{choose, end_waiver, refuse_choice, refuse_policy, set_policy};
use super::{follow_later, lock_product};
use crate::{Result, StoreError};
use chrono::{DateTime, Utc};
use domain::audit::Origin;
use domain::id::{DatasetId, PersonId, ProductId};
use domain::protection::{DatasetPolicy, Technique};
use sqlx::PgConnection;
use sqlx::types::Json;

/// What is about to change of one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectionChange {
    pub product: ProductId,
    pub address: String,
    pub dataset: DatasetId,
    pub what: Changed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// A steward's choice for a column; none goes back to the default. `before` is what the page was made from.
    Column { name: String, before: Option<Technique>, choice: Option<Technique> },
    /// What holds for rows together.
    Rows { before: DatasetPolicy, policy: DatasetPolicy },
    /// The waiver of a column ends before its day, with why.
    Waiver { column: String, reason: String },
}

const BEHIND: &str = "It was changed since the page was read. Look at it again.";

/// Writes down what is about to hold. Call within a transaction, and commit it before the source is told.
pub async fn begin(conn: &mut PgConnection, actor: PersonId, change: &ProtectionChange, now: DateTime<Utc>) -> Result<()> {
    lock_product(conn, change.product).await?;
    still_so(conn, change).await?;
    match &change.what {
        Changed::Column { name, choice, .. } => {
            refuse_choice(conn, change.dataset, name, *choice).await?;
            begin_column(conn, actor, change, name, *choice, now).await?;
        }
        // The choice stands, and no longer holds: what a reader gets then is the default.
        Changed::Waiver { column, .. } => begin_column(conn, actor, change, column, None, now).await?,
        Changed::Rows { policy, .. } => {
            refuse_policy(conn, change.dataset, policy).await?;
            sqlx::query!("UPDATE dataset SET policy_tightening = $2 WHERE id = $1", change.dataset.0, Json(policy) as _).execute(&mut *conn).await?;
        }
    }
    follow_later(conn, &[change.dataset.0], now).await
}

async fn begin_column(
    conn: &mut PgConnection,
    actor: PersonId,
    change: &ProtectionChange,
    column: &str,
    choice: Option<Technique>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO column_tightening (dataset_id, column_name, classification, sensitivity, personal, technique, begun_by, begun_at)
         SELECT c.dataset_id, c.name, c.classification, c.sensitivity, c.personal, $3, $4, $5 FROM data_column c WHERE c.dataset_id = $1 AND c.name = $2
         ON CONFLICT (dataset_id, column_name) DO UPDATE SET classification = excluded.classification, sensitivity = excluded.sensitivity,
             personal = excluded.personal, technique = excluded.technique, begun_by = excluded.begun_by, begun_at = excluded.begun_at",
        change.dataset.0,
        column,
        choice.map(Json) as _,
        actor.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes what was begun hold. Where it allows more than before, the source follows through the outbox.
pub async fn confirm(conn: &mut PgConnection, actor: PersonId, change: &ProtectionChange, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    lock_product(conn, change.product).await?;
    still_so(conn, change).await?;
    still_begun(conn, actor, change).await?;
    match &change.what {
        Changed::Column { name, choice, .. } => {
            choose(conn, actor, change.dataset, name, *choice, origin, now).await?;
            forget(conn, change.dataset, name).await?;
        }
        Changed::Waiver { column, reason } => {
            end_waiver(conn, actor, change.dataset, column, reason, origin, now).await?;
            forget(conn, change.dataset, column).await?;
        }
        Changed::Rows { policy, .. } => {
            set_policy(conn, actor, change.dataset, policy, origin, now).await?;
            sqlx::query!("UPDATE dataset SET policy_tightening = NULL WHERE id = $1", change.dataset.0).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

async fn forget(conn: &mut PgConnection, dataset: DatasetId, column: &str) -> Result<()> {
    sqlx::query!("DELETE FROM column_tightening WHERE dataset_id = $1 AND column_name = $2", dataset.0, column).execute(conn).await?;
    Ok(())
}

/// A conflict when something else holds than what the page was made from.
async fn still_so(conn: &mut PgConnection, change: &ProtectionChange) -> Result<()> {
    let same = match &change.what {
        Changed::Column { name, before, .. } => {
            super::columns(conn, &[change.dataset.0]).await?.remove(&change.dataset.0).and_then(|mut all| all.remove(name)).map(|one| one.chosen)
                == Some(*before)
        }
        Changed::Rows { before, .. } => {
            let held = sqlx::query_scalar!(r#"SELECT policy AS "policy: Json<DatasetPolicy>" FROM dataset WHERE id = $1"#, change.dataset.0)
                .fetch_optional(conn);
            held.await?.is_some_and(|held| held.0 == *before)
        }
        Changed::Waiver { column, .. } => super::waiver(conn, change.dataset, column).await?.is_some(),
    };
    if same { Ok(()) } else { Err(StoreError::Conflict(BEHIND.into())) }
}

/// A conflict when somebody else began after this person: what they began is hidden, not this.
async fn still_begun(conn: &mut PgConnection, actor: PersonId, change: &ProtectionChange) -> Result<()> {
    let theirs = match &change.what {
        Changed::Column { name, choice, .. } => begun(conn, actor, change.dataset, name, *choice).await?,
        Changed::Waiver { column, .. } => begun(conn, actor, change.dataset, column, None).await?,
        Changed::Rows { policy, .. } => {
            let held =
                sqlx::query_scalar!(r#"SELECT policy_tightening AS "policy: Json<DatasetPolicy>" FROM dataset WHERE id = $1"#, change.dataset.0);
            held.fetch_optional(conn).await?.flatten().is_some_and(|held| held.0 == *policy)
        }
    };
    if theirs { Ok(()) } else { Err(StoreError::Conflict(BEHIND.into())) }
}

async fn begun(conn: &mut PgConnection, actor: PersonId, dataset: DatasetId, column: &str, choice: Option<Technique>) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT (t.begun_by = $3 AND t.technique IS NOT DISTINCT FROM $4 AND (t.classification, t.sensitivity, t.personal) = (c.classification, c.sensitivity, c.personal)) AS "same!"
           FROM column_tightening t JOIN data_column c ON c.dataset_id = t.dataset_id AND c.name = t.column_name
           WHERE t.dataset_id = $1 AND t.column_name = $2"#,
        dataset.0,
        column,
        actor.0,
        choice.map(Json) as _
    );
    Ok(found.fetch_optional(conn).await? == Some(true))
}
