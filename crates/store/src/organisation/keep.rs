//! Sectors, agencies and domains by hand: added and changed by the data office, each with its audit row. Search follows by the
//! triggers of `migrations/0005_search.sql`, in the same transaction.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{DomainId, PersonId};
use domain::organisation::{UnitKind, UnitText};
use sqlx::PgConnection;
use uuid::Uuid;

/// A unit as the data office keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptUnit {
    pub kind: UnitKind,
    pub id: Uuid,
    pub slug: String,
    pub title: String,
    /// Trusted centre of a sector, abbreviation of an agency.
    pub note: Option<String>,
    /// Slug and title of a domain's agency, and of its sector.
    pub agency: Option<(String, String)>,
    pub sector: Option<(String, String)>,
    /// Rises with each change by hand.
    pub version: i32,
    pub retired_at: Option<DateTime<Utc>>,
    /// Domains in use that belong to it; none to a domain.
    pub domains: i64,
    /// Products in it that are not retired.
    pub products: i64,
}

impl KeptUnit {
    /// Its words, as a change would write them.
    pub fn text(&self) -> UnitText {
        let slug = |place: &Option<(String, String)>| place.as_ref().map(|(slug, _)| slug.clone());
        UnitText {
            slug: self.slug.clone(),
            title: self.title.clone(),
            note: self.note.clone(),
            agency: slug(&self.agency),
            sector: slug(&self.sector),
        }
    }
}

/// Why a unit stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitFault {
    /// Another of its kind has this slug.
    SlugKnown,
    /// Another agency has, or had, one of its names.
    NameTaken(String),
    /// The agency or sector that was chosen is not in use.
    AgencyGone,
    SectorGone,
    /// Somebody changed it since the form was opened.
    Stale,
    /// Domains and products that it would leave without a place.
    InUse {
        domains: i64,
        products: i64,
    },
}

/// Every unit of a kind or of all, retired ones last; at most the one of a slug when it is given.
pub async fn kept_units(conn: &mut PgConnection, kind: Option<UnitKind>, slug: Option<&str>) -> Result<Vec<KeptUnit>> {
    let rows = sqlx::query!(
        r#"WITH alive AS (SELECT domain_id, count(*) AS products FROM product WHERE status <> 'retired' GROUP BY domain_id),
                places AS (SELECT d.id, d.agency_id, d.sector_id, d.retired_at, coalesce(x.products, 0) AS products
                           FROM data_domain d LEFT JOIN alive x ON x.domain_id = d.id),
                u AS (
               SELECT 'sector' AS kind, s.id, s.slug, s.title, s.trusted_centre AS note, NULL::text AS agency, NULL::text AS agency_title,
                      NULL::text AS sector, NULL::text AS sector_title, s.version, s.retired_at,
                      (SELECT count(*) FROM places p WHERE p.sector_id = s.id AND p.retired_at IS NULL) AS domains,
                      (SELECT coalesce(sum(p.products), 0)::bigint FROM places p WHERE p.sector_id = s.id) AS products FROM sector s
               UNION ALL SELECT 'agency', a.id, a.slug, a.title, a.abbreviation, NULL, NULL, NULL, NULL, a.version, a.retired_at,
                      (SELECT count(*) FROM places p WHERE p.agency_id = a.id AND p.retired_at IS NULL),
                      (SELECT coalesce(sum(p.products), 0)::bigint FROM places p WHERE p.agency_id = a.id) FROM agency a
               UNION ALL SELECT 'domain', d.id, d.slug, d.title, NULL, a.slug, a.title, s.slug, s.title, d.version, d.retired_at, 0,
                      (SELECT p.products FROM places p WHERE p.id = d.id)
                      FROM data_domain d JOIN agency a ON a.id = d.agency_id JOIN sector s ON s.id = d.sector_id)
           SELECT u.kind AS "kind!", u.id AS "id!", u.slug AS "slug!", u.title AS "title!", u.note AS "note?", u.agency AS "agency?",
                  u.agency_title AS "agency_title?", u.sector AS "sector?", u.sector_title AS "sector_title?", u.version AS "version!",
                  u.retired_at AS "retired_at?", u.domains AS "domains!", u.products AS "products!"
           FROM u WHERE ($1::text IS NULL OR u.kind = $1) AND ($2::text IS NULL OR u.slug = $2)
           ORDER BY u.retired_at IS NOT NULL, u.title, u.slug"#,
        kind.map(UnitKind::as_str),
        slug
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KeptUnit {
                kind: row.kind.parse()?,
                id: row.id,
                slug: row.slug,
                title: row.title,
                note: row.note,
                agency: row.agency.zip(row.agency_title),
                sector: row.sector.zip(row.sector_title),
                version: row.version,
                retired_at: row.retired_at,
                domains: row.domains,
                products: row.products,
            })
        })
        .collect()
}

