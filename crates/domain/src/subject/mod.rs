//! What a person may ask about data that is held of them: what is searched for, how much of it is kept, and the tasks that follow.
//! What names the person is kept nowhere: a keyed hash tells whether the same one asked before, a mask is what people read.

mod identifier;

pub use identifier::{Identifier, IdentifierKind, masked};

use crate::{Violation, Violations, text_enum};

text_enum! {
    /// What the person wants.
    SubjectWish, "wish" {
        Report = "report", "Know what is held";
        Correction = "correction", "Have it corrected";
        Erasure = "erasure", "Have it erased";
    }
}

text_enum! {
    SubjectState, "state of a request of a person" {
        Looking = "looking", "Being looked for";
        /// A source could not be asked: nothing is known.
        Failed = "failed", "Could not be looked for";
        Open = "open", "Domains are at work";
        Closed = "closed", "Answered";
    }
}

text_enum! {
    /// What one domain does about it.
    TaskState, "state of a task" {
        Open = "open", "To do";
        Done = "done", "Done";
        Refused = "refused", "Refused";
    }
}

text_enum! {
    /// What the source said of one column.
    Outcome, "outcome" {
        Found = "found", "Found";
        NoIndex = "no-index", "Not looked: the column has no index";
        OtherType = "other-type", "Not looked: the column cannot hold it as text or number";
        NotShared = "not-shared", "Not looked: the table is not shared any more";
    }
}

/// A move that no rule allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot go from {from} to {to}")]
pub struct IllegalMove {
    pub from: &'static str,
    pub to: &'static str,
}

impl SubjectState {
    /// The next state, or which move was illegal.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = matches!((self, next), (Self::Looking, Self::Failed | Self::Open | Self::Closed) | (Self::Open, Self::Closed));
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

impl TaskState {
    /// The next state, or which move was illegal: a task is ended once.
    pub fn to(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = matches!((self, next), (Self::Open, Self::Done | Self::Refused));
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

/// Working days in which a person is answered: a month, as the Personal Data Protection Act's regulations want it said.
pub const WORKING_DAYS_TO_ANSWER: u32 = 20;
/// Rows whose keys are kept for a domain until its task is ended.
pub const MOST_KEYS: usize = 20;

/// What somebody typed. The identifier is held apart from it as soon as it is read.
#[derive(Debug, Clone, Default)]
pub struct SubjectForm {
    pub kind: String,
    pub identifier: String,
    pub wish: String,
    pub purpose: String,
    pub reason: String,
}

/// A request that may be looked for.
#[derive(Clone)]
pub struct NewSubject {
    pub identifier: Identifier,
    pub wish: SubjectWish,
    pub purpose: String,
    pub reason: String,
}

/// Checks the form. Texts that are kept must not hold what is not.
pub fn check_subject(form: &SubjectForm) -> Result<NewSubject, Violations> {
    let mut wrong = vec![];
    let kind = form.kind.parse::<IdentifierKind>();
    if kind.is_err() {
        wrong.push(Violation::new("kind", "kind_unknown", "Choose what the person is named by."));
    }
    let identifier = kind.map_err(|_| "Choose what the person is named by.").and_then(|kind| Identifier::read(kind, &form.identifier));
    if let (Err(message), true) = (&identifier, wrong.is_empty()) {
        wrong.push(Violation::new("identifier", "identifier_wrong", *message));
    }
    let wish = form.wish.parse::<SubjectWish>();
    if wish.is_err() {
        wrong.push(Violation::new("wish", "wish_unknown", "Choose what the person wants."));
    }
    for (field, code, text, ask) in [
        ("purpose", "purpose_missing", &form.purpose, "Say under which law or rule the person asks, in 5 to 500 characters."),
        ("reason", "reason_missing", &form.reason, "Say what you were asked, without naming the person, in 5 to 500 characters."),
    ] {
        let text = text.trim();
        if !(5..=500).contains(&text.chars().count()) {
            wrong.push(Violation::new(field, code, ask));
        } else if identifier.as_ref().is_ok_and(|identifier| identifier.is_in(text)) {
            wrong.push(Violation::new(field, "names_the_person", "Leave out what names the person: this text is kept."));
        }
    }
    match (identifier, wish, wrong.is_empty()) {
        (Ok(identifier), Ok(wish), true) => {
            Ok(NewSubject { identifier, wish, purpose: form.purpose.trim().to_owned(), reason: form.reason.trim().to_owned() })
        }
        _ => Err(wrong),
    }
}

/// Checks how a domain ended its task: what was done or why not stays with the request.
pub fn check_evidence(evidence: &str) -> Result<String, Violations> {
    let text = evidence.trim();
    if (10..=2000).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let ask = "Say in 10 to 2,000 characters what was done, where and how it was checked, or why not. Do not name the person.";
    Err(vec![Violation::new("evidence", "evidence_missing", ask)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> SubjectForm {
        SubjectForm {
            kind: "nric".into(),
            identifier: " s1234567d ".into(),
            wish: "erasure".into(),
            purpose: "Letter of 3 November".into(),
            reason: "Has left the scheme".into(),
        }
    }

    #[test]
    fn a_whole_form_is_taken() {
        let new = check_subject(&form()).ok().unwrap();
        assert_eq!((new.wish, new.identifier.mask()), (SubjectWish::Erasure, "•••••••7D".to_owned()));
    }

    #[test]
    fn every_fault_is_said_at_its_field() {
        let fields = |form: &SubjectForm| check_subject(form).err().unwrap().iter().map(|one| one.field).collect::<Vec<_>>();
        assert_eq!(fields(&SubjectForm::default()), ["kind", "wish", "purpose", "reason"]);
        assert_eq!(fields(&SubjectForm { identifier: "S12".into(), ..form() }), ["identifier"]);
        for telling in ["Is S1234567D and has left", "is s 1234 567-d"] {
            assert_eq!(fields(&SubjectForm { reason: telling.into(), ..form() }), ["reason"], "{telling}");
        }
    }

    #[test]
    fn a_task_is_ended_once_and_a_request_answered_once() {
        use SubjectState::{Closed, Failed, Looking, Open};
        for from in TaskState::ALL {
            for to in TaskState::ALL {
                assert_eq!(from.to(*to).is_ok(), *from == TaskState::Open && *to != TaskState::Open, "{from} to {to}");
            }
        }
        let legal = [(Looking, Failed), (Looking, Open), (Looking, Closed), (Open, Closed)];
        for from in SubjectState::ALL {
            for to in SubjectState::ALL {
                assert_eq!(from.to(*to).is_ok(), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
    }
}
