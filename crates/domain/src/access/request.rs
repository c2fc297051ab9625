//! What an officer types when asking for access, and the checks it must pass. Pure: the clock and the products' terms come in.

use super::answers::{Answer, Answers};
use super::scope::{DatasetScope, RowScope};
use crate::catalogue::Sharing;
use crate::violation::{Violation, Violations};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// The longest text a field takes, in characters.
pub const LONGEST_TEXT: usize = 2000;

/// The form as typed; kept word for word when something is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestForm {
    /// Addresses of the ports asked for: `domain.product.port.dataset`.
    pub ports: Vec<String>,
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    /// The team to ask for, by id; empty for oneself.
    pub for_team: String,
    /// Who else will see the data.
    pub seen_by: String,
    /// ISO day, as a date field sends it.
    pub until: String,
    /// Columns that were ticked, by the dataset's address; none for a dataset whose columns the form did not show: then all.
    pub columns: BTreeMap<String, BTreeSet<String>>,
    /// Values by which rows are narrowed, as typed, by the dataset's address and a column.
    pub rows: BTreeMap<(String, String), String>,
}

/// A request that passed its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    pub purpose: String,
    pub explanation: String,
    pub legal_basis: String,
    pub team: String,
    pub seen_by: String,
    /// The last day on which data may be read, in Singapore.
    pub until: NaiveDate,
    /// Datasets of which less than everything is asked for, by address.
    pub wanted: BTreeMap<String, DatasetScope>,
}

/// What may be asked for of one dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    pub address: String,
    pub title: String,
    pub columns: Vec<String>,
    /// Those of them whose values may narrow the rows.
    pub scope_columns: Vec<String>,
}

/// What one product's agreement says about purposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeRule {
    pub product_title: String,
    pub allowed: Vec<String>,
    pub forbidden: Vec<String>,
}

/// What one product's agreement says about how long, how it is shared, and which answers it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub product_title: String,
    pub longest_days: i32,
    pub sharing: Sharing,
    /// None: what is usual.
    pub asks: Option<BTreeSet<Answer>>,
}

/// Checks a form against the purposes that exist, the products' terms, the answers that it must have, and today's date in Singapore.
pub fn check(
    form: &RequestForm,
    purposes: &[String],
    rules: &[PurposeRule],
    terms: &[Term],
    answers: &Answers,
    offered: &[Offered],
    today: NaiveDate,
) -> Result<NewRequest, Violations> {
    let mut found = Violations::new();
    if form.ports.is_empty() {
        found.push(Violation::new("ports", "ports_missing", "Choose at least one dataset to ask for."));
    }
    let wanted = check_scopes(form, offered, &mut found);
    check_purpose(form, purposes, rules, &mut found);
    let mut text = |answer, typed, missing| text(answer, typed, missing, answers, &mut found);
    let explanation = text(Answer::Explanation, &form.explanation, "Say what you will do with the data.");
    let legal_basis = text(Answer::LegalBasis, &form.legal_basis, "Say which law or direction allows this sharing.");
    let team = text(Answer::Team, &form.team, "Say which team will use the data.");
    let seen_by = text(Answer::Others, &form.seen_by, "Say who else will see the data, or that nobody will.");
    let until = check_until(&form.until, terms, answers, today, &mut found);
    match (found.is_empty(), until) {
        (true, Some(until)) => Ok(NewRequest { purpose: form.purpose.trim().to_owned(), explanation, legal_basis, team, seen_by, until, wanted }),
        _ => Err(found),
    }
}

/// Of each dataset the columns and rows that a form asks for, when they are fewer than all; what is wrong with them is left aside.
pub fn scopes(form: &RequestForm, offered: &[Offered]) -> BTreeMap<String, DatasetScope> {
    check_scopes(form, offered, &mut Violations::new())
}

/// The last day on which all of these terms allow to read; none when there are none.
pub fn longest_until(terms: &[Term], today: NaiveDate) -> Option<NaiveDate> {
    terms.iter().map(|term| last_day(term, today)).min()
}

