//! Audits as their readers see them: of products that one may not know of nothing is listed, and nothing is counted.

use crate::Result;
use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{DomainId, PersonId, ProductId, QualityAuditId, QualityAuditPlanId, QualityTaskId, SectorId};
use domain::organisation::Place;
use domain::quality::{self, Passed, Tool};
use domain::quality_audit::{Criterion, Expected, Short, TaskState};
use sqlx::PgConnection;

/// An audit in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    pub id: QualityAuditId,
    pub plan: QualityAuditPlanId,
    pub name: String,
    pub sector: SectorId,
    pub sector_slug: String,
    pub sector_title: String,
    pub due_on: NaiveDate,
    /// None while it waits for what it asked for.
    pub done_at: Option<DateTime<Utc>>,
    /// The audit that it is compared with.
    pub before: Option<(QualityAuditId, NaiveDate)>,
    /// Products that the reader may know of, and how many of them fall short.
    pub products: i64,
    pub short: i64,
}

/// Which audits are meant; nothing is all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Audits {
    pub id: Option<QualityAuditId>,
    pub plan: Option<QualityAuditPlanId>,
    pub sector: Option<SectorId>,
}

/// Audits that the reader may know of, the newest first.
pub async fn audits(conn: &mut PgConnection, reader: PersonId, of: Audits, most: i64, now: DateTime<Utc>) -> Result<Vec<AuditLine>> {
    let rows = sqlx::query!(
        r#"SELECT q.id, q.plan_id, a.name AS "name!", s.id AS sector_id, s.slug, s.title AS sector_title, q.due_on, q.done_at, b.id AS "before_id?",
                  b.due_on AS "before_on?", n.products AS "products!", n.short AS "short!"
           FROM quality_audit q JOIN visible_quality_audit_plan($1, $2) a ON a.id = q.plan_id JOIN sector s ON s.id = a.sector_id
           LEFT JOIN quality_audit b ON b.id = q.before_id
           CROSS JOIN LATERAL (
               SELECT count(DISTINCT f.product_id) AS products, count(DISTINCT f.product_id) FILTER (WHERE f.shortfall IS NOT NULL) AS short
               FROM quality_audit_finding f WHERE f.audit_id = q.id AND f.product_id IN (SELECT p.id FROM visible_product($1, $2) p)) n
           WHERE ($3::uuid IS NULL OR q.id = $3) AND ($4::uuid IS NULL OR q.plan_id = $4) AND ($5::uuid IS NULL OR a.sector_id = $5)
           ORDER BY q.due_on DESC, q.id DESC LIMIT $6"#,
        reader.0,
        now,
        of.id.map(|id| id.0),
        of.plan.map(|id| id.0),
        of.sector.map(|id| id.0),
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AuditLine {
            id: QualityAuditId(row.id),
            plan: QualityAuditPlanId(row.plan_id),
            name: row.name,
            sector: SectorId(row.sector_id),
            sector_slug: row.slug,
            sector_title: row.sector_title,
            due_on: row.due_on,
            done_at: row.done_at,
            before: row.before_id.map(QualityAuditId).zip(row.before_on),
            products: row.products,
            short: row.short,
        })
        .collect())
}

/// One audit, where the reader may know of it.
pub async fn audit(conn: &mut PgConnection, reader: PersonId, id: QualityAuditId, now: DateTime<Utc>) -> Result<Option<AuditLine>> {
    Ok(audits(conn, reader, Audits { id: Some(id), ..Audits::default() }, 1, now).await?.pop())
}

/// A product against one thing that is expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub address: String,
    pub title: String,
    pub domain: String,
    pub place: Place,
    pub criterion: Criterion,
    /// None where nothing is expected.
    pub expected: Option<Expected>,
    pub passed: Passed,
    pub latest: Option<DateTime<Utc>>,
    pub short: Option<Short>,
    /// What the audit before found.
    pub before: Option<(Passed, Option<Short>)>,
    /// What is to be done about it, as it stands now, and by when.
    pub task: Option<(QualityTaskId, TaskState, NaiveDate)>,
}

fn passed(passed: i32, counted: i32) -> Passed {
    let count = |n: i32| usize::try_from(n).unwrap_or_default();
    Passed { passed: count(passed), counted: count(counted) }
}

