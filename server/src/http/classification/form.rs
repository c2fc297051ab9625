//! The review's form: a field for each column and question, named `question:dataset.column`.

use app::features::classification::review::Shown;
use domain::classification::Typed;
use std::collections::BTreeMap;

/// What was typed, by `dataset.column`.
#[derive(Debug, Default)]
pub struct Reviewed {
    /// What the page was made from, for each column that it showed.
    pub seen: BTreeMap<String, String>,
    pub typed: BTreeMap<String, Typed>,
    /// Accept what is proposed for the rest of what was shown.
    pub rest: bool,
    pub show: Option<Shown>,
    /// Only kept, not decided.
    pub save: bool,
}

impl Reviewed {
    pub fn read(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut read = Self::default();
        for (field, value) in fields {
            match field.as_str() {
                "rest" => read.rest = value == "accept",
                "show" => read.show = shown(&value),
                "do" => read.save = value == "save",
                _ => {}
            }
            let Some((question, name)) = field.split_once(':') else { continue };
            if question == "seen" {
                read.seen.insert(name.to_owned(), value);
                continue;
            }
            let typed = read.typed.entry(name.to_owned()).or_default();
            match question {
                "v" => typed.verdict = value,
                "c" => typed.classification = value,
                "s" => typed.sensitivity = value,
                "p" => typed.personal = value,
                "n" => typed.note = value,
                _ => {}
            }
        }
        read
    }
}

pub fn shown(word: &str) -> Option<Shown> {
    Shown::ALL.into_iter().find(|one| one.word() == word)
}

/// The form without its token, as a draft is kept.
pub fn without_token(fields: &[(String, String)]) -> String {
    let kept = fields.iter().filter(|(name, _)| name != "csrf" && name != "do" && !name.starts_with("seen:"));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_belongs_to_its_column() {
        let fields = [
            ("v:staff.nric", "accepted"),
            ("n:staff.nric", "a note: yes"),
            ("seen:staff.nric", "-/-"),
            ("rest", "accept"),
            ("csrf", "x"),
            ("do", "save"),
        ];
        let fields: Vec<(String, String)> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let read = Reviewed::read(fields.clone());
        let typed = &read.typed["staff.nric"];
        assert_eq!((typed.verdict.as_str(), typed.note.as_str()), ("accepted", "a note: yes"));
        assert!(read.rest && read.save && read.seen["staff.nric"] == "-/-");
        let kept = without_token(&fields);
        assert!(kept.contains("accepted") && !kept.contains("csrf") && !kept.contains("seen"), "{kept}");
    }
}
