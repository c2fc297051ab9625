//! A run of checks, written down once however often it is sent.

use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId, QualityRuleId, QualityRunId};
use domain::quality::{CheckRun, Passed};
use sqlx::PgConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What became of a run that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    pub id: QualityRunId,
    /// False when it was there already; then nothing was changed.
    pub new: bool,
    pub passed: Passed,
}

/// Which of a product's datasets a tool means, and which columns each has.
struct Places {
    /// By every name that a tool may use, in small letters.
    datasets: HashMap<String, String>,
    columns: HashSet<(String, String)>,
}

impl Places {
    async fn read(conn: &mut PgConnection, product: ProductId) -> Result<Self> {
        let rows = sqlx::query!(
            r#"SELECT d.name, d.table_schema, d.table_name, ARRAY(SELECT c.name FROM data_column c WHERE c.dataset_id = d.id) AS "columns!"
               FROM dataset d WHERE d.product_id = $1"#,
            product.0
        )
        .fetch_all(conn)
        .await?;
        let mut places = Self { datasets: HashMap::new(), columns: HashSet::new() };
        for row in rows {
            places.columns.extend(row.columns.into_iter().map(|column| (row.name.clone(), column)));
            if let (Some(schema), Some(table)) = (row.table_schema, row.table_name) {
                places.datasets.entry(format!("{schema}.{table}").to_lowercase()).or_insert_with(|| row.name.clone());
                places.datasets.entry(table.to_lowercase()).or_insert_with(|| row.name.clone());
            }
            places.datasets.insert(row.name.to_lowercase(), row.name);
        }
        Ok(places)
    }

    /// `routes`, `ssot_a.routes` and `database.ssot_a.routes` are the same.
    fn dataset(&self, told: &str) -> Option<&String> {
        let told = told.to_lowercase();
        let parts: Vec<&str> = told.rsplitn(3, '.').collect();
        let two = parts.get(1).zip(parts.first()).map(|(schema, table)| format!("{schema}.{table}"));
        self.datasets.get(&told).or_else(|| self.datasets.get(&two?)).or_else(|| self.datasets.get(*parts.first()?))
    }
}

/// What Pasar measured for a check, beside its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub value: Option<f64>,
    /// Why there is no number.
    pub why: Option<String>,
}

/// Writes down what Pasar measured of the rules that a product declares; what it measured is in the order of the results. A run of no rule
/// takes the place of one before, and is not written where there was none. Call within a transaction.
pub async fn measured(
    conn: &mut PgConnection,
    product: (ProductId, &str),
    run: &CheckRun,
    found: &[Measured],
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("UPDATE quality_probe SET probe_error = NULL WHERE product_id = $1", product.0.0).execute(&mut *conn).await?;
    if run.results.is_empty() {
        let standing = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM quality_result x WHERE x.run_id = (
                   SELECT r.id FROM quality_run r WHERE r.product_id = $1 AND r.tool = 'pasar' ORDER BY r.at DESC, r.id DESC LIMIT 1)) AS "standing!""#,
            product.0.0
        )
        .fetch_one(&mut *conn)
        .await?;
        if !standing {
            return Ok(());
        }
    }
    let name = ids.next::<QualityRunId>(now).to_string();
    keep(conn, None, product, run, &name, found, &Origin::default(), ids, now).await?;
    Ok(())
}

