//! Polysemes: concepts that columns of many products share, with the format that their values have.

use super::pattern::Pattern;
use crate::{Violation, Violations, text_enum};
use std::collections::BTreeSet;

/// Share of values, in %, from which on a column is said to have the format. Below it its owner has something to do, and it joins nothing.
pub const ENOUGH: f64 = 95.0;

/// Codes in one list, at most.
const CODES: usize = 500;
/// Characters in one code, at most.
const CODE: usize = 60;
/// Characters of all codes together, at most: as many as the form's field takes.
const ALL_CODES: usize = 2000;
/// Characters of description and example, at most.
const WORDS: usize = 300;

text_enum! {
    /// What is said of a column and a concept.
    Carrying, "state of a column" {
        Carries = "carries", "Carries it";
        Proposed = "proposed", "Proposed";
        Refused = "refused", "Does not carry it";
    }
}

/// What every value of a concept keeps to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Pattern(Pattern),
    /// In order, none twice.
    Codes(Vec<String>),
}

impl Rule {
    /// A rule as the record has it: a pattern or codes.
    pub fn stored(pattern: Option<String>, codes: Option<Vec<String>>) -> Result<Self, String> {
        match (pattern, codes) {
            (Some(pattern), _) => Pattern::read(&pattern).map(Self::Pattern),
            (None, Some(codes)) => Ok(Self::Codes(codes)),
            (None, None) => Err("neither a pattern nor codes".to_owned()),
        }
    }

    pub fn pattern(&self) -> Option<&str> {
        match self {
            Self::Pattern(pattern) => Some(pattern.as_str()),
            Self::Codes(_) => None,
        }
    }

    pub fn codes(&self) -> Option<&[String]> {
        match self {
            Self::Pattern(_) => None,
            Self::Codes(codes) => Some(codes),
        }
    }

    pub fn matches(&self, value: &str) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.matches(value),
            Self::Codes(codes) => codes.iter().any(|code| code == value),
        }
    }

    /// Whether a column that holds personal data may be asked how many of its values keep to it. A list, or a narrow pattern, would ask
    /// whether somebody is in it.
    pub fn fits_personal_data(&self) -> bool {
        matches!(self, Self::Pattern(pattern) if pattern.is_broad())
    }

    /// In one line, for the trail.
    pub fn in_short(&self) -> String {
        match self {
            Self::Pattern(pattern) => format!("pattern {}", pattern.as_str()),
            Self::Codes(codes) => format!("{} codes: {}", codes.len(), codes.join(", ")),
        }
    }
}

/// The format of a concept's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatRule {
    pub rule: Rule,
    pub description: String,
    pub example: String,
}

/// As it is typed, and as a document says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormatForm {
    pub pattern: String,
    /// With commas or ends of lines between them.
    pub codes: String,
    pub description: String,
    pub example: String,
}

impl From<&FormatRule> for FormatForm {
    fn from(format: &FormatRule) -> Self {
        Self {
            pattern: format.rule.pattern().unwrap_or_default().to_owned(),
            codes: format.rule.codes().unwrap_or_default().join(", "),
            description: format.description.clone(),
            example: format.example.clone(),
        }
    }
}

/// Checks a format: a pattern or a list of codes, a description, and an example that keeps to it.
pub fn check_format(form: &FormatForm) -> Result<FormatRule, Violations> {
    let mut wrong = vec![];
    let rule = read_rule(&form.pattern, &form.codes);
    let rule = rule.map_err(|violation| wrong.push(violation)).ok();
    let description = form.description.split_whitespace().collect::<Vec<_>>().join(" ");
    if description.chars().count() < 5 || description.chars().count() > WORDS || description.chars().any(char::is_control) {
        wrong.push(Violation::new(
            "description",
            "description_missing",
            format!("Say in plain words how values are written, in 5 to {WORDS} characters."),
        ));
    }
    let example = form.example.trim().to_owned();
    if example.is_empty() || example.chars().count() > WORDS {
        wrong.push(Violation::new("example", "example_missing", "Write one value as an example. It must belong to nobody."));
    } else if rule.as_ref().is_some_and(|rule| !rule.matches(&example)) {
        wrong.push(Violation::new("example", "example_differs", "The example does not keep to the rule. Change one of the two."));
    }
    match rule {
        Some(rule) if wrong.is_empty() => Ok(FormatRule { rule, description, example }),
        _ => Err(wrong),
    }
}

