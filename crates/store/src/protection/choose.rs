//! Choosing a technique or a policy, and waiving what a steward may not choose alone. Agreements in force follow through the outbox.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{DatasetId, PersonId, ProductId, WaiverId};
use domain::protection::{DatasetPolicy, Technique, needs_waiver};
use sqlx::PgConnection;
use sqlx::types::Json;

/// A conflict, with why, for a choice that does not fit its column, or that needs a waiver which does not stand.
pub async fn refuse_choice(conn: &mut PgConnection, dataset: DatasetId, column: &str, choice: Option<Technique>) -> Result<()> {
    let all = super::columns(conn, &[dataset.0]).await?.remove(&dataset.0).unwrap_or_default();
    let Some(known) = all.get(column) else { return Err(StoreError::Conflict(format!("This dataset has no column “{column}”."))) };
    let Some(choice) = choice else { return Ok(()) };
    if !choice.fits(known.column_type) || !choice.check().is_empty() {
        return Err(StoreError::Conflict(format!("“{}” does not fit a column of this type.", choice.kind().label())));
    }
    if let Technique::PlanningArea { longitude } = choice {
        let degrees = Technique::Grid { thousandths: 1 };
        let other = all.get(longitude.as_str()).filter(|other| longitude.as_str() != column && degrees.fits(other.column_type));
        if other.is_none() {
            return Err(StoreError::Conflict(format!("“{}” is no other column of this dataset with numbers.", longitude.as_str())));
        }
    }
    match needs_waiver(choice, known.classification, known.sensitivity, known.personal).filter(|_| !known.waived) {
        Some(why) => Err(StoreError::Conflict(why.to_owned())),
        None => Ok(()),
    }
}

/// A conflict, with why, for a policy that does not fit its dataset.
pub async fn refuse_policy(conn: &mut PgConnection, dataset: DatasetId, policy: &DatasetPolicy) -> Result<()> {
    let columns = super::columns(conn, &[dataset.0]).await?.remove(&dataset.0).unwrap_or_default();
    match policy.check(&columns.into_keys().collect()).into_iter().next() {
        Some(wrong) => Err(StoreError::Conflict(wrong.message)),
        None => Ok(()),
    }
}

/// Stores what a steward chose for a column; none goes back to the default. What [`refuse_choice`] refuses is refused.
pub async fn choose(
    conn: &mut PgConnection,
    actor: PersonId,
    dataset: DatasetId,
    column: &str,
    choice: Option<Technique>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    refuse_choice(conn, dataset, column, choice).await?;
    let changed = sqlx::query!(
        "UPDATE data_column SET technique = $3 WHERE dataset_id = $1 AND name = $2 AND technique IS DISTINCT FROM $3",
        dataset.0,
        column,
        choice.map(Json) as _
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    let said = choice.map_or_else(|| "the default".to_owned(), Technique::describe);
    note(conn, Some(actor), dataset, format!("{column}: {said}"), None, origin, now).await
}

/// Stores what holds for the rows of a dataset together.
pub async fn set_policy(
    conn: &mut PgConnection,
    actor: PersonId,
    dataset: DatasetId,
    policy: &DatasetPolicy,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    refuse_policy(conn, dataset, policy).await?;
    let changed = sqlx::query!("UPDATE dataset SET policy = $2 WHERE id = $1 AND policy IS DISTINCT FROM $2", dataset.0, Json(policy) as _)
        .execute(&mut *conn)
        .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    let said = if policy.is_nothing() { "every row as it is".to_owned() } else { policy.describe().join("; ") };
    note(conn, Some(actor), dataset, said, None, origin, now).await
}

/// Allows for a column, until a moment, what its steward may not choose alone. A waiver that stood ends with it.
#[expect(clippy::too_many_arguments, reason = "each is one part of what is recorded")]
pub async fn waive(
    conn: &mut PgConnection,
    actor: PersonId,
    dataset: DatasetId,
    column: &str,
    reason: &str,
    until: DateTime<Utc>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<WaiverId> {
    let id: WaiverId = ids.next(now);
    sqlx::query!("UPDATE technique_waiver SET ended_at = $3 WHERE dataset_id = $1 AND column_name = $2 AND ended_at IS NULL", dataset.0, column, now)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO technique_waiver (id, dataset_id, column_name, reason, granted_by, granted_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        dataset.0,
        column,
        reason,
        actor.0,
        now,
        until
    )
    .execute(&mut *conn)
    .await?;
    note(conn, Some(actor), dataset, format!("{column}: a waiver until {}", until.format("%Y-%m-%d")), Some(reason.to_owned()), origin, now).await?;
    Ok(id)
}

/// Ends the waiver of a column before its day; what it allowed goes back to the default.
pub(super) async fn end_waiver(
    conn: &mut PgConnection,
    actor: PersonId,
    dataset: DatasetId,
    column: &str,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("UPDATE technique_waiver SET ended_at = $3 WHERE dataset_id = $1 AND column_name = $2 AND ended_at IS NULL", dataset.0, column, now)
        .execute(&mut *conn)
        .await?;
    note(conn, Some(actor), dataset, format!("{column}: its waiver was ended"), Some(reason.to_owned()), origin, now).await
}

/// Ends waivers whose time has come; what they allowed goes back to the default. Returns how many.
pub async fn end_waivers(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<usize> {
    let ended =
        sqlx::query!("UPDATE technique_waiver SET ended_at = $1 WHERE ended_at IS NULL AND until <= $1 RETURNING dataset_id, column_name", now)
            .fetch_all(&mut *conn)
            .await?;
    for row in &ended {
        note(conn, None, DatasetId(row.dataset_id), format!("{}: its waiver ended", row.column_name), None, &Origin::default(), now).await?;
    }
    Ok(ended.len())
}

/// One row in the trail; agreements in force and sample rows are made anew at the source.
async fn note(
    conn: &mut PgConnection,
    actor: Option<PersonId>,
    dataset: DatasetId,
    detail: String,
    reason: Option<String>,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let product = sqlx::query!("SELECT p.id, p.address, d.name FROM dataset d JOIN product p ON p.id = d.product_id WHERE d.id = $1", dataset.0)
        .fetch_one(&mut *conn)
        .await?;
    let event = AuditEvent {
        product: Some(ProductId(product.id)),
        address: Some(product.address),
        reason,
        detail: Some(format!("{}: {detail}", product.name)),
        ..AuditEvent::done(actor, AuditAction::TechniqueChange, "dataset", Some(dataset.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    super::follow(conn, &[dataset.0], now).await
}
