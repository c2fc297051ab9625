//! Reporting: once for each form, however often it is sent.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProblemId, ProductId};
use domain::problem::NewProblem;
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes a problem down, and gives the one that the same form made before.
#[expect(clippy::too_many_arguments, reason = "a problem, who reports it, and what every change takes")]
pub async fn report(
    conn: &mut PgConnection,
    by: PersonId,
    product: (ProductId, &str),
    new: &NewProblem,
    key: Uuid,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<ProblemId> {
    let (product, address) = product;
    let id: ProblemId = ids.next(now);
    let added = sqlx::query!(
        "INSERT INTO problem (id, product_id, dataset_name, column_name, about, words, submission_key, reported_by, reported_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'reported') ON CONFLICT (reported_by, submission_key) DO NOTHING",
        id.0,
        product.0,
        new.dataset,
        new.column,
        new.about.as_str(),
        new.words,
        key,
        by.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        let known = sqlx::query_scalar!("SELECT id FROM problem WHERE reported_by = $1 AND submission_key = $2", by.0, key).fetch_one(conn).await?;
        return Ok(ProblemId(known));
    }
    let place = [new.dataset.as_deref(), new.column.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(".");
    let event = AuditEvent {
        product: Some(product),
        address: Some(address.to_owned()),
        detail: Some(format!("{} {place}", new.about.label()).trim().to_owned()),
        ..AuditEvent::done(Some(by), AuditAction::ProblemReport, "problem", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Whether somebody holds an agreement in force on a product.
pub async fn holds(conn: &mut PgConnection, person: PersonId, product: ProductId) -> Result<bool> {
    let held = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM agreement_people a WHERE a.product_id = $1 AND a.person_id = $2 AND a.state = 'active') AS "held!""#,
        product.0,
        person.0
    );
    Ok(held.fetch_one(conn).await?)
}
