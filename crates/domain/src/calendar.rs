//! Working days in Singapore: Monday to Friday without public holidays. Holidays are data (gazetted yearly), passed in.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use std::collections::BTreeSet;

/// The government's target: data is shared within this many working days of asking.
pub const WORKING_DAYS_TO_SHARE: u32 = 7;

const SECONDS_EAST: i32 = 8 * 3600;

/// Singapore time: UTC+8 all year since 1982.
pub fn singapore() -> FixedOffset {
    FixedOffset::east_opt(SECONDS_EAST).unwrap_or_else(unreachable_offset)
}

fn unreachable_offset() -> FixedOffset {
    unreachable!("eight hours are within a day")
}

/// The calendar day in Singapore at a moment.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&singapore()).date_naive()
}

/// The first moment after a day has ended in Singapore: an agreement "until" that day stops here.
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    singapore().from_local_datetime(&next).single().map_or_else(|| next.and_utc(), |t| t.with_timezone(&Utc))
}

/// The last day of what stops at a moment, as people say it: what stops at midnight lasted until the day before. The way back from [`end_of`].
pub fn last_day(until: DateTime<Utc>) -> NaiveDate {
    day(until - TimeDelta::seconds(1))
}

pub fn is_working_day(day: NaiveDate, holidays: &BTreeSet<NaiveDate>) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(&day)
}

/// The day that is `count` working days after `start`; `start` itself does not count.
pub fn add_working_days(start: NaiveDate, count: u32, holidays: &BTreeSet<NaiveDate>) -> NaiveDate {
    start.iter_days().skip(1).filter(|day| is_working_day(*day, holidays)).nth(count.saturating_sub(1) as usize).unwrap_or(start)
}

/// Working days from `from` (not counted) to `to` (counted); negative when `to` has passed.
pub fn working_days_between(from: NaiveDate, to: NaiveDate, holidays: &BTreeSet<NaiveDate>) -> i64 {
    let count = |a: NaiveDate, b: NaiveDate| {
        let days = a.iter_days().skip(1).take_while(|day| *day <= b).filter(|day| is_working_day(*day, holidays)).count();
        i64::try_from(days).unwrap_or(i64::MAX)
    };
    if to >= from { count(from, to) } else { -count(to, from) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn seven_working_days_skip_weekend_and_holiday() {
        let deepavali = BTreeSet::from([date("2026-11-09")]);
        assert_eq!(add_working_days(date("2026-11-06"), 7, &deepavali), date("2026-11-18"));
    }

    #[test]
    fn a_day_ends_at_midnight_in_singapore() {
        assert_eq!(end_of(date("2026-11-20")).to_rfc3339(), "2026-11-20T16:00:00+00:00");
        assert_eq!(last_day(end_of(date("2026-11-20"))), date("2026-11-20"));
        assert_eq!(last_day(end_of(date("2026-11-20")) + TimeDelta::hours(1)), date("2026-11-21"), "some of a day is a day");
    }

    proptest! {
        #[test]
        fn the_deadline_is_a_working_day_that_many_days_away(offset in 0u64..2000, count in 1u32..40, closed in prop::collection::btree_set(0u64..2100, 0..80)) {
            let holidays: BTreeSet<NaiveDate> = closed.into_iter().map(|n| date("2024-01-01") + Days::new(n)).collect();
            let start = date("2024-01-01") + Days::new(offset);
            let due = add_working_days(start, count, &holidays);
            prop_assert!(is_working_day(due, &holidays) && !holidays.contains(&due));
            prop_assert_eq!(working_days_between(start, due, &holidays), i64::from(count));
        }
    }
}
