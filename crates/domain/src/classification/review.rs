//! A review of many columns at once: what was shown of each, what was typed, and what is to be decided.

use super::{ColumnClass, Scheme, Verdict, name_pattern};
use crate::catalogue::PersonalCategory;
use crate::id::ColumnProposalId;
use crate::{Violation, Violations};
use serde::Deserialize;

/// A piece of evidence as it is kept. Examples are masked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Evidence {
    pub detector: String,
    pub basis: String,
    pub speaks_for: bool,
    pub matched: usize,
    pub of: usize,
    pub examples: Vec<String>,
    pub note: String,
}

/// A column as it stands when a review is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `dataset.column`.
    pub name: String,
    pub column: String,
    /// None: nobody has said what it is.
    pub now: Option<ColumnClass>,
    pub proposal: Option<Judged>,
}

/// What stands proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub id: ColumnProposalId,
    pub class: ColumnClass,
    /// None when it is proposed as not personal.
    pub kind: Option<String>,
}

/// What was typed for one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// A word of [`Verdict`]; anything else leaves the column as it is.
    pub verdict: String,
    pub classification: String,
    pub sensitivity: String,
    pub personal: String,
    pub note: String,
}

/// One column's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub name: String,
    pub verdict: Verdict,
    pub class: ColumnClass,
    pub before: Option<ColumnClass>,
    pub proposal: Option<ColumnProposalId>,
    pub note: String,
    /// What this teaches: a pattern of names and a kind that are not proposed again, or are again.
    pub unlearn: Option<(String, String)>,
    pub learn: Option<(String, String)>,
}

const LONGEST_NOTE: usize = 500;

/// The decisions of a review, in order; columns of which nothing was said are left out.
pub fn review(scheme: &Scheme, columns: &[(Shown, Typed)]) -> Result<Vec<Decided>, Violations> {
    let mut wrong = Violations::new();
    let mut all = vec![];
    for (shown, typed) in columns {
        let Ok(verdict) = typed.verdict.parse::<Verdict>() else { continue };
        match one(scheme, shown, typed, verdict) {
            Ok(decided) => all.push(decided),
            Err(faults) => wrong.extend(faults),
        }
    }
    if wrong.is_empty() { Ok(all) } else { Err(wrong) }
}

fn one(scheme: &Scheme, shown: &Shown, typed: &Typed, verdict: Verdict) -> Result<Decided, Violations> {
    let fault = |code, message: String| vec![Violation::new("review", code, message)];
    let name = &shown.name;
    let class = match (verdict, &shown.proposal) {
        (Verdict::Changed, _) => typed_class(typed).ok_or_else(|| fault("class_missing", format!("Choose all three levels of {name}.")))?,
        (_, None) => return Err(fault("proposal_missing", format!("Nothing is proposed for {name}: choose Change, and its levels."))),
        (Verdict::Accepted, Some(proposal)) => proposal.class,
        // Rejected: it stays what it is; what nobody had classified is not personal then.
        (Verdict::Rejected, Some(proposal)) => match shown.now {
            Some(now) if now != proposal.class => now,
            None if proposal.class.personal.is_personal() => ColumnClass::least_for(PersonalCategory::None, false),
            _ => {
                return Err(fault(
                    "rejection_says_nothing",
                    format!("The proposal for {name} is what it is already: choose Change, and its levels."),
                ));
            }
        },
    };
    let mut wrong = class.check("review", name);
    for title in scheme.not_in_use(class, shown.now) {
        wrong.push(Violation::new("review", "level_not_in_use", format!("{title} is not in use any longer: choose another level for {name}.")));
    }
    let note = typed.note.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
    if note.chars().count() > LONGEST_NOTE {
        wrong.push(Violation::new("review", "note_too_long", format!("Use at most {LONGEST_NOTE} characters in the note on {name}.")));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let kind = shown.proposal.as_ref().and_then(|proposal| proposal.kind.clone());
    let taught = || kind.clone().map(|kind| (name_pattern(&shown.column), kind));
    // Saying that it is not personal after all rejects what the detectors found, by whichever way it was said.
    let found = shown.proposal.as_ref().is_some_and(|proposal| proposal.class.personal.is_personal());
    let learn = if found && !class.personal.is_personal() { taught() } else { None };
    let unlearn = class.personal.is_personal().then(|| (name_pattern(&shown.column), String::new()));
    Ok(Decided { name: name.clone(), verdict, class, before: shown.now, proposal: shown.proposal.as_ref().map(|p| p.id), note, unlearn, learn })
}

fn typed_class(typed: &Typed) -> Option<ColumnClass> {
    Some(ColumnClass {
        classification: typed.classification.parse().ok()?,
        sensitivity: typed.sensitivity.parse().ok()?,
        personal: typed.personal.parse().ok()?,
    })
}
