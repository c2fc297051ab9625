//! What trusted centres expect of their sectors, and the products that this is asked of.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{BenchmarkId, PersonId, SectorId};
use domain::quality::{Benchmark, Layer, NewBenchmark, Passed};
use sqlx::PgConnection;

#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkLine {
    pub id: BenchmarkId,
    pub benchmark: Benchmark,
    pub reason: String,
    pub set_by: String,
    pub set_at: DateTime<Utc>,
}

/// Sectors with their trusted centre: id, slug, title.
pub async fn sectors(conn: &mut PgConnection) -> Result<Vec<(SectorId, String, String)>> {
    let rows = sqlx::query!("SELECT id, slug, title FROM sector ORDER BY title").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (SectorId(row.id), row.slug, row.title)).collect())
}

pub async fn sector(conn: &mut PgConnection, slug: &str) -> Result<Option<(SectorId, String)>> {
    let row = sqlx::query!("SELECT id, title FROM sector WHERE slug = $1", slug).fetch_optional(conn).await?;
    Ok(row.map(|row| (SectorId(row.id), row.title)))
}

/// What held of a sector at a moment, the whole first.
pub async fn benchmarks(conn: &mut PgConnection, sector: SectorId, at: DateTime<Utc>) -> Result<Vec<BenchmarkLine>> {
    let rows = sqlx::query!(
        "SELECT b.id, b.layer, b.at_least, b.within_days, b.reason, h.name, b.set_at FROM quality_benchmark b JOIN person h ON h.id = b.set_by
         WHERE b.sector_id = $1 AND b.set_at <= $2 AND (b.ended_at IS NULL OR b.ended_at > $2) ORDER BY b.layer NULLS FIRST, b.id",
        sector.0,
        at
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let layer = row.layer.map(|word| word.parse::<Layer>()).transpose()?;
            Ok(BenchmarkLine {
                id: BenchmarkId(row.id),
                benchmark: Benchmark { layer, at_least: row.at_least, within_days: row.within_days },
                reason: row.reason,
                set_by: row.name,
                set_at: row.set_at,
            })
        })
        .collect()
}

/// Sets what is expected of a layer, in place of what was.
pub async fn set_benchmark(
    conn: &mut PgConnection,
    by: PersonId,
    sector: SectorId,
    new: &NewBenchmark,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    let NewBenchmark { benchmark, reason } = new;
    let layer = benchmark.layer.map(Layer::as_str);
    sqlx::query!("SELECT id FROM sector WHERE id = $1 FOR UPDATE", sector.0).fetch_one(&mut *conn).await?;
    sqlx::query!(
        "UPDATE quality_benchmark SET ended_at = $3 WHERE sector_id = $1 AND layer IS NOT DISTINCT FROM $2 AND ended_at IS NULL",
        sector.0,
        layer,
        now
    )
    .execute(&mut *conn)
    .await?;
    let id: BenchmarkId = ids.next(now);
    sqlx::query!(
        "INSERT INTO quality_benchmark (id, sector_id, layer, at_least, within_days, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        sector.0,
        layer,
        benchmark.at_least,
        benchmark.within_days,
        reason,
        by.0,
        now
    )
    .execute(&mut *conn)
    .await?;
    let about = benchmark.layer.map_or("all checks", Layer::label);
    let event = AuditEvent {
        reason: Some(reason.clone()),
        detail: Some(format!("{about}: at least {} % within {} days", benchmark.at_least, benchmark.within_days)),
        ..AuditEvent::done(Some(by), AuditAction::BenchmarkSet, "benchmark", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}

/// Expects no more of a layer.
pub async fn end_benchmark(
    conn: &mut PgConnection,
    by: PersonId,
    sector: SectorId,
    id: BenchmarkId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let ended = sqlx::query!("UPDATE quality_benchmark SET ended_at = $3 WHERE id = $1 AND sector_id = $2 AND ended_at IS NULL", id.0, sector.0, now)
        .execute(&mut *conn)
        .await?;
    if ended.rows_affected() == 0 {
        return Err(StoreError::Conflict("This is not expected any more.".into()));
    }
    let event =
        AuditEvent { detail: Some("ended".into()), ..AuditEvent::done(Some(by), AuditAction::BenchmarkSet, "benchmark", Some(id.0), origin.clone()) };
    audit::append(conn, &event, now).await
}

/// A product with its checks that passed, by layer, as its latest runs say at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductQuality {
    pub address: String,
    pub title: String,
    pub domain: String,
    pub layers: Vec<(Layer, DateTime<Utc>, Passed)>,
}

impl ProductQuality {
    /// What a benchmark is compared with: the checks of its layer, and the latest run that has one.
    pub fn at(&self, benchmark: &Benchmark) -> Option<(DateTime<Utc>, Passed)> {
        let of = self.layers.iter().filter(|(layer, ..)| benchmark.layer.is_none_or(|wanted| wanted == *layer));
        of.fold(None, |sum: Option<(DateTime<Utc>, Passed)>, (_, at, passed)| {
            let (latest, before) = sum.unwrap_or((*at, Passed::default()));
            Some((latest.max(*at), Passed { passed: before.passed + passed.passed, counted: before.counted + passed.counted }))
        })
    }
}

/// Products of a sector that can be read at a port and that the reader may know of, with what their runs said until a moment.
pub async fn sector_quality(
    conn: &mut PgConnection,
    sector: SectorId,
    reader: PersonId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<ProductQuality>> {
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "title!", d.title AS domain, c.layer AS "layer?", c.at AS "at?", c.passed AS "passed?", c.counted AS "counted?"
           FROM visible_product($2, $4) p JOIN data_domain d ON d.id = p.domain_id
           LEFT JOIN LATERAL (
               SELECT q.layer, max(n.at) AS at, count(*) FILTER (WHERE x.outcome IN ('passed', 'warned')) AS passed,
                      count(*) FILTER (WHERE x.outcome <> 'skipped') AS counted
               FROM (SELECT DISTINCT ON (r.tool, r.suite) r.id, r.at FROM quality_run r WHERE r.product_id = p.id AND r.at <= $3
                     ORDER BY r.tool, r.suite, r.at DESC, r.id DESC) n
               JOIN quality_result x ON x.run_id = n.id JOIN quality_rule q ON q.id = x.rule_id GROUP BY q.layer) c ON true
           WHERE d.sector_id = $1 AND p.status IN ('published', 'deprecated')
             AND EXISTS (SELECT FROM dataset s WHERE s.product_id = p.id AND s.table_name IS NOT NULL)
           ORDER BY p.title, p.address, c.layer"#,
        sector.0,
        reader.0,
        until,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut products: Vec<ProductQuality> = vec![];
    for row in rows {
        if products.last().is_none_or(|last| last.address != row.address) {
            products.push(ProductQuality { address: row.address, title: row.title, domain: row.domain, layers: vec![] });
        }
        if let (Some(product), Some(layer), Some(at), Some(passed), Some(counted)) = (products.last_mut(), row.layer, row.at, row.passed, row.counted)
        {
            let count = |n: i64| usize::try_from(n).unwrap_or_default();
            product.layers.push((layer.parse()?, at, Passed { passed: count(passed), counted: count(counted) }));
        }
    }
    Ok(products)
}