/// Writes a run down. `name` makes it the same run when it comes again. Call within a transaction.
#[expect(clippy::too_many_arguments, reason = "a run, who sent it, and what every change takes")]
pub async fn report(
    conn: &mut PgConnection,
    by: PersonId,
    product: (ProductId, &str),
    run: &CheckRun,
    name: &str,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Reported> {
    keep(conn, Some(by), product, run, name, &[], origin, ids, now).await
}

#[expect(clippy::too_many_arguments, reason = "a run, what was measured, who sent it, and what every change takes")]
async fn keep(
    conn: &mut PgConnection,
    by: Option<PersonId>,
    product: (ProductId, &str),
    run: &CheckRun,
    name: &str,
    found: &[Measured],
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<Reported> {
    let (product, address) = product;
    let passed = Passed::of(run.results.iter().map(|one| one.outcome));
    let id: QualityRunId = ids.next(now);
    let added = sqlx::query!(
        "INSERT INTO quality_run (id, product_id, tool, tool_version, run, suite, at, recorded_at, said_by, passed, failed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (product_id, tool, run) DO NOTHING",
        id.0,
        product.0,
        run.tool.as_str(),
        run.tool_version,
        name,
        run.suite,
        run.at.map_or(now, |at| at.min(now)),
        now,
        by.map(|id| id.0),
        i32::try_from(passed.passed).unwrap_or(i32::MAX),
        i32::try_from(passed.counted - passed.passed).unwrap_or(i32::MAX)
    )
    .execute(&mut *conn)
    .await?;
    if added.rows_affected() == 0 {
        let known = sqlx::query!(
            "SELECT id, passed, failed FROM quality_run WHERE product_id = $1 AND tool = $2 AND run = $3",
            product.0,
            run.tool.as_str(),
            name
        )
        .fetch_one(conn)
        .await?;
        let count = |n: i32| usize::try_from(n).unwrap_or_default();
        let passed = Passed { passed: count(known.passed), counted: count(known.passed) + count(known.failed) };
        return Ok(Reported { id: QualityRunId(known.id), new: false, passed });
    }
    let rules = rules(conn, product, run, ids, now).await?;
    let of = |wanted: fn(&domain::quality::CheckResult) -> Option<i64>| run.results.iter().map(wanted).collect::<Vec<_>>();
    let (unexpected, looked) = (of(|one| one.unexpected), of(|one| one.looked));
    // Tools say no number of this kind.
    let said = |at: usize| found.get(at);
    let values: Vec<Option<f64>> = (0..run.results.len()).map(|at| said(at).and_then(|one| one.value)).collect();
    let why: Vec<Option<String>> = (0..run.results.len()).map(|at| said(at).and_then(|one| one.why.clone())).collect();
    sqlx::query!(
        "INSERT INTO quality_result (run_id, rule_id, outcome, unexpected, looked, value, why)
         SELECT $1, u.rule, u.outcome, u.unexpected, u.looked, u.value, u.why
         FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::float8[], $7::text[])
              AS u(rule, outcome, unexpected, looked, value, why)",
        id.0,
        &rules,
        &run.results.iter().map(|one| one.outcome.as_str().to_owned()).collect::<Vec<_>>(),
        &unexpected as &[Option<i64>],
        &looked as &[Option<i64>],
        &values as &[Option<f64>],
        &why as &[Option<String>]
    )
    .execute(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(product),
        address: Some(address.to_owned()),
        detail: Some(format!("{}: {} of {} checks passed", run.tool.label(), passed.passed, passed.counted)),
        ..AuditEvent::done(by, AuditAction::QualityReport, "quality-run", Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(Reported { id, new: true, passed })
}

/// The rule of each result, known or new, in the results' order.
async fn rules(conn: &mut PgConnection, product: ProductId, run: &CheckRun, ids: &Ids, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let places = Places::read(&mut *conn, product).await?;
    // What a table is called says more than a tool's own name for it.
    let found = |told: &Option<String>| told.as_deref().and_then(|told| places.dataset(told)).cloned();
    let datasets: Vec<Option<String>> = run.results.iter().map(|one| found(&one.table).or_else(|| found(&one.dataset))).collect();
    let columns: Vec<Option<String>> = run
        .results
        .iter()
        .zip(&datasets)
        .map(|(one, dataset)| {
            one.column.clone().filter(|column| dataset.as_ref().is_some_and(|name| places.columns.contains(&(name.clone(), column.clone()))))
        })
        .collect();
    // The layer that was declared goes before what a tool's word for the check suggests.
    let keys: Vec<String> = run.results.iter().map(|one| one.key.clone()).collect();
    sqlx::query!(
        "INSERT INTO quality_rule (id, product_id, tool, key, layer, title, dataset_name, column_name, first_at)
         SELECT u.id, $1, $2, u.key,
             coalesce((SELECT d.layer FROM quality_declared d WHERE d.product_id = $1 AND is_declared_rule(d, u.key, u.title, u.dataset, u.column_name)
                       ORDER BY d.origin, d.position, d.name LIMIT 1), u.layer),
             u.title, u.dataset, u.column_name, $9
         FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS u(id, key, layer, title, dataset, column_name)
         ON CONFLICT (product_id, tool, key) DO UPDATE SET layer = excluded.layer, title = excluded.title, dataset_name = excluded.dataset_name,
             column_name = excluded.column_name",
        product.0,
        run.tool.as_str(),
        &run.results.iter().map(|_| ids.next::<QualityRuleId>(now).0).collect::<Vec<_>>(),
        &keys,
        &run.results.iter().map(|one| one.layer.as_str().to_owned()).collect::<Vec<_>>(),
        &run.results.iter().map(|one| one.title.clone()).collect::<Vec<_>>(),
        &datasets as &[Option<String>],
        &columns as &[Option<String>],
        now
    )
    .execute(&mut *conn)
    .await?;
    let rows =
        sqlx::query!("SELECT key, id FROM quality_rule WHERE product_id = $1 AND tool = $2 AND key = ANY($3)", product.0, run.tool.as_str(), &keys)
            .fetch_all(conn)
            .await?;
    let known: HashMap<String, Uuid> = rows.into_iter().map(|row| (row.key, row.id)).collect();
    keys.iter().map(|key| known.get(key).copied().ok_or_else(|| sqlx::Error::RowNotFound.into())).collect()
}
