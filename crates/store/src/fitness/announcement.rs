//! What trusted centres announce about the fitness of their sectors, and whom they honour.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::fitness::{Award, NewAnnouncement};
use domain::id::{AnnouncementId, PersonId, ProductId, SectorId};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncementLine {
    pub id: AnnouncementId,
    pub sector: String,
    pub sector_title: String,
    pub text: String,
    pub award: Option<Award>,
    /// Address and title of the product that is honoured.
    pub product: Option<(String, String)>,
    pub by: String,
    pub at: DateTime<Utc>,
}

/// Which announcements are meant; nothing is all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Announcements<'a> {
    /// The sector's short name.
    pub sector: Option<&'a str>,
    pub product: Option<ProductId>,
    pub from: Option<DateTime<Utc>>,
    /// Not included.
    pub until: Option<DateTime<Utc>>,
}

/// A product that may be honoured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awarded {
    pub id: ProductId,
    pub address: String,
    pub title: String,
}

/// Products of a sector that everybody may know of: only those can be honoured before everybody.
pub async fn awardable(conn: &mut PgConnection, sector: SectorId) -> Result<Vec<Awarded>> {
    let rows = sqlx::query!(
        "SELECT p.id, p.address, p.title FROM product p JOIN data_domain d ON d.id = p.domain_id
         WHERE d.sector_id = $1 AND p.visibility = 'listed' AND p.status = 'published' ORDER BY p.title, p.address",
        sector.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Awarded { id: ProductId(row.id), address: row.address, title: row.title }).collect())
}

/// Publishes an announcement; false when this form was sent before. `awarded` is the product of its award.
#[expect(clippy::too_many_arguments, reason = "who, where, what and when, and no two of them belong together")]
pub async fn publish(
    conn: &mut PgConnection,
    by: PersonId,
    sector: SectorId,
    new: &NewAnnouncement,
    awarded: Option<&Awarded>,
    key: Uuid,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<bool> {
    let id: AnnouncementId = ids.next(now);
    let award = new.award.as_ref().map(|(award, _)| award.as_str());
    let added = sqlx::query!(
        "INSERT INTO fitness_announcement (id, sector_id, text, award, product_id, made_by, made_at, submission_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (submission_key) DO NOTHING",
        id.0,
        sector.0,
        new.text,
        award,
        awarded.map(|product| product.id.0),
        by.0,
        now,
        key
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    let event = AuditEvent {
        product: awarded.map(|product| product.id),
        address: awarded.map(|product| product.address.clone()),
        reason: Some(new.text.clone()),
        detail: award.map(str::to_owned),
        ..AuditEvent::done(Some(by), AuditAction::FitnessAnnounce, "fitness-announcement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(true)
}

/// The sector of an announcement.
pub async fn announcement(conn: &mut PgConnection, id: AnnouncementId) -> Result<Option<SectorId>> {
    let sector = sqlx::query_scalar!("SELECT sector_id FROM fitness_announcement WHERE id = $1", id.0).fetch_optional(conn).await?;
    Ok(sector.map(SectorId))
}

/// Takes an announcement back, and with it the mark of its product.
pub async fn withdraw(conn: &mut PgConnection, by: PersonId, id: AnnouncementId, origin: &Origin, now: DateTime<Utc>) -> Result<()> {
    let row = sqlx::query!(
        r#"UPDATE fitness_announcement f SET withdrawn_by = $2, withdrawn_at = $3 WHERE f.id = $1 AND f.withdrawn_at IS NULL
           RETURNING f.product_id, (SELECT p.address FROM product p WHERE p.id = f.product_id) AS address"#,
        id.0,
        by.0,
        now
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Err(StoreError::Conflict("This announcement was withdrawn before.".into())) };
    let event = AuditEvent {
        product: row.product_id.map(ProductId),
        address: row.address,
        ..AuditEvent::done(Some(by), AuditAction::FitnessWithdraw, "fitness-announcement", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// What stands announced, the newest first. One that honours a product is read by whoever may know of the product.
pub async fn announcements(
    conn: &mut PgConnection,
    reader: PersonId,
    of: Announcements<'_>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<AnnouncementLine>> {
    let rows = sqlx::query!(
        r#"SELECT f.id, s.slug, s.title AS sector_title, f.text, f.award, p.address AS "address?", p.title AS "title?", h.name, f.made_at
           FROM fitness_announcement f JOIN sector s ON s.id = f.sector_id JOIN person h ON h.id = f.made_by
           LEFT JOIN visible_product($1, $2) p ON p.id = f.product_id
           WHERE f.withdrawn_at IS NULL AND (f.product_id IS NULL OR p.id IS NOT NULL) AND ($3::text IS NULL OR s.slug = $3)
             AND ($4::uuid IS NULL OR f.product_id = $4) AND ($5::timestamptz IS NULL OR f.made_at >= $5)
             AND ($6::timestamptz IS NULL OR f.made_at < $6) ORDER BY f.made_at DESC, f.id DESC LIMIT $7"#,
        reader.0,
        now,
        of.sector,
        of.product.map(|id| id.0),
        of.from,
        of.until,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AnnouncementLine {
                id: AnnouncementId(row.id),
                sector: row.slug,
                sector_title: row.sector_title,
                text: row.text,
                award: row.award.map(|word| word.parse()).transpose()?,
                product: row.address.zip(row.title),
                by: row.name,
                at: row.made_at,
            })
        })
        .collect()
}
