//! Where personal data goes on: which columns of a product become which of another, what category arrives with them, and what
//! arrives without a policy. Declared by input ports; a category is carried over any number of products, and never falls on the way.

mod carry;
#[cfg(test)]
mod tests;

pub use carry::{Gap, Holding, Spot, Taken, Taking, carry, gaps};

use crate::catalogue::PersonalCategory;
use crate::{Violation, Violations, text_enum};

text_enum! {
    /// What becomes of a column that is taken.
    Handling, "handling" {
        Kept = "kept", "Kept as it is";
        /// By a technique; what arrives is still personal data.
        Protected = "protected", "Protected";
        /// It does not arrive at all.
        Dropped = "dropped", "Dropped";
    }
}

text_enum! {
    /// What is done about personal data that a product consumes without a policy.
    Standard, "standard" {
        Off = "off", "Nothing";
        Flag = "flag", "Flag it to both owners";
        Stop = "stop", "Flag it, and stop serving the product";
    }
}

/// Shortest reason that says anything, in characters.
const SHORTEST_REASON: usize = 5;
const LONGEST_REASON: usize = 500;

/// Reads what the data office chose: the standard, and why.
pub fn check_standard(standard: &str, reason: &str) -> Result<(Standard, String), Violations> {
    let (chosen, reason) = (standard.parse::<Standard>(), reason.trim());
    let mut wrong = vec![];
    if chosen.is_err() {
        wrong.push(Violation::new("standard", "standard_unknown", "Choose what is to be done."));
    }
    if !(SHORTEST_REASON..=LONGEST_REASON).contains(&reason.chars().count()) {
        wrong.push(Violation::new("reason", "reason_missing", "Say why in 5 to 500 characters: it stays in the audit trail."));
    }
    match (chosen, wrong.is_empty()) {
        (Ok(chosen), true) => Ok((chosen, reason.to_owned())),
        _ => Err(wrong),
    }
}

/// What the owner of the product that consumes can do about it, in words.
pub fn next_step(to: Option<&str>, carried: PersonalCategory) -> String {
    match to {
        Some(column) => format!(
            "Classify {column} as “{}” at least, or say in the product’s document how it is protected or that it is dropped.",
            carried.label()
        ),
        None => {
            "Say in the product’s document which columns this input port takes and what becomes of each; what does not arrive is said to be dropped."
                .to_owned()
        }
    }
}

/// Why an agreement is held, as its holder reads it. Names nothing but the product that the holder reads, and whom to ask.
pub fn why_held(product: &str, owner: Option<&str>) -> String {
    let whom = owner.map_or_else(|| "its owner".to_owned(), |name| format!("its owner, {name},"));
    format!("Personal data comes into {product} and nothing says how it is protected. It serves again once {whom} has said so")
}
