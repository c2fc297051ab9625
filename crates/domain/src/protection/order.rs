//! Which technique is stricter, and what remains when two are asked for at once. A half order with a least upper bound: nothing is looser
//! than `Clear`, nothing stricter than `Suppress`, and kinds that cannot be compared meet there.

use super::Technique;

impl Technique {
    /// Whether this tells no more than `other` would. Two techniques of different kinds cannot be compared.
    pub fn at_least_as_strict(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// The least strict technique that is at least as strict as both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (one, same) if one == same => one,
            (Self::Clear {}, one) | (one, Self::Clear {}) => one,
            (Self::Mask { first, last, shortest }, Self::Mask { first: f, last: l, shortest: s }) => {
                Self::Mask { first: first.min(f), last: last.min(l), shortest: shortest.max(s) }
            }
            (Self::Pseudonym { per }, Self::Pseudonym { per: other }) => Self::Pseudonym { per: per.max(other) },
            // Only a multiple keeps every band of the other whole.
            (Self::Band { width }, Self::Band { width: other }) => {
                multiple(width, other).map(|width| Self::Band { width }).filter(|band| band.check().is_empty()).unwrap_or(Self::Suppress {})
            }
            (Self::DateTo { unit }, Self::DateTo { unit: other }) => Self::DateTo { unit: unit.max(other) },
            (Self::Grid { thousandths }, Self::Grid { thousandths: other }) => multiple(thousandths.into(), other.into())
                .and_then(|common| u16::try_from(common).ok())
                .map(|thousandths| Self::Grid { thousandths })
                .filter(|grid| grid.check().is_empty())
                .unwrap_or(Self::Suppress {}),
            (Self::Round { digits }, Self::Round { digits: other }) => Self::Round { digits: digits.min(other) },
            (Self::Noise { most }, Self::Noise { most: other }) => Self::Noise { most: most.max(other) },
            _ => Self::Suppress {},
        }
    }
}

fn multiple(one: i64, other: i64) -> Option<i64> {
    let (mut a, mut b) = (one, other);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (a != 0).then(|| one / a)?.checked_mul(other)
}
