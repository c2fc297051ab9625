//! A seeded shuffle of 0..size that is computed number by number, so that nothing has to be remembered.

/// A bijection of `0..size` onto itself.
#[derive(Debug, Clone, Copy)]
pub struct Permutation {
    size: u64,
    half_bits: u32,
    seed: u64,
}

const ROUNDS: u64 = 4;

impl Permutation {
    pub const fn new(size: u64, seed: u64) -> Self {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let half_bits = if bits < 2 { 1 } else { bits.div_ceil(2) };
        Self { size, half_bits, seed }
    }

    /// Where `index` goes. An index beyond the size is refused with none.
    pub fn at(&self, index: u64) -> Option<u64> {
        if index >= self.size {
            return None;
        }
        // The network shuffles the next power of four; walking on until a number falls inside keeps it a bijection.
        let mut number = self.network(index);
        while number >= self.size {
            number = self.network(number);
        }
        Some(number)
    }

    fn network(&self, number: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (mut left, mut right) = (number >> self.half_bits, number & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ (mixed(right ^ mixed(self.seed ^ round)) & mask));
        }
        (left << self.half_bits) | right
    }
}

/// A number scattered over 64 bits: the finaliser of SplitMix64.
pub const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn every_number_is_hit_once(size in 1_u64..3_000, seed: u64) {
            let shuffle = Permutation::new(size, seed);
            let hit: HashSet<u64> = (0..size).filter_map(|index| shuffle.at(index)).collect();
            prop_assert_eq!(hit.len() as u64, size);
            prop_assert!(hit.iter().all(|number| *number < size));
            prop_assert_eq!(shuffle.at(size), None);
        }
    }

    #[test]
    fn neighbours_are_scattered() {
        let shuffle = Permutation::new(1_000_000, 1);
        let near = (0..1_000).filter(|index| shuffle.at(*index).unwrap().abs_diff(shuffle.at(index + 1).unwrap()) < 10_000).count();
        assert!(near < 60, "{near} of 1,000 neighbours stay within a hundredth of the range; 20 would by chance");
    }
}
