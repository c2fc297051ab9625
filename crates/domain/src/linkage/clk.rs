//! Encoding of identifiers that are written differently, after Schnell, Bachteler and Reiher (2009, 2011): pairs of letters of every
//! field go through keyed hashes into one filter of 1,000 bits. Two filters are compared by how many bits they share; without the
//! key nobody can make one to compare with.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Bits of a filter.
pub const BITS: usize = 1000;
const WORDS: usize = BITS.div_ceil(64);

/// A field of a record: its name, so that equal letters of two fields are told apart; what it holds; and how many bits each pair of
/// letters sets, which is how much the field weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a str,
    pub value: &'a str,
    pub hashes: u16,
}

/// A record's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clk([u64; WORDS]);

/// Pairs of neighbouring letters and digits, each once; a space stands before the first and behind the last. Case, spaces and signs do not
/// count. Nothing written gives no pair.
pub fn bigrams(value: &str) -> BTreeSet<String> {
    let bare: Vec<char> = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    if bare.is_empty() {
        return BTreeSet::new();
    }
    let padded: Vec<char> = std::iter::once(' ').chain(bare).chain([' ']).collect();
    padded.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// The places that one pair of letters sets: eight bytes each of HMAC-SHA256 over field, pair and a counter, modulo the size. Each place is
/// drawn for itself; from sums of two hashes, as first published, pairs can be told from the pattern of their bits.
fn places(key: &[u8; 32], field: &Field<'_>, pair: &str) -> Vec<usize> {
    let mut places = vec![];
    let mut counter = 0_u16;
    while places.len() < usize::from(field.hashes) {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return places };
        mac.update(b"pasar-clk-v1\n");
        mac.update(field.name.as_bytes());
        mac.update(b"\n");
        mac.update(pair.as_bytes());
        mac.update(b"\n");
        mac.update(&counter.to_be_bytes());
        let bytes = mac.finalize().into_bytes();
        for chunk in bytes.chunks_exact(8).take(usize::from(field.hashes) - places.len()) {
            let number = chunk.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            places.push(usize::try_from(number % BITS as u64).unwrap_or_default());
        }
        counter += 1;
    }
    places
}

impl Clk {
    /// The filter of a record under a linkage's key.
    pub fn encode(key: &[u8; 32], fields: &[Field<'_>]) -> Self {
        let mut bits = [0; WORDS];
        for field in fields {
            for pair in bigrams(field.value) {
                for place in places(key, field, &pair) {
                    bits[place / 64] |= 1 << (place % 64);
                }
            }
        }
        Self(bits)
    }

    /// How many bits are set.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// How alike two filters are: twice what they share over what both have, from 0 to 1. Two empty ones are not alike: nothing
    /// is known of either.
    pub fn dice(&self, other: &Self) -> f64 {
        let shared: u32 = self.0.iter().zip(&other.0).map(|(one, two)| (one & two).count_ones()).sum();
        let all = self.count() + other.count();
        if all == 0 { 0.0 } else { f64::from(2 * shared) / f64::from(all) }
    }
}

/// As 250 hexadecimal digits, the first place first.
impl fmt::Display for Clk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for digit in 0..BITS / 4 {
            let value = (0..4).fold(0, |value, bit| (value << 1) | u8::from(self.bit(digit * 4 + bit)));
            write!(f, "{value:x}")?;
        }
        Ok(())
    }
}

impl Clk {
    fn bit(&self, place: usize) -> bool {
        (self.0[place / 64] >> (place % 64)) & 1 == 1
    }
}

/// What is written is no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a filter is written as 250 hexadecimal digits")]
pub struct NotAClk;

impl FromStr for Clk {
    type Err = NotAClk;
    fn from_str(text: &str) -> Result<Self, NotAClk> {
        if text.len() != BITS / 4 {
            return Err(NotAClk);
        }
        let mut bits = [0; WORDS];
        for (digit, letter) in text.chars().enumerate() {
            let value = letter.to_digit(16).ok_or(NotAClk)?;
            for bit in (0..4).filter(|bit| (value >> (3 - bit)) & 1 == 1) {
                let place = digit * 4 + bit;
                bits[place / 64] |= 1 << (place % 64);
            }
        }
        Ok(Self(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];

    fn named(name: &str, born: &str) -> Clk {
        Clk::encode(&KEY, &[Field { name: "name", value: name, hashes: 20 }, Field { name: "born", value: born, hashes: 10 }])
    }

    #[test]
    fn pairs_of_letters_are_those_of_the_word() {
        assert_eq!(bigrams("Peter").into_iter().collect::<Vec<_>>(), [" P", "ER", "ET", "PE", "R ", "TE"]);
        assert_eq!(bigrams("p-e t.e,r"), bigrams("PETER"));
        assert!(bigrams(" -").is_empty());
    }

    #[test]
    fn a_person_written_otherwise_is_alike_and_another_is_not() {
        let person = named("Tan Mei Ling", "1987-03-12");
        for written in [named("TAN MEI-LING", "19870312"), named("Tan Mei Lin", "1987-03-12"), named("Tan Mai Ling", "1987-03-12")] {
            assert!(person.dice(&written) > 0.8, "{}", person.dice(&written));
        }
        for other in [named("Muhammad Faizal", "1959-11-30"), named("Rajesh Pillai", "2001-07-25")] {
            assert!(person.dice(&other) < 0.5, "{}", person.dice(&other));
        }
        let elsewhere = Clk::encode(
            &[8; 32],
            &[Field { name: "name", value: "Tan Mei Ling", hashes: 20 }, Field { name: "born", value: "1987-03-12", hashes: 10 }],
        );
        assert!(person.dice(&elsewhere) < 0.5, "under another key the same person is nobody: {}", person.dice(&elsewhere));
    }

    #[test]
    fn fields_are_told_apart_and_empty_ones_are_like_nothing() {
        let one = Clk::encode(&KEY, &[Field { name: "given", value: "Tan", hashes: 20 }]);
        let two = Clk::encode(&KEY, &[Field { name: "family", value: "Tan", hashes: 20 }]);
        assert!(one.dice(&two) < 0.4);
        let nothing = Clk::encode(&KEY, &[Field { name: "given", value: "", hashes: 20 }]);
        assert_eq!((nothing.count(), nothing.dice(&nothing), nothing.dice(&one)), (0, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn likeness_goes_both_ways_and_is_whole_with_oneself(one in "[A-Za-z ]{1,30}", two in "[A-Za-z ]{1,30}") {
            let (a, b) = (named(&one, ""), named(&two, ""));
            prop_assert!((a.dice(&b) - b.dice(&a)).abs() < f64::EPSILON);
            prop_assert!((0.0..=1.0).contains(&a.dice(&b)));
            prop_assert!(a.count() == 0 || (a.dice(&a) - 1.0).abs() < f64::EPSILON);
        }

        #[test]
        fn written_and_read_again_is_the_same(value in "\\PC{0,60}") {
            let clk = named(&value, "");
            prop_assert_eq!(clk.to_string().parse::<Clk>(), Ok(clk));
        }

        #[test]
        fn no_more_bits_than_pairs_times_hashes(value in "\\PC{0,60}", hashes in 0_u16..40) {
            let clk = Clk::encode(&KEY, &[Field { name: "name", value: &value, hashes }]);
            prop_assert!(clk.count() as usize <= bigrams(&value).len() * usize::from(hashes));
        }
    }
}
