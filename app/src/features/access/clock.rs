//! How a request's clock stands, in the same words wherever it is shown.

use crate::ui::deadline;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::clock::days_left;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Working days from which on what is left is marked.
const SOON: i64 = 2;

/// What a clock is read against.
#[derive(Debug, Clone, Default)]
pub struct Today {
    pub day: NaiveDate,
    pub holidays: BTreeSet<NaiveDate>,
}

/// Working days that are left, or how late it is.
pub(super) fn left_text(days: i64) -> String {
    match days {
        1 => "1 working day left".into(),
        n if n > 0 => format!("{n} working days left"),
        0 => "due today".into(),
        -1 => "1 working day late".into(),
        n => format!("{} working days late", -n),
    }
}

/// The words of a clock, marked when it is late or soon will be.
pub(super) fn clock_words(due: NaiveDate, paused_at: Option<DateTime<Utc>>, today: &Today) -> AnyView {
    let left = days_left(due, paused_at, today.day, &today.holidays);
    if paused_at.is_some() {
        return view! { <span>{format!("the clock stands, {}", left_text(left))}</span> }.into_any();
    }
    let class = if left <= SOON { "deadline-late" } else { "" };
    view! { <span class=class>{left_text(left)}</span> }.into_any()
}

/// The day to decide by, and how the clock stands against it.
pub(super) fn deadline_with_clock(due: NaiveDate, paused_at: Option<DateTime<Utc>>, today: &Today) -> AnyView {
    view! { {deadline(due)}" ("{clock_words(due, paused_at, today)}")" }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(due: &str, paused_at: Option<&str>, today: &str) -> String {
        let today = Today { day: today.parse().unwrap(), holidays: BTreeSet::from(["2026-11-26".parse().unwrap()]) };
        clock_words(due.parse().unwrap(), paused_at.map(|at| at.parse().unwrap()), &today).to_html()
    }

    #[test]
    fn working_days_are_counted_and_lateness_is_marked() {
        let left = said("2026-12-01", None, "2026-11-24");
        assert!(left.contains("4 working days left") && !left.contains("deadline-late"), "{left}");
        let late = said("2026-11-20", None, "2026-11-24");
        assert!(late.contains("2 working days late") && late.contains("deadline-late"), "{late}");
        assert!(said("2026-11-24", None, "2026-11-24").contains("due today"));
        let paused = said("2026-11-24", Some("2026-11-23T04:00:00Z"), "2026-12-24");
        assert!(paused.contains("the clock stands, 1 working day left") && !paused.contains("deadline-late"), "{paused}");
    }
}
