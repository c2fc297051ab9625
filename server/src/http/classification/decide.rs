//! `POST /products/{urn}/classify`: keeps a review, or puts it into force.

use super::form::{Reviewed, without_token};
use super::review::{page, product, review};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::evaluate;
use crate::state::AppState;
use crate::tightening::{self, NotInForce};
use app::features::classification::review::Review;
use app::features::classification::seen;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::classification::{self as scheme, Judged, Shown, Typed, Verdict};
use domain::{Violation, Violations};
use store::classification::{self, ReviewColumn, Tightening};

pub async fn decide(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(fields, who): CheckedForm<Vec<(String, String)>>,
) -> Result<Response, HttpError> {
    let product = product(&state, &who, &urn).await?;
    let at = format!("/products/{}/classify", product.address);
    let kept = without_token(&fields);
    let read = Reviewed::read(fields);
    // Kept first: whatever happens from here on, nothing that was typed is lost.
    classification::keep_draft(&mut *state.pool.acquire().await?, who.actor.person, product.id, &kept, state.now()).await?;
    if read.save {
        return Ok(Redirect::to(&format!("{at}?done=saved")).into_response());
    }
    let found = review(&state, &who, product, read.show).await?;
    let decided = match tightening_of(&found, &read) {
        Ok(decided) => decided,
        Err(wrong) => return refused(&state, &who, found, wrong, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    match tightening::decide(&state, who.actor.person, &decided, &who.origin).await {
        Ok(done) => {
            evaluate::just_saved(&state, decided.product).await;
            Ok(Redirect::to(&format!("{at}?done=decided&columns={}", done.columns)).into_response())
        }
        Err(NotInForce::Changed(message)) => {
            let product = super::review::product(&state, &who, &urn).await?;
            let found = review(&state, &who, product, read.show).await?;
            refused(&state, &who, found, vec![Violation::new("review", "changed_meanwhile", message)], StatusCode::CONFLICT).await
        }
        Err(NotInForce::Source(error)) => {
            tracing::error!(%error, "nothing was decided");
            let message = "The agency’s database did not follow, so that nothing was decided: readers could have kept what you hide. Your review is kept; confirm it again in a minute.";
            refused(&state, &who, found, vec![Violation::new("review", "source_unavailable", message)], StatusCode::SERVICE_UNAVAILABLE).await
        }
        Err(NotInForce::Record(error)) => Err(error.into()),
    }
}

async fn refused(state: &AppState, who: &SignedIn, found: Review, wrong: Violations, status: StatusCode) -> Result<Response, HttpError> {
    page(state, who, Review { wrong, ..found }, status).await
}

/// What is to be decided of what was shown, or what is wrong with it.
fn tightening_of(found: &Review, read: &Reviewed) -> Result<Tightening, Violations> {
    let mut wrong = vec![];
    let mut asked: Vec<(&ReviewColumn, Shown, Typed)> = vec![];
    for column in &found.columns {
        let name = column.full_name();
        let Some(was) = read.seen.get(&name) else { continue };
        let mut typed = read.typed.get(&name).cloned().unwrap_or_default();
        if typed.verdict.is_empty() && read.rest && column.is_open() && column.proposal.is_some() {
            typed.verdict = Verdict::Accepted.to_string();
        }
        if typed.verdict.is_empty() {
            continue;
        }
        if *was != seen(column) {
            wrong.push(Violation::new("review", "changed_meanwhile", format!("{name} was changed since the page was read. Look at it again.")));
        }
        let proposal = column.proposal.as_ref().map(|one| Judged { id: one.id, class: one.class, kind: one.kind.clone() });
        asked.push((column, Shown { name, column: column.name.clone(), now: column.now, proposal }, typed));
    }
    if asked.is_empty() {
        wrong.push(Violation::new("review", "nothing_decided", "Decide about one column at least, or save the review for later."));
    }
    let pairs: Vec<(Shown, Typed)> = asked.iter().map(|(_, shown, typed)| (shown.clone(), typed.clone())).collect();
    match scheme::review(&found.scheme, &pairs) {
        Ok(decided) if wrong.is_empty() => {
            let of = |name: &str| asked.iter().find(|(_, shown, _)| shown.name == name).map(|(column, ..)| (column.dataset, column.name.clone()));
            let columns = decided.into_iter().filter_map(|one| of(&one.name).map(|(dataset, column)| (dataset, column, one))).collect();
            Ok(Tightening { product: found.product.id, address: found.product.address.clone(), columns })
        }
        Ok(_) => Err(wrong),
        Err(more) => {
            wrong.extend(more);
            Err(wrong)
        }
    }
}
