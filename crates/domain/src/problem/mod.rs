//! Problems that readers report of a product, what its team answers, and incidents that several of them may be part of.

use crate::{Violation, Violations, text_enum};
use chrono::TimeDelta;

text_enum! {
    ProblemState, "state of a problem" {
        Reported = "reported", "Reported";
        Accepted = "accepted", "Being mended";
        Mended = "mended", "Mended";
        Declined = "declined", "Not a problem of the data";
    }
}

/// A move that no rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot go from {from} to {to}")]
pub struct IllegalMove {
    pub from: &'static str,
    pub to: &'static str,
}

impl ProblemState {
    /// The next state, or which move was illegal. An answer may leave it where it is while it is not over.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        use ProblemState::{Accepted, Declined, Mended, Reported};
        let legal = matches!((self, next), (Reported | Accepted, Accepted | Mended | Declined));
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }

    pub const fn is_over(self) -> bool {
        matches!(self, Self::Mended | Self::Declined)
    }
}

text_enum! {
    /// What it is about.
    ProblemAbout, "subject of a problem" {
        Values = "values", "Values that are wrong or missing";
        Rows = "rows", "Rows that are missing, too many or twice";
        Freshness = "freshness", "Data that is too old";
        Description = "description", "A description that is wrong";
        Other = "other", "Something else";
    }
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProblemForm {
    /// A dataset, or `dataset.column`; empty is the whole product.
    pub place: String,
    pub about: String,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProblem {
    pub dataset: Option<String>,
    pub column: Option<String>,
    pub about: ProblemAbout,
    pub words: String,
}

const LONGEST: usize = 2000;

/// Checks what was typed against the places that the product has.
pub fn check_problem(form: &ProblemForm, places: &[String]) -> Result<NewProblem, Violations> {
    let mut wrong = vec![];
    let place = form.place.trim();
    if !place.is_empty() && !places.iter().any(|one| one == place) {
        wrong.push(Violation::new("place", "place_unknown", "Choose a dataset or a column of this product, or the whole of it."));
    }
    let about = form.about.parse::<ProblemAbout>();
    if about.is_err() {
        wrong.push(Violation::new("about", "about_unknown", "Choose what is wrong."));
    }
    let words = form.words.trim().replace('\0', "");
    if !(10..=LONGEST).contains(&words.chars().count()) {
        wrong.push(Violation::new("words", "words_missing", "Say in 10 to 2,000 characters what you saw and what you expected. Name no person."));
    }
    match (about, wrong.is_empty()) {
        (Ok(about), true) => {
            let mut parts = place.splitn(2, '.').map(str::to_owned).filter(|part| !part.is_empty());
            Ok(NewProblem { dataset: parts.next(), column: parts.next(), about, words })
        }
        _ => Err(wrong),
    }
}

/// The middle of some times to mend; none of none.
pub fn median(mut times: Vec<TimeDelta>) -> Option<TimeDelta> {
    times.sort_unstable();
    let middle = times.len() / 2;
    match times.len() {
        0 => None,
        n if n % 2 == 1 => times.get(middle).copied(),
        _ => Some((*times.get(middle - 1)? + *times.get(middle)?) / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_answered_and_ends_once() {
        use ProblemState::{Accepted, Declined, Mended, Reported};
        let legal = [(Reported, Accepted), (Reported, Mended), (Reported, Declined), (Accepted, Accepted), (Accepted, Mended), (Accepted, Declined)];
        for from in ProblemState::ALL {
            for to in ProblemState::ALL {
                assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_report_names_a_place_of_the_product() {
        let places = ["routes".to_owned(), "routes.stop".to_owned()];
        let form = ProblemForm { place: "routes.stop".into(), about: "values".into(), words: "Half of the codes have six digits".into() };
        let new = check_problem(&form, &places).unwrap();
        assert_eq!((new.dataset.as_deref(), new.column.as_deref(), new.about), (Some("routes"), Some("stop"), ProblemAbout::Values));
        assert_eq!(check_problem(&ProblemForm { place: String::new(), ..form.clone() }, &places).unwrap().dataset, None);
        assert_eq!(check_problem(&ProblemForm { place: "routes.gone".into(), ..form }, &places).unwrap_err()[0].code, "place_unknown");
        assert_eq!(check_problem(&ProblemForm::default(), &places).unwrap_err().len(), 2);
    }

    #[test]
    fn the_middle_of_times() {
        let hours = |n: &[i64]| n.iter().map(|n| TimeDelta::hours(*n)).collect::<Vec<_>>();
        assert_eq!(median(vec![]), None);
        assert_eq!(median(hours(&[9, 1, 5])), Some(TimeDelta::hours(5)));
        assert_eq!(median(hours(&[1, 3])), Some(TimeDelta::hours(2)));
    }
}
