//! Techniques as forms offer them: usual parameters, so that nobody has to type any.

use super::{DateUnit, KeyScope, Technique};
use crate::catalogue::ColumnType;

const USUAL: &[Technique] = &[
    Technique::LAST_FOUR,
    Technique::Mask { first: 2, last: 0, shortest: 4 },
    Technique::Mask { first: 0, last: 0, shortest: 64 },
    Technique::Pseudonym { per: KeyScope::Purpose },
    Technique::Pseudonym { per: KeyScope::Agreement },
    Technique::Band { width: 5 },
    Technique::Band { width: 10 },
    Technique::Band { width: 100 },
    Technique::Band { width: 1000 },
    Technique::DateTo { unit: DateUnit::Month },
    Technique::DateTo { unit: DateUnit::Quarter },
    Technique::DateTo { unit: DateUnit::Year },
    Technique::PostalSector {},
    Technique::Grid { thousandths: 10 },
    Technique::Grid { thousandths: 50 },
    Technique::Round { digits: 0 },
    Technique::Round { digits: -1 },
    Technique::Round { digits: -3 },
    Technique::Noise { most: 10 },
    Technique::Noise { most: 100 },
];

impl Technique {
    /// What may be asked for instead of this: stricter, and fit for the column. Leaving it out is not among them.
    pub fn stricter(self, column: ColumnType) -> Vec<Self> {
        USUAL.iter().copied().filter(|one| *one != self && one.fits(column) && one.at_least_as_strict(self)).collect()
    }

    /// Whether a condition may ask for this where `current` holds: fit, sound, and stricter or the same.
    pub fn may_replace(self, current: Self, column: ColumnType) -> bool {
        self.fits(column) && self.check().is_empty() && !self.is_suppressed() && self.at_least_as_strict(current)
    }
}
