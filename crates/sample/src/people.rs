//! Invented people: names put together at random, identifiers that belong to nobody.

use rand::Rng;
use rand::seq::IndexedRandom;

const GIVEN: &[&str] = &[
    "Aisha", "Wei Ming", "Kavitha", "Daniel", "Siti", "Jun Hao", "Priya", "Marcus", "Nurul", "Li Ting", "Arjun", "Grace", "Farid", "Hui Min",
    "Deepa", "Xavier",
];
const FAMILY: &[&str] =
    &["Tan", "Rahman", "Nair", "Lim", "Goh", "Binte Yusof", "Menon", "Wong", "Singh", "Ong", "Pereira", "Ismail", "Chua", "Raj", "de Souza", "Koh"];

pub fn name(rng: &mut impl Rng) -> String {
    format!("{} {}", GIVEN.choose(rng).copied().unwrap_or_default(), FAMILY.choose(rng).copied().unwrap_or_default())
}

/// A number of the right form with the right check letter that nobody holds: prefix T with year digits 90 to 99, which will
/// not be given out before 2090. Weights and letters: see the scheme's published description.
pub fn nric(rng: &mut impl Rng) -> String {
    let digits: Vec<u32> = std::iter::once(9).chain((0..6).map(|_| rng.random_range(0..10))).collect();
    let weighted: u32 = digits.iter().zip([2, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    let letter = b"JZIHGFEDCBA"[((weighted + 4) % 11) as usize];
    let number: String = digits.iter().map(u32::to_string).collect();
    format!("T{number}{}", char::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn identifiers_are_well_formed_and_belong_to_nobody() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        for _ in 0..1000 {
            let id = nric(&mut rng);
            assert!(id.starts_with("T9") && id.len() == 9, "{id}");
        }
        // T1234567J is the published example of the check.
        let weighted: u32 = [1, 2, 3, 4, 5, 6, 7].iter().zip([2, 7, 6, 5, 4, 3, 2]).map(|(d, w)| d * w).sum();
        assert_eq!(b"JZIHGFEDCBA"[((weighted + 4) % 11) as usize], b'J');
    }
}
