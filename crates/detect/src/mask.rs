//! What an example may show: its form, and so little of it that nobody can be told by it.

/// Characters of an example, at most.
const LONGEST: usize = 40;
/// A run of letters or digits this long or shorter is hidden whole.
const SHORT: usize = 3;

/// Replaces letters and digits by `•`. The last character of a run longer than three stays, as does what is neither letter
/// nor digit: `S1234567D` gives `••••••••D`, `a.tan@b.example` gives `•.•••@•.••••••e`. Letters of writings without case are hidden all.
pub fn masked(value: &str) -> String {
    let characters: Vec<char> = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    let cut = value.chars().nth(LONGEST).is_some();
    let mut out = String::new();
    let mut run = 0;
    for (at, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            run = 0;
            out.push(character);
            continue;
        }
        run += 1;
        let ends = characters.get(at + 1).map_or(!cut, |next| !next.is_alphanumeric());
        out.push(if ends && run > SHORT && character.is_ascii() { character } else { '•' });
    }
    if cut {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_form_stays_and_the_content_goes() {
        assert_eq!(masked("S1234567D"), "••••••••D");
        assert_eq!(masked("9123 4567"), "•••3 •••7");
        assert_eq!(masked("Tan Ah Kow"), "••• •• •••");
        assert_eq!(masked("陈伟明"), "•••");
        assert_eq!(masked(""), "");
    }

    proptest! {
        #[test]
        fn no_run_of_two_letters_or_digits_is_ever_shown(value in "\\PC{0,80}") {
            let shown: Vec<char> = masked(&value).chars().collect();
            prop_assert!(!shown.windows(2).any(|pair| pair.iter().all(|c| c.is_alphanumeric())));
            prop_assert!(shown.len() <= LONGEST + 1);
        }
    }
}
