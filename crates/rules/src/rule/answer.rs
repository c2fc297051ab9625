//! From what a rule's set holds to a verdict.

use crate::limits::MOST_VIOLATIONS;
use crate::verdict::{CannotTell, Page, Verdict, Violation};
use regorus::Value;

pub fn verdict(found: &Value) -> Verdict {
    let Value::Set(found) = found else {
        return match found {
            Value::Undefined => Verdict::Met,
            other => Verdict::CannotTell(CannotTell::Answer(short(&other.to_string()))),
        };
    };
    if found.is_empty() {
        return Verdict::Met;
    }
    let mut violations = Vec::with_capacity(found.len().min(MOST_VIOLATIONS));
    for value in found.iter_sorted().take(MOST_VIOLATIONS) {
        match violation(value) {
            Ok(violation) => violations.push(violation),
            Err(why) => return Verdict::CannotTell(CannotTell::Answer(why)),
        }
    }
    Verdict::Violated(violations)
}

fn violation(value: &Value) -> Result<Violation, String> {
    let Value::Object(fields) = value else { return Err(format!("{} is no object with code and message", short(&value.to_string()))) };
    let [mut code, mut field, mut message, mut mend, mut page] = [""; 5];
    for (name, value) in fields.iter() {
        let Value::String(name) = name else { return Err(unknown(&name.to_string())) };
        let slot = match name.as_ref() {
            "code" => &mut code,
            "field" => &mut field,
            "message" => &mut message,
            "mend" => &mut mend,
            "page" => &mut page,
            other => return Err(unknown(other)),
        };
        let Value::String(text) = value else { return Err(format!("“{name}” of a violation is a text")) };
        *slot = text;
    }
    if code.is_empty() || message.is_empty() {
        return Err("a violation needs a code and a message".to_owned());
    }
    if !is_code(code) {
        return Err(format!("“{}” is no code: use a–z, 0–9 and _, beginning with a letter", short(code)));
    }
    let page = if page.is_empty() { Page::Overview } else { page.parse::<Page>().map_err(|error| error.to_string())? };
    Ok(Violation { code: code.to_owned(), field: field.to_owned(), message: message.to_owned(), mend: mend.to_owned(), page })
}

fn unknown(name: &str) -> String {
    format!("a violation has no field “{}”; it may have code, field, message, mend and page", short(name))
}

/// Whether a text may be a violation's code.
pub fn is_code(text: &str) -> bool {
    text.len() <= 64
        && text.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && text.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_')
}

fn short(text: &str) -> String {
    text.chars().take(120).collect()
}
