//! What was found at a source that nobody agreed to: one row from when it was found until it was gone, each with its audit rows.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{DriftKind, DriftState};
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::id::{AgreementId, DriftFindingId, ProductId};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Where something was found: at a source, and about which agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftPlace<'a> {
    pub source: &'a str,
    /// None for what is about no agreement.
    pub agreement: Option<AgreementId>,
    pub product: Option<ProductId>,
    pub address: Option<&'a str>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    pub kind: DriftKind,
    pub object: String,
    pub found: String,
}

impl DriftPlace<'_> {
    /// About the agreement, or about the finding itself where it is about none: what is told needs something that it is about.
    fn event(&self, action: AuditAction, outcome: Outcome, drift: &Drift, finding: Uuid) -> AuditEvent {
        AuditEvent {
            product: self.product,
            address: self.address.map(str::to_owned),
            outcome,
            reason: Some(drift.kind.label().to_owned()),
            detail: Some(format!("{}: {}", drift.object, drift.found).trim_end_matches([':', ' ']).to_owned()),
            ..AuditEvent::done(None, action, "drift", Some(self.agreement.map_or(finding, |id| id.0)), Origin::default())
        }
    }
}

/// Writes down what was found; what is open already is not written again. Returns how many are new.
pub async fn note_drift(conn: &mut PgConnection, place: &DriftPlace<'_>, found: &[Drift], ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let mut new = 0;
    for drift in found {
        let id: DriftFindingId = ids.next(now);
        let noted = sqlx::query_scalar!(
            r#"INSERT INTO drift_finding (id, source, agreement_id, product_id, kind, object, found, state, found_at, seen_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $8)
               ON CONFLICT (source, kind, object, md5(found)) WHERE state = 'open' DO UPDATE SET seen_at = excluded.seen_at RETURNING id"#,
            id.0,
            place.source,
            place.agreement.map(|id| id.0),
            place.product.map(|id| id.0),
            drift.kind.as_str(),
            drift.object,
            drift.found,
            now
        )
        .fetch_one(&mut *conn)
        .await?;
        if noted == id.0 {
            new += 1;
            audit::append(conn, &place.event(AuditAction::DriftFind, Outcome::Failed, drift, id.0), now).await?;
        }
    }
    Ok(new)
}

/// Whatever was open at this place and is not left any more is repaired. Returns how many.
pub async fn close_drift(conn: &mut PgConnection, place: &DriftPlace<'_>, left: &[Drift], now: DateTime<Utc>) -> Result<usize> {
    let left: BTreeSet<&Drift> = left.iter().collect();
    let open = sqlx::query!(
        "SELECT id, kind, object, found FROM drift_finding WHERE source = $1 AND agreement_id IS NOT DISTINCT FROM $2 AND state = 'open' FOR UPDATE",
        place.source,
        place.agreement.map(|id| id.0)
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut closed = 0;
    for row in open {
        let drift = Drift { kind: row.kind.parse()?, object: row.object, found: row.found };
        if left.contains(&drift) {
            continue;
        }
        sqlx::query!("UPDATE drift_finding SET state = 'repaired', repaired_at = $2, seen_at = $2 WHERE id = $1", row.id, now)
            .execute(&mut *conn)
            .await?;
        audit::append(conn, &place.event(AuditAction::DriftRepair, Outcome::Done, &drift, row.id), now).await?;
        closed += 1;
    }
    Ok(closed)
}

/// The agreements about which something is open at a source.
pub async fn open_drift(conn: &mut PgConnection, source: &str) -> Result<BTreeSet<Uuid>> {
    let found = sqlx::query_scalar!(
        r#"SELECT DISTINCT agreement_id AS "agreement_id!" FROM drift_finding WHERE source = $1 AND state = 'open' AND agreement_id IS NOT NULL"#,
        source
    )
    .fetch_all(conn)
    .await?;
    Ok(found.into_iter().collect())
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftLine {
    pub source: String,
    pub agreement: Option<AgreementId>,
    pub product_address: Option<String>,
    pub kind: DriftKind,
    pub object: String,
    pub found: String,
    pub state: DriftState,
    pub found_at: DateTime<Utc>,
    pub repaired_at: Option<DateTime<Utc>>,
}

/// What is open first, then the newest; at most `most`. With sectors, only what is about their products or about none.
pub async fn drift(conn: &mut PgConnection, sectors: Option<&[Uuid]>, most: i64) -> Result<Vec<DriftLine>> {
    let rows = sqlx::query!(
        r#"SELECT f.source, f.agreement_id, p.address AS "address?", f.kind, f.object, f.found, f.state, f.found_at, f.repaired_at
           FROM drift_finding f LEFT JOIN product p ON p.id = f.product_id LEFT JOIN data_domain d ON d.id = p.domain_id
           WHERE $1::uuid[] IS NULL OR f.product_id IS NULL OR d.sector_id = ANY($1)
           ORDER BY f.state = 'open' DESC, f.found_at DESC, f.id DESC LIMIT $2"#,
        sectors,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DriftLine {
                source: row.source,
                agreement: row.agreement_id.map(AgreementId),
                product_address: row.address,
                kind: row.kind.parse()?,
                object: row.object,
                found: row.found,
                state: row.state.parse()?,
                found_at: row.found_at,
                repaired_at: row.repaired_at,
            })
        })
        .collect()
}
