//! Rules that a product's team declares, and what the latest run said of each, by its name.

use crate::{Result, StoreError, audit};
use chrono::{DateTime, Utc};
use domain::Ids;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::glossary::Rule;
use domain::id::{DeclaredRuleId, PersonId, ProductId, QualityRunId};
use domain::quality::{MOST_RULES, NewRule, Outcome, Tool};
use domain::service_level::Comparison;
use sqlx::PgConnection;

const NOUN: &str = "quality-rule";

/// A declared rule, with the latest result that has its name.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredLine {
    pub id: DeclaredRuleId,
    pub rule: NewRule,
    /// No document: somebody declared it on the product's page.
    pub on_page: bool,
    /// None until something ran it.
    pub latest: Option<LatestResult>,
}

/// What a run said of a declared rule.
#[derive(Debug, Clone, PartialEq)]
pub struct LatestResult {
    pub run: QualityRunId,
    pub tool: Tool,
    pub outcome: Outcome,
    /// What Pasar measured.
    pub value: Option<f64>,
    /// Why there is no number.
    pub why: Option<String>,
    pub at: DateTime<Utc>,
}

/// Rules of a product: those of its document in its order, then those of its page. Ask only for a product that the reader may know of.
pub async fn declared(conn: &mut PgConnection, product: ProductId) -> Result<Vec<DeclaredLine>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.origin, d.name, d.title, d.layer, d.dataset_name, d.column_name, d.measure, d.low, d.high, d.pattern, d.codes, d.comparison, d.bound,
                  n.run AS "run?", n.tool AS "tool?", n.outcome AS "outcome?", n.value AS "value?", n.why AS "why?", n.at AS "at?"
           FROM quality_declared d LEFT JOIN LATERAL (
               SELECT r.id AS run, r.tool, x.outcome, x.value, x.why, r.at
               FROM quality_rule q JOIN quality_result x ON x.rule_id = q.id JOIN quality_run r ON r.id = x.run_id
               WHERE q.product_id = d.product_id AND is_declared_rule(d, q.key, q.title, q.dataset_name, q.column_name)
               ORDER BY r.at DESC, r.id DESC LIMIT 1) n ON true
           WHERE d.product_id = $1 ORDER BY d.origin, d.position, d.name"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let latest = match (row.run, row.tool, row.outcome, row.at) {
                (Some(run), Some(tool), Some(outcome), Some(at)) => {
                    Some(LatestResult { run: QualityRunId(run), tool: tool.parse()?, outcome: outcome.parse()?, value: row.value, why: row.why, at })
                }
                _ => None,
            };
            let rule = NewRule {
                name: row.name,
                title: row.title,
                layer: row.layer.parse()?,
                measure: row.measure.parse()?,
                dataset: row.dataset_name,
                column: row.column_name,
                range: row.low.zip(row.high),
                format: format(row.pattern, row.codes)?,
                bound: row.comparison.map(|word| word.parse::<Comparison>()).transpose()?.zip(row.bound),
            };
            Ok(DeclaredLine { id: DeclaredRuleId(row.id), rule, on_page: row.origin == "page", latest })
        })
        .collect()
}

/// How many rules are declared of a dataset as a whole and of each of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePlace {
    pub dataset: String,
    /// None is the dataset as a whole.
    pub column: Option<String>,
    pub rules: i64,
}

/// Where rules are declared. Ask only for a product that the reader may know of.
pub async fn rule_places(conn: &mut PgConnection, product: ProductId) -> Result<Vec<RulePlace>> {
    let rows = sqlx::query!(
        r#"SELECT dataset_name AS "dataset!", column_name AS "column_name?", count(*) AS "rules!" FROM quality_declared
           WHERE product_id = $1 AND dataset_name IS NOT NULL GROUP BY dataset_name, column_name"#,
        product.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| RulePlace { dataset: row.dataset, column: row.column_name, rules: row.rules }).collect())
}

