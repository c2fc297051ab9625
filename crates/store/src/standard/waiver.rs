//! Waivers: a product is let off a standard until a day, for a reason, and no longer.

use crate::session::scope;
use crate::{Result, audit};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, StandardId, StandardWaiverId};
use domain::organisation::Scope;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWaiver<'a> {
    pub standard: StandardId,
    pub slug: &'a str,
    pub product: ProductId,
    pub address: &'a str,
    pub reason: &'a str,
    /// The last day of it.
    pub until: NaiveDate,
}

/// Lets a product off. One that stands is replaced by the new one.
pub async fn grant_waiver(
    conn: &mut PgConnection,
    actor: PersonId,
    new: &NewWaiver<'_>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<StandardWaiverId> {
    sqlx::query!(
        "UPDATE standard_waiver SET ended_by = $3, ended_at = $4 WHERE standard_id = $1 AND product_id = $2 AND ended_at IS NULL",
        new.standard.0,
        new.product.0,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let id: StandardWaiverId = ids.next(now);
    sqlx::query!(
        "INSERT INTO standard_waiver (id, standard_id, product_id, reason, until, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        new.standard.0,
        new.product.0,
        new.reason,
        new.until,
        actor.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(new.product),
        address: Some(new.address.to_owned()),
        reason: Some(new.reason.to_owned()),
        detail: Some(format!("{} until {}", new.slug, new.until)),
        ..AuditEvent::done(Some(actor), AuditAction::WaiverGrant, "product", Some(new.product.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(id)
}

/// Ends a waiver of a standard before its day; false when it does not stand.
pub async fn end_waiver(
    conn: &mut PgConnection,
    actor: PersonId,
    standard: StandardId,
    id: StandardWaiverId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = sqlx::query!(
        "UPDATE standard_waiver w SET ended_by = $3, ended_at = $4 FROM product p, standard s
         WHERE w.id = $1 AND w.standard_id = $2 AND w.ended_at IS NULL AND p.id = w.product_id AND s.id = w.standard_id
         RETURNING p.id, p.address, s.slug",
        id.0,
        standard.0,
        actor.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(ended) = ended else { return Ok(false) };
    let event = AuditEvent {
        product: Some(ProductId(ended.id)),
        address: Some(ended.address),
        detail: Some(ended.slug),
        ..AuditEvent::done(Some(actor), AuditAction::WaiverEnd, "product", Some(ended.id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// A waiver as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverLine {
    pub id: StandardWaiverId,
    pub standard: StandardId,
    /// Where the standard holds, and with it who keeps it.
    pub place: Scope,
    pub product: ProductId,
    pub slug: String,
    pub standard_title: String,
    pub product_title: String,
    pub product_address: String,
    pub reason: String,
    pub until: NaiveDate,
    pub granted_by: String,
    pub granted_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Waivers of products that this reader may know of: of one standard or one product, or all; those that stand first, soonest over first.
pub async fn waivers(
    conn: &mut PgConnection,
    reader: PersonId,
    standard: Option<StandardId>,
    product: Option<ProductId>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<WaiverLine>> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.standard_id, w.product_id, s.scope_kind, s.scope_id, s.slug, p.title AS "product_title!", p.address AS "product_address!", w.reason, w.until, h.name AS granted_by, w.granted_at, w.ended_at,
                  (SELECT v.title FROM standard_version v WHERE v.standard_id = s.id ORDER BY v.published_at IS NULL, v.version DESC LIMIT 1) AS "standard_title!"
           FROM standard_waiver w JOIN standard s ON s.id = w.standard_id JOIN visible_product($1, $2) p ON p.id = w.product_id
           JOIN person h ON h.id = w.granted_by
           WHERE ($3::uuid IS NULL OR w.standard_id = $3) AND ($4::uuid IS NULL OR w.product_id = $4)
           ORDER BY w.ended_at IS NOT NULL, w.until, w.id LIMIT $5"#,
        reader.0,
        now,
        standard.map(|id| id.0),
        product.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| WaiverLine {
            id: StandardWaiverId(row.id),
            standard: StandardId(row.standard_id),
            place: scope(&row.scope_kind, row.scope_id).unwrap_or(Scope::Whole),
            product: ProductId(row.product_id),
            slug: row.slug,
            standard_title: row.standard_title,
            product_title: row.product_title,
            product_address: row.product_address,
            reason: row.reason,
            until: row.until,
            granted_by: row.granted_by,
            granted_at: row.granted_at,
            ended_at: row.ended_at,
        })
        .collect())
}

/// Waivers that hold on a day, for some products.
pub async fn waivers_in_force(
    conn: &mut PgConnection,
    products: &[Uuid],
    day: NaiveDate,
) -> Result<BTreeMap<(ProductId, StandardId), StandardWaiverId>> {
    let rows = sqlx::query!(
        "SELECT id, product_id, standard_id FROM standard_waiver WHERE product_id = ANY($1) AND ended_at IS NULL AND until >= $2",
        products,
        day
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| ((ProductId(row.product_id), StandardId(row.standard_id)), StandardWaiverId(row.id))).collect())
}
