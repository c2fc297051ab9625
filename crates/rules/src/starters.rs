//! Short rules in Rego to begin from, each with its tests: one for each thing that rules ask about. They ask for nothing by themselves.

use crate::cases::Case;
use serde::Deserialize;

/// A rule to begin from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starter {
    /// For addresses.
    #[serde(skip)]
    pub id: String,
    pub title: String,
    pub rego: String,
    pub cases: Vec<Case>,
}

const DOCUMENTS: [(&str, &str); 7] = [
    ("each-column", include_str!("../starters/each-column.yaml")),
    ("names", include_str!("../starters/names.yaml")),
    ("tag", include_str!("../starters/tag.yaml")),
    ("measured", include_str!("../starters/measured.yaml")),
    ("agreement", include_str!("../starters/agreement.yaml")),
    ("request", include_str!("../starters/request.yaml")),
    ("actor", include_str!("../starters/actor.yaml")),
];

/// All of them; a document that cannot be read is left out, which a test forbids.
pub fn all() -> Vec<Starter> {
    DOCUMENTS.iter().filter_map(|(id, text)| Some(Starter { id: (*id).to_owned(), ..serde_saphyr::from_str::<Starter>(text).ok()? })).collect()
}

/// One of them.
pub fn find(id: &str) -> Option<Starter> {
    all().into_iter().find(|starter| starter.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::Outcome;
    use crate::rule::Rule;

    #[test]
    fn each_compiles_and_does_what_its_tests_say() {
        let all = all();
        assert_eq!(all.len(), DOCUMENTS.len(), "each can be read");
        for starter in all {
            let rule = Rule::compile(&starter.rego).unwrap_or_else(|faults| panic!("{}: {faults:?}", starter.id));
            assert!(starter.rego.lines().count() <= 30 && starter.cases.len() >= 2, "{} is short and tested", starter.id);
            assert!(starter.cases.iter().any(|case| case.expect.is_empty()) && starter.cases.iter().any(|case| !case.expect.is_empty()));
            for case in &starter.cases {
                assert_eq!(case.run(&rule), Outcome::Passed, "{} / {}", starter.id, case.name);
            }
        }
        assert!(find("names").is_some() && find("nothing").is_none());
    }

    /// The guide names every function.
    #[test]
    fn the_guide_lists_every_function() {
        let guide = include_str!("../../../docs/standards.md");
        for (name, _) in crate::functions_offered() {
            assert!(guide.contains(name), "docs/standards.md does not name {name}");
        }
    }
}
