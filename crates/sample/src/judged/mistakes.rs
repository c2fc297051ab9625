//! Typing mistakes: a letter dropped, added, replaced by a neighbour on the keyboard, or exchanged with the next.

use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};

const KEYBOARD: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
/// People seldom get the first letter wrong: in one word of so many.
const FIRST_LETTER: u32 = 20;
const ATTEMPTS: usize = 20;

/// The word with exactly one mistake.
pub fn one(word: &str, rng: &mut impl Rng) -> Option<String> {
    (0..ATTEMPTS).map(|_| mistaken(word, rng)).find(|typed| distance(word, typed) == 1)
}

/// The word with exactly two mistakes.
pub fn two(word: &str, rng: &mut impl Rng) -> Option<String> {
    (0..ATTEMPTS)
        .map(|_| {
            let once = mistaken(word, rng);
            mistaken(&once, rng)
        })
        .find(|typed| distance(word, typed) == 2)
}

fn mistaken(word: &str, rng: &mut impl Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let first = usize::from(!rng.random_ratio(1, FIRST_LETTER));
    let Some(at) = (first..letters.len()).choose(rng) else { return word.to_owned() };
    match rng.random_range(0..4) {
        0 => {
            letters.remove(at);
        }
        1 => {
            // A doubled letter, or a neighbouring key caught as well.
            let extra = if rng.random_bool(0.5) { letters[at] } else { neighbour(letters[at], rng) };
            letters.insert(at + 1, extra);
        }
        2 => letters[at] = neighbour(letters[at], rng),
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.swap(at.saturating_sub(1), at),
    }
    letters.into_iter().collect()
}

fn neighbour(letter: char, rng: &mut impl Rng) -> char {
    let place = KEYBOARD.iter().enumerate().find_map(|(row, keys)| keys.find(letter).map(|column| (row, column)));
    let Some((row, column)) = place else { return ['e', 'a', 's'].choose(rng).copied().unwrap_or('e') };
    let rows = row.saturating_sub(1)..=(row + 1).min(KEYBOARD.len() - 1);
    rows.flat_map(|row| KEYBOARD[row].chars().enumerate())
        .filter(|(other, key)| other.abs_diff(column) <= 1 && *key != letter)
        .map(|(_, key)| key)
        .choose(rng)
        .unwrap_or('e')
}

/// How many single mistakes lie between two words (optimal string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let mut least = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn distances_are_those_of_the_four_mistakes() {
        for (typed, mistakes) in
            [("dengue", 0), ("dnegue", 1), ("dengeu", 1), ("denguue", 1), ("degue", 1), ("dwngue", 1), ("dnegeu", 2), ("ngue", 2)]
        {
            assert_eq!(distance("dengue", typed), mistakes, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn one_mistake_is_one_and_two_are_two(word in "[a-z]{9,16}", seed: u64) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            if let Some(typed) = one(&word, &mut rng) {
                prop_assert_eq!(distance(&word, &typed), 1);
            }
            if let Some(typed) = two(&word, &mut rng) {
                prop_assert_eq!(distance(&word, &typed), 2);
            }
        }

        #[test]
        fn any_word_will_do(word in "\\PC{0,12}", seed: u64) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let _ = (one(&word, &mut rng), two(&word, &mut rng));
        }
    }
}
