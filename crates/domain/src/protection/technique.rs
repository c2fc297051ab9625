//! The techniques that change one column's values, each with its parameters.

use super::ColumnName;
use crate::catalogue::ColumnType;
use crate::{Violation, Violations, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// To what a date is cut, finest first.
    DateUnit, "unit of dates" {
        Day = "day", "day";
        Month = "month", "month";
        Quarter = "quarter", "quarter";
        Year = "year", "year";
    }
}

text_enum! {
    /// For whom a pseudonym stays the same, widest first.
    KeyScope, "scope of a pseudonym's key" {
        Purpose = "purpose", "all agreements for one purpose";
        Agreement = "agreement", "one agreement";
    }
}

text_enum! {
    /// A technique without its parameters, as forms offer it.
    Kind, "technique" {
        Clear = "clear", "Shown as it is";
        Mask = "mask", "Character masking";
        Pseudonym = "pseudonym", "Pseudonym";
        Band = "band", "Bands of numbers";
        DateTo = "date-to", "Dates to month, quarter or year";
        PostalSector = "postal-sector", "Postal code to sector";
        Grid = "grid", "Coordinates to a grid";
        PlanningArea = "planning-area", "Coordinates to the planning area";
        Round = "round", "Rounding";
        Noise = "noise", "Bounded noise";
        Suppress = "suppress", "Left out";
    }
}

/// What is done to each value of a column. Written as JSON with its word under `technique`: `{"technique": "band", "width": 5}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "technique", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Technique {
    /// Nothing.
    Clear {},
    /// Character masking: the first and the last characters stay, five `x` stand for the rest whatever its length. Values of fewer
    /// than `shortest` characters are masked whole.
    Mask { first: u8, last: u8, shortest: u8 },
    /// A keyed pseudonym: the same value has the same one for as long as the key is the same. Keys never leave the source.
    Pseudonym { per: KeyScope },
    /// Generalisation of numbers to the beginning of a band: with a width of 5, 26 becomes 25.
    Band { width: i64 },
    /// Generalisation of dates and moments, in Singapore time, to the first day of their month, quarter or year.
    DateTo { unit: DateUnit },
    /// Generalisation of a postal code to its first two digits.
    PostalSector {},
    /// Generalisation of one coordinate in degrees to the south or west edge of its cell, in thousandths of a degree (one is
    /// about 111 metres).
    Grid { thousandths: u16 },
    /// Generalisation of a latitude, with the longitude of another column, to the code of the planning area there; nothing elsewhere.
    PlanningArea { longitude: ColumnName },
    /// Rounding to so many decimals; below zero to tens, hundreds, thousands.
    Round { digits: i8 },
    /// Perturbation: a number between `-most` and `most` is added, the same one for the same value each time it is read.
    Noise { most: i64 },
    /// Attribute suppression: the column is not there.
    Suppress {},
}

/// The widest band, and the most noise.
const MOST: i64 = 1_000_000_000_000;

impl Technique {
    /// As an NRIC is usually masked: its last four characters.
    pub const LAST_FOUR: Self = Self::Mask { first: 0, last: 4, shortest: 8 };

    pub const fn kind(self) -> Kind {
        match self {
            Self::Clear {} => Kind::Clear,
            Self::Mask { .. } => Kind::Mask,
            Self::Pseudonym { .. } => Kind::Pseudonym,
            Self::Band { .. } => Kind::Band,
            Self::DateTo { .. } => Kind::DateTo,
            Self::PostalSector {} => Kind::PostalSector,
            Self::Grid { .. } => Kind::Grid,
            Self::PlanningArea { .. } => Kind::PlanningArea,
            Self::Round { .. } => Kind::Round,
            Self::Noise { .. } => Kind::Noise,
            Self::Suppress {} => Kind::Suppress,
        }
    }

    pub const fn is_clear(self) -> bool {
        matches!(self, Self::Clear {})
    }

    /// Whether nothing of the column leaves the source.
    pub const fn is_suppressed(self) -> bool {
        matches!(self, Self::Suppress {})
    }

    /// Whether it can be done to values of this type.
    pub fn fits(self, column: ColumnType) -> bool {
        use ColumnType as C;
        match self {
            Self::Clear {} | Self::Suppress {} => true,
            Self::Mask { .. } | Self::Pseudonym { .. } | Self::PostalSector {} => matches!(column, C::Text | C::Integer | C::BigInt),
            Self::Band { .. } | Self::Round { .. } | Self::Noise { .. } => matches!(column, C::Integer | C::BigInt | C::Numeric | C::Double),
            Self::Grid { .. } | Self::PlanningArea { .. } => matches!(column, C::Numeric | C::Double),
            // A date is a day already.
            Self::DateTo { unit: DateUnit::Day } => column == C::Timestamptz,
            Self::DateTo { .. } => matches!(column, C::Date | C::Timestamptz),
        }
    }

    /// What is wrong with its parameters; nothing when it may be used.
    pub fn check(self) -> Violations {
        let wrong = |field, code, message: &str| vec![Violation::new(field, code, message)];
        match self {
            Self::Mask { first, last, shortest } if usize::from(shortest) < (usize::from(first) + usize::from(last)) * 2 => wrong(
                "technique_shortest",
                "mask_shows_too_much",
                "At least half of the shortest value must be masked: show fewer characters, or mask longer values whole",
            ),
            Self::Mask { shortest, .. } if shortest == 0 || shortest > 64 => {
                wrong("technique_shortest", "mask_shortest", "Say a number of characters between 1 and 64 below which a value is masked whole")
            }
            Self::Band { width } if !(2..=MOST).contains(&width) => {
                wrong("technique_width", "band_width", "A band is 2 wide at least, and a million million at most")
            }
            Self::Grid { thousandths } if !(1..=1000).contains(&thousandths) => {
                wrong("technique_thousandths", "grid_size", "A cell has between 1 and 1000 thousandths of a degree")
            }
            Self::Round { digits } if !(-9..=9).contains(&digits) => {
                wrong("technique_digits", "round_digits", "Say between 9 decimals and -9, which is thousands of millions")
            }
            Self::Noise { most } if !(1..=MOST).contains(&most) => {
                wrong("technique_most", "noise_most", "The most that is added is between 1 and a million million")
            }
            _ => vec![],
        }
    }
}
