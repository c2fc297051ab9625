//! What becomes of a shortfall: its owner answers, a curator may let it off, and Pasar closes it when a later result meets the benchmark.

use crate::problem::IllegalMove;
use crate::{Violation, Violations, text_enum};
use chrono::{Days, NaiveDate};

text_enum! {
    TaskState, "state of a task" {
        Open = "open", "To be mended";
        Mended = "mended", "Said to be mended";
        Promised = "promised", "Will be mended";
        Disputed = "disputed", "Disagreed with";
        Met = "met", "Met again";
        Excused = "excused", "Let off";
    }
}

impl TaskState {
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Met | Self::Excused)
    }

    /// What its owner may say of it while it is not over.
    pub fn answered(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = !self.is_over() && matches!(next, Self::Mended | Self::Promised | Self::Disputed);
        self.moved(next, legal)
    }

    /// What a curator may make of it: let it off, or ask again where its owner disagrees.
    pub fn decided(self, next: Self) -> Result<Self, IllegalMove> {
        let legal = (!self.is_over() && next == Self::Excused) || (self == Self::Disputed && next == Self::Open);
        self.moved(next, legal)
    }

    fn moved(self, next: Self, legal: bool) -> Result<Self, IllegalMove> {
        if legal { Ok(next) } else { Err(IllegalMove { from: self.label(), to: next.label() }) }
    }
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskForm {
    pub to: String,
    /// The day by which it will be mended.
    pub on: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskAnswer {
    pub to: TaskState,
    /// Where it will be mended.
    pub promised_on: Option<NaiveDate>,
    pub text: String,
}

/// The furthest day that may be promised.
const LONGEST: u64 = 366;

/// Checks an owner's answer.
pub fn check_answer(form: &TaskForm, from: TaskState, today: NaiveDate) -> Result<TaskAnswer, Violations> {
    let (to, text, mut wrong) = check(form, |to| from.answered(to));
    let last = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    let promised_on = form.on.trim().parse::<NaiveDate>().ok().filter(|day| to == Some(TaskState::Promised) && (today..=last).contains(day));
    if to == Some(TaskState::Promised) && promised_on.is_none() {
        wrong.push(Violation::new("on", "day_wrong", "Choose a day from today on, within a year."));
    }
    match (to, wrong.is_empty()) {
        (Some(to), true) => Ok(TaskAnswer { to, promised_on, text }),
        _ => Err(wrong),
    }
}

/// Checks what a curator says.
pub fn check_decision(form: &TaskForm, from: TaskState) -> Result<TaskAnswer, Violations> {
    match check(form, |to| from.decided(to)) {
        (Some(to), text, wrong) if wrong.is_empty() => Ok(TaskAnswer { to, promised_on: None, text }),
        (.., wrong) => Err(wrong),
    }
}

fn check(form: &TaskForm, may: impl Fn(TaskState) -> Result<TaskState, IllegalMove>) -> (Option<TaskState>, String, Violations) {
    let mut wrong = vec![];
    let to = form.to.parse::<TaskState>().ok().filter(|to| may(*to).is_ok());
    if to.is_none() {
        wrong.push(Violation::new("to", "state_unknown", "Choose what becomes of it."));
    }
    let text = form.text.trim().replace('\0', "");
    if !(5..=2000).contains(&text.chars().count()) {
        wrong.push(Violation::new("text", "text_missing", "Say in 5 to 2,000 characters what was done, or why."));
    }
    (to, text, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_so() {
        use TaskState::{Disputed, Excused, Mended, Open, Promised};
        for from in TaskState::ALL {
            for to in TaskState::ALL {
                assert_eq!(from.answered(*to).is_ok(), !from.is_over() && [Mended, Promised, Disputed].contains(to), "{from} to {to}");
                assert_eq!(from.decided(*to).is_ok(), (!from.is_over() && *to == Excused) || (*from, *to) == (Disputed, Open), "{from} to {to}");
            }
        }
    }

    #[test]
    fn an_answer_says_what_and_by_when() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let form = TaskForm { to: "promised".into(), on: "2026-12-01".into(), text: "The load is rewritten".into() };
        assert_eq!(check_answer(&form, TaskState::Open, today).unwrap().promised_on, "2026-12-01".parse().ok());
        assert_eq!(check_answer(&TaskForm { on: "2026-11-22".into(), ..form.clone() }, TaskState::Open, today).unwrap_err()[0].code, "day_wrong");
        assert_eq!(check_answer(&TaskForm { to: "mended".into(), ..form.clone() }, TaskState::Open, today).unwrap().promised_on, None);
        assert_eq!(check_answer(&form, TaskState::Met, today).unwrap_err()[0].code, "state_unknown");
        assert_eq!(check_decision(&TaskForm { to: "excused".into(), ..form.clone() }, TaskState::Open).unwrap().to, TaskState::Excused);
        assert_eq!(check_decision(&form, TaskState::Open).unwrap_err()[0].code, "state_unknown");
    }
}
