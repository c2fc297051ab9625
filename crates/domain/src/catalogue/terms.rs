//! The terms of a data sharing agreement as its owner writes them: text that people read beside what a program holds a
//! requester to, and the checks that a new version must pass. Pure: what exists and today's date come in.

use super::{DataSharingAgreement, Distribution, Onward, Sharing};
use crate::access::{Answer, LONGEST_TEXT};
use crate::violation::{Violation, Violations};
use chrono::{Days, NaiveDate};
use serde::Serialize;
use std::collections::BTreeSet;

/// Holders have at least this many days to accept another version.
pub const ACCEPT_DAYS: u64 = 14;
/// And this many when the version came with a product document, which names no day.
pub const ACCEPT_DAYS_OF_DOCUMENTS: u64 = 30;
/// The furthest day by which a version is to be accepted, in days.
const LATEST: u64 = 366;
/// The longest term and the longest retention, in days: ten years.
const MOST_DAYS: i32 = 3660;

/// Ticked where a request needs to say nothing but its purpose: nothing ticked is what is usual.
pub const PURPOSE_ALONE: &str = "purpose-alone";

/// What people read, by part; a part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TermsText {
    pub introduction: String,
    pub obligations: String,
    pub safeguards: String,
    pub breach: String,
}

impl TermsText {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Every part with its heading, in the order in which they are read.
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("What this agreement is for", &self.introduction),
            ("What you undertake", &self.obligations),
            ("How you keep it safe", &self.safeguards),
            ("When something goes wrong", &self.breach),
        ]
    }
}

/// The form as typed; kept word for word when something is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsForm {
    pub sharing: String,
    /// Codes of purposes, slugs of agencies.
    pub purposes: Vec<String>,
    pub forbidden: Vec<String>,
    pub agencies_may: Vec<String>,
    pub agencies_may_not: Vec<String>,
    pub who_may: String,
    pub who_may_not: String,
    pub distribution: String,
    pub onward: String,
    pub retention: String,
    pub retention_days: String,
    pub longest_days: String,
    /// Words of answers, or [`PURPOSE_ALONE`].
    pub asks: Vec<String>,
    pub introduction: String,
    pub obligations: String,
    pub safeguards: String,
    pub breach: String,
    /// What changes and why, for those who must accept it.
    pub change_note: String,
    /// ISO day, as a date field sends it.
    pub accept_by: String,
}

impl From<&DataSharingAgreement> for TermsForm {
    fn from(terms: &DataSharingAgreement) -> Self {
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            sharing: terms.sharing.as_str().into(),
            purposes: terms.purposes.clone(),
            forbidden: terms.forbidden.clone(),
            agencies_may: terms.agencies_may.clone(),
            agencies_may_not: terms.agencies_may_not.clone(),
            who_may: words(&terms.who_may),
            who_may_not: words(&terms.who_may_not),
            distribution: terms.distribution.as_str().into(),
            onward: terms.onward.map(|onward| onward.as_str().to_owned()).unwrap_or_default(),
            retention: words(&terms.retention),
            retention_days: terms.retention_days.map(|days| days.to_string()).unwrap_or_default(),
            longest_days: terms.longest_days.to_string(),
            asks: terms.asks.as_ref().map(ticked).unwrap_or_default(),
            introduction: terms.text.introduction.clone(),
            obligations: terms.text.obligations.clone(),
            safeguards: terms.text.safeguards.clone(),
            breach: terms.text.breach.clone(),
            change_note: String::new(),
            accept_by: String::new(),
        }
    }
}

/// What terms ask for, as the form ticks it.
fn ticked(asks: &BTreeSet<Answer>) -> Vec<String> {
    if asks.is_empty() { vec![PURPOSE_ALONE.to_owned()] } else { asks.iter().map(ToString::to_string).collect() }
}

/// A version that passed its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTerms {
    pub terms: DataSharingAgreement,
    pub change_note: String,
    pub accept_by: NaiveDate,
}

