//! What whoever keeps a term writes of it.

use crate::Violation;
use crate::standard::slug;

/// Characters of a name, of a definition, and of another name.
const NAME: usize = 80;
const DEFINITION: usize = 1000;
/// Other names, and names of columns, at most.
const NAMES: usize = 30;

/// A term as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermForm {
    pub name: String,
    pub definition: String,
    /// With commas between them.
    pub also_called: String,
    /// With commas between them.
    pub column_names: String,
}

/// A term in words, without the sector that keeps it and the broader term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermText {
    pub name: String,
    pub definition: String,
    pub also_called: Vec<String>,
    /// In lower case.
    pub column_names: Vec<String>,
}

/// Brings what was typed into the form in which it is kept: single spaces, no other name twice, names of columns in lower case.
pub fn check_term(form: &TermForm) -> Result<TermText, Vec<Violation>> {
    let mut wrong = vec![];
    let (name, definition) = (plain(&form.name), plain(&form.definition));
    // Its place in the URL is made of these, and `new` is another page.
    if ["", "new"].contains(&slug(&name).as_str()) || name.chars().count() > NAME {
        wrong.push(Violation::new(
            "name",
            "name_invalid",
            format!("Enter a name of at most {NAME} characters, with a letter from a to z or a digit, and not “new” alone."),
        ));
    }
    if !(10..=DEFINITION).contains(&definition.chars().count()) {
        wrong.push(Violation::new("definition", "definition_invalid", format!("Say what it means in 10 to {DEFINITION} characters.")));
    }
    let also_called = names(&form.also_called);
    if also_called.len() > NAMES || also_called.iter().any(|other| other.chars().count() > NAME) {
        let message = format!("Enter at most {NAMES} other names of at most {NAME} characters each, with commas between them.");
        wrong.push(Violation::new("also_called", "also_called_invalid", message));
    }
    let column_names: Vec<String> = names(&form.column_names.to_lowercase());
    if column_names.len() > NAMES || column_names.iter().any(|column| column.chars().count() > NAME) {
        let message = format!("Enter at most {NAMES} names of columns of at most {NAME} characters each, with commas between them.");
        wrong.push(Violation::new("column_names", "column_names_invalid", message));
    }
    if wrong.is_empty() { Ok(TermText { name, definition, also_called, column_names }) } else { Err(wrong) }
}

/// A comma or the end of a line ends a name. The first of those that differ in capitals alone stays.
fn names(typed: &str) -> Vec<String> {
    let mut kept: Vec<String> = vec![];
    for name in typed.split([',', '\n']).map(plain).filter(|name| !name.is_empty()) {
        if !kept.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            kept.push(name);
        }
    }
    kept
}

fn plain(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> TermForm {
        TermForm {
            name: " Bus  stop ".into(),
            definition: "Where buses stop for passengers.".into(),
            also_called: "Stop, stop,\r\n bus halt,,".into(),
            column_names: "Stop_Code, stop_code".into(),
        }
    }

    #[test]
    fn a_term_has_one_form_however_it_is_typed() {
        let text = check_term(&form()).unwrap();
        assert_eq!((text.name.as_str(), text.definition.as_str()), ("Bus stop", "Where buses stop for passengers."));
        assert_eq!((text.also_called, text.column_names), (vec!["Stop".to_owned(), "bus halt".into()], vec!["stop_code".to_owned()]));
    }

    #[test]
    fn what_is_no_term_is_refused_with_what_to_do() {
        let many = (0..31).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let long = "x".repeat(81);
        for (typed, field) in [
            (TermForm { name: "–".into(), ..form() }, "name"),
            (TermForm { name: "New".into(), ..form() }, "name"),
            (TermForm { name: long.clone(), ..form() }, "name"),
            (TermForm { definition: "A stop.".into(), ..form() }, "definition"),
            (TermForm { definition: "x".repeat(1001), ..form() }, "definition"),
            (TermForm { also_called: many.clone(), ..form() }, "also_called"),
            (TermForm { column_names: long, ..form() }, "column_names"),
            (TermForm { column_names: many, ..form() }, "column_names"),
        ] {
            let wrong = check_term(&typed).unwrap_err();
            assert_eq!(wrong.iter().map(|violation| violation.field).collect::<Vec<_>>(), [field]);
        }
    }
}
