//! The trail as people read it.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::audit::{ActorKind, AuditAction, Outcome};
use domain::id::{PersonId, ProductId};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// What to look for; empty means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub person: Option<PersonId>,
    pub product: Option<ProductId>,
    pub object: Option<Uuid>,
    pub action: Option<AuditAction>,
    /// This event alone, by its number.
    pub only: Option<i64>,
    pub by: Option<ActorKind>,
    /// Code of the purpose of the request or agreement that the event is about.
    pub purpose: Option<String>,
    /// A column that could leave with a read, and the name of its dataset when that is known.
    pub column: Option<(Option<String>, String)>,
    /// From this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
    /// Only events with a smaller id: the next page, by key.
    pub before: Option<i64>,
    /// Sectors whose events a security officer may read; `None` for an auditor, who reads all.
    pub sectors: Option<Vec<Uuid>>,
}

/// One line of the trail as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor_name: Option<String>,
    /// The machine client, when one did it.
    pub machine: Option<String>,
    pub actor_kind: ActorKind,
    pub action: AuditAction,
    pub object_kind: String,
    pub object_id: Option<Uuid>,
    pub address: Option<String>,
    pub client_address: Option<String>,
    pub request_id: Option<String>,
    pub reason: Option<String>,
    pub outcome: Outcome,
    pub detail: Option<String>,
    /// Names of fields whose value was erased.
    pub erased: Vec<String>,
}

/// Newest first, at most `limit`.
pub async fn list(conn: &mut PgConnection, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditLine>> {
    let mut tx = conn.begin().await?;
    // A plan that does not know which filters are set walks over the whole trail.
    sqlx::raw_sql("SET LOCAL plan_cache_mode = force_custom_plan").execute(&mut *tx).await?;
    let (dataset, column) = filter.column.clone().map_or((None, None), |(dataset, column)| (dataset, Some(column)));
    let rows = sqlx::query!(
        r#"SELECT e.id, e.at, p.name AS "actor_name?", k.kind AS "actor_kind!", c.machine AS "machine?", e.action, e.object_kind, e.object_id, e.address, e.client_address,
                  e.request_id, e.reason, e.outcome, e.detail,
                  ARRAY(SELECT x.field FROM audit_erasure x WHERE x.event_id = e.id ORDER BY x.field) AS "erased!"
           FROM audit_event e LEFT JOIN person p ON p.id = e.actor_id LEFT JOIN agreement_credential c ON c.id = machine_of(e.client_address)
           CROSS JOIN LATERAL (SELECT CASE WHEN actor_kind(e.actor_id, e.client_address) = 'pasar' AND EXISTS (
                                   SELECT FROM audit_erasure x WHERE x.event_id = e.id AND x.field IN ('actor_id', 'client_address')) THEN 'erased'
                               ELSE actor_kind(e.actor_id, e.client_address) END AS kind) k
           WHERE ($1::uuid IS NULL OR e.actor_id = $1)
             AND ($2::uuid IS NULL OR e.product_id = $2)
             AND ($3::uuid IS NULL OR e.object_id = $3)
             AND ($4::text IS NULL OR e.action = $4)
             AND ($5::bigint IS NULL OR e.id < $5)
             AND ($8::bigint IS NULL OR e.id = $8)
             AND ($6::uuid[] IS NULL OR e.product_id IN (
                    SELECT pr.id FROM product pr JOIN data_domain d ON d.id = pr.domain_id WHERE d.sector_id = ANY($6)))
             AND ($9::text IS NULL OR k.kind = $9)
             AND ($10::text IS NULL OR e.object_id = ANY(ARRAY(
                    SELECT r.id FROM access_request r WHERE r.purpose = $10
                    UNION ALL SELECT q.id FROM access_request r JOIN request_part q ON q.request_id = r.id WHERE r.purpose = $10
                    UNION ALL SELECT a.id FROM access_request r JOIN request_part q ON q.request_id = r.id JOIN agreement a ON a.part_id = q.id
                              WHERE r.purpose = $10)))
             AND ($11::text IS NULL OR e.id = ANY(ARRAY(
                    SELECT r.event_id FROM port_read r JOIN dataset d ON d.id = r.dataset_id
                    WHERE r.columns @> ARRAY[$11::text] AND ($12::text IS NULL OR d.name = $12))))
             AND ($13::timestamptz IS NULL OR e.at >= $13) AND ($14::timestamptz IS NULL OR e.at < $14)
           ORDER BY e.id DESC LIMIT $7"#,
        filter.person.map(|id| id.0),
        filter.product.map(|id| id.0),
        filter.object,
        filter.action.map(AuditAction::as_str),
        filter.before,
        filter.sectors.as_deref(),
        limit,
        filter.only,
        filter.by.map(ActorKind::as_str),
        filter.purpose,
        column,
        dataset,
        filter.from,
        filter.until
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditLine {
                id: row.id,
                at: row.at,
                actor_name: row.actor_name,
                machine: row.machine,
                actor_kind: row.actor_kind.parse()?,
                action: row.action.parse()?,
                object_kind: row.object_kind,
                object_id: row.object_id,
                address: row.address,
                client_address: row.client_address,
                request_id: row.request_id,
                reason: row.reason,
                outcome: row.outcome.parse()?,
                detail: row.detail,
                erased: row.erased,
            })
        })
        .collect()
}
