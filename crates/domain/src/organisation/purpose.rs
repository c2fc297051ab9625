//! A purpose for which data may be asked, as the data office lists it. Pure checks of what is typed.

use crate::violation::{Violation, Violations};

/// One purpose of the list. Its code stands in requests and agreements for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    pub code: String,
    pub title: String,
    /// When it fits, for whoever chooses it.
    pub explanation: String,
    /// The law or direction that it rests on.
    pub legal_source: String,
    /// Its place in the list, lowest first.
    pub position: i32,
}

/// A purpose as typed; kept word for word when something is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurposeForm {
    pub code: String,
    pub title: String,
    pub explanation: String,
    pub legal_source: String,
    pub position: String,
}

impl From<&Purpose> for PurposeForm {
    fn from(purpose: &Purpose) -> Self {
        Self {
            code: purpose.code.clone(),
            title: purpose.title.clone(),
            explanation: purpose.explanation.clone(),
            legal_source: purpose.legal_source.clone(),
            position: purpose.position.to_string(),
        }
    }
}

const LONGEST_CODE: usize = 40;
const LONGEST_TITLE: usize = 200;
const LONGEST_SOURCE: usize = 500;
const LONGEST_EXPLANATION: usize = 1000;
const LAST_PLACE: i32 = 9999;

pub fn check_purpose(form: &PurposeForm) -> Result<Purpose, Violations> {
    let mut found = Violations::new();
    let code = form.code.trim().to_owned();
    let letters = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if code.is_empty() || code.len() > LONGEST_CODE || !letters || !code.starts_with(|first: char| first.is_ascii_lowercase()) {
        let message = format!("Give it a code of small letters, digits and hyphens, such as own-use, of at most {LONGEST_CODE}.");
        found.push(Violation::new("code", "code_not_a_code", message));
    }
    let mut text = |field, typed: &str, longest: usize| {
        let text = typed.replace("\r\n", "\n").trim().to_owned();
        if text.chars().count() > longest {
            found.push(Violation::new(field, "text_too_long", format!("Use at most {longest} characters.")));
        } else if text.contains('\0') {
            found.push(Violation::new(field, "text_not_storable", "Remove the characters that cannot be shown."));
        }
        text
    };
    let title = text("title", &form.title, LONGEST_TITLE);
    let explanation = text("explanation", &form.explanation, LONGEST_EXPLANATION);
    let legal_source = text("legal_source", &form.legal_source, LONGEST_SOURCE);
    if title.is_empty() {
        found.push(Violation::new("title", "title_missing", "Say in a few words what the data is used for."));
    }
    if legal_source.is_empty() {
        found.push(Violation::new("legal_source", "legal_source_missing", "Name the law or direction that it rests on."));
    }
    let position = form.position.trim().parse::<i32>().ok().filter(|place| (0..=LAST_PLACE).contains(place));
    if position.is_none() {
        found.push(Violation::new("position", "position_not_a_number", format!("Enter its place in the list, a number from 0 to {LAST_PLACE}.")));
    }
    match position {
        Some(position) if found.is_empty() => Ok(Purpose { code, title, explanation, legal_source, position }),
        _ => Err(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> PurposeForm {
        PurposeForm {
            code: " own-use ".into(),
            title: "Own use".into(),
            explanation: String::new(),
            legal_source: "An existing direction".into(),
            position: "8".into(),
        }
    }

    #[test]
    fn a_purpose_needs_a_code_a_title_a_source_and_a_place() {
        assert_eq!(check_purpose(&form()).unwrap().code, "own-use");
        let codes: Vec<_> = check_purpose(&PurposeForm::default()).unwrap_err().iter().map(|violation| violation.code).collect();
        assert_eq!(codes, ["code_not_a_code", "title_missing", "legal_source_missing", "position_not_a_number"]);
        for code in ["Own", "own use", "-own", "9to5", &"x".repeat(41), "öwn"] {
            assert!(check_purpose(&PurposeForm { code: code.into(), ..form() }).is_err(), "{code}");
        }
        let long = PurposeForm { title: "x".repeat(201), explanation: "a\0".into(), position: "-1".into(), ..form() };
        let codes: Vec<_> = check_purpose(&long).unwrap_err().iter().map(|violation| violation.code).collect();
        assert_eq!(codes, ["text_too_long", "text_not_storable", "position_not_a_number"]);
    }
}
