//! What an officer types when asking for access, and the checks it must pass. Pure: the clock and the products' terms come in.

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

/// What one product's agreement says about how long, and how it is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub product_title: String,
    pub longest_days: i32,
    pub sharing: Sharing,
}

/// Which of the answers in words a request must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequiredAnswers {
    pub explanation: bool,
    pub legal_basis: bool,
    pub team: bool,
}

/// What the terms of the chosen products ask for together: nobody weighs a request for what is open to every officer, so that its purpose is
/// enough; one product that somebody decides about asks for all of it. Standards ask for more where they are judged, before submitting.
pub fn required_answers(sharing: impl IntoIterator<Item = Sharing>) -> RequiredAnswers {
    let mut sharing = sharing.into_iter().peekable();
    let decided = sharing.peek().is_none() || sharing.any(|one| one != Sharing::Open);
    RequiredAnswers { explanation: decided, legal_basis: decided, team: decided }
}

/// Checks a form against the purposes that exist, the products' terms, and today's date in Singapore.
pub fn check(
    form: &RequestForm,
    purposes: &[String],
    rules: &[PurposeRule],
    terms: &[Term],
    offered: &[Offered],
    today: NaiveDate,
) -> Result<NewRequest, Violations> {
    let mut found = Violations::new();
    if form.ports.is_empty() {
        found.push(Violation::new("ports", "ports_missing", "Choose at least one dataset to ask for."));
    }
    let wanted = check_scopes(form, offered, &mut found);
    check_purpose(form, purposes, rules, &mut found);
    let needs = required_answers(terms.iter().map(|term| term.sharing));
    let explanation = text("explanation", "Say what you will do with the data.", &form.explanation, needs.explanation, &mut found);
    let legal_basis = text("legal_basis", "Say which law or direction allows this sharing.", &form.legal_basis, needs.legal_basis, &mut found);
    let team = text("team", "Say which team will use the data.", &form.team, needs.team, &mut found);
    let seen_by = text("seen_by", "", &form.seen_by, false, &mut found);
    let until = check_until(&form.until, terms, today, &mut found);
    match (found.is_empty(), until) {
        (true, Some(until)) => Ok(NewRequest { purpose: form.purpose.trim().to_owned(), explanation, legal_basis, team, seen_by, until, wanted }),
        _ => Err(found),
    }
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

fn text(field: &'static str, missing: &str, typed: &str, required: bool, found: &mut Violations) -> String {
    let value = typed.trim();
    if required && value.is_empty() {
        let code = match field {
            "explanation" => "explanation_missing",
            "legal_basis" => "legal_basis_missing",
            _ => "team_missing",
        };
        found.push(Violation::new(field, code, missing));
    } else if value.chars().count() > LONGEST_TEXT {
        found.push(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    } else if value.contains('\0') {
        found.push(Violation::new(field, "text_not_storable", "Remove the characters that cannot be shown."));
    }
    value.to_owned()
}

fn check_until(typed: &str, terms: &[Term], today: NaiveDate, found: &mut Violations) -> Option<NaiveDate> {
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
        let days = u64::try_from(term.longest_days).unwrap_or_default();
        let last = today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
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
        Term { product_title: "Bus routes and staff".into(), longest_days, sharing: Sharing::Approval }
    }

    fn codes(form: &RequestForm, rules: &[PurposeRule], terms: &[Term]) -> Vec<&'static str> {
        check(form, &["policy".into(), "planning".into()], rules, terms, &[], today()).err().unwrap_or_default().iter().map(|v| v.code).collect()
    }

    #[test]
    fn a_full_form_is_a_request() {
        let request = check(&form(), &["policy".into()], &[], &[term(365)], &[], today()).unwrap();
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
            check(&form, &["policy".into()], &[], &[], std::slice::from_ref(&offered), today())
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
