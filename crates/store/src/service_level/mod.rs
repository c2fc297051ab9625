//! Service levels: what is promised, what was measured, and how it stands.

mod declare;
mod due;
mod judge;
mod measure;
mod read;
mod tally;
#[cfg(test)]
mod tests;

pub use declare::{declare, end};
pub use due::{Probe, due, put_off};
pub use judge::{judge, judge_due};
pub use measure::{NewMeasurement, record};
pub use read::{
    BreachLine, CHANGES, ChangeLine, LevelView, MEASUREMENTS, MeasuredLine, breaches, breaches_after, changes, level, levels, measurements, worst,
};
pub use tally::bad_periods;
