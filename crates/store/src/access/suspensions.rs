//! Suspending all agreements of a person, an agency or a product at once: one row that says so, and a hold on each agreement,
//! also on those that are made while it stands.

use super::holds::{NewHold, lift_hold, place_hold};
use crate::{Result, audit, outbox};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::access::{HoldKind, SubjectKind};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{AgreementId, HoldId, PersonId, ProductId, SectorId, SuspensionId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Person(PersonId),
    /// As people carry it.
    Agency(String),
    Product(ProductId),
}

type Stored = (Option<Uuid>, Option<String>, Option<Uuid>);

impl Subject {
    fn stored(&self) -> Stored {
        match self {
            Self::Person(id) => (Some(id.0), None, None),
            Self::Agency(name) => (None, Some(name.clone()), None),
            Self::Product(id) => (None, None, Some(id.0)),
        }
    }
}

/// Finds whom or what words name: an e-mail address, an agency as people carry it, a product's address. Gives its title.
pub async fn subject(conn: &mut PgConnection, kind: SubjectKind, words: &str) -> Result<Option<(Subject, String)>> {
    Ok(match kind {
        SubjectKind::Person => sqlx::query!("SELECT id, name FROM person WHERE lower(email) = lower($1)", words)
            .fetch_optional(conn)
            .await?
            .map(|row| (Subject::Person(PersonId(row.id)), row.name)),
        SubjectKind::Agency => {
            sqlx::query_scalar!(r#"SELECT agency AS "agency!" FROM person WHERE lower(agency) = lower($1) ORDER BY agency LIMIT 1"#, words)
                .fetch_optional(conn)
                .await?
                .map(|name| (Subject::Agency(name.clone()), name))
        }
        SubjectKind::Product => sqlx::query!("SELECT id, title FROM product WHERE address = lower($1)", words)
            .fetch_optional(conn)
            .await?
            .map(|row| (Subject::Product(ProductId(row.id)), row.title)),
    })
}

/// What somebody who reads an agreement may want to suspend: whoever reads under it, their agency, its product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspendable {
    pub kind: SubjectKind,
    /// In the words of the form: an e-mail address, an agency's name, a product's address.
    pub subject: String,
    pub title: String,
}

/// People first, then agencies, then the product.
pub async fn suspendable(conn: &mut PgConnection, agreement: AgreementId) -> Result<Vec<Suspendable>> {
    let rows = sqlx::query!(
        r#"SELECT 'person' AS "kind!", h.email AS "subject!", h.name AS "title!"
           FROM agreement_people g JOIN person h ON h.id = g.person_id WHERE g.agreement_id = $1
           UNION
           SELECT 'agency', h.agency, h.agency FROM agreement_people g JOIN person h ON h.id = g.person_id WHERE g.agreement_id = $1 AND h.agency <> ''
           UNION
           SELECT 'product', p.address, p.title FROM agreement a JOIN product p ON p.id = a.product_id WHERE a.id = $1
           ORDER BY 3, 2"#,
        agreement.0
    )
    .fetch_all(conn)
    .await?;
    let mut found = rows
        .into_iter()
        .map(|row| Ok(Suspendable { kind: row.kind.parse()?, subject: row.subject, title: row.title }))
        .collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|one| SubjectKind::ALL.iter().position(|kind| *kind == one.kind));
    Ok(found)
}

/// An agreement that a suspension touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedLine {
    pub id: AgreementId,
    pub holder: String,
    pub product_title: String,
    pub until: DateTime<Utc>,
}

/// The agreements in force that it would touch: how many, and the first of them.
pub async fn touched(conn: &mut PgConnection, subject: &Subject, sector: Option<SectorId>, most: i64) -> Result<(i64, Vec<TouchedLine>)> {
    let (person, agency, product) = subject.stored();
    let rows = sqlx::query!(
        r#"SELECT a.id, h.name, p.title, a.until, count(*) OVER () AS "all!"
           FROM suspended_agreements(ROW(NULL, $1::uuid, $2::text, $3::uuid, $4::uuid, NULL, NULL, NULL, NULL, NULL, NULL)::suspension) s
           JOIN agreement a ON a.id = s.agreement_id JOIN person h ON h.id = a.holder_id JOIN product p ON p.id = a.product_id
           ORDER BY h.name, p.title, a.id LIMIT $5"#,
        person,
        agency,
        product,
        sector.map(|sector| sector.0),
        most
    )
    .fetch_all(conn)
    .await?;
    let all = rows.first().map_or(0, |row| row.all);
    let lines =
        rows.into_iter().map(|row| TouchedLine { id: AgreementId(row.id), holder: row.name, product_title: row.title, until: row.until }).collect();
    Ok((all, lines))
}

