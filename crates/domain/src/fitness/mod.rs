//! How fit products are: the six characteristics that every data product should have, what scores are, and what trusted centres say about
//! them. Which checks a characteristic consists of is for `rules`.

mod announcement;
mod period;

pub use announcement::{AnnouncementForm, Award, NewAnnouncement, check_announcement};
pub use period::{NotAPeriod, Over, Period};

use crate::text_enum;

text_enum! {
    /// The white paper's key practice 6: what is tested centrally of every product in the catalogue.
    Characteristic, "characteristic" {
        SelfDescribable = "self-describable", "Self-describable";
        Addressable = "addressable", "Addressable";
        Discoverable = "discoverable", "Discoverable";
        Secure = "secure", "Secure";
        Trustworthy = "trustworthy", "Trustworthy";
        Interoperable = "interoperable", "Interoperable";
    }
}

/// How many there are.
pub const CHARACTERISTICS: usize = Characteristic::ALL.len();
/// The same, to divide by.
pub const SIX: f64 = 6.0;

impl Characteristic {
    /// What it means, in one line.
    pub const fn help(self) -> &'static str {
        match self {
            Self::SelfDescribable => "What it holds can be understood without asking its team",
            Self::Addressable => "Each of its datasets has an address at which it is read",
            Self::Discoverable => "It is found by whoever could use it",
            Self::Secure => "Nobody reads it unasked, and what is personal leaves it protected",
            Self::Trustworthy => "Promises are made, measured and kept, and somebody answers for it",
            Self::Interoperable => "Others can read it with usual tools and join it with their own data",
        }
    }
}

/// Scores of one product, or means of several; each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// In the order of [`Characteristic::ALL`].
    pub each: [f64; CHARACTERISTICS],
    /// The mean of the six.
    pub overall: f64,
}

impl Scores {
    pub fn new(each: [f64; CHARACTERISTICS]) -> Self {
        Self { each, overall: each.iter().sum::<f64>() / SIX }
    }

    /// Each characteristic with its score.
    pub fn by_characteristic(&self) -> impl Iterator<Item = (Characteristic, f64)> + use<> {
        Characteristic::ALL.iter().copied().zip(self.each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_the_mean_of_the_six() {
        let scores = Scores::new([1.0, 0.5, 0.0, 1.0, 0.5, 0.0]);
        assert!((scores.overall - 0.5).abs() < 1e-12);
        assert!((Scores::new([1.0; CHARACTERISTICS]).overall - 1.0).abs() < 1e-12);
        assert_eq!(scores.by_characteristic().nth(1), Some((Characteristic::Addressable, 0.5)));
    }
}
