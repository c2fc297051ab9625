//! The last day of a role: none, or a day in Singapore until whose end it is held.

use crate::calendar;
use crate::violation::{Violation, Violations};
use chrono::{DateTime, NaiveDate, Utc};

/// Days before a role ends on which its holder is told.
pub const REMIND_BEFORE: i64 = 14;

/// The furthest end, in years from today: what is longer has no end.
const LONGEST_YEARS: u32 = 10;

/// The end of a role as typed: nothing is no end, a day its last day. The field is `until`.
pub fn check_role_end(typed: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Violations> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let today = calendar::day(now);
    let furthest = today.checked_add_months(chrono::Months::new(12 * LONGEST_YEARS)).unwrap_or(today);
    let Some(day) = typed.parse::<NaiveDate>().ok().filter(|day| *day >= today && *day <= furthest) else {
        let message = format!("Enter its last day, today or later and within {LONGEST_YEARS} years, or leave it empty for a role without an end.");
        return Err(vec![Violation::new("until", "until_not_a_day", message)]);
    };
    Ok(Some(calendar::end_of(day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_ends_when_its_last_day_in_singapore_does() {
        // 2 a.m. on the 24th in Singapore.
        let now = "2026-11-23T18:00:00Z".parse().unwrap();
        assert_eq!(check_role_end(" ", now), Ok(None));
        assert_eq!(check_role_end("2026-11-24", now), Ok(Some("2026-11-24T16:00:00Z".parse().unwrap())));
        for typed in ["2026-11-23", "2037-01-01", "soon", "24/11/2026"] {
            assert_eq!(check_role_end(typed, now).unwrap_err()[0].field, "until", "{typed}");
        }
    }
}
