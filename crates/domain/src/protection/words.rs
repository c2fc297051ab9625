//! Techniques in plain words: what is done, what it is good for, what it leaves open.

use super::{DateUnit, KeyScope, Technique};

impl Technique {
    /// What is done to a value, with an example where one helps.
    pub fn describe(self) -> String {
        match self {
            Self::Clear {} => "Shown as it is".into(),
            Self::Mask { first: 0, last: 0, .. } => "Every value is shown as xxxxx".into(),
            Self::Mask { first, last, shortest } => {
                let shown = match (first, last) {
                    (0, last) => format!("the last {}", characters(last)),
                    (first, 0) => format!("the first {}", characters(first)),
                    (first, last) => format!("the first {} and the last {}", characters(first), characters(last)),
                };
                format!("Only {shown} shown, xxxxx for the rest; values of fewer than {} masked whole", characters(shortest))
            }
            Self::Pseudonym { per } => format!("A pseudonym instead of the value, the same within {}", per.label()),
            Self::Band { width } => format!("The beginning of a band of {width}: {} becomes {width}", width + width / 2),
            Self::DateTo { unit: DateUnit::Day } => "Moments to their day".into(),
            Self::DateTo { unit } => format!("Dates to the first day of their {}", unit.label()),
            Self::PostalSector {} => "The postal sector: 238801 becomes 23".into(),
            Self::Grid { thousandths } => format!("The edge of a cell of about {} metres", u32::from(thousandths) * 111),
            Self::PlanningArea { longitude } => format!("The code of the planning area there, with the longitude of {}", longitude.as_str()),
            Self::Round { digits: 0 } => "Rounded to whole numbers".into(),
            Self::Round { digits } if digits > 0 => format!("Rounded to {digits} {}", if digits == 1 { "decimal" } else { "decimals" }),
            Self::Round { digits } => format!("Rounded to 1{}", "0".repeat(digits.unsigned_abs().into())),
            Self::Noise { most } => format!("Changed by up to {most}, the same way each time it is read"),
            Self::Suppress {} => "Left out".into(),
        }
    }

    /// What it protects against.
    pub const fn protects(self) -> &'static str {
        match self {
            Self::Clear {} => "Nothing: whoever may read the column sees each value.",
            Self::Mask { .. } => "Reading the whole value, and telling how long it is.",
            Self::Pseudonym { per: KeyScope::Agreement } => "Learning the value, and joining with what anybody else was given.",
            Self::Pseudonym { per: KeyScope::Purpose } => "Learning the value, and joining with what was given for another purpose.",
            Self::Band { .. } | Self::DateTo { .. } | Self::PostalSector {} | Self::Grid { .. } | Self::PlanningArea { .. } => {
                "Telling apart people who are close to each other in this column."
            }
            Self::Round { .. } => "Recognising a record by an exact figure that is known from elsewhere.",
            Self::Noise { .. } => "Learning the exact figure, also from reading many times: the change never varies.",
            Self::Suppress {} => "Anything that this column would tell.",
        }
    }

    /// What it leaves open.
    pub const fn does_not(self) -> &'static str {
        match self {
            Self::Clear {} => "Anybody recognising a person by the value.",
            Self::Mask { .. } => "Recognising somebody by the characters shown together with other columns; equal endings look the same.",
            Self::Pseudonym { .. } => "Counting how often one person appears, or recognising somebody by the rest of their records.",
            Self::Band { .. } | Self::DateTo { .. } | Self::PostalSector {} | Self::Grid { .. } | Self::PlanningArea { .. } => {
                "Recognising somebody who is alone in a group; ask for a smallest group as well."
            }
            Self::Round { .. } => "Recognising extremes: the largest value stays the largest.",
            Self::Noise { .. } => "Knowing roughly: the true value lies within the bound. Equal values stay equal.",
            Self::Suppress {} => "What other columns tell of the same thing.",
        }
    }
}

fn characters(n: u8) -> String {
    if n == 1 { "character".into() } else { format!("{n} characters") }
}
