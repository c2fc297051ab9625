//! The review of access: once a quarter the owners of each domain say of everybody who holds something there whether it stays.

use crate::text_enum;
use chrono::{Datelike, Days, NaiveDate};
use std::fmt;

/// Days that a review may take.
const DAYS_TO_REVIEW: u64 = 30;
/// Days before its end on which its owners are reminded.
pub const REMIND_BEFORE: u64 = 7;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 1000;

text_enum! {
    /// What was said of one who holds something.
    ReviewDecision, "decision of a review" {
        Keep = "keep", "Keep";
        End = "end", "End";
        /// The holder is asked; it is decided afterwards.
        Ask = "ask", "Ask";
    }
}

text_enum! {
    /// How a review stands on a day.
    ReviewState, "state of a review" {
        Open = "open", "Open";
        Late = "late", "Late";
        Done = "done", "Done";
    }
}

impl ReviewState {
    pub fn on(today: NaiveDate, due_on: NaiveDate, done: bool) -> Self {
        if done {
            Self::Done
        } else if today > due_on {
            Self::Late
        } else {
            Self::Open
        }
    }
}

/// Three months of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(NaiveDate);

impl Quarter {
    /// The quarter that a day lies in.
    pub fn of(day: NaiveDate) -> Self {
        let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1);
        Self(first.unwrap_or(day))
    }

    pub const fn first_day(self) -> NaiveDate {
        self.0
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Q{} {}", self.0.month0() / 3 + 1, self.0.year())
    }
}

/// The last day of a review that is opened on a day.
pub fn due_on(opened: NaiveDate) -> NaiveDate {
    opened.checked_add_days(Days::new(DAYS_TO_REVIEW)).unwrap_or(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_lies_in_one_quarter() {
        for (one, first, name) in [
            ("2026-11-23", "2026-10-01", "Q4 2026"),
            ("2026-12-31", "2026-10-01", "Q4 2026"),
            ("2027-01-01", "2027-01-01", "Q1 2027"),
            ("2027-06-30", "2027-04-01", "Q2 2027"),
        ] {
            let quarter = Quarter::of(day(one));
            assert_eq!((quarter.first_day(), quarter.to_string()), (day(first), name.to_owned()));
        }
    }

    #[test]
    fn a_review_is_late_on_the_day_after_its_last() {
        let due = due_on(day("2026-11-23"));
        assert_eq!(due, day("2026-12-23"));
        assert_eq!(ReviewState::on(due, due, false), ReviewState::Open);
        assert_eq!(ReviewState::on(day("2026-12-24"), due, false), ReviewState::Late);
        assert_eq!(ReviewState::on(day("2026-12-24"), due, true), ReviewState::Done);
    }
}