/// Checks a form against the terms now, the purposes and agencies that exist, and today's date in Singapore.
pub fn check_terms(
    form: &TermsForm,
    now: &DataSharingAgreement,
    purposes: &[String],
    agencies: &[String],
    today: NaiveDate,
) -> Result<NewTerms, Violations> {
    let mut found = Violations::new();
    let sharing = form.sharing.parse::<Sharing>().ok();
    if sharing.is_none() {
        found.push(Violation::new("sharing", "sharing_missing", "Choose how access works."));
    }
    // What the terms name already may stay, though it is no longer offered.
    let kept = |old: &[String], known: &[String]| [old, known].concat();
    let allowed = chosen(("purposes", "purpose_unknown", "purpose"), &form.purposes, &kept(&now.purposes, purposes), &mut found);
    let forbidden = chosen(("forbidden", "purpose_unknown", "purpose"), &form.forbidden, &kept(&now.forbidden, purposes), &mut found);
    if allowed.iter().any(|code| forbidden.contains(code)) {
        found.push(Violation::new("forbidden", "purpose_both", "A purpose is both allowed and not allowed. Untick one of the two."));
    }
    let may = chosen(("agencies_may", "agency_unknown", "agency"), &form.agencies_may, &kept(&now.agencies_may, agencies), &mut found);
    let may_not =
        chosen(("agencies_may_not", "agency_unknown", "agency"), &form.agencies_may_not, &kept(&now.agencies_may_not, agencies), &mut found);
    if may.iter().any(|slug| may_not.contains(slug)) {
        found.push(Violation::new("agencies_may_not", "agency_both", "An agency both may and may not ask. Untick one of the two."));
    }
    let distribution = form.distribution.parse::<Distribution>().ok();
    if distribution.is_none() {
        found.push(Violation::new("distribution", "distribution_missing", "Choose what may be passed on."));
    }
    let onward = form.onward.parse::<Onward>().ok();
    if onward.is_none() && !form.onward.is_empty() {
        found.push(Violation::new("onward", "onward_unknown", "Choose from the list whom it may be passed on to."));
    }
    if distribution == Some(Distribution::None) && onward.is_some_and(|onward| onward != Onward::Nobody) {
        let message = "Nothing may be passed on, so nobody can get it: choose Nobody, or allow it to be passed on.";
        found.push(Violation::new("onward", "onward_without_distribution", message));
    }
    let longest_days = number("longest_days", "longest_days_not_a_number", &form.longest_days, 1, &mut found);
    let retention_days = if form.retention_days.trim().is_empty() {
        None
    } else {
        number("retention_days", "retention_days_not_a_number", &form.retention_days, 0, &mut found)
    };
    let asks = check_asks(&form.asks, &mut found);
    let mut text = |field, typed: &str| words(field, typed, &mut found);
    let (who_may, who_may_not, retention) =
        (text("who_may", &form.who_may), text("who_may_not", &form.who_may_not), text("retention", &form.retention));
    let written = TermsText {
        introduction: text("introduction", &form.introduction),
        obligations: text("obligations", &form.obligations),
        safeguards: text("safeguards", &form.safeguards),
        breach: text("breach", &form.breach),
    };
    let change_note = text("change_note", &form.change_note);
    if change_note.is_empty() {
        found.push(Violation::new("change_note", "change_note_missing", "Say what changes and why: everyone who must accept it reads this."));
    }
    let accept_by = check_accept_by(&form.accept_by, today, &mut found);
    let said = |text: String| (!text.is_empty()).then_some(text);
    let (Some(sharing), Some(distribution), Some(longest_days), Some(accept_by), true) =
        (sharing, distribution, longest_days, accept_by, found.is_empty())
    else {
        return Err(found);
    };
    let terms = DataSharingAgreement {
        sharing,
        purposes: allowed,
        forbidden,
        who_may: said(who_may),
        who_may_not: said(who_may_not),
        distribution,
        retention: said(retention),
        longest_days,
        agencies_may: may,
        agencies_may_not: may_not,
        onward,
        retention_days,
        text: written,
        asks,
    };
    if terms == *now {
        return Err(vec![Violation::new(
            "introduction",
            "nothing_changed",
            "Nothing differs from the current version. Change something, or leave this page.",
        )]);
    }
    Ok(NewTerms { terms, change_note, accept_by })
}

fn chosen((field, code, noun): (&'static str, &'static str, &str), typed: &[String], known: &[String], found: &mut Violations) -> Vec<String> {
    if typed.iter().any(|one| !known.contains(one)) {
        found.push(Violation::new(field, code, format!("Choose each {noun} from the list.")));
    }
    // In the order of the list, so that the same choice is the same terms.
    let mut ordered: Vec<String> = vec![];
    for one in known.iter().filter(|one| typed.contains(one)) {
        if !ordered.contains(one) {
            ordered.push(one.clone());
        }
    }
    ordered
}

/// Which answers a request must have; none when nothing is ticked.
fn check_asks(typed: &[String], found: &mut Violations) -> Option<BTreeSet<Answer>> {
    let alone = typed.iter().any(|one| one == PURPOSE_ALONE);
    let named = typed.iter().filter(|one| *one != PURPOSE_ALONE);
    let Ok(asks) = named.map(|one| one.parse()).collect::<Result<BTreeSet<Answer>, _>>() else {
        found.push(Violation::new("asks", "answer_unknown", "Choose each answer from the list."));
        return None;
    };
    if alone && !asks.is_empty() {
        found.push(Violation::new("asks", "answers_both", "Nothing but the purpose is asked for, and something else too. Untick one of the two."));
    }
    (alone || !asks.is_empty()).then_some(asks)
}

fn number(field: &'static str, code: &'static str, typed: &str, least: i32, found: &mut Violations) -> Option<i32> {
    let number = typed.trim().parse::<i32>().ok().filter(|number| (least..=MOST_DAYS).contains(number));
    if number.is_none() {
        found.push(Violation::new(field, code, format!("Enter a number of days from {least} to {MOST_DAYS}.")));
    }
    number
}

fn words(field: &'static str, typed: &str, found: &mut Violations) -> String {
    // Browsers send the end of a line as two characters.
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    if text.chars().count() > LONGEST_TEXT {
        found.push(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    } else if text.contains('\0') {
        found.push(Violation::new(field, "text_not_storable", "Remove the characters that cannot be shown."));
    }
    text
}

fn check_accept_by(typed: &str, today: NaiveDate, found: &mut Violations) -> Option<NaiveDate> {
    let (first, last) = (today.checked_add_days(Days::new(ACCEPT_DAYS))?, today.checked_add_days(Days::new(LATEST))?);
    let (code, message) = match typed.trim().parse::<NaiveDate>() {
        Ok(day) if day < first => ("accept_by_too_soon", format!("Holders need at least {ACCEPT_DAYS} days: enter {first} or later.")),
        Ok(day) if day > last => ("accept_by_too_late", format!("Enter {last} or earlier.")),
        Ok(day) => return Some(day),
        Err(_) if typed.trim().is_empty() => ("accept_by_missing", "Enter the day by which holders must accept this version.".to_owned()),
        Err(_) => ("accept_by_not_a_date", format!("Enter a date such as {first}.")),
    };
    found.push(Violation::new("accept_by", code, message));
    None
}

#[cfg(test)]
mod tests;
