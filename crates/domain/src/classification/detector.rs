//! A detector that a domain adds, as it is typed. Whether its patterns can be read is for whoever compiles them.

use crate::catalogue::PersonalCategory;
use crate::{Violation, Violations};

/// As typed; patterns of names one a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetectorForm {
    pub name: String,
    pub domain: String,
    pub category: String,
    pub name_patterns: String,
    pub value_pattern: String,
}

const LONGEST_NAME: usize = 60;
const LONGEST_PATTERN: usize = 300;
const MOST_PATTERNS: usize = 20;

/// Name, category, patterns of names, and the pattern of values; or what is wrong.
pub fn check_detector(form: &DetectorForm) -> Result<(String, PersonalCategory, Vec<String>, Option<String>), Violations> {
    let mut wrong = Violations::new();
    let name = form.name.trim().replace('\0', "");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        wrong.push(Violation::new("name", "name_missing", format!("Say in at most {LONGEST_NAME} characters what it finds.")));
    }
    let category = form.category.parse::<PersonalCategory>().ok().filter(|category| category.is_personal());
    if category.is_none() {
        wrong.push(Violation::new("category", "category_missing", "Choose what such a column is."));
    }
    let names: Vec<String> = form.name_patterns.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let value = Some(form.value_pattern.trim().to_owned()).filter(|pattern| !pattern.is_empty());
    if names.is_empty() && value.is_none() {
        wrong.push(Violation::new("name_patterns", "pattern_missing", "Enter a pattern of names or of values."));
    }
    let fits = |pattern: &String| pattern.chars().count() <= LONGEST_PATTERN && !pattern.contains('\0');
    if names.len() > MOST_PATTERNS || !names.iter().all(fits) {
        let message = format!("Enter at most {MOST_PATTERNS} patterns, each of at most {LONGEST_PATTERN} characters.");
        wrong.push(Violation::new("name_patterns", "pattern_too_long", message));
    }
    if !value.iter().all(fits) {
        wrong.push(Violation::new("value_pattern", "pattern_too_long", format!("Use at most {LONGEST_PATTERN} characters.")));
    }
    match category {
        Some(category) if wrong.is_empty() => Ok((name, category, names, value)),
        _ => Err(wrong),
    }
}
