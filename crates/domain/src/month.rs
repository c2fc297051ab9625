//! A month of the calendar in Singapore, as figures are put together and as a URL names it: `2026-03`.

use crate::calendar::{day, singapore};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use std::fmt;
use std::str::FromStr;

/// The first day of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(NaiveDate);

impl Month {
    pub fn of(at: DateTime<Utc>) -> Self {
        let day = day(at);
        Self(day.with_day(1).unwrap_or(day))
    }

    /// The moment at which it begins in Singapore.
    pub fn begins(self) -> DateTime<Utc> {
        let midnight = self.0.and_time(NaiveTime::MIN);
        singapore().from_local_datetime(&midnight).single().map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    #[must_use]
    pub fn earlier(self, months: u32) -> Self {
        Self(self.0.checked_sub_months(Months::new(months)).unwrap_or(self.0))
    }

    /// Every month until another, both included; none when that one is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.next()).filter(|next| next > month)).take_while(move |month| *month <= last)
    }

    /// As people read it: March 2026.
    pub fn label(self) -> String {
        self.0.format("%B %Y").to_string()
    }

    /// Where there is little room: Mar 26.
    pub fn short(self) -> String {
        self.0.format("%b %y").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a month: write it as 2026-03")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let digits = |text: &str, many: usize| text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NotAMonth);
        }
        let (year, month) = (year.parse().map_err(|_| NotAMonth)?, month.parse().map_err(|_| NotAMonth)?);
        // Years in which nothing was shared through a portal: a range of them would be a long list of nothing.
        if !(2000..2200).contains(&year) {
            return Err(NotAMonth);
        }
        NaiveDate::from_ymd_opt(year, month, 1).map(Self).ok_or(NotAMonth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_begins_at_midnight_in_singapore() {
        assert_eq!(month("2026-03").begins().to_rfc3339(), "2026-02-28T16:00:00+00:00");
        assert_eq!(Month::of("2026-02-28T16:00:00Z".parse().unwrap()), month("2026-03"));
        assert_eq!(Month::of("2026-02-28T15:59:59Z".parse().unwrap()).to_string(), "2026-02");
    }

    #[test]
    fn months_follow_one_another_over_the_year() {
        let names: Vec<String> = month("2026-11").through(month("2027-02")).map(|month| month.to_string()).collect();
        assert_eq!(names, ["2026-11", "2026-12", "2027-01", "2027-02"]);
        assert_eq!(month("2026-11").through(month("2026-10")).count(), 0);
        assert_eq!(month("2026-02").earlier(3), month("2025-11"));
        assert_eq!((month("2026-03").label(), month("2026-03").short()), ("March 2026".into(), "Mar 26".into()));
    }

    #[test]
    fn only_months_are_months() {
        for wrong in ["", "2026", "2026-13", "2026-00", "26-03", "2026-3", "2026-03-01", "+026-03", "0001-01", "9999-12", "２０２６-03"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
