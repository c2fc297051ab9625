//! Which answers a request must have: what the terms of the chosen products ask for together, and what standards add. Pure, and the one
//! place that says it: the form, its checks and the API take it from here.

use super::request::Term;
use crate::catalogue::Sharing;
use crate::text_enum;
use std::collections::{BTreeMap, BTreeSet};

text_enum! {
    /// An answer that terms or a standard may ask for. The purpose is none: it is asked for always.
    Answer, "answer" {
        Explanation = "explanation", "What will be done with the data";
        LegalBasis = "legal-basis", "The legal basis";
        Team = "team", "The team";
        Others = "others", "Who else will see it";
        Until = "until", "The last day on which it is needed";
    }
}

impl Answer {
    /// The form's name for it, also in faults.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Explanation => "explanation",
            Self::LegalBasis => "legal_basis",
            Self::Team => "team",
            Self::Others => "seen_by",
            Self::Until => "until",
        }
    }

    /// The answer that a field names, as forms or terms write it; rules may put `request.` before it.
    pub fn named(field: &str) -> Option<Self> {
        let name = field.strip_prefix("request.").unwrap_or(field);
        Self::ALL.iter().copied().find(|answer| name == answer.field() || name == answer.as_str())
    }
}

/// What terms ask for that do not say it: nobody weighs a request for what is open to every officer, so that its purpose and a day are
/// enough; whoever decides needs the rest too.
pub fn usual_answers(sharing: Sharing) -> BTreeSet<Answer> {
    match sharing {
        Sharing::Open => [Answer::Until].into(),
        Sharing::Approval => [Answer::Explanation, Answer::LegalBasis, Answer::Team, Answer::Until].into(),
    }
}

/// The answers that a request must have, with who asks for each, and those that it may have. What is neither is not asked, and not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    required: BTreeMap<Answer, BTreeSet<String>>,
    optional: BTreeSet<Answer>,
}

impl Answers {
    /// What these terms ask for together. Terms that do not say which answers they ask for leave room for the others; where nothing is
    /// chosen yet, it is as if such terms were, of something that somebody decides.
    pub fn of(terms: &[Term]) -> Self {
        let mut answers = Self::default();
        for term in terms {
            let by = format!("the terms of {}", term.product_title);
            for answer in term.asks.clone().unwrap_or_else(|| usual_answers(term.sharing)) {
                answers.ask(answer, &by);
            }
        }
        if terms.is_empty() {
            answers.required = usual_answers(Sharing::Approval).into_iter().map(|answer| (answer, BTreeSet::new())).collect();
        }
        if terms.is_empty() || terms.iter().any(|term| term.asks.is_none()) {
            answers.optional.extend(Answer::ALL);
        }
        answers
    }

    /// One more who asks for an answer.
    pub fn ask(&mut self, answer: Answer, by: &str) {
        self.required.entry(answer).or_default().insert(by.to_owned());
    }

    pub fn requires(&self, answer: Answer) -> bool {
        self.required.contains_key(&answer)
    }

    /// Whether it is asked at all.
    pub fn shows(&self, answer: Answer) -> bool {
        self.requires(answer) || self.optional.contains(&answer)
    }

    /// Who asks for it: `the terms of Bus routes`.
    pub fn asked_by(&self, answer: Answer) -> Vec<&str> {
        self.required.get(&answer).into_iter().flatten().map(String::as_str).collect()
    }

    /// The same as a sentence; nothing when nobody does.
    pub fn said(&self, answer: Answer) -> Option<String> {
        let by = self.asked_by(answer);
        let named = match by.as_slice() {
            [] => return None,
            [one] => (*one).to_owned(),
            [first, second] => format!("{first} and {second}"),
            [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
        };
        Some(format!("Asked for by {named}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(title: &str, sharing: Sharing, asks: Option<&[Answer]>) -> Term {
        Term { product_title: title.into(), longest_days: 365, sharing, asks: asks.map(|asks| asks.iter().copied().collect()) }
    }

    fn required(answers: &Answers) -> Vec<&'static str> {
        Answer::ALL.iter().filter(|answer| answers.requires(**answer)).map(|answer| answer.as_str()).collect()
    }

    fn shown(answers: &Answers) -> usize {
        Answer::ALL.iter().filter(|answer| answers.shows(**answer)).count()
    }

    #[test]
    fn terms_that_say_nothing_ask_for_what_is_usual_and_leave_room_for_the_rest() {
        let open = term("Open", Sharing::Open, None);
        let decided = term("Decided", Sharing::Approval, None);
        assert_eq!(required(&Answers::of(std::slice::from_ref(&open))), ["until"]);
        let both = Answers::of(&[open, decided]);
        assert_eq!((required(&both), shown(&both)), (vec!["explanation", "legal-basis", "team", "until"], 5));
        assert_eq!(both.said(Answer::Team).unwrap(), "Asked for by the terms of Decided.");
        assert_eq!((required(&Answers::of(&[])), shown(&Answers::of(&[]))), (required(&both), 5), "nothing is chosen yet");
        assert_eq!(Answers::of(&[]).said(Answer::Team), None);
    }

    #[test]
    fn what_no_terms_ask_for_is_left_out_and_the_rest_adds_up() {
        let (basis, others) = (term("Basis", Sharing::Approval, Some(&[Answer::LegalBasis])), term("Others", Sharing::Open, Some(&[Answer::Others])));
        let one = Answers::of(std::slice::from_ref(&basis));
        assert_eq!((required(&one), shown(&one)), (vec!["legal-basis"], 1));
        let none = Answers::of(&[term("Purpose alone", Sharing::Approval, Some(&[]))]);
        assert_eq!(shown(&none), 0);
        let mut both = Answers::of(&[others, basis]);
        assert_eq!((required(&both), shown(&both)), (vec!["legal-basis", "others"], 2));
        both.ask(Answer::LegalBasis, "the standard “Consent”");
        both.ask(Answer::LegalBasis, "the terms of Another");
        both.ask(Answer::Team, "the standard “Consent”");
        assert_eq!(both.said(Answer::LegalBasis).unwrap(), "Asked for by the standard “Consent”, the terms of Another and 1 more.");
        assert_eq!((both.asked_by(Answer::Team), both.shows(Answer::Until)), (vec!["the standard “Consent”"], false));
    }

    #[test]
    fn an_answer_is_known_by_the_form_s_name_and_by_its_own() {
        for name in ["legal_basis", "legal-basis", "request.legal_basis"] {
            assert_eq!(Answer::named(name), Some(Answer::LegalBasis), "{name}");
        }
        assert_eq!((Answer::named("seen_by"), Answer::named("others")), (Some(Answer::Others), Some(Answer::Others)));
        assert_eq!((Answer::named("purpose"), Answer::named("product.team"), Answer::named("")), (None, None, None));
    }
}
