//! `GET /quality-audits/{id}/results.csv`: what an audit found, as a table: a row for each product and thing that counts, then one for each check.

use super::report::read;
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality_audit::Report;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::quality;
use domain::quality_audit::Short;
use store::quality_audit::{AuditedCheck, Finding};

/// Checks in the file.
const MOST: usize = 500_000;

const HEADS: &str = "kind,product,address,counts,dataset,column,check,expected_share,within_days,passed,counted,share,outcome,before,unexpected,looked,at,said_by,task,due_on\r\n";

pub async fn csv(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &id, MOST).await?;
    let name = format!("attachment; filename=\"quality-audit-{}.csv\"", report.line.due_on);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, table(&report)).into_response())
}

fn table(report: &Report) -> String {
    std::iter::once(HEADS.to_owned()).chain(report.findings.iter().map(finding)).chain(report.checks.iter().map(check)).collect()
}

fn row<const N: usize>(cells: [String; N]) -> String {
    cells.map(|cell| quoted(&cell)).join(",") + "\r\n"
}

fn number<T: ToString>(number: Option<T>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn finding(one: &Finding) -> String {
    let word = |expected: bool, short: Option<&'static str>| match (expected, short) {
        (false, _) => "not-expected",
        (true, None) => "met",
        (true, Some(short)) => short,
    };
    let outcome = word(one.expected.is_some(), one.short.map(Short::as_str));
    let before = one.before.map(|(_, short)| word(true, short.map(Short::as_str)));
    row([
        "finding".into(),
        one.title.clone(),
        one.address.clone(),
        one.criterion.as_str().into(),
        String::new(),
        String::new(),
        String::new(),
        number(one.expected.map(|expected| expected.at_least)),
        number(one.expected.and_then(|expected| expected.within_days)),
        one.passed.passed.to_string(),
        one.passed.counted.to_string(),
        one.passed.share().map(|share| format!("{share:.2}")).unwrap_or_default(),
        outcome.into(),
        before.unwrap_or_default().into(),
        String::new(),
        String::new(),
        number(one.latest.map(|at| at.to_rfc3339())),
        String::new(),
        number(one.task.map(|(_, state, _)| state)),
        number(one.task.map(|(.., due_on)| due_on)),
    ])
}

fn check(one: &AuditedCheck) -> String {
    row([
        "check".into(),
        one.product.clone(),
        one.address.clone(),
        one.of.as_str().into(),
        one.dataset.clone().unwrap_or_default(),
        one.column.clone().unwrap_or_default(),
        one.title.clone(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        one.outcome.as_str().into(),
        one.before.map(quality::Outcome::as_str).unwrap_or_default().into(),
        number(one.unexpected),
        number(one.looked),
        one.at.to_rfc3339(),
        one.tool.map_or("pasar", quality::Tool::as_str).into(),
        String::new(),
        String::new(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::quality_audit::Criterion;

    #[test]
    fn every_row_has_every_column() {
        let one = AuditedCheck {
            address: "a.b".into(),
            product: "Buses".into(),
            dataset: Some("routes".into()),
            column: None,
            of: Criterion::Schema,
            title: "not null".into(),
            tool: None,
            outcome: quality::Outcome::Failed,
            unexpected: Some(3),
            looked: None,
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            before: Some(quality::Outcome::Passed),
        };
        let line = check(&one);
        assert_eq!(line.matches(',').count(), HEADS.matches(',').count(), "{line}");
        assert!(line.contains("\"failed\",\"passed\",\"3\",\"\",\"2026-11-23T02:00:00+00:00\",\"pasar\""), "{line}");
    }
}
