//! What columns of one kind of name have in common, so that one rejection speaks for all of them.

/// The name in small letters without numbers, its words apart: `Staff_No2` and `staffNo` give `staff no`.
pub fn name_pattern(name: &str) -> String {
    let mut words = String::new();
    let mut small_before = false;
    for letter in name.chars() {
        let begins = !letter.is_alphabetic() || (letter.is_uppercase() && small_before);
        if begins && !words.ends_with(' ') && !words.is_empty() {
            words.push(' ');
        }
        if letter.is_alphabetic() {
            words.extend(letter.to_lowercase());
        }
        small_before = letter.is_lowercase();
    }
    words.trim_end().to_owned()
}
