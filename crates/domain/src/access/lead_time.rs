//! How long things take in working time: working days of Singapore and their shares. A moment within a working day counts its
//! share of the 24 hours; weekends, public holidays and pauses count nothing. Pure: holidays and moments come in.

use crate::calendar::{WORKING_DAYS_TO_SHARE, singapore};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::iter::Sum;
use std::ops::{Add, Range};

/// A length of working time; 24 hours of it are one working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WorkingTime(TimeDelta);

impl WorkingTime {
    /// The government's target from asking to reading.
    pub const TARGET: Self = Self(TimeDelta::days(WORKING_DAYS_TO_SHARE as i64));

    /// In working days and their share.
    pub fn days(self) -> f64 {
        self.0.as_seconds_f64() / 86_400.0
    }

    pub fn within_target(self) -> bool {
        self <= Self::TARGET
    }
}

impl Add for WorkingTime {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for WorkingTime {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// Which days count, made once for many spans: a span then costs two look-ups among the holidays, however long it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDays {
    /// Holidays that fall on a weekday, as days since the first Monday of the calendar, in order.
    holidays: Vec<i32>,
}

/// Days since Monday 1 January of the year 1.
fn number(day: NaiveDate) -> i32 {
    day.num_days_from_ce() - 1
}

impl WorkingDays {
    pub fn new(holidays: &BTreeSet<NaiveDate>) -> Self {
        Self { holidays: holidays.iter().copied().map(number).filter(|day| day.rem_euclid(7) < 5).collect() }
    }

    /// Working time from one moment to another, without what lies in a pause; none when it runs backwards. Pauses may come in
    /// any order, overlap, and reach beyond the span.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>, pauses: &[Range<DateTime<Utc>>]) -> WorkingTime {
        if pauses.is_empty() {
            return self.span(from, to);
        }
        let mut pauses: Vec<_> = pauses.iter().filter(|pause| pause.start < pause.end).collect();
        pauses.sort_unstable_by_key(|pause| pause.start);
        let (mut sum, mut here) = (WorkingTime::default(), from);
        for pause in pauses {
            sum = sum + self.span(here, pause.start.min(to));
            here = here.max(pause.end);
        }
        sum + self.span(here, to)
    }

    fn span(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> WorkingTime {
        if from < to { WorkingTime(self.until(to) - self.until(from)) } else { WorkingTime::default() }
    }

    /// All the working time of the calendar until a moment.
    fn until(&self, at: DateTime<Utc>) -> TimeDelta {
        let local = at.with_timezone(&singapore()).naive_local();
        let today = number(local.date());
        let (weeks, weekday) = (today.div_euclid(7), today.rem_euclid(7));
        let holidays = self.holidays.partition_point(|holiday| *holiday < today);
        let works = weekday < 5 && self.holidays.get(holidays) != Some(&today);
        let share = if works { local.time().signed_duration_since(NaiveTime::MIN) } else { TimeDelta::zero() };
        let weekdays = i64::from(weeks) * 5 + i64::from(weekday.min(5));
        TimeDelta::days(weekdays - i64::try_from(holidays).unwrap_or_default()) + share
    }
}

/// Within what time a quarter, half and three quarters of a number of things were done, those included that are still to be
/// done: none as long as fewer than that many are. So a month whose quick ones alone are done does not look like a quick month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quartiles {
    pub lower: Option<WorkingTime>,
    pub median: Option<WorkingTime>,
    pub upper: Option<WorkingTime>,
}

