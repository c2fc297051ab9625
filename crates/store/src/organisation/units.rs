//! Sectors, agencies and domains: made by documents and imports, shown on their own pages. What the data office has changed by hand
//! (`version` above nought) no document changes back.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::id::{AgencyId, DomainId, PersonId, SectorId};
use domain::organisation::UnitKind;
use sqlx::PgConnection;

pub async fn ensure_sector(
    conn: &mut PgConnection,
    slug: &str,
    title: &str,
    trusted_centre: &str,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<SectorId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO sector AS u (id, slug, title, trusted_centre) VALUES ($1, $2, $3, $4)
         ON CONFLICT (slug) DO UPDATE SET title = CASE u.version WHEN 0 THEN excluded.title ELSE u.title END,
             trusted_centre = CASE u.version WHEN 0 THEN excluded.trusted_centre ELSE u.trusted_centre END RETURNING id",
        ids.next::<SectorId>(now).0,
        slug,
        title,
        trusted_centre
    )
    .fetch_one(conn)
    .await?;
    Ok(SectorId(id))
}

pub async fn ensure_agency(
    conn: &mut PgConnection,
    slug: &str,
    title: &str,
    abbreviation: Option<&str>,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<AgencyId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO agency AS u (id, slug, title, abbreviation) VALUES ($1, $2, $3, $4)
         ON CONFLICT (slug) DO UPDATE SET title = CASE u.version WHEN 0 THEN excluded.title ELSE u.title END,
             abbreviation = CASE u.version WHEN 0 THEN excluded.abbreviation ELSE u.abbreviation END RETURNING id",
        ids.next::<AgencyId>(now).0,
        slug,
        title,
        abbreviation
    )
    .fetch_one(conn)
    .await?;
    Ok(AgencyId(id))
}

/// A domain, with the agency that runs it and the sector it belongs to.
pub async fn ensure_domain(
    conn: &mut PgConnection,
    slug: &str,
    title: &str,
    agency: AgencyId,
    sector: SectorId,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<DomainId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO data_domain AS u (id, slug, title, agency_id, sector_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (slug) DO UPDATE SET title = CASE u.version WHEN 0 THEN excluded.title ELSE u.title END,
             agency_id = CASE u.version WHEN 0 THEN excluded.agency_id ELSE u.agency_id END,
             sector_id = CASE u.version WHEN 0 THEN excluded.sector_id ELSE u.sector_id END RETURNING id",
        ids.next::<DomainId>(now).0,
        slug,
        title,
        agency.0,
        sector.0
    )
    .fetch_one(conn)
    .await?;
    Ok(DomainId(id))
}

/// A domain that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainLine {
    pub id: DomainId,
    pub title: String,
    pub agency: String,
    pub abbreviation: Option<String>,
}

/// Every domain in use, by title.
pub async fn domains(conn: &mut PgConnection) -> Result<Vec<DomainLine>> {
    let rows = sqlx::query!(
        "SELECT d.id, d.title, a.title AS agency, a.abbreviation FROM data_domain d JOIN agency a ON a.id = d.agency_id
         WHERE d.retired_at IS NULL ORDER BY d.title, a.title, d.id"
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DomainLine { id: DomainId(row.id), title: row.title, agency: row.agency, abbreviation: row.abbreviation })
        .collect())
}

/// A sector, agency or domain as a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub kind: UnitKind,
    pub slug: String,
    pub title: String,
    /// Trusted centre of a sector, abbreviation of an agency, agency of a domain.
    pub note: Option<String>,
    /// Products that the reader may know of.
    pub products: i64,
}

/// All units in use, and retired domains in which products are shown still, with how many products this reader may see in each.
pub async fn units(conn: &mut PgConnection, reader: PersonId, now: DateTime<Utc>) -> Result<Vec<Unit>> {
    let rows = sqlx::query!(
        r#"WITH seen AS MATERIALIZED (SELECT domain_id, count(*) AS products FROM visible_product($1, $2) GROUP BY domain_id),
                places AS (SELECT d.*, coalesce(seen.products, 0) AS products FROM data_domain d LEFT JOIN seen ON seen.domain_id = d.id)
           SELECT 'sector' AS "kind!", s.slug AS "slug!", s.title AS "title!", s.trusted_centre AS note,
                  (SELECT coalesce(sum(p.products), 0)::bigint FROM places p WHERE p.sector_id = s.id) AS "products!" FROM sector s WHERE s.retired_at IS NULL
           UNION ALL SELECT 'agency', a.slug, a.title, a.abbreviation,
                  (SELECT coalesce(sum(p.products), 0)::bigint FROM places p WHERE p.agency_id = a.id) FROM agency a WHERE a.retired_at IS NULL
           UNION ALL SELECT 'domain', p.slug, p.title, (SELECT a.title FROM agency a WHERE a.id = p.agency_id), p.products FROM places p
                  WHERE p.retired_at IS NULL OR p.products > 0
           ORDER BY 1, 3"#,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok(Unit { kind: row.kind.parse()?, slug: row.slug, title: row.title, note: row.note, products: row.products }))
        .collect()
}

/// A product in a unit's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitProduct {
    pub address: String,
    pub title: String,
    pub summary: Option<String>,
}

/// A unit by its slug (a domain before a sector before an agency), with the first products that the reader may know of.
pub async fn unit(conn: &mut PgConnection, reader: PersonId, slug: &str, limit: i64, now: DateTime<Utc>) -> Result<Option<(Unit, Vec<UnitProduct>)>> {
    let found = units(conn, reader, now).await?.into_iter().filter(|unit| unit.slug == slug).max_by_key(|unit| match unit.kind {
        UnitKind::Domain => 2,
        UnitKind::Sector => 1,
        UnitKind::Agency => 0,
    });
    let Some(unit) = found else { return Ok(None) };
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!", p.summary FROM visible_product($1, $2) p
           JOIN data_domain d ON d.id = p.domain_id JOIN sector s ON s.id = d.sector_id JOIN agency a ON a.id = d.agency_id
           WHERE CASE $5 WHEN 'domain' THEN d.slug WHEN 'sector' THEN s.slug ELSE a.slug END = $3 ORDER BY (p.summary IS NULL), p.title, p.id LIMIT $4"#,
        reader.0,
        now,
        slug,
        limit,
        unit.kind.as_str()
    )
    .fetch_all(conn)
    .await?;
    Ok(Some((unit, rows.into_iter().map(|row| UnitProduct { address: row.address, title: row.title, summary: row.summary }).collect())))
}
