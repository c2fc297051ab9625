//! Which answers a request must have: one answer for the form, the page of answers, submitting and the API.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::standards::gate;
use crate::state::AppState;
use domain::access::{Answer, Answers, NewRequest, Offered, RequestForm, Term, longest_until, scopes};
use domain::{Violations, calendar};
use serde_json::{Value, json};
use store::access::Asked;

/// What the terms of these datasets say of time, sharing and answers.
pub fn terms_of(asked: &[Asked]) -> Vec<Term> {
    let term = |asked: &Asked| Term {
        product_title: asked.product_title.clone(),
        longest_days: asked.longest_days,
        sharing: asked.sharing,
        asks: asked.asks.clone(),
    };
    asked.iter().map(term).collect()
}

/// What of these datasets may be asked for.
pub fn offered_of(asked: &[Asked]) -> Vec<Offered> {
    let offered = |asked: &Asked| Offered {
        address: asked.address.clone(),
        title: asked.dataset_title.clone(),
        columns: asked.columns.clone(),
        scope_columns: asked.scope_columns.clone(),
    };
    asked.iter().map(offered).collect()
}

/// What the terms of these datasets and the standards of their products ask for together. Of standards it cannot be read which answers their
/// rules look at; so the form is judged as if it said nothing, and what then stops it, or asks somebody more, for want of an answer, asks for it.
pub async fn needed(state: &AppState, who: &SignedIn, form: &RequestForm, asked: &[Asked]) -> Result<Answers, HttpError> {
    let terms = terms_of(asked);
    let mut answers = Answers::of(&terms);
    let today = calendar::day(state.now());
    let Some(longest) = longest_until(&terms, today) else { return Ok(answers) };
    let silent = NewRequest {
        purpose: form.purpose.trim().to_owned(),
        explanation: String::new(),
        legal_basis: String::new(),
        team: String::new(),
        seen_by: String::new(),
        until: form.until.trim().parse().unwrap_or(longest),
        wanted: scopes(form, &offered_of(asked)),
    };
    let mut conn = state.pool.acquire().await?;
    for (answer, standard) in gate::missing(state, &mut conn, who, &silent, asked).await? {
        answers.ask(answer, &format!("the standard “{standard}”"));
    }
    Ok(answers)
}

/// The same as programs read it: what must be said and by whose word, and what may be.
pub fn said(answers: &Answers) -> Value {
    let line = |answer: Answer| json!({ "answer": answer, "field": answer.field(), "required": answers.requires(answer), "asked_by": answers.asked_by(answer) });
    Answer::ALL.iter().copied().filter(|answer| answers.shows(*answer)).map(line).collect()
}

/// Faults of a program's request: of an answer that is missing, with who asks for it.
pub fn explained(mut wrong: Violations, answers: &Answers) -> Violations {
    for fault in wrong.iter_mut().filter(|fault| fault.code.ends_with("_missing")) {
        if let Some(by) = Answer::named(fault.field).and_then(|answer| answers.said(answer)) {
            fault.message = format!("{} {by}", fault.message);
        }
    }
    wrong
}
