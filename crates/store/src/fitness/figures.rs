//! Means over products that a reader may know of: of all of them, of each sector, agency and domain, and from week to week.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::fitness::{CHARACTERISTICS, Scores};
use domain::id::PersonId;
use sqlx::PgConnection;

/// Short names of what is looked at; nothing is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    pub sector: Option<String>,
    pub agency: Option<String>,
    pub domain: Option<String>,
}

/// Who asks, when, of which day, within what.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub reader: PersonId,
    pub now: DateTime<Utc>,
    /// As of its end.
    pub day: NaiveDate,
    pub within: &'a Within,
}

/// The mean over some products.
#[derive(Debug, Clone, PartialEq)]
pub struct Mean {
    /// Empty for all together.
    pub slug: String,
    pub title: String,
    pub products: i64,
    pub scores: Scores,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// None when nothing is known.
    pub whole: Option<Mean>,
    /// Each the least fit first.
    pub sectors: Vec<Mean>,
    pub agencies: Vec<Mean>,
    pub domains: Vec<Mean>,
}

/// One day of the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    pub day: NaiveDate,
    pub products: i64,
    pub scores: Option<Scores>,
    /// Of the whole scores of products: the lower and the upper quartile.
    pub quartiles: Option<(f64, f64)>,
}

/// The scores, when all six are there.
pub(super) fn scores(each: [Option<f64>; CHARACTERISTICS]) -> Option<Scores> {
    let mut known = [0.0; CHARACTERISTICS];
    for (known, one) in known.iter_mut().zip(each) {
        *known = one?;
    }
    Some(Scores::new(known))
}

pub async fn figures(conn: &mut PgConnection, asked: Asked<'_>) -> Result<Figures> {
    let Asked { reader, now, day, within } = asked;
    let rows = sqlx::query!(
        r#"SELECT CASE WHEN grouping(f.sector) = 0 THEN 'sector' WHEN grouping(f.agency) = 0 THEN 'agency' WHEN grouping(f.domain) = 0 THEN 'domain'
                       ELSE 'whole' END AS "level!",
                  coalesce(f.sector, f.agency, f.domain, '') AS "slug!", coalesce(f.sector_title, f.agency_title, f.domain_title, '') AS "title!",
                  count(f.product_id) AS "products!", avg(f.self_describable) AS self_describable, avg(f.addressable) AS addressable,
                  avg(f.discoverable) AS discoverable, avg(f.secure) AS secure, avg(f.trustworthy) AS trustworthy, avg(f.interoperable) AS interoperable
           FROM fitness_of($1, $2, $3, $4, $5, $6) f
           GROUP BY GROUPING SETS ((), (f.sector, f.sector_title), (f.agency, f.agency_title), (f.domain, f.domain_title))
           ORDER BY avg(f.overall), 3, 2"#,
        reader.0,
        now,
        day,
        within.sector,
        within.agency,
        within.domain
    )
    .fetch_all(conn)
    .await?;
    let mut found = Figures::default();
    for row in rows {
        let each = [row.self_describable, row.addressable, row.discoverable, row.secure, row.trustworthy, row.interoperable];
        let Some(scores) = scores(each) else { continue };
        let mean = Mean { slug: row.slug, title: row.title, products: row.products, scores };
        match row.level.as_str() {
            "sector" => found.sectors.push(mean),
            "agency" => found.agencies.push(mean),
            "domain" => found.domains.push(mean),
            _ => found.whole = Some(mean),
        }
    }
    Ok(found)
}

/// The means on each of these days, in their order; over what the reader may know of today.
pub async fn trend(conn: &mut PgConnection, asked: Asked<'_>, days: &[NaiveDate]) -> Result<Vec<TrendPoint>> {
    let Asked { reader, now, within, .. } = asked;
    let rows = sqlx::query!(
        r#"SELECT t.day AS "day!", count(f.product_id) AS "products!", avg(f.self_describable) AS self_describable, avg(f.addressable) AS addressable,
                  avg(f.discoverable) AS discoverable, avg(f.secure) AS secure, avg(f.trustworthy) AS trustworthy, avg(f.interoperable) AS interoperable,
                  percentile_cont(0.25) WITHIN GROUP (ORDER BY f.overall) AS lower, percentile_cont(0.75) WITHIN GROUP (ORDER BY f.overall) AS upper
           FROM unnest($3::date[]) AS t(day) LEFT JOIN LATERAL fitness_of($1, $2, t.day, $4, $5, $6) f ON true GROUP BY t.day ORDER BY t.day"#,
        reader.0,
        now,
        days,
        within.sector,
        within.agency,
        within.domain
    )
    .fetch_all(conn)
    .await?;
    let points = rows.into_iter().map(|row| TrendPoint {
        day: row.day,
        products: row.products,
        scores: scores([row.self_describable, row.addressable, row.discoverable, row.secure, row.trustworthy, row.interoperable]),
        quartiles: row.lower.zip(row.upper),
    });
    Ok(points.collect())
}
