//! The review of access: once a quarter the owners of each domain say of everybody who holds something there whether it stays.

use crate::{Violation, Violations, text_enum};
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

/// What somebody says who was asked whether they still need what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAnswer {
    pub needed: bool,
    pub words: String,
}

impl ReviewAnswer {
    /// Checks what was typed: `yes` or `no`, and what for when it is needed.
    pub fn check(needed: &str, words: &str) -> Result<Self, Violations> {
        let mut wrong = vec![];
        let words = words.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
        let needed = match needed {
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                wrong.push(Violation::new("needed", "answer_missing", "Say whether you still need it."));
                None
            }
        };
        if words.chars().count() > LONGEST_NOTE {
            wrong.push(Violation::new("words", "words_too_long", format!("Use at most {LONGEST_NOTE} characters.")));
        } else if needed == Some(true) && words.is_empty() {
            wrong.push(Violation::new("words", "words_missing", "Say what you need it for: whoever asked decides by it."));
        }
        match needed {
            Some(needed) if wrong.is_empty() => Ok(Self { needed, words }),
            _ => Err(wrong),
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
    fn an_answer_says_yes_or_no_and_what_for() {
        let codes = |needed: &str, words: &str| -> Vec<&'static str> {
            ReviewAnswer::check(needed, words).map_or_else(|wrong| wrong.iter().map(|one| one.code).collect(), |_| vec![])
        };
        assert_eq!(codes("yes", " Counting trips\0 "), Vec::<&str>::new());
        assert_eq!(codes("no", ""), Vec::<&str>::new());
        assert_eq!(codes("yes", "  "), ["words_missing"]);
        assert_eq!(codes("", "x"), ["answer_missing"]);
        assert_eq!(codes("no", &"x".repeat(LONGEST_NOTE + 1)), ["words_too_long"]);
        assert_eq!(ReviewAnswer::check("yes", "a\r\nb").unwrap().words, "a\nb");
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
