//! Versions of standards: one query, narrowed as its caller needs it.

use super::source;
use crate::session::scope;
use crate::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{PersonId, StandardId};
use domain::organisation::Scope;
use rules::{Case, Standard};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// One version with what the record knows of it beside the standard itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub id: StandardId,
    pub place: Scope,
    /// What the sector or the domain is called.
    pub place_title: String,
    pub standard: Standard,
    /// What is run, whatever templates have become since.
    pub rego: String,
    pub urgent_reason: Option<String>,
    pub share_key: Uuid,
    pub changed_by: Option<PersonId>,
    pub changed_by_name: Option<String>,
    pub changed_at: DateTime<Utc>,
    pub agreed_by_name: Option<String>,
    pub agreed_at: Option<DateTime<Utc>>,
    pub published_by_name: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
}

/// Which versions. Nothing is all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub id: Option<StandardId>,
    pub slug: Option<String>,
    pub version: Option<i32>,
    pub share_key: Option<Uuid>,
    /// Only what acts on that day.
    pub acting: Option<NaiveDate>,
}

/// In the order of their slugs, newest version first.
pub async fn versions(conn: &mut PgConnection, filter: &Filter) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.slug, s.scope_kind, s.scope_id, coalesce(x.slug, dx.slug) AS "sector?", d.slug AS "domain?",
                  coalesce(d.title, x.title, 'Whole of government') AS "place_title!", v.version, v.status, v.title, v.kind, v.severity, v.owner, v.contact,
                  v.refs, v.text, v.source, v.rego, v.cases AS "cases: Json<Vec<Case>>", v.tightens, v.effective_from, v.effective_until, v.grace_days,
                  v.urgent_reason, v.share_key, v.changed_by, c.name AS "changed_by_name?", v.changed_at, a.name AS "agreed_by_name?", v.agreed_at,
                  p.name AS "published_by_name?", v.published_at
           FROM standard s JOIN standard_version v ON v.standard_id = s.id
           LEFT JOIN sector x ON s.scope_kind = 'sector' AND x.id = s.scope_id LEFT JOIN data_domain d ON s.scope_kind = 'domain' AND d.id = s.scope_id
           LEFT JOIN sector dx ON dx.id = d.sector_id
           LEFT JOIN person c ON c.id = v.changed_by LEFT JOIN person a ON a.id = v.agreed_by LEFT JOIN person p ON p.id = v.published_by
           WHERE ($1::uuid IS NULL OR s.id = $1) AND ($2::text IS NULL OR s.slug = $2) AND ($3::int IS NULL OR v.version = $3)
             AND ($4::uuid IS NULL OR v.share_key = $4)
             AND ($5::date IS NULL OR (v.status IN ('published', 'effective', 'superseded') AND v.effective_from <= $5
                                       AND (v.effective_until IS NULL OR v.effective_until > $5)))
           ORDER BY s.slug, v.version DESC"#,
        filter.id.map(|id| id.0),
        filter.slug,
        filter.version,
        filter.share_key,
        filter.acting
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let place = scope(&row.scope_kind, row.scope_id).ok_or_else(|| StoreError::Conflict(format!("standard {} holds nowhere", row.slug)))?;
            let place_words = match (row.scope_kind.as_str(), row.sector, row.domain) {
                ("sector", Some(sector), _) => rules::Scope::Sector(sector),
                ("domain", Some(sector), Some(domain)) => rules::Scope::Domain { sector, domain },
                _ => rules::Scope::Whole,
            };
            Ok(Version {
                id: StandardId(row.id),
                place,
                place_title: row.place_title,
                standard: Standard {
                    id: row.slug,
                    version: row.version.unsigned_abs(),
                    title: row.title,
                    kind: row.kind.parse()?,
                    scope: place_words,
                    severity: row.severity.parse()?,
                    status: row.status.parse()?,
                    owner: row.owner,
                    contact: row.contact,
                    references: row.refs,
                    text: row.text,
                    source: source::read(&row.source, &row.rego),
                    tightens: row.tightens,
                    effective_from: row.effective_from,
                    effective_until: row.effective_until,
                    grace_days: row.grace_days.unsigned_abs(),
                    cases: row.cases.0,
                },
                rego: row.rego,
                urgent_reason: row.urgent_reason,
                share_key: row.share_key,
                changed_by: row.changed_by.map(PersonId),
                changed_by_name: row.changed_by_name,
                changed_at: row.changed_at,
                agreed_by_name: row.agreed_by_name,
                agreed_at: row.agreed_at,
                published_by_name: row.published_by_name,
                published_at: row.published_at,
            })
        })
        .collect()
}

/// One version of a standard, by slug.
pub async fn one(conn: &mut PgConnection, slug: &str, version: i32) -> Result<Option<Version>> {
    let filter = Filter { slug: Some(slug.to_owned()), version: Some(version), ..Filter::default() };
    Ok(versions(conn, &filter).await?.pop())
}

/// Those of these slugs that a standard has, whoever may read it.
pub async fn taken(conn: &mut PgConnection, slugs: &[String]) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("SELECT slug FROM standard WHERE slug = ANY($1)", slugs).fetch_all(conn).await?)
}

/// The version whose address was sent to somebody.
pub async fn shared(conn: &mut PgConnection, key: Uuid) -> Result<Option<Version>> {
    Ok(versions(conn, &Filter { share_key: Some(key), ..Filter::default() }).await?.pop())
}

/// Every version that acts on a day, each standard once.
pub async fn acting(conn: &mut PgConnection, day: NaiveDate) -> Result<Vec<Version>> {
    let mut found = versions(conn, &Filter { acting: Some(day), ..Filter::default() }).await?;
    found.dedup_by(|later, earlier| later.id == earlier.id);
    Ok(found)
}
