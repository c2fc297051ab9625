//! Taking an audit: the results in force at this moment, each product against what is expected, and a task for each that falls short.

use super::follow_up::{Met, met};
use crate::Result;
use chrono::{DateTime, Days, Utc};
use domain::id::{ProductId, QualityAuditId, QualityAuditPlanId, QualityTaskId, SectorId};
use domain::quality::{Layer, Passed};
use domain::quality_audit::{Criterion, Expected, Short, short_of};
use domain::{Ids, calendar};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is taken.
pub(super) struct Audit {
    pub id: QualityAuditId,
    pub plan: QualityAuditPlanId,
    pub sector: SectorId,
    pub criteria: Vec<Criterion>,
    pub mend_days: i32,
}

/// How many products were looked at, and how many of them fall short.
pub(super) struct Taken {
    pub products: usize,
    pub short: usize,
}

/// What the checks of a layer say of a product: how many passed, and when the latest ran.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub of: Criterion,
    pub passed: Passed,
    pub latest: DateTime<Utc>,
}

/// What counts for a criterion, of everything that is said of a product.
pub(super) fn counted(criterion: Criterion, said: &[Said]) -> (Passed, Option<DateTime<Utc>>) {
    said.iter().filter(|one| criterion.counts(one.of)).fold((Passed::default(), None), |(sum, latest), one| {
        let sum = Passed { passed: sum.passed + one.passed.passed, counted: sum.counted + one.passed.counted };
        (sum, latest.max(Some(one.latest)))
    })
}

struct Found {
    product: Uuid,
    criterion: Criterion,
    expected: Option<Expected>,
    passed: Passed,
    latest: Option<DateTime<Utc>>,
    short: Option<Short>,
}

