//! Work at a source that was tried and failed: what waits is in the outbox, and whoever it concerns sees how it stands.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::access::shown_failure;
use domain::id::AgreementId;
use sqlx::PgConnection;
use uuid::Uuid;

/// A job of an agreement that was tried without success and is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantWork {
    pub agreement: AgreementId,
    pub product_address: String,
    /// As the outbox names it: `agreement.grant`.
    pub topic: String,
    pub attempts: i32,
    pub since: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    /// What failed last, without what opens a door.
    pub error: String,
}

/// What fails for one agreement, oldest first.
pub async fn grant_work(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<GrantWork>> {
    failing(conn, Some(agreement), None, 20).await
}

/// What fails for any agreement, or those on products of these sectors; oldest first, at most `most`.
pub async fn failing_grants(conn: &mut PgConnection, sectors: Option<&[Uuid]>, most: i64) -> Result<Vec<GrantWork>> {
    failing(conn, None, sectors, most).await
}

async fn failing(conn: &mut PgConnection, agreement: Option<AgreementId>, sectors: Option<&[Uuid]>, most: i64) -> Result<Vec<GrantWork>> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "agreement!", p.address AS "address!", o.topic AS "topic!", o.attempts AS "attempts!", o.at AS "at!",
                  o.next_attempt_at AS "next!", o.last_error
           FROM outbox o LEFT JOIN agreement_credential c ON o.topic = 'credential.end' AND c.id = o.object_id
           JOIN agreement a ON a.id = coalesce(c.agreement_id, o.object_id) JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE o.done_at IS NULL AND o.attempts > 0 AND split_part(o.topic, '.', 1) = ANY('{agreement,credential}')
             AND ($1::uuid IS NULL OR a.id = $1) AND ($2::uuid[] IS NULL OR d.sector_id = ANY($2))
           ORDER BY o.at, o.id LIMIT $3"#,
        agreement.map(|id| id.0),
        sectors,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GrantWork {
            agreement: AgreementId(row.agreement),
            product_address: row.address,
            topic: row.topic,
            attempts: row.attempts,
            since: row.at,
            next_at: row.next,
            error: shown_failure(&row.last_error.unwrap_or_default()),
        })
        .collect())
}
