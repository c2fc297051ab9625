//! Service levels as the product's readers see them. Whoever calls has read the product through what its reader may know of.

use super::tally::{latest, tallies};
use crate::Result;
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId, ServiceLevelId};
use domain::service_level::{Budget, Burning, Comparison, LevelState, Measure, MeasuredBy, Standing, Tally, stand_by};
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq)]
pub struct LevelView {
    pub id: ServiceLevelId,
    pub dimension: String,
    pub objective: String,
    /// As its document says it.
    pub target: f64,
    pub unit: String,
    pub window: String,
    pub measured_how: String,
    /// No document: somebody declared it on the product's page.
    pub declared: bool,
    pub measure: Measure,
    pub dataset: Option<String>,
    pub column: Option<String>,
    pub range: Option<(f64, f64)>,
    pub bound: Option<(Comparison, f64)>,
    pub budget: Budget,
    /// Measured at this minute of the day in Singapore.
    pub probe_minute: Option<i32>,
    pub state: LevelState,
    pub burning: Burning,
    pub state_since: Option<DateTime<Utc>>,
    pub probe_error: Option<String>,
    /// The latest that was measured, and how it stands now.
    pub latest: Option<MeasuredLine>,
    pub standing: Standing,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredLine {
    pub at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub value: Option<f64>,
    pub good: bool,
    pub by: MeasuredBy,
    pub tool: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ChangeLine {
    pub at: DateTime<Utc>,
    pub from: LevelState,
    pub to: LevelState,
    pub burning: Burning,
    pub budget_left: f64,
}

/// Measurements that one page of an objective is drawn from, the latest ones; one more is read, which says that there are others. How it
/// stands is counted from all of its window.
pub const MEASUREMENTS: i64 = 20_000;

struct Row {
    id: uuid::Uuid,
    dimension: String,
    objective: String,
    target: f64,
    unit: String,
    time_window: String,
    measured_how: String,
    origin: String,
    measure: String,
    dataset_name: Option<String>,
    column_name: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    comparison: Option<String>,
    bound: Option<f64>,
    share: f64,
    window_days: i32,
    every_minutes: i32,
    probe_minute: Option<i32>,
    state: String,
    burning: String,
    state_since: Option<DateTime<Utc>>,
    probe_error: Option<String>,
}

/// What a product promises, in the order of its document, then as declared.
pub async fn levels(conn: &mut PgConnection, product: ProductId, now: DateTime<Utc>) -> Result<Vec<LevelView>> {
    read(conn, product, None, now).await
}

/// One promise of this product.
pub async fn level(conn: &mut PgConnection, product: ProductId, id: ServiceLevelId, now: DateTime<Utc>) -> Result<Option<LevelView>> {
    Ok(read(conn, product, Some(id), now).await?.pop())
}

async fn read(conn: &mut PgConnection, product: ProductId, only: Option<ServiceLevelId>, now: DateTime<Utc>) -> Result<Vec<LevelView>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, dimension, objective, target, unit, time_window, measured_how, origin, measure, dataset_name, column_name, low, high, comparison,
                bound, share, window_days, every_minutes, probe_minute, state, burning, state_since, probe_error
         FROM service_level WHERE product_id = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY origin, position, id",
        product.0,
        only.map(|id| id.0)
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.id).collect();
    let mut tallies = tallies(&mut *conn, &ids, now).await?;
    let mut latest = latest(conn, &ids, now).await?;
    rows.into_iter()
        .map(|row| {
            let (tally, line) = (tallies.remove(&row.id).unwrap_or_default(), latest.remove(&row.id));
            view(row, &tally, line, now)
        })
        .collect()
}

fn view(row: Row, tally: &Tally, latest: Option<MeasuredLine>, now: DateTime<Utc>) -> Result<LevelView> {
    let budget = Budget { target: row.share, window_days: row.window_days, every_minutes: row.every_minutes };
    let standing = stand_by(&budget, tally, now);
    let comparison = row.comparison.map(|word| word.parse::<Comparison>()).transpose()?;
    Ok(LevelView {
        id: ServiceLevelId(row.id),
        dimension: row.dimension,
        objective: row.objective,
        target: row.target,
        unit: row.unit,
        window: row.time_window,
        measured_how: row.measured_how,
        declared: row.origin == "page",
        measure: row.measure.parse()?,
        dataset: row.dataset_name,
        column: row.column_name,
        range: row.low.zip(row.high),
        bound: comparison.zip(row.bound),
        budget,
        probe_minute: row.probe_minute,
        state: row.state.parse()?,
        burning: row.burning.parse()?,
        state_since: row.state_since,
        probe_error: row.probe_error,
        latest,
        standing,
    })
}