fn last_day(term: &Term, today: NaiveDate) -> NaiveDate {
    let days = u64::try_from(term.longest_days).unwrap_or_default();
    today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The longest list of values for one column.
const MOST_VALUES: usize = 100;

/// Of each dataset the columns and rows that are asked for, when they are fewer than all.
fn check_scopes(form: &RequestForm, offered: &[Offered], found: &mut Violations) -> BTreeMap<String, DatasetScope> {
    let mut wanted = BTreeMap::new();
    for dataset in offered {
        let all: BTreeSet<String> = dataset.columns.iter().cloned().collect();
        let columns = form.columns.get(&dataset.address).map_or_else(|| all.clone(), |ticked| all.intersection(ticked).cloned().collect());
        if columns.is_empty() {
            found.push(Violation::new(
                "columns",
                "columns_missing",
                format!("Choose at least one column of {}, or do not ask for it.", dataset.title),
            ));
        }
        let mut rows = RowScope::default();
        for column in &dataset.scope_columns {
            let typed = form.rows.get(&(dataset.address.clone(), column.clone())).map(String::as_str).unwrap_or_default();
            let values: BTreeSet<String> =
                typed.split([',', ';', '\n']).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
            if values.len() > MOST_VALUES || typed.chars().count() > LONGEST_TEXT || typed.contains('\0') {
                found.push(Violation::new(
                    "rows",
                    "rows_too_many",
                    format!("Name at most {MOST_VALUES} values of {column}, or leave it empty for every row."),
                ));
            } else if !values.is_empty() {
                rows.0.insert(column.clone(), values);
            }
        }
        if columns != all || !rows.is_everything() {
            wanted.insert(dataset.address.clone(), DatasetScope { columns, rows });
        }
    }
    wanted
}

fn check_purpose(form: &RequestForm, purposes: &[String], rules: &[PurposeRule], found: &mut Violations) {
    let purpose = form.purpose.trim();
    if purpose.is_empty() {
        found.push(Violation::new("purpose", "purpose_missing", "Choose a purpose."));
    } else if !purposes.iter().any(|known| known == purpose) {
        found.push(Violation::new("purpose", "purpose_unknown", "Choose a purpose from the list."));
    } else {
        for rule in rules {
            let allowed = rule.allowed.is_empty() || rule.allowed.iter().any(|p| p == purpose);
            if !allowed || rule.forbidden.iter().any(|p| p == purpose) {
                let message = format!("The agreement of {} does not allow this purpose. Choose another, or ask without it.", rule.product_title);
                found.push(Violation::new("purpose", "purpose_not_allowed", message));
            }
        }
    }
}

fn text(answer: Answer, typed: &str, missing: &str, answers: &Answers, found: &mut Violations) -> String {
    // What nobody asks for is not kept, whatever was typed before something else was chosen.
    if !answers.shows(answer) {
        return String::new();
    }
    let (field, value) = (answer.field(), typed.trim());
    if answers.requires(answer) && value.is_empty() {
        let code = match answer {
            Answer::Explanation => "explanation_missing",
            Answer::LegalBasis => "legal_basis_missing",
            Answer::Team => "team_missing",
            Answer::Others => "seen_by_missing",
            Answer::Until => "until_missing",
        };
        found.push(Violation::new(field, code, missing));
    } else if value.chars().count() > LONGEST_TEXT {
        found.push(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    } else if value.contains('\0') {
        found.push(Violation::new(field, "text_not_storable", "Remove the characters that cannot be shown."));
    }
    value.to_owned()
}

fn check_until(typed: &str, terms: &[Term], answers: &Answers, today: NaiveDate, found: &mut Violations) -> Option<NaiveDate> {
    // Where nobody asks for a day, it is for as long as all of them allow.
    if typed.trim().is_empty() && !answers.requires(Answer::Until) && !terms.is_empty() {
        return longest_until(terms, today);
    }
    let Ok(until) = typed.trim().parse::<NaiveDate>() else {
        let (code, message) = if typed.trim().is_empty() {
            ("until_missing", "Enter the last day on which you need the data.")
        } else {
            ("until_not_a_date", "Enter a date such as 2027-05-31.")
        };
        found.push(Violation::new("until", code, message));
        return None;
    };
    if until <= today {
        found.push(Violation::new("until", "until_past", "Enter a day after today."));
        return None;
    }
    for term in terms {
        let last = last_day(term, today);
        if until > last {
            let message = format!("The agreement of {} allows at most {} days: enter {} or earlier.", term.product_title, term.longest_days, last);
            found.push(Violation::new("until", "until_too_late", message));
            return None;
        }
    }
    Some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-11-20".parse().unwrap()
    }

    fn form() -> RequestForm {
        RequestForm {
            ports: vec!["ssot-a.busroutes-dp.output-port1.routes_dataset".into()],
            purpose: "policy".into(),
            explanation: "Relate shift length to incidents".into(),
            legal_basis: "Direction 2026/14".into(),
            team: "Mobility study".into(),
            until: "2027-05-31".into(),
            ..RequestForm::default()
        }
    }

    fn term(longest_days: i32) -> Term {
        Term { product_title: "Bus routes and staff".into(), longest_days, sharing: Sharing::Approval, asks: None }
    }

    fn checked(form: &RequestForm, rules: &[PurposeRule], terms: &[Term]) -> Result<NewRequest, Violations> {
        check(form, &["policy".into(), "planning".into()], rules, terms, &Answers::of(terms), &[], today())
    }

    fn codes(form: &RequestForm, rules: &[PurposeRule], terms: &[Term]) -> Vec<&'static str> {
        checked(form, rules, terms).err().unwrap_or_default().iter().map(|v| v.code).collect()
    }

    #[test]
    fn a_full_form_is_a_request() {
        let request = checked(&form(), &[], &[term(365)]).unwrap();
        assert_eq!(request.until, "2027-05-31".parse::<NaiveDate>().unwrap());
    }

    #[test]
    fn an_empty_form_names_every_field() {
        let empty = RequestForm::default();
        assert_eq!(
            codes(&empty, &[], &[]),
            ["ports_missing", "purpose_missing", "explanation_missing", "legal_basis_missing", "team_missing", "until_missing"]
        );
    }

    #[test]
    fn what_is_open_asks_for_a_purpose_alone_until_something_else_is_chosen_too() {
        let bare = RequestForm { explanation: String::new(), legal_basis: String::new(), team: String::new(), ..form() };
        let open = Term { sharing: Sharing::Open, ..term(365) };
        assert!(codes(&bare, &[], std::slice::from_ref(&open)).is_empty());
        assert_eq!(codes(&bare, &[], &[open, term(365)]), ["explanation_missing", "legal_basis_missing", "team_missing"]);
    }

    #[test]
    fn what_no_terms_ask_for_is_not_kept_and_the_rest_is_required() {
        let asks = |asks: &[Answer], days| Term { asks: Some(asks.iter().copied().collect()), ..term(days) };
        let typed = RequestForm { until: String::new(), seen_by: "A vendor".into(), ..form() };
        let basis = checked(&typed, &[], &[asks(&[Answer::LegalBasis], 30)]).unwrap();
        assert_eq!(
            (basis.legal_basis.as_str(), basis.explanation.as_str(), basis.team.as_str(), basis.seen_by.as_str()),
            ("Direction 2026/14", "", "", "")
        );
        let both = [asks(&[Answer::LegalBasis], 30), asks(&[Answer::Others], 10)];
        let shortest = checked(&typed, &[], &both).unwrap();
        assert_eq!(shortest.until, "2026-11-30".parse::<NaiveDate>().unwrap(), "as long as all of them allow");
        assert_eq!((shortest.seen_by.as_str(), shortest.team.as_str()), ("A vendor", ""));
        let bare = RequestForm { legal_basis: String::new(), seen_by: " ".into(), ..typed.clone() };
        assert_eq!(codes(&bare, &[], &both), ["legal_basis_missing", "seen_by_missing"]);
        assert_eq!(codes(&typed, &[], &[asks(&[Answer::LegalBasis], 30), asks(&[Answer::Until], 10)]), ["until_missing"]);
        let said = RequestForm { until: "2026-12-25".into(), ..typed };
        assert_eq!(codes(&said, &[], &both), ["until_too_late"], "a day that is said is held to the terms");
    }

    #[test]
    fn fewer_columns_and_rows_may_be_asked_for() {
        let address = form().ports[0].clone();
        let offered = Offered {
            address: address.clone(),
            title: "Routes".into(),
            columns: vec!["route".into(), "planning_area".into()],
            scope_columns: vec!["planning_area".into()],
        };
        let asked = |columns: &[&str], area: &str| {
            let form = RequestForm {
                columns: [(address.clone(), columns.iter().map(|c| (*c).to_owned()).collect())].into(),
                rows: [((address.clone(), "planning_area".to_owned()), area.to_owned()), ((address.clone(), "route".to_owned()), "1".to_owned())]
                    .into(),
                ..form()
            };
            check(&form, &["policy".into()], &[], &[], &Answers::of(&[]), std::slice::from_ref(&offered), today())
        };
        let less = asked(&["route", "never_was"], " AM, BD ,").unwrap().wanted;
        assert_eq!(less[&address].columns, ["route".to_owned()].into());
        assert_eq!(less[&address].rows.describe().unwrap(), "planning_area: AM, BD");
        assert!(asked(&["route", "planning_area"], "").unwrap().wanted.is_empty());
        assert_eq!(asked(&["never_was"], "").unwrap_err()[0].code, "columns_missing");
        assert_eq!(asked(&["route"], &"a,".repeat(3000)).unwrap_err()[0].code, "rows_too_many");
    }

    #[test]
    fn the_products_terms_bind() {
        let rule = PurposeRule { product_title: "Bus".into(), allowed: vec!["planning".into()], forbidden: vec![] };
        assert_eq!(codes(&form(), &[rule], &[]), ["purpose_not_allowed"]);
        assert_eq!(codes(&form(), &[], &[term(30)]), ["until_too_late"]);
        let past = RequestForm { until: "2026-11-20".into(), ..form() };
        assert_eq!(codes(&past, &[], &[]), ["until_past"]);
        let odd = RequestForm { until: "31/05/2027".into(), team: "a\0b".into(), ..form() };
        assert_eq!(codes(&odd, &[], &[]), ["text_not_storable", "until_not_a_date"]);
    }
}