/// Takes it: within the transaction that finishes the audit.
pub(super) async fn take(conn: &mut PgConnection, audit: &Audit, ids: &Ids, now: DateTime<Utc>) -> Result<Taken> {
    let products = sqlx::query_scalar!(r#"SELECT quality_audit_products($1) AS "id!""#, audit.plan.0).fetch_all(&mut *conn).await?;
    keep_checks(conn, audit, &products, now).await?;
    let said = said_of(conn, audit.id).await?;
    let expected = expected(conn, audit.sector).await?;
    let found: Vec<Found> = products
        .iter()
        .flat_map(|product| audit.criteria.iter().map(move |criterion| (*product, *criterion)))
        .map(|(product, criterion)| {
            let (passed, latest) = counted(criterion, said.get(&product).map(Vec::as_slice).unwrap_or_default());
            let expected = expected.get(&criterion).copied();
            Found { product, criterion, expected, passed, latest, short: short_of(expected, passed, latest, now) }
        })
        .collect();
    let tasks = open_tasks(conn, audit, &found, ids, now).await?;
    keep_findings(conn, audit.id, &found, &tasks).await?;
    close_met(conn, audit.plan, &found, now).await?;
    let short: BTreeSet<Uuid> = found.iter().filter(|one| one.short.is_some()).map(|one| one.product).collect();
    Ok(Taken { products: products.len(), short: short.len() })
}

/// Copies the checks of the latest run of each suite, and promises, as far as they count.
async fn keep_checks(conn: &mut PgConnection, audit: &Audit, products: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let layers: Vec<String> = Layer::ALL
        .iter()
        .filter(|layer| audit.criteria.iter().any(|one| *one == Criterion::All || one.layer() == Some(**layer)))
        .map(|layer| layer.as_str().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO quality_audit_check (audit_id, product_id, check_id, tool, suite, layer, title, dataset_name, column_name, outcome, unexpected, looked, at)
         SELECT $1, n.product_id, q.id, q.tool, n.suite, q.layer, q.title, q.dataset_name, q.column_name, x.outcome, x.unexpected, x.looked, n.at
         FROM (SELECT DISTINCT ON (r.product_id, r.tool, r.suite) r.product_id, r.suite, r.id, r.at FROM quality_run r WHERE r.product_id = ANY($2)
               ORDER BY r.product_id, r.tool, r.suite, r.at DESC, r.id DESC) n
         JOIN quality_result x ON x.run_id = n.id JOIN quality_rule q ON q.id = x.rule_id WHERE q.layer = ANY($3)",
        audit.id.0,
        products,
        &layers
    )
    .execute(&mut *conn)
    .await?;
    if audit.criteria.contains(&Criterion::Promises) {
        sqlx::query!(
            "INSERT INTO quality_audit_check (audit_id, product_id, check_id, layer, title, dataset_name, column_name, outcome, at)
             SELECT $1, l.product_id, l.id, 'promises', l.dimension || ': ' || l.objective, l.dataset_name, l.column_name,
                    CASE l.state WHEN 'met' THEN 'passed' WHEN 'at-risk' THEN 'warned' WHEN 'breached' THEN 'failed' ELSE 'skipped' END,
                    coalesce(l.measured_at, $3)
             FROM service_level l WHERE l.product_id = ANY($2)",
            audit.id.0,
            products,
            now
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Of each product, what its checks say by layer.
async fn said_of(conn: &mut PgConnection, audit: QualityAuditId) -> Result<BTreeMap<Uuid, Vec<Said>>> {
    let rows = sqlx::query!(
        r#"SELECT product_id, layer, count(*) FILTER (WHERE outcome IN ('passed', 'warned')) AS "passed!",
                  count(*) FILTER (WHERE outcome <> 'skipped') AS "counted!", max(at) AS "at!"
           FROM quality_audit_check WHERE audit_id = $1 GROUP BY product_id, layer"#,
        audit.0
    )
    .fetch_all(conn)
    .await?;
    let mut said: BTreeMap<Uuid, Vec<Said>> = BTreeMap::new();
    for row in rows {
        said.entry(row.product_id).or_default().push(Said { of: row.layer.parse()?, passed: passed(row.passed, row.counted), latest: row.at });
    }
    Ok(said)
}

/// Counts of the record.
pub(super) fn passed(passed: i64, counted: i64) -> Passed {
    let count = |n: i64| usize::try_from(n).unwrap_or_default();
    Passed { passed: count(passed), counted: count(counted) }
}

/// What the sector expects now; of promises, that they are kept.
async fn expected(conn: &mut PgConnection, sector: SectorId) -> Result<BTreeMap<Criterion, Expected>> {
    let rows = sqlx::query!("SELECT layer, at_least, within_days FROM quality_benchmark WHERE sector_id = $1 AND ended_at IS NULL", sector.0)
        .fetch_all(conn)
        .await?;
    let mut expected = BTreeMap::from([(Criterion::Promises, Expected::PROMISES)]);
    for row in rows {
        let criterion = row.layer.map_or(Ok(Criterion::All), |word| word.parse::<Criterion>())?;
        expected.insert(criterion, Expected { at_least: row.at_least, within_days: Some(row.within_days) });
    }
    Ok(expected)
}

/// A task for each that falls short; one that is open goes on, and what was said to be mended and is not is open again.
async fn open_tasks(
    conn: &mut PgConnection,
    audit: &Audit,
    found: &[Found],
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<BTreeMap<(Uuid, Criterion), QualityTaskId>> {
    let short: Vec<(&Found, Expected)> = found.iter().filter(|one| one.short.is_some()).filter_map(|one| Some((one, one.expected?))).collect();
    let today = calendar::day(now);
    let due_on = today.checked_add_days(Days::new(u64::try_from(audit.mend_days).unwrap_or_default())).unwrap_or(today);
    let rows = sqlx::query!(
        "INSERT INTO quality_task (id, plan_id, audit_id, product_id, criterion, at_least, within_days, opened_at, due_on, looked_at)
         SELECT u.id, $1, $2, u.product, u.criterion, u.at_least, u.within_days, $3, $4, $3
         FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::float8[], $9::int[]) AS u(id, product, criterion, at_least, within_days)
         ON CONFLICT (plan_id, product_id, criterion) WHERE closed_at IS NULL DO UPDATE
             SET at_least = excluded.at_least, within_days = excluded.within_days, looked_at = excluded.looked_at,
                 state = CASE quality_task.state WHEN 'mended' THEN 'open' ELSE quality_task.state END
         RETURNING id, product_id, criterion",
        audit.plan.0,
        audit.id.0,
        now,
        due_on,
        &short.iter().map(|_| ids.next::<QualityTaskId>(now).0).collect::<Vec<_>>(),
        &short.iter().map(|(one, _)| one.product).collect::<Vec<_>>(),
        &short.iter().map(|(one, _)| one.criterion.as_str().to_owned()).collect::<Vec<_>>(),
        &short.iter().map(|(_, expected)| expected.at_least).collect::<Vec<_>>(),
        &short.iter().map(|(_, expected)| expected.within_days).collect::<Vec<_>>() as &[Option<i32>]
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| Ok(((row.product_id, row.criterion.parse::<Criterion>()?), QualityTaskId(row.id)))).collect()
}

async fn keep_findings(
    conn: &mut PgConnection,
    audit: QualityAuditId,
    found: &[Found],
    tasks: &BTreeMap<(Uuid, Criterion), QualityTaskId>,
) -> Result<()> {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    sqlx::query!(
        "INSERT INTO quality_audit_finding (audit_id, product_id, criterion, at_least, within_days, passed, counted, latest_at, shortfall, task_id)
         SELECT $1, u.product, u.criterion, u.at_least, u.within_days, u.passed, u.counted, u.latest_at, u.shortfall, u.task
         FROM unnest($2::uuid[], $3::text[], $4::float8[], $5::int[], $6::int[], $7::int[], $8::timestamptz[], $9::text[], $10::uuid[])
             AS u(product, criterion, at_least, within_days, passed, counted, latest_at, shortfall, task)",
        audit.0,
        &found.iter().map(|one| one.product).collect::<Vec<_>>(),
        &found.iter().map(|one| one.criterion.as_str().to_owned()).collect::<Vec<_>>(),
        &found.iter().map(|one| one.expected.map(|expected| expected.at_least)).collect::<Vec<_>>() as &[Option<f64>],
        &found.iter().map(|one| one.expected.and_then(|expected| expected.within_days)).collect::<Vec<_>>() as &[Option<i32>],
        &found.iter().map(|one| count(one.passed.passed)).collect::<Vec<_>>(),
        &found.iter().map(|one| count(one.passed.counted)).collect::<Vec<_>>(),
        &found.iter().map(|one| one.latest).collect::<Vec<_>>() as &[Option<DateTime<Utc>>],
        &found.iter().map(|one| one.short.map(|short| short.as_str().to_owned())).collect::<Vec<_>>() as &[Option<String>],
        &found.iter().map(|one| tasks.get(&(one.product, one.criterion)).map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes tasks of the plan of which the audit finds that they are met.
async fn close_met(conn: &mut PgConnection, plan: QualityAuditPlanId, found: &[Found], now: DateTime<Utc>) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT t.id, t.product_id, p.address, t.criterion FROM quality_task t JOIN product p ON p.id = t.product_id
         WHERE t.plan_id = $1 AND t.closed_at IS NULL ORDER BY t.id FOR UPDATE OF t",
        plan.0
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let criterion: Criterion = row.criterion.parse()?;
        if found.iter().any(|one| one.product == row.product_id && one.criterion == criterion && one.short.is_none()) {
            met(conn, &Met { task: QualityTaskId(row.id), product: ProductId(row.product_id), address: row.address, criterion }, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_added_up_and_promises_stand_apart() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (early, late) = (at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:00Z"));
        let said = [
            Said { of: Criterion::Schema, passed: passed(1, 2), latest: late },
            Said { of: Criterion::Business, passed: passed(3, 3), latest: early },
            Said { of: Criterion::Promises, passed: passed(0, 1), latest: late },
        ];
        assert_eq!(counted(Criterion::All, &said), (passed(4, 5), Some(late)));
        assert_eq!(counted(Criterion::Business, &said), (passed(3, 3), Some(early)));
        assert_eq!(counted(Criterion::Promises, &said), (passed(0, 1), Some(late)));
        assert_eq!(counted(Criterion::Structural, &said), (Passed::default(), None));
    }
}
