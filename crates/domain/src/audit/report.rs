//! What a security officer looks at in a period of reads: rules of what stands out, each with its figure and what that is compared with,
//! and of whose role is to be looked at again. A rule finds what a person should ask about; it accuses nobody.

use crate::calendar::{day, is_working_day};
use crate::text_enum;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Timelike, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

/// A day stands out by volume when it has more than so many times the reader's own median of earlier days on which they read.
pub const VOLUME_TIMES: i64 = 5;
/// Reads in a day below which volume never stands out.
pub const LEAST_READS: i64 = 20;
/// Rows in a day below which volume never stands out.
pub const LEAST_ROWS: i64 = 10_000;
/// Earlier days with reads that a median needs; with fewer nothing is said of volume.
pub const LEAST_DAYS: usize = 5;
/// How far back earlier days are looked at.
pub const LOOK_BACK_DAYS: u64 = 90;
/// Hours of a working day in Singapore within which reads are usual: from 7 until before 20 o'clock.
pub const USUAL_HOURS: Range<u32> = 7..20;
/// A column is read for the first time, as an anomaly, when its reader has read the same dataset without it for so many days: before, every
/// column is new.
pub const KNOWN_FOR_DAYS: i64 = 14;
/// Refused attempts of one reader in a day that stand out.
pub const LEAST_REFUSED: i64 = 3;
/// Days before its end within which a role is to be looked at again.
pub const ROLE_ENDS_WITHIN_DAYS: u64 = 30;
/// Days after which a role without an end is to be looked at again.
pub const ROLE_STANDS_FOR_DAYS: i64 = 365;

text_enum! {
    /// Which rule it stands out by.
    AnomalyKind, "kind of anomaly" {
        Volume = "volume", "Volume";
        Hours = "hours", "Outside usual hours";
        FirstColumns = "first-columns", "First time of a column";
        Refused = "refused", "Refused attempts";
    }
}

/// What one reader did in one hour of Singapore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourOfReads {
    /// The hour's beginning, local.
    pub hour: NaiveDateTime,
    /// Reads that succeeded.
    pub reads: i64,
    /// Rows of those whose rows were counted.
    pub rows: i64,
    pub refused: i64,
}

/// When a reader read a personal column for the first time, and any of its dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRead {
    /// Dataset and column.
    pub column: String,
    pub at: DateTime<Utc>,
    pub dataset_at: DateTime<Utc>,
}

/// Everything the rules look at of one reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReaderActs {
    /// Of the period and of [`LOOK_BACK_DAYS`] before it, in order.
    pub hours: Vec<HourOfReads>,
    pub columns: Vec<FirstRead>,
}

/// Something to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    pub day: NaiveDate,
    pub kind: AnomalyKind,
    /// What was found.
    pub figure: String,
    /// What it is compared with.
    pub compared: String,
}

#[derive(Default, Clone, Copy)]
struct DaySums {
    reads: i64,
    rows: i64,
    refused: i64,
    unusual: i64,
}

/// What stands out of one reader in a period of days in Singapore, by day and rule.
pub fn anomalies(acts: &ReaderActs, period: &RangeInclusive<NaiveDate>, holidays: &BTreeSet<NaiveDate>) -> Vec<Anomaly> {
    let mut days: BTreeMap<NaiveDate, DaySums> = BTreeMap::new();
    for hour in &acts.hours {
        let sums = days.entry(hour.hour.date()).or_default();
        sums.reads += hour.reads;
        sums.rows += hour.rows;
        sums.refused += hour.refused;
        if !is_working_day(hour.hour.date(), holidays) || !USUAL_HOURS.contains(&hour.hour.hour()) {
            sums.unusual += hour.reads;
        }
    }
    let mut found = vec![];
    for (day, sums) in days.range(period.clone()) {
        let add = |kind, (figure, compared): (String, String)| Anomaly { day: *day, kind, figure, compared };
        let earlier = |of: fn(&DaySums) -> i64| {
            let from = day.checked_sub_days(Days::new(LOOK_BACK_DAYS)).unwrap_or(*day);
            days.range(from..*day).map(|(_, sums)| of(sums)).filter(|sum| *sum > 0).collect::<Vec<_>>()
        };
        found.extend(volume("reads", sums.reads, LEAST_READS, earlier(|sums| sums.reads)).map(|said| add(AnomalyKind::Volume, said)));
        found.extend(volume("rows", sums.rows, LEAST_ROWS, earlier(|sums| sums.rows)).map(|said| add(AnomalyKind::Volume, said)));
        if sums.unusual > 0 {
            let why = if is_working_day(*day, holidays) {
                format!("usual are {} to {} o'clock on working days", USUAL_HOURS.start, USUAL_HOURS.end)
            } else {
                "a weekend or public holiday; usual are working days".to_owned()
            };
            found.push(add(AnomalyKind::Hours, (format!("{} of {} reads that day", sums.unusual, sums.reads), why)));
        }
        if sums.refused >= LEAST_REFUSED {
            let compared = format!("{} reads that succeeded that day; {LEAST_REFUSED} refusals stand out", sums.reads);
            found.push(add(AnomalyKind::Refused, (format!("{} refused", sums.refused), compared)));
        }
    }
    for first in &acts.columns {
        let known = (first.at - first.dataset_at).num_days();
        let day = day(first.at);
        if known >= KNOWN_FOR_DAYS && period.contains(&day) {
            let compared = format!("{known} days of reading that dataset without it");
            found.push(Anomaly { day, kind: AnomalyKind::FirstColumns, figure: first.column.clone(), compared });
        }
    }
    found.sort_by_key(|anomaly| (anomaly.day, anomaly.kind));
    found
}

/// A day's sum against the median of earlier days.
fn volume(what: &str, sum: i64, least: i64, mut earlier: Vec<i64>) -> Option<(String, String)> {
    earlier.sort_unstable();
    if earlier.len() < LEAST_DAYS || sum < least {
        return None;
    }
    // The lower of the two in the middle: no figure is made up between them.
    let median = *earlier.get((earlier.len() - 1) / 2)?;
    let many = earlier.len();
    (sum > median * VOLUME_TIMES).then(|| (format!("{sum} {what} in a day"), format!("a median of {median} {what} on {many} earlier days")))
}

/// Why a role in force is to be looked at again; none when it is not.
pub fn role_due(granted_at: DateTime<Utc>, until: Option<DateTime<Utc>>, disabled: bool, now: DateTime<Utc>) -> Option<String> {
    let soon = now.checked_add_days(Days::new(ROLE_ENDS_WITHIN_DAYS)).unwrap_or(now);
    let stands = (now - granted_at).num_days();
    match until {
        _ if disabled => Some("its holder is disabled".to_owned()),
        Some(until) if until <= soon => Some(format!("it ends in {} days", (until - now).num_days().max(0))),
        None if stands >= ROLE_STANDS_FOR_DAYS => Some(format!("it has no end and has stood for {stands} days")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
