//! What a report of a sector or a domain is made of, for a period. Whoever calls has authorised it for the sector.

mod acts;
mod people;
mod reads;
mod reviews;

pub use acts::{ReaderFound, reader_acts};
pub use people::{Decision, DueRole, StandingWaiver, decisions, roles_held, standing_waivers};
pub use reads::{ColumnTaken, PersonalRead, personal_reads};
pub use reviews::{HeldReview, held_reviews};

use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::SectorId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Lines of each table; one more is read, which says that there are others.
pub const REPORT_LINES: usize = 2_000;
pub(super) const MOST: i64 = 2_001;

/// A sector or a domain that a report may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportArea {
    /// As in the address of the report: `sector:geospatial`, `domain:ssot-a`.
    pub words: String,
    pub title: String,
    pub sector: SectorId,
    pub domains: Vec<Uuid>,
}

/// What a report looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    pub domains: Vec<Uuid>,
    pub from: DateTime<Utc>,
    /// Not included.
    pub until: DateTime<Utc>,
}

/// Every sector, each followed by its domains.
pub async fn report_areas(conn: &mut PgConnection) -> Result<Vec<ReportArea>> {
    let rows = sqlx::query!(
        r#"SELECT s.id AS sector, s.slug AS sector_slug, s.title AS sector_title, d.id AS "id?", d.slug AS "slug?", d.title AS "title?"
           FROM sector s LEFT JOIN data_domain d ON d.sector_id = s.id ORDER BY s.title, s.id, d.title, d.id"#
    )
    .fetch_all(conn)
    .await?;
    let mut found: Vec<ReportArea> = vec![];
    let mut whole = 0;
    for row in rows {
        let sector = SectorId(row.sector);
        if found.get(whole).is_none_or(|area| area.sector != sector) {
            whole = found.len();
            let title = format!("{} sector", row.sector_title);
            found.push(ReportArea { words: format!("sector:{}", row.sector_slug), title, sector, domains: vec![] });
        }
        if let (Some(id), Some(slug), Some(title)) = (row.id, row.slug, row.title) {
            found[whole].domains.push(id);
            found.push(ReportArea { words: format!("domain:{slug}"), title, sector, domains: vec![id] });
        }
    }
    Ok(found)
}