impl Quartiles {
    /// Of what took these times, and of `running` more that are not done yet.
    pub fn of(mut done: Vec<WorkingTime>, running: usize) -> Self {
        done.sort_unstable();
        let all = done.len() + running;
        // The smallest time within which at least that share was done; no time between two of them is made up.
        let at = |quarters: usize| (quarters * all).div_ceil(4).checked_sub(1).and_then(|index| done.get(index).copied());
        Self { lower: at(1), median: at(2), upper: at(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{day, end_of, is_working_day, working_days_between};
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn days(text: &[&str]) -> BTreeSet<NaiveDate> {
        text.iter().map(|day| day.parse().unwrap()).collect()
    }

    #[test]
    fn a_weekend_and_a_holiday_count_nothing() {
        let calendar = WorkingDays::new(&days(&["2026-11-09"]));
        // Friday noon to Tuesday noon, over a weekend and Deepavali in lieu.
        assert_eq!(calendar.between(at("2026-11-06T12:00:00+08:00"), at("2026-11-10T12:00:00+08:00"), &[]).0.num_hours(), 24);
        assert_eq!(WorkingDays::default().between(at("2026-11-06T12:00:00+08:00"), at("2026-11-10T12:00:00+08:00"), &[]).0.num_hours(), 48);
        // A holiday on a Saturday takes no further day away.
        let saturday = WorkingDays::new(&days(&["2026-11-07"]));
        assert_eq!(saturday.between(at("2026-11-06T12:00:00+08:00"), at("2026-11-10T12:00:00+08:00"), &[]).0.num_hours(), 48);
    }

    #[test]
    fn the_day_is_that_of_singapore() {
        // Sunday evening in London is Monday morning in Singapore.
        assert_eq!(WorkingDays::default().between(at("2026-11-08T12:00:00Z"), at("2026-11-08T22:00:00Z"), &[]).0.num_hours(), 6);
    }

    #[test]
    fn a_pause_counts_nothing_and_overlapping_pauses_once() {
        let (from, to) = (at("2026-11-10T00:00:00+08:00"), at("2026-11-12T00:00:00+08:00"));
        let noon = |day: u32| at(&format!("2026-11-{day:02}T12:00:00+08:00"));
        let pauses = [noon(11)..noon(30), noon(10)..noon(11), at("2026-11-10T18:00:00+08:00")..at("2026-11-11T06:00:00+08:00")];
        assert_eq!(WorkingDays::default().between(from, to, &pauses).0.num_hours(), 12);
    }

    #[test]
    fn quartiles_wait_for_what_is_still_running() {
        let times = |many: i64| (1..=many).rev().map(|day| WorkingTime(TimeDelta::days(day))).collect::<Vec<_>>();
        let found = |many, running| {
            let of = Quartiles::of(times(many), running);
            [of.lower, of.median, of.upper].map(|time| time.map(WorkingTime::days))
        };
        assert_eq!(found(0, 0), [None, None, None]);
        assert_eq!(found(0, 3), [None, None, None]);
        assert_eq!(found(1, 0), [Some(1.0), Some(1.0), Some(1.0)]);
        assert_eq!(found(4, 0), [Some(1.0), Some(2.0), Some(3.0)]);
        assert_eq!(found(5, 0), [Some(2.0), Some(3.0), Some(4.0)]);
        assert_eq!(found(4, 4), [Some(2.0), Some(4.0), None]);
        assert_eq!(found(3, 5), [Some(2.0), None, None]);
    }

    /// Quarters of an hour of some weeks, with holidays in them.
    const QUARTERS: i64 = 40 * 96;

    fn moment(quarter: i64) -> DateTime<Utc> {
        at("2026-10-31T16:00:00Z") + TimeDelta::minutes(15 * quarter)
    }

    fn holidays() -> impl Strategy<Value = BTreeSet<NaiveDate>> {
        btree_set((0i64..42).prop_map(|days| day(moment(96 * days))), 0..6)
    }

    fn pauses() -> impl Strategy<Value = Vec<Range<DateTime<Utc>>>> {
        vec((0..QUARTERS, 0i64..400).prop_map(|(start, long)| moment(start)..moment(start + long)), 0..4)
    }

    fn nanoseconds() -> impl Strategy<Value = DateTime<Utc>> {
        (0i64..40 * 86_400 * 1_000_000_000).prop_map(|nanos| moment(0) + TimeDelta::nanoseconds(nanos))
    }

    proptest! {
        #[test]
        fn it_counts_the_quarters_of_working_days_outside_pauses(from in 0..QUARTERS, long in 0..QUARTERS / 2, holidays in holidays(), pauses in pauses()) {
            let counts = |quarter: &i64| {
                let here = moment(*quarter);
                is_working_day(day(here), &holidays) && !pauses.iter().any(|pause| pause.contains(&here))
            };
            let expected = (from..from + long).filter(counts).count();
            let found = WorkingDays::new(&holidays).between(moment(from), moment(from + long), &pauses);
            prop_assert_eq!(found, WorkingTime(TimeDelta::minutes(15 * i64::try_from(expected).unwrap())));
        }

        #[test]
        fn it_is_additive_and_monotone(mut moments in vec(nanoseconds(), 3), holidays in holidays(), pauses in pauses(), more in pauses()) {
            moments.sort_unstable();
            let (calendar, [a, b, c]) = (WorkingDays::new(&holidays), [moments[0], moments[1], moments[2]]);
            prop_assert_eq!(calendar.between(a, b, &pauses) + calendar.between(b, c, &pauses), calendar.between(a, c, &pauses));
            prop_assert!(calendar.between(a, b, &pauses) <= calendar.between(a, c, &pauses));
            prop_assert!(calendar.between(b, c, &pauses) <= calendar.between(a, c, &pauses));
            let all: Vec<_> = pauses.iter().cloned().chain(more).collect();
            prop_assert!(calendar.between(a, c, &all) <= calendar.between(a, c, &pauses));
            prop_assert_eq!(calendar.between(c, a, &pauses), WorkingTime::default());
            prop_assert_eq!(calendar.between(a, c, &[a..c]), WorkingTime::default());
        }

        #[test]
        fn whole_days_are_those_of_the_calendar(from in 0i64..40, long in 0i64..40, holidays in holidays()) {
            let (from, to) = (day(moment(96 * from)), day(moment(96 * (from + long))));
            let found = WorkingDays::new(&holidays).between(end_of(from), end_of(to), &[]);
            prop_assert_eq!(found, WorkingTime(TimeDelta::days(working_days_between(from, to, &holidays))));
        }

        #[test]
        fn quartiles_are_in_order_and_more_running_makes_none_quicker(times in vec(0i64..900, 0..40), running in 0usize..20) {
            let done: Vec<WorkingTime> = times.into_iter().map(|hours| WorkingTime(TimeDelta::hours(hours))).collect();
            let (now, later) = (Quartiles::of(done.clone(), running), Quartiles::of(done, running + 1));
            let slower = |a: Option<WorkingTime>, b: Option<WorkingTime>| b.is_none_or(|b| a.is_some_and(|a| a <= b));
            prop_assert!(slower(now.lower, now.median) && slower(now.median, now.upper));
            prop_assert!(slower(now.lower, later.lower) && slower(now.median, later.median) && slower(now.upper, later.upper));
        }
    }
}