/// What was measured after a moment and until another, oldest first; of very many, the latest and one more.
pub async fn measurements(conn: &mut PgConnection, id: ServiceLevelId, after: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<MeasuredLine>> {
    let rows = sqlx::query!(
        "SELECT at, recorded_at, value, good, source, tool FROM service_level_measurement WHERE level_id = $1 AND at > $2 AND at <= $3
         ORDER BY at DESC, recorded_at DESC LIMIT $4",
        id.0,
        after,
        until,
        MEASUREMENTS + 1
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .rev()
        .map(|row| {
            Ok(MeasuredLine { at: row.at, recorded_at: row.recorded_at, value: row.value, good: row.good, by: row.source.parse()?, tool: row.tool })
        })
        .collect()
}

/// Changes of state that are shown; one more is read, which says that there are others.
pub const CHANGES: i64 = 200;

/// Changes of state after a moment, newest first.
pub async fn changes(conn: &mut PgConnection, id: ServiceLevelId, after: DateTime<Utc>) -> Result<Vec<ChangeLine>> {
    let rows = sqlx::query!(
        "SELECT at, from_state, to_state, burning, budget_left FROM service_level_change WHERE level_id = $1 AND at > $2 ORDER BY at DESC, id DESC LIMIT $3",
        id.0,
        after,
        CHANGES + 1
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ChangeLine {
                at: row.at,
                from: row.from_state.parse()?,
                to: row.to_state.parse()?,
                burning: row.burning.parse()?,
                budget_left: row.budget_left,
            })
        })
        .collect()
}

/// Objectives of a product that are broken or at risk, the worst first: what its pages say at their head.
pub async fn worst(conn: &mut PgConnection, product: ProductId) -> Result<Vec<(ServiceLevelId, String, LevelState, Option<DateTime<Utc>>)>> {
    let rows = sqlx::query!(
        "SELECT id, dimension, objective, state, state_since FROM service_level WHERE product_id = $1 AND state IN ('breached', 'at-risk')
         ORDER BY state DESC, state_since, id",
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((ServiceLevelId(row.id), format!("{}: {}", row.dimension, row.objective), row.state.parse()?, row.state_since)))
        .collect()
}

/// An objective that is broken, among products that somebody may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreachLine {
    pub level: ServiceLevelId,
    pub address: String,
    pub title: String,
    pub domain: String,
    pub sector: String,
    pub objective: String,
    pub state: LevelState,
    pub since: Option<DateTime<Utc>>,
}

/// What is broken or at risk, of products that the reader may know of; within a sector when one is named.
pub async fn breaches(conn: &mut PgConnection, reader: PersonId, sector: Option<&str>, most: i64, now: DateTime<Utc>) -> Result<Vec<BreachLine>> {
    breaches_after(conn, reader, sector, None, most, now).await
}

/// The same behind a line that stood so, since then.
pub async fn breaches_after(
    conn: &mut PgConnection,
    reader: PersonId,
    sector: Option<&str>,
    after: Option<(LevelState, DateTime<Utc>, ServiceLevelId)>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<Vec<BreachLine>> {
    let rows = sqlx::query!(
        r#"SELECT l.id, p.address AS "address!", p.title AS "title!", d.title AS domain, s.title AS sector, l.dimension, l.objective, l.state, l.state_since
           FROM service_level l JOIN visible_product($1, $2) p ON p.id = l.product_id JOIN data_domain d ON d.id = p.domain_id
           JOIN sector s ON s.id = d.sector_id
           WHERE l.state IN ('breached', 'at-risk') AND ($3::text IS NULL OR s.slug = $3)
             AND ($5::text IS NULL OR l.state < $5 OR l.state = $5 AND (l.state_since, l.id) > ($6::timestamptz, $7::uuid))
           ORDER BY l.state DESC, l.state_since, l.id LIMIT $4"#,
        reader.0,
        now,
        sector,
        most,
        after.map(|(state, ..)| state.as_str()),
        after.map(|(_, since, _)| since),
        after.map(|(.., id)| id.0)
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(BreachLine {
                level: ServiceLevelId(row.id),
                address: row.address,
                title: row.title,
                domain: row.domain,
                sector: row.sector,
                objective: format!("{}: {}", row.dimension, row.objective),
                state: row.state.parse()?,
                since: row.state_since,
            })
        })
        .collect()
}