/// A rule as it is typed: a pattern, or codes with commas or ends of lines between them.
pub fn read_rule(pattern: &str, codes: &str) -> Result<Rule, Violation> {
    match (pattern.trim(), codes.trim()) {
        ("", "") => Err(Violation::new("pattern", "rule_missing", "Write a pattern, or the codes that there are.")),
        (pattern, "") => Pattern::read(pattern).map(Rule::Pattern).map_err(|why| Violation::new("pattern", "pattern_wrong", why)),
        ("", codes) => read_codes(codes).map(Rule::Codes),
        _ => Err(Violation::new("codes", "rule_twice", "Write either a pattern or codes, and leave the other empty.")),
    }
}

fn read_codes(typed: &str) -> Result<Vec<String>, Violation> {
    let fault = |code, message: String| Err(Violation::new("codes", code, message));
    let codes: BTreeSet<String> = typed.split([',', '\n']).map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
    if codes.len() < 2 {
        return fault("codes_too_few", "Write at least two different codes, with commas between them.".to_owned());
    }
    if codes.len() > CODES || typed.chars().count() > ALL_CODES {
        return fault("codes_too_many", format!("Write at most {CODES} codes, in {ALL_CODES} characters, or a pattern."));
    }
    if let Some(code) = codes.iter().find(|code| code.chars().count() > CODE || code.chars().any(char::is_control)) {
        let start: String = code.chars().filter(|letter| !letter.is_control()).take(20).collect();
        return fault("code_wrong", format!("“{start}” is not a code: at most {CODE} characters that can be seen."));
    }
    Ok(codes.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pattern: &str, codes: &str, example: &str) -> FormatForm {
        FormatForm { pattern: pattern.into(), codes: codes.into(), description: "Six digits.".into(), example: example.into() }
    }

    fn faults(form: &FormatForm) -> Vec<&'static str> {
        check_format(form).unwrap_err().into_iter().map(|violation| violation.code).collect()
    }

    #[test]
    fn a_format_is_a_pattern_or_codes_with_an_example_that_keeps_to_it() {
        let postal = check_format(&form(" [0-9]{6} ", "", " 018956 ")).unwrap();
        assert_eq!((postal.rule.pattern(), postal.example.as_str()), (Some("[0-9]{6}"), "018956"));
        assert!(postal.rule.fits_personal_data());
        let areas = check_format(&form("", "TM, AM\r\nBD,AM,", "AM")).unwrap();
        assert_eq!(areas.rule.codes().unwrap(), ["AM", "BD", "TM"]);
        assert!(!areas.rule.fits_personal_data());
        assert_eq!(check_format(&FormatForm::from(&areas)).unwrap(), areas);
    }

    #[test]
    fn what_is_wrong_is_said_of_its_field() {
        assert_eq!(faults(&form("", "", "1")), ["rule_missing"]);
        assert_eq!(faults(&form("[0-9]", "1, 2", "1")), ["rule_twice"]);
        assert_eq!(faults(&form("[0-9]*", "", "1")), ["pattern_wrong"]);
        assert_eq!(faults(&form("[0-9]{6}", "", "12")), ["example_differs"]);
        assert_eq!(faults(&form("", "AM", "AM")), ["codes_too_few"]);
        assert_eq!(faults(&form("", &format!("a,{}", "x".repeat(61)), "a")), ["code_wrong"]);
        assert_eq!(faults(&form("", &(0..600).map(|n| n.to_string()).collect::<Vec<_>>().join(","), "1")), ["codes_too_many"]);
        assert_eq!(faults(&FormatForm { pattern: "[0-9]".into(), ..FormatForm::default() }), ["description_missing", "example_missing"]);
    }
}