pub async fn kept_unit(conn: &mut PgConnection, kind: UnitKind, slug: &str) -> Result<Option<KeptUnit>> {
    Ok(kept_units(conn, Some(kind), Some(slug)).await?.pop())
}

/// Two changes of units never cross: one waits for the other. They are few, and names of agencies must not meet.
pub(super) async fn one_at_a_time(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT FROM sector ORDER BY id FOR NO KEY UPDATE").execute(&mut *conn).await?;
    sqlx::query!("SELECT FROM agency ORDER BY id FOR NO KEY UPDATE").execute(conn).await?;
    Ok(())
}

pub(super) async fn written_down(
    conn: &mut PgConnection,
    actor: PersonId,
    (kind, id): (UnitKind, Uuid),
    detail: String,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = AuditEvent::done(Some(actor), AuditAction::UnitChange, kind.as_str(), Some(id), origin.clone());
    audit::append(conn, &AuditEvent { detail: Some(detail), ..event }, now).await
}

fn words(unit: &UnitText) -> String {
    let rest = [&unit.note, &unit.agency, &unit.sector].into_iter().flatten().map(String::as_str);
    std::iter::once(unit.title.as_str()).chain(rest).collect::<Vec<_>>().join(" | ")
}

/// The places that a domain names, or which of them is not in use; `None` for other kinds.
async fn placed(conn: &mut PgConnection, unit: &UnitText) -> Result<std::result::Result<Option<(Uuid, Uuid)>, UnitFault>> {
    let (Some(agency), Some(sector)) = (&unit.agency, &unit.sector) else { return Ok(Ok(None)) };
    let agency = sqlx::query_scalar!("SELECT id FROM agency WHERE slug = $1 AND retired_at IS NULL", agency).fetch_optional(&mut *conn).await?;
    let sector = sqlx::query_scalar!("SELECT id FROM sector WHERE slug = $1 AND retired_at IS NULL", sector).fetch_optional(conn).await?;
    Ok(match (agency, sector) {
        (None, _) => Err(UnitFault::AgencyGone),
        (_, None) => Err(UnitFault::SectorGone),
        (Some(agency), Some(sector)) => Ok(Some((agency, sector))),
    })
}

/// A name of an agency that another has or had. People are known by these words, so that none may mean two agencies.
async fn name_taken(conn: &mut PgConnection, unit: &UnitText, but: Option<Uuid>) -> Result<Option<String>> {
    let names: Vec<String> = [Some(&unit.slug), Some(&unit.title), unit.note.as_ref()].into_iter().flatten().cloned().collect();
    let taken = sqlx::query_scalar!(
        r#"SELECT n AS "name!" FROM unnest($1::text[]) WITH ORDINALITY AS t(n, nth)
           WHERE EXISTS (SELECT FROM agency g WHERE means_agency(n, g) AND g.id IS DISTINCT FROM $2) ORDER BY nth LIMIT 1"#,
        &names,
        but
    );
    Ok(taken.fetch_optional(conn).await?)
}

