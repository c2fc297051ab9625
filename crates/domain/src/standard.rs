//! What is typed about standards, checked: days of publication, waivers and words.

use crate::id::StandardCheckInId;
use crate::{Violation, Violations};
use chrono::{Days, NaiveDate};

/// Days between publishing a standard and its first day, unless it is urgent: those whom it concerns have so long to comply.
pub const NOTICE_DAYS: u64 = 30;
/// The longest that a product may be let off a standard at once, in days.
pub const LONGEST_WAIVER: u64 = 366;
/// Days before the end of a waiver on which those whom it concerns are told, unless it was granted for no longer.
pub const WAIVER_REMIND: u64 = 14;
/// The longest text of a standard, and of what is said about it, in characters.
pub const LONGEST_TEXT: usize = 2000;

/// When a version is to act, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicationForm {
    pub from: String,
    pub until: String,
    pub urgent: bool,
    pub reason: String,
}

/// First day, first day on which it no longer acts, and why it does not wait.
pub type Publication = (NaiveDate, Option<NaiveDate>, Option<String>);

/// The first day on which a standard that is published today may act without being urgent.
pub fn earliest(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(NOTICE_DAYS)).unwrap_or(today)
}

pub fn check_publication(form: &PublicationForm, today: NaiveDate) -> Result<Publication, Violations> {
    let mut wrong = vec![];
    let from = form.from.trim().parse::<NaiveDate>().ok();
    let until = form.until.trim();
    let last = (!until.is_empty()).then(|| until.parse::<NaiveDate>().ok());
    let reason = words(&form.reason);
    match from {
        None => wrong.push(Violation::new("from", "from_not_a_date", "Enter the first day as a date such as 2027-04-01.")),
        Some(from) if from < today => {
            wrong.push(Violation::new("from", "from_past", "A standard cannot begin in the past. Enter today or a later day."));
        }
        Some(from) if from < earliest(today) && !form.urgent => wrong.push(Violation::new(
            "from",
            "from_too_soon",
            format!("Those whom it concerns get {NOTICE_DAYS} days: enter {} or later, or say that it is urgent and why.", earliest(today)),
        )),
        Some(_) => {}
    }
    match last {
        Some(None) => wrong.push(Violation::new("until", "until_not_a_date", "Enter a date such as 2028-04-01, or leave it empty.")),
        Some(Some(last)) if from.is_some_and(|from| last <= from) => {
            wrong.push(Violation::new("until", "until_before_from", "It ends after it begins: enter a later day, or leave it empty."));
        }
        _ => {}
    }
    if form.urgent && reason.is_empty() {
        wrong.push(Violation::new("reason", "reason_missing", "Say why it cannot wait. Everybody can read it."));
    }
    if reason.chars().count() > LONGEST_TEXT {
        wrong.push(Violation::new("reason", "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    }
    match from {
        Some(from) if wrong.is_empty() => Ok((from, last.flatten(), form.urgent.then_some(reason))),
        _ => Err(wrong),
    }
}

/// The last day of a waiver, and its reason.
pub fn check_waiver(until: &str, reason: &str, today: NaiveDate) -> Result<(NaiveDate, String), Violations> {
    let mut wrong = vec![];
    let latest = today.checked_add_days(Days::new(LONGEST_WAIVER)).unwrap_or(today);
    let day = until.trim().parse::<NaiveDate>().ok().filter(|day| (today..=latest).contains(day));
    if day.is_none() {
        wrong.push(Violation::new("waiver_until", "until_wrong", format!("Enter the last day, from today to {latest}. A waiver ends by itself.")));
    }
    let reason =
        said("waiver_reason", reason, "Say why, and what is being done meanwhile. It is shown on the product.").map_err(|fault| wrong.push(fault));
    match (day, reason) {
        (Some(day), Ok(reason)) if wrong.is_empty() => Ok((day, reason)),
        _ => Err(wrong),
    }
}

/// A check-in of a working group as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckInForm {
    pub held_on: String,
    pub agenda: String,
    /// A name on each line.
    pub attendance: String,
    pub decisions: String,
    /// The one that is written down; none while one is planned.
    pub of: Option<StandardCheckInId>,
}

/// When a working group meets, and what about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    pub held_on: NaiveDate,
    pub agenda: String,
}

/// Who was there, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes {
    pub attendance: Vec<String>,
    pub decisions: String,
}

/// Names of those who were there, at most, and the letters of each.
const MOST_NAMES: usize = 60;
const LONGEST_NAME: usize = 120;
/// A check-in is planned or added at most a year off, in days.
const WITHIN: i64 = 366;

pub fn check_agenda(form: &CheckInForm, today: NaiveDate) -> Result<Agenda, Violations> {
    let mut wrong = vec![];
    let held_on = form.held_on.trim().parse::<NaiveDate>().ok().filter(|day| (*day - today).num_days().abs() <= WITHIN);
    if held_on.is_none() {
        wrong.push(Violation::new("held_on", "held_on_wrong", "Enter the day as a date such as 2026-12-01, at most a year off."));
    }
    let agenda = said("agenda", &form.agenda, "Write what is to be talked over.").map_err(|fault| wrong.push(fault));
    match (held_on, agenda) {
        (Some(held_on), Ok(agenda)) => Ok(Agenda { held_on, agenda }),
        _ => Err(wrong),
    }
}

