//! The clock of a request's part: a day to decide by, which moves on by the working days that the requester was waited for.

use crate::calendar::{add_working_days, day, working_days_between};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Working days before the clock runs out when deciders are reminded.
pub const REMIND_BEFORE: i64 = 2;

/// The day to decide by after a pause: every working day of the pause is given back.
pub fn resumed(due: NaiveDate, paused_at: DateTime<Utc>, now: DateTime<Utc>, holidays: &BTreeSet<NaiveDate>) -> NaiveDate {
    match u32::try_from(working_days_between(day(paused_at), day(now), holidays)) {
        Ok(given) if given > 0 => add_working_days(due, given, holidays),
        _ => due,
    }
}

/// Working days that are left on a day, negative when late; while the requester is waited for, those left when that began.
pub fn days_left(due: NaiveDate, paused_at: Option<DateTime<Utc>>, today: NaiveDate, holidays: &BTreeSet<NaiveDate>) -> i64 {
    working_days_between(paused_at.map_or(today, day), due, holidays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_pause_over_a_weekend_gives_back_working_days_alone() {
        let holidays = BTreeSet::new();
        // Friday to Tuesday: Monday and Tuesday.
        let due = resumed(date("2026-11-24"), at("2026-11-20T04:00:00Z"), at("2026-11-24T04:00:00Z"), &holidays);
        assert_eq!(due, date("2026-11-26"));
        assert_eq!(resumed(date("2026-11-24"), at("2026-11-20T04:00:00Z"), at("2026-11-21T04:00:00Z"), &holidays), date("2026-11-24"));
        assert_eq!(days_left(date("2026-11-24"), Some(at("2026-11-20T04:00:00Z")), date("2026-12-24"), &holidays), 2);
    }

    proptest! {
        #[test]
        fn what_is_left_is_the_same_after_each_pause(
            start in 0i64..700, due in 1u32..20, pauses in prop::collection::vec((0i64..10, 0i64..40), 1..5),
            closed in prop::collection::btree_set(0u64..1000, 0..40),
        ) {
            let holidays: BTreeSet<NaiveDate> = closed.into_iter().map(|n| date("2026-01-01") + chrono::Days::new(n)).collect();
            let mut now = at("2026-01-01T04:00:00Z") + TimeDelta::days(start);
            let mut due = add_working_days(day(now), due, &holidays);
            for (worked, waited) in pauses {
                let asked = now + TimeDelta::days(worked);
                now = asked + TimeDelta::days(waited);
                let (left, before) = (days_left(due, None, day(asked), &holidays), due);
                due = resumed(due, asked, now, &holidays);
                if left >= 0 {
                    prop_assert_eq!(days_left(due, None, day(now), &holidays), left);
                }
                prop_assert!(due >= before);
            }
        }
    }
}
