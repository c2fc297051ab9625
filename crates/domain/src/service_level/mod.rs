//! Service levels (seed 3): an indicator is a quantity that is measured; an objective says how good it must be and for how much of a
//! window; what may go wrong in that time is the error budget.

mod budget;
mod form;
mod spoken;
mod state;
#[cfg(test)]
mod tests;

pub use budget::{Budget, Period, Standing, Tally, stand, stand_by};
pub use form::{LevelForm, NewLevel, OFTENEST, SELDOMEST, check_level};
pub use spoken::{Spoken, spoken};
pub use state::{Burning, Change, LevelState, next};

use crate::text_enum;
use chrono::{NaiveTime, Timelike};

/// Minutes since midnight, of a time of the day in Singapore at which something is measured.
pub fn minute_of(time: NaiveTime) -> i32 {
    i32::try_from(time.num_seconds_from_midnight() / 60).unwrap_or_default()
}

/// The same as people write it: "09:00".
pub fn time_of_day(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

text_enum! {
    /// What a promise is about.
    Dimension, "dimension" {
        Freshness = "freshness", "Freshness";
        Completeness = "completeness", "Completeness";
        Accuracy = "accuracy", "Accuracy";
        Uniqueness = "uniqueness", "Uniqueness";
        Validity = "validity", "Validity";
        Consistency = "consistency", "Consistency";
        Availability = "availability", "Availability";
        Latency = "latency", "Latency";
        Volume = "volume", "Volume";
        Retention = "retention", "Retention";
        Lineage = "lineage", "Lineage";
        Quality = "quality", "Quality";
    }
}

impl Dimension {
    /// Quantities by which Pasar measures it; none where a tool or a person has to report, because nothing that a source counts would say it.
    pub const fn probes(self) -> &'static [Measure] {
        match self {
            Self::Freshness => &[Measure::Age],
            Self::Completeness => &[Measure::Filled],
            Self::Uniqueness => &[Measure::Unique],
            Self::Validity => &[Measure::Written, Measure::InRange],
            Self::Availability => &[Measure::Answers],
            Self::Latency => &[Measure::Read],
            Self::Volume => &[Measure::Rows],
            Self::Retention => &[Measure::Oldest],
            Self::Lineage => &[Measure::Traced],
            Self::Accuracy | Self::Consistency | Self::Quality => &[],
        }
    }
}

text_enum! {
    /// What is measured. All but the first Pasar measures: it asks the source, which gives a number and no value, or reads its own record.
    Measure, "measure" {
        Reported = "reported", "What a tool or a person reports";
        Age = "age", "Age of the newest row, in hours";
        Oldest = "oldest", "Age of the oldest row, in days";
        Rows = "rows", "Number of rows";
        Filled = "filled", "Rows that have a value in the column, in %";
        Unique = "unique", "Values of the column that occur once, in %";
        InRange = "in-range", "Values of the column within a range, in %";
        Written = "written", "Values of the column that are written as declared, in %";
        Read = "read", "Time of a read of the first rows through the port’s view, in milliseconds";
        Answers = "answers", "Whether the source answers: 1 or 0";
        Traced = "traced", "Datasets whose origin is known in the lineage, in %";
    }
}

impl Measure {
    /// What its numbers are of.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Reported => "",
            Self::Age => "hours",
            Self::Oldest => "days",
            Self::Rows => "rows",
            Self::Filled | Self::Unique | Self::InRange | Self::Written | Self::Traced => "%",
            Self::Read => "ms",
            Self::Answers => "of 1",
        }
    }

    pub const fn needs_column(self) -> bool {
        matches!(self, Self::Age | Self::Oldest | Self::Filled | Self::Unique | Self::InRange | Self::Written)
    }

    /// Pasar asks the source for it, of one dataset; the rest is reported, or read in Pasar's own record.
    pub const fn asks_source(self) -> bool {
        !matches!(self, Self::Reported | Self::Traced)
    }

    /// Pasar measures it.
    pub const fn is_probed(self) -> bool {
        !matches!(self, Self::Reported)
    }

    /// That the source cannot be reached is then itself what was measured.
    pub const fn silence_counts(self) -> bool {
        matches!(self, Self::Read | Self::Answers)
    }
}

text_enum! {
    Comparison, "comparison" {
        AtLeast = "at-least", "at least";
        AtMost = "at-most", "at most";
    }
}

impl Comparison {
    /// What is no number keeps no promise.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::AtLeast => value >= bound,
            Self::AtMost => value <= bound,
        }
    }
}

text_enum! {
    /// Who measured.
    MeasuredBy, "source of a measurement" {
        Probe = "probe", "Pasar";
        Tool = "tool", "A tool of the product’s team";
        Person = "person", "A person";
    }
}