/// A format as the record has it.
pub(super) fn format(pattern: Option<String>, codes: Option<Vec<String>>) -> Result<Option<Rule>> {
    if pattern.is_none() && codes.is_none() {
        return Ok(None);
    }
    let rule = Rule::stored(pattern, codes).map_err(|why| StoreError::Conflict(format!("a stored format cannot be read: {why}")))?;
    Ok(Some(rule))
}

/// Declares a rule. One of this name, by the document or here, is changed; what it said before stays in the runs.
pub async fn declare(
    conn: &mut PgConnection,
    by: PersonId,
    product: ProductId,
    new: &NewRule,
    origin: &Origin,
    ids: &Ids,
    now: DateTime<Utc>,
) -> Result<DeclaredRuleId> {
    let address = sqlx::query_scalar!("SELECT address FROM product WHERE id = $1 FOR UPDATE", product.0).fetch_one(&mut *conn).await?;
    let others = sqlx::query_scalar!(
        r#"SELECT count(*) AS "others!" FROM quality_declared WHERE product_id = $1 AND lower(name) <> lower($2)"#,
        product.0,
        new.name
    )
    .fetch_one(&mut *conn)
    .await?;
    if usize::try_from(others).unwrap_or(usize::MAX) >= MOST_RULES {
        return Err(StoreError::Conflict(format!("A product has at most {MOST_RULES} rules: end one that is not needed any more.")));
    }
    let format = new.format.as_ref();
    let id = sqlx::query_scalar!(
        "INSERT INTO quality_declared (id, product_id, origin, name, title, layer, dataset_name, column_name, measure, low, high, pattern, codes, comparison,
             bound, declared_at)
         VALUES ($1, $2, 'page', coalesce((SELECT d.name FROM quality_declared d WHERE d.product_id = $2 AND lower(d.name) = lower($3) LIMIT 1), $3),
             $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (product_id, name) DO UPDATE SET origin = 'page', title = excluded.title, layer = excluded.layer,
             dataset_name = excluded.dataset_name, column_name = excluded.column_name, measure = excluded.measure, low = excluded.low,
             high = excluded.high, pattern = excluded.pattern, codes = excluded.codes, comparison = excluded.comparison, bound = excluded.bound
         RETURNING id",
        ids.next::<DeclaredRuleId>(now).0,
        product.0,
        new.name,
        new.title,
        new.layer.as_str(),
        new.dataset,
        new.column,
        new.measure.as_str(),
        new.range.map(|(low, _)| low),
        new.range.map(|(_, high)| high),
        format.and_then(Rule::pattern),
        format.and_then(Rule::codes),
        new.bound.map(|(comparison, _)| comparison.as_str()),
        new.bound.map(|(_, bound)| bound),
        now
    )
    .fetch_one(&mut *conn)
    .await?;
    let event = AuditEvent {
        product: Some(product),
        address: Some(address),
        detail: Some(format!("{}: {}, {}", new.layer.label(), new.name, new.measure.label())),
        ..AuditEvent::done(Some(by), AuditAction::QualityRuleDeclare, NOUN, Some(id), origin.clone())
    };
    audit::append(conn, &event, now).await?;
    Ok(DeclaredRuleId(id))
}

/// Ends a rule that was declared on the page; what runs said of it stays. One of a document ends with the document.
pub async fn end_rule(
    conn: &mut PgConnection,
    by: PersonId,
    product: ProductId,
    id: DeclaredRuleId,
    reason: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<()> {
    let gone = sqlx::query!(
        "DELETE FROM quality_declared d USING product p WHERE d.id = $1 AND d.product_id = $2 AND d.origin = 'page' AND p.id = d.product_id
         RETURNING p.address, d.name",
        id.0,
        product.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(gone) = gone else {
        return Err(StoreError::Conflict("This rule is not there, or it is the document’s: take it out of the product’s document.".into()));
    };
    let event = AuditEvent {
        product: Some(product),
        address: Some(gone.address),
        reason: Some(reason.to_owned()),
        detail: Some(gone.name),
        ..AuditEvent::done(Some(by), AuditAction::QualityRuleEnd, NOUN, Some(id.0), origin.clone())
    };
    audit::append(conn, &event, now).await
}
