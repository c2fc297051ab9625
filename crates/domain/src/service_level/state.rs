//! States of an objective, in one table: what follows from how it stands, and which change is told.

use super::budget::Standing;
use crate::text_enum;

text_enum! {
    LevelState, "state of a service level" {
        NotMeasured = "not-measured", "Not measured";
        Met = "met", "Met";
        AtRisk = "at-risk", "At risk";
        Breached = "breached", "Breached";
    }
}

text_enum! {
    /// How fast the budget is used up.
    Burning, "rate of burning" {
        No = "no", "Within the budget";
        Slow = "slow", "Faster than the budget allows";
        Fast = "fast", "Much faster than the budget allows";
    }
}

/// What a change of state means to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing that anybody is told of.
    Quiet,
    Breach,
    Recovery,
    BurnsSlowly,
    BurnsFast,
}

/// Of the budget; less is a risk once something went wrong.
const LITTLE_LEFT: f64 = 0.25;

/// Where an objective is that stands so, by itself.
fn seen(standing: &Standing) -> LevelState {
    if standing.left < 0.0 {
        LevelState::Breached
    } else if standing.silent {
        LevelState::NotMeasured
    } else if standing.bad > 0 && (standing.left < LITTLE_LEFT || standing.burning() > Burning::No) {
        LevelState::AtRisk
    } else {
        LevelState::Met
    }
}

/// The next state, and what it means. Whoever stops measuring does not mend: a breach stays until what is measured says otherwise.
pub fn next(from: LevelState, burned: Burning, standing: &Standing) -> (LevelState, Burning, Change) {
    use LevelState::{AtRisk, Breached, Met, NotMeasured};
    let to = match (from, seen(standing)) {
        (Breached, NotMeasured) => Breached,
        (_, to) => to,
    };
    let burns = if to == NotMeasured { Burning::No } else { standing.burning() };
    let change = match (from, to) {
        (NotMeasured | Met | AtRisk, Breached) => Change::Breach,
        (Breached, Met | AtRisk) => Change::Recovery,
        (Breached, Breached | NotMeasured) | (_, NotMeasured) => Change::Quiet,
        (NotMeasured | Met | AtRisk, Met | AtRisk) => match (burned, burns) {
            (Burning::No | Burning::Slow, Burning::Fast) => Change::BurnsFast,
            (Burning::No, Burning::Slow) => Change::BurnsSlowly,
            _ => Change::Quiet,
        },
    };
    (to, burns, change)
}