pub fn check_minutes(form: &CheckInForm) -> Result<Minutes, Violations> {
    let mut wrong = vec![];
    let attendance: Vec<String> = form.attendance.lines().map(words).filter(|name| !name.is_empty()).collect();
    if attendance.is_empty() || attendance.len() > MOST_NAMES || attendance.iter().any(|name| name.chars().count() > LONGEST_NAME) {
        let text = format!("Write who was there, a name on each line: at most {MOST_NAMES} names of at most {LONGEST_NAME} characters.");
        wrong.push(Violation::new("attendance", "attendance_wrong", text));
    }
    match said("decisions", &form.decisions, "Write what was decided, or that nothing was.") {
        Ok(decisions) if wrong.is_empty() => Ok(Minutes { attendance, decisions }),
        Ok(_) => Err(wrong),
        Err(fault) => {
            wrong.push(fault);
            Err(wrong)
        }
    }
}

/// Text that others read, and that must be there.
pub fn said(field: &'static str, typed: &str, missing: &str) -> Result<String, Violation> {
    let text = words(typed);
    if text.is_empty() {
        return Err(Violation::new(field, "text_missing", missing));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(Violation::new(field, "text_too_long", format!("Use at most {LONGEST_TEXT} characters.")));
    }
    Ok(text)
}

fn words(typed: &str) -> String {
    typed.trim().replace('\0', "").replace("\r\n", "\n")
}

/// A short name from a title: small letters, digits and hyphens; empty when the title has none of them.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let cut: String = slug.chars().take(70).collect();
    cut.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn form(from: &str, urgent: bool, reason: &str) -> PublicationForm {
        PublicationForm { from: from.into(), urgent, reason: reason.into(), ..PublicationForm::default() }
    }

    #[test]
    fn nobody_is_surprised_unless_it_is_urgent_and_says_why() {
        let today = day("2026-11-21");
        assert_eq!(check_publication(&form("2026-12-21", false, ""), today), Ok((day("2026-12-21"), None, None)));
        assert_eq!(check_publication(&form("2026-12-20", false, "why"), today).unwrap_err()[0].code, "from_too_soon");
        assert_eq!(check_publication(&form("2026-11-21", true, " "), today).unwrap_err()[0].code, "reason_missing");
        assert_eq!(check_publication(&form("2026-11-21", true, "a leak"), today), Ok((day("2026-11-21"), None, Some("a leak".into()))));
        assert_eq!(check_publication(&form("2026-11-20", true, "a leak"), today).unwrap_err()[0].code, "from_past");
        let ends = PublicationForm { until: "2026-12-21".into(), ..form("2026-12-21", false, "") };
        assert_eq!(check_publication(&ends, today).unwrap_err()[0].code, "until_before_from");
    }

    #[test]
    fn a_waiver_has_an_end_and_a_reason() {
        let today = day("2026-11-21");
        assert!(check_waiver("2026-11-21", "being mended", today).is_ok());
        assert!(check_waiver("2028-01-01", "being mended", today).is_err() && check_waiver("", "being mended", today).is_err());
        assert_eq!(check_waiver("2027-01-01", " ", today).unwrap_err()[0].field, "waiver_reason");
    }

    #[test]
    fn a_check_in_has_a_day_an_agenda_and_names() {
        let today = day("2026-11-21");
        let form = |held_on: &str, agenda: &str| CheckInForm { held_on: held_on.into(), agenda: agenda.into(), ..CheckInForm::default() };
        assert_eq!(check_agenda(&form("2026-12-01", "Grace"), today), Ok(Agenda { held_on: day("2026-12-01"), agenda: "Grace".into() }));
        let fields = |wrong: Violations| wrong.into_iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields(check_agenda(&form("2036-12-01", " "), today).unwrap_err()), ["held_on", "agenda"]);
        let minutes = |attendance: &str, decisions: &str| {
            check_minutes(&CheckInForm { attendance: attendance.into(), decisions: decisions.into(), ..CheckInForm::default() })
        };
        assert_eq!(minutes(" A, LTA \r\n\nB", "Yes").unwrap().attendance, ["A, LTA", "B"]);
        assert_eq!(fields(minutes(" ", "").unwrap_err()), ["attendance", "decisions"]);
        assert_eq!(fields(minutes(&"A\n".repeat(61), "Yes").unwrap_err()), ["attendance"]);
    }

    #[test]
    fn a_title_gives_an_address() {
        assert_eq!(slug("Restricted personal data: expiry within a year"), "restricted-personal-data-expiry-within-a-year");
        assert_eq!(slug("  –  "), "");
    }

    proptest! {
        #[test]
        fn a_slug_is_always_one_that_the_record_takes(title in ".{0,200}") {
            let slug = slug(&title);
            prop_assert!(slug.len() <= 70 && !slug.starts_with('-') && !slug.ends_with('-'));
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        }
    }
}