/// What an audit found of products that the reader may know of: those that fall short first.
pub async fn findings(conn: &mut PgConnection, reader: PersonId, id: QualityAuditId, now: DateTime<Utc>) -> Result<Vec<Finding>> {
    let rows = sqlx::query!(
        r#"SELECT p.id AS "id!", p.address AS "address!", p.title AS "title!", d.id AS domain_id, d.sector_id, d.title AS domain, f.criterion, f.at_least,
                  f.within_days, f.passed, f.counted, f.latest_at, f.shortfall, b.passed AS "passed_before?", b.counted AS "counted_before?",
                  b.shortfall AS "short_before?", t.id AS "task?", t.state AS "task_state?", coalesce(t.promised_on, t.due_on) AS "task_due?"
           FROM quality_audit_finding f JOIN quality_audit q ON q.id = f.audit_id JOIN visible_product($2, $3) p ON p.id = f.product_id
           JOIN data_domain d ON d.id = p.domain_id LEFT JOIN quality_task t ON t.id = f.task_id
           LEFT JOIN quality_audit_finding b ON b.audit_id = q.before_id AND b.product_id = f.product_id AND b.criterion = f.criterion
           WHERE f.audit_id = $1 ORDER BY f.shortfall IS NULL, p.title, p.address, f.criterion"#,
        id.0,
        reader.0,
        now
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let short_before = row.short_before.map(|word| word.parse::<Short>()).transpose()?;
            let state = row.task_state.map(|word| word.parse::<TaskState>()).transpose()?;
            Ok(Finding {
                address: row.address,
                title: row.title,
                domain: row.domain,
                place: Place { product: ProductId(row.id), domain: DomainId(row.domain_id), sector: SectorId(row.sector_id) },
                criterion: row.criterion.parse()?,
                expected: row.at_least.map(|at_least| Expected { at_least, within_days: row.within_days }),
                passed: passed(row.passed, row.counted),
                latest: row.latest_at,
                short: row.shortfall.map(|word| word.parse::<Short>()).transpose()?,
                before: row.passed_before.zip(row.counted_before).map(|(one, all)| (passed(one, all), short_before)),
                task: row.task.zip(state).zip(row.task_due).map(|((id, state), due_on)| (QualityTaskId(id), state, due_on)),
            })
        })
        .collect()
}

/// A check, or a promise, as an audit found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedCheck {
    pub address: String,
    pub product: String,
    pub dataset: Option<String>,
    pub column: Option<String>,
    /// Its layer, or that it is a promise.
    pub of: Criterion,
    pub title: String,
    /// None for promises.
    pub tool: Option<Tool>,
    pub outcome: quality::Outcome,
    pub unexpected: Option<i64>,
    pub looked: Option<i64>,
    pub at: DateTime<Utc>,
    /// What the audit before found of it.
    pub before: Option<quality::Outcome>,
}

/// Checks of an audit, of products that the reader may know of: product by product, what failed first. At most `most`.
pub async fn checks(conn: &mut PgConnection, reader: PersonId, id: QualityAuditId, most: i64, now: DateTime<Utc>) -> Result<Vec<AuditedCheck>> {
    let rows = sqlx::query!(
        r#"SELECT p.address AS "address!", p.title AS "product!", c.dataset_name, c.column_name, c.layer, c.title, c.tool, c.outcome, c.unexpected, c.looked, c.at,
                  b.outcome AS "before?"
           FROM quality_audit_check c JOIN quality_audit q ON q.id = c.audit_id JOIN visible_product($2, $3) p ON p.id = c.product_id
           LEFT JOIN quality_audit_check b ON b.audit_id = q.before_id AND b.check_id = c.check_id AND b.suite IS NOT DISTINCT FROM c.suite
           WHERE c.audit_id = $1
           ORDER BY p.title, p.address, c.outcome IN ('failed', 'error') DESC, c.dataset_name, c.layer, c.title, c.check_id, c.suite LIMIT $4"#,
        id.0,
        reader.0,
        now,
        most
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditedCheck {
                address: row.address,
                product: row.product,
                dataset: row.dataset_name,
                column: row.column_name,
                of: row.layer.parse()?,
                title: row.title,
                tool: row.tool.map(|word| word.parse::<Tool>()).transpose()?,
                outcome: row.outcome.parse()?,
                unexpected: row.unexpected,
                looked: row.looked,
                at: row.at,
                before: row.before.map(|word| word.parse::<quality::Outcome>()).transpose()?,
            })
        })
        .collect()
}

/// How the latest audit of a product ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub id: QualityAuditId,
    pub name: String,
    pub done_at: DateTime<Utc>,
    /// Of so many things that are expected, so many are not met.
    pub expected: i64,
    pub short: i64,
}

/// The latest audit of a product, where there is one. Ask for products alone that the reader may know of.
pub async fn latest_of(conn: &mut PgConnection, product: ProductId) -> Result<Option<Outcome>> {
    let row = sqlx::query!(
        r#"SELECT q.id, a.name, q.done_at AS "done_at!", count(f.at_least) AS "expected!", count(f.shortfall) AS "short!"
           FROM quality_audit_finding f JOIN quality_audit q ON q.id = f.audit_id JOIN quality_audit_plan a ON a.id = q.plan_id
           WHERE f.product_id = $1 AND q.done_at IS NOT NULL GROUP BY q.id, a.name ORDER BY q.done_at DESC, q.id DESC LIMIT 1"#,
        product.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Outcome { id: QualityAuditId(row.id), name: row.name, done_at: row.done_at, expected: row.expected, short: row.short }))
}
