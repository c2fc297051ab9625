//! Products by their fitness: the least fit, what mending would gain, who became better, and one from week to week.

use super::figures::{Asked, TrendPoint, scores};
use crate::Result;
use chrono::NaiveDate;
use domain::fitness::Scores;
use domain::id::ProductId;
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq)]
pub struct ProductLine {
    pub address: String,
    pub title: String,
    pub domain: String,
    pub scores: Scores,
    /// Codes of the checks that are not met.
    pub unmet: Vec<String>,
}

/// What it would gain if a check were met everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Gain {
    /// The check's.
    pub code: String,
    /// Products that do not meet it, and of them those of which it cannot be told.
    pub products: i64,
    pub unclear: i64,
    /// Summed over these products, of their whole scores.
    pub gain: f64,
}

/// A product that became better between two days.
#[derive(Debug, Clone, PartialEq)]
pub struct Improved {
    pub address: String,
    pub title: String,
    pub domain: String,
    pub before: f64,
    pub now: f64,
}

/// The least fit first; with a check's code those alone that do not meet it.
pub async fn least_fit(conn: &mut PgConnection, asked: Asked<'_>, check: Option<&str>, most: i64) -> Result<Vec<ProductLine>> {
    let Asked { reader, now, day, within } = asked;
    let rows = sqlx::query!(
        r#"SELECT f.address AS "address!", f.title AS "title!", f.domain_title AS "domain!", f.self_describable AS "self_describable!",
                  f.addressable AS "addressable!", f.discoverable AS "discoverable!", f.secure AS "secure!", f.trustworthy AS "trustworthy!",
                  f.interoperable AS "interoperable!", f.unmet AS "unmet!"
           FROM fitness_of($1, $2, $3, $4, $5, $6) f WHERE $7::text IS NULL OR $7 = ANY(f.unmet) ORDER BY f.overall, f.title, f.address LIMIT $8"#,
        reader.0,
        now,
        day,
        within.sector,
        within.agency,
        within.domain,
        check,
        most
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().map(|row| ProductLine {
        address: row.address,
        title: row.title,
        domain: row.domain,
        scores: Scores::new([row.self_describable, row.addressable, row.discoverable, row.secure, row.trustworthy, row.interoperable]),
        unmet: row.unmet,
    });
    Ok(lines.collect())
}

/// Checks that are not met, what gains most first.
pub async fn gains(conn: &mut PgConnection, asked: Asked<'_>) -> Result<Vec<Gain>> {
    let Asked { reader, now, day, within } = asked;
    let rows = sqlx::query!(
        r#"SELECT u.code AS "code!", count(*) AS "products!", count(*) FILTER (WHERE u.code = ANY(f.unclear)) AS "unclear!", sum(u.gain) AS "gain!"
           FROM fitness_of($1, $2, $3, $4, $5, $6) f CROSS JOIN LATERAL unnest(f.unmet, f.gains) AS u(code, gain)
           GROUP BY u.code ORDER BY sum(u.gain) DESC, u.code"#,
        reader.0,
        now,
        day,
        within.sector,
        within.agency,
        within.domain
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| Gain { code: row.code, products: row.products, unclear: row.unclear, gain: row.gain }).collect())
}

/// Products that are fitter on the asked day than on an earlier one, those that gained most first.
pub async fn improved(conn: &mut PgConnection, asked: Asked<'_>, since: NaiveDate, most: i64) -> Result<Vec<Improved>> {
    let Asked { reader, now, day, within } = asked;
    let rows = sqlx::query!(
        r#"SELECT n.address AS "address!", n.title AS "title!", n.domain_title AS "domain!", b.overall AS "before!", n.overall AS "now!"
           FROM fitness_of($1, $2, $3, $4, $5, $6) n JOIN fitness_of($1, $2, $7, $4, $5, $6) b ON b.product_id = n.product_id
           WHERE n.overall > b.overall ORDER BY n.overall - b.overall DESC, n.title, n.address LIMIT $8"#,
        reader.0,
        now,
        day,
        within.sector,
        within.agency,
        within.domain,
        since,
        most
    )
    .fetch_all(conn)
    .await?;
    let lines = rows.into_iter().map(|row| Improved { address: row.address, title: row.title, domain: row.domain, before: row.before, now: row.now });
    Ok(lines.collect())
}

/// One product as it was looked at last, within the week before that day. Whether its reader may know of it was asked before.
pub async fn latest(conn: &mut PgConnection, product: ProductId, day: NaiveDate) -> Result<Option<f64>> {
    let overall = sqlx::query_scalar!(
        "SELECT overall FROM product_fitness WHERE product_id = $1 AND day <= $2 AND day > $2 - 7 ORDER BY day DESC LIMIT 1",
        product.0,
        day
    )
    .fetch_optional(conn)
    .await?;
    Ok(overall)
}

/// One product on each of these days. Whether its reader may know of it was asked before.
pub async fn history(conn: &mut PgConnection, product: ProductId, days: &[NaiveDate]) -> Result<Vec<TrendPoint>> {
    let rows = sqlx::query!(
        r#"SELECT t.day AS "day!", f.self_describable AS "self_describable?", f.addressable AS "addressable?", f.discoverable AS "discoverable?",
                  f.secure AS "secure?", f.trustworthy AS "trustworthy?", f.interoperable AS "interoperable?"
           FROM unnest($2::date[]) AS t(day) LEFT JOIN LATERAL (SELECT x.* FROM product_fitness x WHERE x.product_id = $1 AND x.day <= t.day
               AND x.day > t.day - 7 ORDER BY x.day DESC LIMIT 1) f ON true ORDER BY t.day"#,
        product.0,
        days
    )
    .fetch_all(conn)
    .await?;
    let points = rows.into_iter().map(|row| {
        let each = [row.self_describable, row.addressable, row.discoverable, row.secure, row.trustworthy, row.interoperable];
        TrendPoint { day: row.day, products: 1, scores: scores(each), quartiles: None }
    });
    Ok(points.collect())
}