/// Adds a unit; the same form again changes nothing. Call within a transaction.
pub async fn add_unit(
    conn: &mut PgConnection,
    actor: PersonId,
    kind: UnitKind,
    unit: &UnitText,
    origin: &Origin,
    (ids, now): (&Ids, DateTime<Utc>),
) -> Result<Option<UnitFault>> {
    one_at_a_time(conn).await?;
    if let Some(known) = kept_unit(conn, kind, &unit.slug).await? {
        return Ok(Some(UnitFault::SlugKnown).filter(|_| known.text() != *unit));
    }
    if kind == UnitKind::Agency
        && let Some(name) = name_taken(conn, unit, None).await?
    {
        return Ok(Some(UnitFault::NameTaken(name)));
    }
    let place = match placed(conn, unit).await? {
        Ok(place) => place,
        Err(fault) => return Ok(Some(fault)),
    };
    let id = ids.next::<DomainId>(now).0;
    match (kind, place) {
        (UnitKind::Sector, _) => {
            let (slug, title, note) = (&unit.slug, &unit.title, unit.note.clone().unwrap_or_default());
            sqlx::query!("INSERT INTO sector (id, slug, title, trusted_centre, version) VALUES ($1, $2, $3, $4, 1)", id, slug, title, note)
                .execute(&mut *conn)
                .await?;
        }
        (UnitKind::Agency, _) => {
            let (slug, title, note) = (&unit.slug, &unit.title, unit.note.as_deref());
            sqlx::query!("INSERT INTO agency (id, slug, title, abbreviation, version) VALUES ($1, $2, $3, $4, 1)", id, slug, title, note)
                .execute(&mut *conn)
                .await?;
        }
        (UnitKind::Domain, place) => {
            let (agency, sector) = place.unwrap_or_default();
            sqlx::query!(
                "INSERT INTO data_domain (id, slug, title, agency_id, sector_id, version) VALUES ($1, $2, $3, $4, $5, 1)",
                id,
                unit.slug,
                unit.title,
                agency,
                sector
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    written_down(conn, actor, (kind, id), format!("added {}: {}", unit.slug, words(unit)), origin, now).await?;
    Ok(None)
}

/// Gives a unit other words or another place; its slug stays. `seen` is the version that the form was opened on: the same form
/// again changes nothing, another is told. Call within a transaction.
pub async fn change_unit(
    conn: &mut PgConnection,
    actor: PersonId,
    kind: UnitKind,
    unit: &UnitText,
    seen: i32,
    (origin, now): (&Origin, DateTime<Utc>),
) -> Result<Option<UnitFault>> {
    one_at_a_time(conn).await?;
    let Some(known) = kept_unit(conn, kind, &unit.slug).await? else { return Ok(Some(UnitFault::Stale)) };
    let before = known.text();
    if before == *unit {
        return Ok(None);
    }
    if known.version != seen {
        return Ok(Some(UnitFault::Stale));
    }
    if kind == UnitKind::Agency
        && let Some(name) = name_taken(conn, unit, Some(known.id)).await?
    {
        return Ok(Some(UnitFault::NameTaken(name)));
    }
    let place = match placed(conn, unit).await? {
        Ok(place) => place,
        Err(fault) => return Ok(Some(fault)),
    };
    let (id, title) = (known.id, &unit.title);
    match (kind, place) {
        (UnitKind::Sector, _) => {
            let note = unit.note.clone().unwrap_or_default();
            sqlx::query!("UPDATE sector SET title = $2, trusted_centre = $3, version = version + 1 WHERE id = $1", id, title, note)
                .execute(&mut *conn)
                .await?;
        }
        (UnitKind::Agency, _) => {
            sqlx::query!(
                "UPDATE agency SET title = $2, abbreviation = $3, version = version + 1,
                     former_names = ARRAY(SELECT DISTINCT n FROM unnest(former_names || ARRAY[lower(title), lower(abbreviation)]) AS n WHERE n IS NOT NULL)
                 WHERE id = $1",
                id,
                title,
                unit.note
            )
            .execute(&mut *conn)
            .await?;
        }
        (UnitKind::Domain, place) => {
            let (agency, sector) = place.unwrap_or_default();
            sqlx::query!(
                "UPDATE data_domain SET title = $2, agency_id = $3, sector_id = $4, version = version + 1 WHERE id = $1",
                id,
                title,
                agency,
                sector
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    let detail = format!("changed {}: {} to: {}", unit.slug, words(&before), words(unit));
    written_down(conn, actor, (kind, id), detail, origin, now).await?;
    Ok(None)
}