/// A suspension to place.
#[derive(Debug, Clone)]
pub struct NewSuspension<'a> {
    pub subject: Subject,
    /// None is everywhere.
    pub sector: Option<SectorId>,
    pub reason: &'a str,
    pub by: PersonId,
}

/// Suspends, and holds each agreement that there is. Returns how many. The same one placed twice stands once.
pub async fn suspend(
    conn: &mut PgConnection,
    new: &NewSuspension<'_>,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<(SuspensionId, usize)> {
    let (person, agency, product) = new.subject.stored();
    // Of two that are placed at the same moment one finds the other.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('suspension'))").execute(&mut *conn).await?;
    let known = sqlx::query_scalar!(
        "SELECT id FROM suspension WHERE lifted_at IS NULL AND person_id IS NOT DISTINCT FROM $1 AND lower(agency) IS NOT DISTINCT FROM lower($2)
         AND product_id IS NOT DISTINCT FROM $3 AND sector_id IS NOT DISTINCT FROM $4",
        person,
        agency,
        product,
        new.sector.map(|sector| sector.0)
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(known) = known {
        return Ok((SuspensionId(known), 0));
    }
    let id: SuspensionId = ids.next(now);
    sqlx::query!(
        "INSERT INTO suspension (id, person_id, agency, product_id, sector_id, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        person,
        agency,
        product,
        new.sector.map(|sector| sector.0),
        new.reason,
        new.by.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let held = hold_suspended(&mut *conn, origin, ids, now).await?;
    follow_teams(&mut *conn, person, new.sector.map(|sector| sector.0), "agreement.hold", now).await?;
    let event = AuditEvent {
        product: product.map(ProductId),
        reason: Some(new.reason.to_owned()),
        detail: Some(format!("{held} agreements held{}", agency.map(|name| format!(", of {name}")).unwrap_or_default())),
        ..AuditEvent::done(Some(new.by), AuditAction::SuspensionPlace, "suspension", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok((id, held))
}

/// The agreements of a person's teams stay in force while that person is suspended, and their own credentials under them are stopped
/// (`credential_in_force`); their source follows.
async fn follow_teams(conn: &mut PgConnection, person: Option<Uuid>, sector: Option<Uuid>, topic: &str, now: DateTime<Utc>) -> Result<()> {
    let agreements = sqlx::query_scalar!(
        r#"SELECT a.id FROM agreement a JOIN agreement_people u ON u.agreement_id = a.id AND u.person_id = $1
           JOIN product p ON p.id = a.product_id JOIN data_domain d ON d.id = p.domain_id
           WHERE a.state = 'active' AND a.team_id IS NOT NULL AND ($2::uuid IS NULL OR d.sector_id = $2)
             AND EXISTS (SELECT FROM agreement_credential c WHERE c.agreement_id = a.id AND c.ended_at IS NULL
                         AND (c.person_id IS NULL OR c.person_id = $1)) ORDER BY a.id"#,
        person,
        sector
    )
    .fetch_all(&mut *conn)
    .await?;
    for agreement in agreements {
        outbox::push(&mut *conn, topic, agreement, now).await?;
    }
    Ok(())
}

/// Holds every agreement in force that a suspension is for and that is not held by it: at once when either is made, and every
/// minute for people who came to a suspended agency since. Returns how many.
pub async fn hold_suspended(conn: &mut PgConnection, origin: &Origin, ids: &Ids, now: DateTime<Utc>) -> Result<usize> {
    let due = sqlx::query!(
        r#"SELECT s.id, s.reason, s.placed_by, x.agreement_id AS "agreement_id!" FROM suspension s CROSS JOIN LATERAL suspended_agreements(s) x
           WHERE s.lifted_at IS NULL AND NOT EXISTS (
               SELECT FROM agreement_hold h WHERE h.agreement_id = x.agreement_id AND h.suspension_id = s.id AND h.lifted_at IS NULL)
           ORDER BY x.agreement_id"#
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut held = 0;
    for row in due {
        let new = NewHold {
            agreement: AgreementId(row.agreement_id),
            kind: HoldKind::Suspended,
            reason: &row.reason,
            by: Some(PersonId(row.placed_by)),
            suspension: Some(SuspensionId(row.id)),
        };
        held += usize::from(place_hold(&mut *conn, &new, origin, ids, now).await?.is_some());
    }
    Ok(held)
}

/// Lifts a suspension and its holds. None when it does not stand; otherwise how many agreements it held.
pub async fn lift_suspension(
    conn: &mut PgConnection,
    id: SuspensionId,
    by: PersonId,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<usize>> {
    let lifted = sqlx::query!(
        "UPDATE suspension SET lifted_at = $2, lifted_by = $3, lift_reason = $4 WHERE id = $1 AND lifted_at IS NULL RETURNING person_id, product_id, sector_id",
        id.0,
        now,
        by.0,
        reason
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(lifted) = lifted else { return Ok(None) };
    let holds = sqlx::query_scalar!("SELECT id FROM agreement_hold WHERE suspension_id = $1 AND lifted_at IS NULL ORDER BY agreement_id", id.0)
        .fetch_all(&mut *conn)
        .await?;
    for hold in &holds {
        lift_hold(&mut *conn, HoldId(*hold), Some(by), origin, now).await?;
    }
    follow_teams(&mut *conn, lifted.person_id, lifted.sector_id, "agreement.resume", now).await?;
    let event = AuditEvent {
        product: lifted.product_id.map(ProductId),
        reason: Some(reason.to_owned()),
        detail: Some(format!("{} agreements were held", holds.len())),
        ..AuditEvent::done(Some(by), AuditAction::SuspensionLift, "suspension", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(Some(holds.len()))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspensionLine {
    pub id: SuspensionId,
    pub kind: SubjectKind,
    /// Name or title.
    pub subject: String,
    pub sector: Option<SectorId>,
    pub sector_title: Option<String>,
    pub reason: String,
    pub placed_by: String,
    pub placed_at: DateTime<Utc>,
    pub lifted: Option<(String, DateTime<Utc>, String)>,
    /// Agreements that it holds now.
    pub held: i64,
}

/// Those that stand first, then the newest; at most `most`. With sectors, those of these sectors and those that hold everywhere.
pub async fn suspensions(conn: &mut PgConnection, only: Option<SuspensionId>, sectors: Option<&[Uuid]>, most: i64) -> Result<Vec<SuspensionLine>> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.person_id, s.product_id, coalesce(h.name, s.agency, p.title) AS "subject!", s.sector_id, x.title AS "sector_title?",
                  s.reason, b.name AS placed_by, s.placed_at, s.lifted_at, l.name AS "lifted_by?", s.lift_reason,
                  (SELECT count(*) FROM agreement_hold g WHERE g.suspension_id = s.id AND g.lifted_at IS NULL) AS "held!"
           FROM suspension s JOIN person b ON b.id = s.placed_by LEFT JOIN person h ON h.id = s.person_id LEFT JOIN product p ON p.id = s.product_id
           LEFT JOIN sector x ON x.id = s.sector_id LEFT JOIN person l ON l.id = s.lifted_by
           WHERE ($1::uuid IS NULL OR s.id = $1) AND ($2::uuid[] IS NULL OR s.sector_id IS NULL OR s.sector_id = ANY($2))
           ORDER BY s.lifted_at IS NULL DESC, s.placed_at DESC, s.id DESC LIMIT $3"#,
        only.map(|id| id.0),
        sectors,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SuspensionLine {
            id: SuspensionId(row.id),
            kind: match (row.person_id, row.product_id) {
                (Some(_), _) => SubjectKind::Person,
                (_, Some(_)) => SubjectKind::Product,
                _ => SubjectKind::Agency,
            },
            subject: row.subject,
            sector: row.sector_id.map(SectorId),
            sector_title: row.sector_title,
            reason: row.reason,
            placed_by: row.placed_by,
            placed_at: row.placed_at,
            lifted: row.lifted_at.map(|at| (row.lifted_by.unwrap_or_default(), at, row.lift_reason.unwrap_or_default())),
            held: row.held,
        })
        .collect())
}

/// Sectors by title, for choosing where.
pub async fn sectors(conn: &mut PgConnection) -> Result<Vec<(SectorId, String)>> {
    let rows = sqlx::query!("SELECT id, title FROM sector ORDER BY title").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (SectorId(row.id), row.title)).collect())
}
