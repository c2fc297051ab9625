//! Flags: placed when personal data arrives without a policy, taken down when it has one. Each change is told to the owners of
//! both products: to the other one only where everybody may know of the product that consumes.

use super::read::{Flows, flows_around};
use super::standard::standard;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::flow::{Gap, Standard, gaps};
use domain::id::{FlowFlagId, ProductId};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What looking again changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    pub flagged: usize,
    pub mended: usize,
}

/// Judges the products that changed and all that comes after them, and makes the flags say what was found. Call within a
/// transaction.
pub async fn look(conn: &mut PgConnection, changed: &[Uuid], ids: &Ids, now: DateTime<Utc>) -> Result<Looked> {
    // One at a time: what is judged must be what stands when it is written down.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('flow'))").execute(&mut *conn).await?;
    let flows = flows_around(&mut *conn, changed).await?;
    let found = match standard(&mut *conn).await?.standard {
        Standard::Off => vec![],
        Standard::Flag | Standard::Stop => gaps(&flows.holdings, &flows.takings),
    };
    let judged: BTreeSet<ProductId> = flows.judged.iter().copied().collect();
    let found: Vec<&Gap> = found.iter().filter(|gap| judged.contains(&gap.consumer)).collect();
    let placed = place(&mut *conn, &found, ids, now).await?;
    let (mended, clean) = mend(&mut *conn, &flows, &found, now).await?;
    tell(&mut *conn, &placed, now).await?;
    for product in clean {
        let event = about(conn, AuditAction::FlowMend, product).await?;
        audit::append(conn, &event, now).await?;
    }
    Ok(Looked { flagged: placed.len(), mended })
}

/// Writes flags that do not stand yet, and gives these.
async fn place<'a>(conn: &mut PgConnection, found: &[&'a Gap], ids: &Ids, now: DateTime<Utc>) -> Result<Vec<&'a Gap>> {
    let mut placed = vec![];
    for gap in found {
        // What arrives may have become more than it was: that is no other flag.
        let known = sqlx::query!(
            "UPDATE flow_flag SET carried = $6 WHERE mended_at IS NULL AND product_id = $1 AND upstream_id = $2 AND input_port = $3
             AND from_column IS NOT DISTINCT FROM $4 AND to_column IS NOT DISTINCT FROM $5",
            gap.consumer.0,
            gap.upstream.0,
            gap.port,
            gap.from,
            gap.to,
            gap.carried.as_str()
        )
        .execute(&mut *conn)
        .await?;
        if known.rows_affected() > 0 {
            continue;
        }
        sqlx::query!(
            "INSERT INTO flow_flag (id, product_id, upstream_id, input_port, from_column, to_column, carried, found_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            ids.next::<FlowFlagId>(now).0,
            gap.consumer.0,
            gap.upstream.0,
            gap.port,
            gap.from,
            gap.to,
            gap.carried.as_str(),
            now
        )
        .execute(&mut *conn)
        .await?;
        placed.push(*gap);
    }
    Ok(placed)
}

/// Takes down what was not found again: how many flags, and the products that have none left.
async fn mend(conn: &mut PgConnection, flows: &Flows, found: &[&Gap], now: DateTime<Utc>) -> Result<(usize, Vec<ProductId>)> {
    let judged: Vec<Uuid> = flows.judged.iter().map(|id| id.0).collect();
    let open = sqlx::query!(
        "SELECT id, product_id, upstream_id, input_port, from_column, to_column FROM flow_flag WHERE mended_at IS NULL AND product_id = ANY($1)",
        &judged
    )
    .fetch_all(&mut *conn)
    .await?;
    let stands: BTreeSet<_> =
        found.iter().map(|gap| (gap.consumer.0, gap.upstream.0, gap.port.as_str(), gap.from.as_deref(), gap.to.as_deref())).collect();
    let gone: Vec<_> = open
        .iter()
        .filter(|row| {
            !stands.contains(&(row.product_id, row.upstream_id, row.input_port.as_str(), row.from_column.as_deref(), row.to_column.as_deref()))
        })
        .collect();
    let gone_ids: Vec<Uuid> = gone.iter().map(|row| row.id).collect();
    sqlx::query!("UPDATE flow_flag SET mended_at = $2 WHERE id = ANY($1)", &gone_ids, now).execute(&mut *conn).await?;
    let flagged: BTreeSet<Uuid> = found.iter().map(|gap| gap.consumer.0).collect();
    let clean: BTreeSet<Uuid> = gone.iter().map(|row| row.product_id).filter(|product| !flagged.contains(product)).collect();
    Ok((gone.len(), clean.into_iter().map(ProductId).collect()))
}

async fn about(conn: &mut PgConnection, action: AuditAction, product: ProductId) -> Result<AuditEvent> {
    let address = sqlx::query_scalar!("SELECT address FROM product WHERE id = $1", product.0).fetch_optional(conn).await?;
    Ok(AuditEvent { product: Some(product), address, ..AuditEvent::done(None, action, "product", Some(product.0), Origin::default()) })
}

/// One row for each product that consumes, and one for each other domain that it goes on from. The first names the columns of the
/// product alone: a webhook's owner, too, may know nothing of the other.
async fn tell(conn: &mut PgConnection, placed: &[&Gap], now: DateTime<Utc>) -> Result<()> {
    let mut consumers: BTreeMap<ProductId, Vec<&Gap>> = BTreeMap::new();
    for gap in placed {
        consumers.entry(gap.consumer).or_default().push(gap);
    }
    let mut warned = BTreeSet::new();
    for (consumer, gaps) in consumers {
        let said = |gap: &&Gap| format!("{} through {} into {}", gap.carried.label(), gap.port, gap.to.as_deref().unwrap_or("an unnamed column"));
        let detail = gaps.iter().map(said).collect::<Vec<_>>().join("; ");
        let event = AuditEvent { detail: Some(detail), ..about(conn, AuditAction::FlowFlag, consumer).await? };
        audit::append(conn, &event, now).await?;
        for gap in gaps {
            if warned.insert((consumer, gap.upstream)) && known_to_all_and_elsewhere(conn, consumer, gap.upstream).await? {
                let event = about(conn, AuditAction::FlowWarn, gap.upstream).await?;
                let into = about(conn, AuditAction::FlowFlag, consumer).await?.address;
                audit::append(conn, &AuditEvent { detail: into.map(|address| format!("into {address}")), ..event }, now).await?;
            }
        }
    }
    Ok(())
}

/// Whether everybody may know of the product that consumes, and its domain is not the other's: its owners are told by then.
async fn known_to_all_and_elsewhere(conn: &mut PgConnection, consumer: ProductId, upstream: ProductId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM product c JOIN product u ON u.id = $2 AND u.domain_id <> c.domain_id
                          WHERE c.id = $1 AND c.visibility = 'listed' AND c.status IN ('published', 'deprecated')) AS "found!""#,
        consumer.0,
        upstream.0
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}
