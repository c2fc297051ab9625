//! The period of a report: a month or a quarter of the calendar in Singapore, as a URL names it: `2026-11`, `2026-Q4`.

use crate::calendar::day;
use crate::{Month, text_enum};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use std::fmt;
use std::str::FromStr;

text_enum! {
    /// How far a trend looks back.
    Over, "span of a trend" {
        Weeks = "weeks", "Twelve weeks";
        Months = "months", "Twelve months";
    }
}

/// Points of a trend.
const POINTS: u32 = 12;

impl Over {
    /// Its days, oldest first: each a week before the next, or the last of each month; today is the last.
    pub fn days(self, today: NaiveDate) -> Vec<NaiveDate> {
        let back = (0..POINTS).rev();
        match self {
            Self::Weeks => back.map(|weeks| today.checked_sub_days(Days::new(u64::from(weeks) * 7)).unwrap_or(today)).collect(),
            Self::Months => back.map(|months| Period::month_of(today).back(months).last().min(today)).collect(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Month(Month),
    /// Its first month.
    Quarter(Month),
}

const MONTHS_OF_A_QUARTER: u32 = 3;

impl Period {
    /// The month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        // Singapore is ahead: its day has begun when this one begins in UTC.
        Self::Month(Month::of(day.and_time(NaiveTime::MIN).and_utc()))
    }

    /// The quarter of a day.
    pub fn quarter_of(day: NaiveDate) -> Self {
        Self::Quarter(Self::month_of(day).begin().earlier(day.month0() % MONTHS_OF_A_QUARTER))
    }

    const fn begin(self) -> Month {
        match self {
            Self::Month(month) | Self::Quarter(month) => month,
        }
    }

    /// The month after it.
    fn after(self) -> Month {
        match self {
            Self::Month(month) => month.next(),
            Self::Quarter(month) => month.next().next().next(),
        }
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        day(self.begin().begins())
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        let next = day(self.after().begins());
        next.checked_sub_days(Days::new(1)).unwrap_or(next)
    }

    /// The one that lies so many before it, of the same length.
    #[must_use]
    pub fn back(self, many: u32) -> Self {
        match self {
            Self::Month(month) => Self::Month(month.earlier(many)),
            Self::Quarter(month) => Self::Quarter(month.earlier(many * MONTHS_OF_A_QUARTER)),
        }
    }

    /// As people read it: November 2026; fourth quarter of 2026.
    pub fn label(self) -> String {
        match self {
            Self::Month(month) => month.label(),
            Self::Quarter(_) => {
                let first = self.first();
                let which = ["First", "Second", "Third", "Fourth"][(first.month0() / MONTHS_OF_A_QUARTER) as usize % 4];
                format!("{which} quarter of {}", first.year())
            }
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Quarter(_) => write!(f, "{}-Q{}", self.first().year(), self.first().month0() / MONTHS_OF_A_QUARTER + 1),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a period: write it as 2026-11 or 2026-Q4")]
pub struct NotAPeriod;

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        if let Some((year, quarter)) = text.split_once("-Q") {
            let first = match quarter {
                "1" => "01",
                "2" => "04",
                "3" => "07",
                "4" => "10",
                _ => return Err(NotAPeriod),
            };
            return format!("{year}-{first}").parse().map(Self::Quarter).map_err(|_| NotAPeriod);
        }
        text.parse().map(Self::Month).map_err(|_| NotAPeriod)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_has_three_months_and_a_year_four_quarters() {
        let fourth = period("2026-Q4");
        assert_eq!((fourth.first().to_string(), fourth.last().to_string()), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!((fourth.to_string(), fourth.label()), ("2026-Q4".into(), "Fourth quarter of 2026".into()));
        assert_eq!(period("2026-Q1").back(1), period("2025-Q4"));
        assert_eq!(Period::quarter_of("2026-11-23".parse().unwrap()), fourth);
        assert_eq!(Period::quarter_of("2026-01-01".parse().unwrap()), period("2026-Q1"));
    }

    #[test]
    fn a_month_is_itself() {
        let month = period("2026-02");
        assert_eq!((month.first().to_string(), month.last().to_string()), ("2026-02-01".into(), "2026-02-28".into()));
        assert_eq!((month.to_string(), month.back(1).label()), ("2026-02".into(), "January 2026".into()));
    }

    #[test]
    fn a_trend_ends_today() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let (weeks, months) = (Over::Weeks.days(today), Over::Months.days(today));
        assert_eq!((weeks.len(), weeks[0].to_string(), weeks[11]), (12, "2026-09-07".into(), today));
        assert_eq!((months[0].to_string(), months[10].to_string(), months[11]), ("2025-12-31".into(), "2026-10-31".into(), today));
    }

    #[test]
    fn nothing_else_is_a_period() {
        for wrong in ["", "2026", "2026-Q5", "2026-Q0", "2026-Q", "26-Q1", "2026-Q04", "2026-13"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }
}
