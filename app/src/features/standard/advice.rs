//! What standards found, beside the field that mends it. A rule says where as a path of the product; each form knows its own part of it.

use crate::ui::Advice;
use store::standard::FindingView;

/// Fields of the form for terms that rules speak of.
const TERMS: [&str; 8] = ["sharing", "purposes", "forbidden", "distribution", "onward", "retention", "retention_days", "longest_days"];

/// Fields of the form for a service level that rules speak of.
const LEVEL: [&str; 6] = ["dimension", "objective", "measure", "bound", "target", "window_days"];

/// What stands and belongs to a form: `place` gives the form's field for a path, and nothing for what is mended elsewhere. What a product
/// is let off is not asked of it.
fn placed(findings: &[FindingView], place: impl Fn(&str) -> Option<String>) -> Vec<Advice> {
    let mut all = vec![];
    for found in findings.iter().filter(|found| found.waived_until.is_none()) {
        for (code, field, message, mend, _) in found.each() {
            let Some(field) = place(field) else { continue };
            all.push(Advice {
                field,
                code: code.to_owned(),
                message: message.to_owned(),
                mend: mend.to_owned(),
                standard: format!("{}, version {}", found.title, found.version),
                link: format!("/standards/{}/{}", found.slug, found.version),
            });
        }
    }
    all
}

/// The part behind one of these beginnings; empty for the beginning itself.
fn within<'a>(path: &'a str, beginnings: &[&str]) -> Option<&'a str> {
    beginnings.iter().find_map(|beginning| match path.strip_prefix(beginning)? {
        "" => Some(""),
        rest => rest.strip_prefix('.'),
    })
}

/// Of a product's terms; about all of them when no field is named.
pub fn advice_on_terms(findings: &[FindingView]) -> Vec<Advice> {
    placed(findings, |path| {
        let rest = within(path, &["agreement", "terms", "product.terms"])?;
        Some(TERMS.into_iter().find(|field| *field == rest).unwrap_or_default().to_owned())
    })
}

/// Of what a product promises; beside what a promise is about when no field is named.
pub fn advice_on_levels(findings: &[FindingView]) -> Vec<Advice> {
    placed(findings, |path| {
        let rest = within(path, &["service_levels"])?;
        Some(LEVEL.into_iter().find(|field| *field == rest).unwrap_or("dimension").to_owned())
    })
}

/// Of datasets and columns: its field is `dataset`, or `dataset.column`.
pub fn advice_on_columns(findings: &[FindingView]) -> Vec<Advice> {
    placed(findings, |path| {
        let name = within(path, &["datasets"]).filter(|name| !name.is_empty())?;
        Some(name.split_once(".columns.").map_or_else(|| name.to_owned(), |(dataset, column)| format!("{dataset}.{column}")))
    })
}

/// Of one column, beside a field of the form for it.
pub fn advice_on_column(findings: &[FindingView], dataset: &str, column: &str, beside: &str) -> Vec<Advice> {
    let path = format!("datasets.{dataset}.columns.{column}");
    placed(findings, |other| (other == path).then(|| beside.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveDate};
    use domain::id::StandardId;
    use rules::{Effect, Severity};
    use serde_json::json;

    fn found(fields: &[&str], waived_until: Option<NaiveDate>) -> FindingView {
        let findings = fields.iter().map(|field| json!({"code": "not_so", "field": field, "message": "It is so", "mend": "Change it", "link": "/"}));
        FindingView {
            standard: StandardId(uuid::Uuid::nil()),
            slug: "terms".into(),
            version: 2,
            title: "Terms".into(),
            severity: Severity::Flag,
            owner: "Office".into(),
            contact: "office@example.invalid".into(),
            agreement: None,
            acting: "whole".into(),
            verdict: "violated".into(),
            findings: findings.collect(),
            why: None,
            waived_until,
            serving: Effect::Flag,
            input: String::new(),
            at: DateTime::UNIX_EPOCH,
            ended_at: None,
        }
    }

    fn fields(advice: &[Advice]) -> Vec<&str> {
        advice.iter().map(|one| one.field.as_str()).collect()
    }

    #[test]
    fn each_form_takes_its_own_part() {
        let all = [
            "agreement",
            "agreement.longest_days",
            "agreements",
            "terms.onward",
            "service_levels",
            "service_levels.target",
            "datasets.staff",
            "datasets.staff.columns.nric",
            "summary",
            "",
        ];
        let findings = [found(&all, None)];
        assert_eq!(fields(&advice_on_terms(&findings)), ["", "longest_days", "onward"]);
        assert_eq!(fields(&advice_on_levels(&findings)), ["dimension", "target"]);
        assert_eq!(fields(&advice_on_columns(&findings)), ["staff", "staff.nric"]);
        assert_eq!(fields(&advice_on_column(&findings, "staff", "nric", "technique")), ["technique"]);
        assert_eq!(advice_on_levels(&findings)[0].link, "/standards/terms/2");
        let until = NaiveDate::from_ymd_opt(2026, 12, 31);
        assert!(advice_on_terms(&[found(&all, until)]).is_empty(), "what is waived is not asked for");
    }
}
