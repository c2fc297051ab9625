//! `GET /reviews/{id}`.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access_review::{Deciding, ReviewSaid, review_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::{AccessReviewId, AgreementId};
use domain::organisation::Place;
use domain::team::Belongs;
use domain::{Action, Violation, calendar};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::PgConnection;
use store::access_review::{self, Holding, ReviewView};

/// A review that this person may see; whoever may not learns nothing of it.
pub(super) async fn readable(conn: &mut PgConnection, state: &AppState, who: &SignedIn, id: &str) -> Result<ReviewView, HttpError> {
    let id: AccessReviewId = id.parse().map_err(|_| HttpError::NotFound)?;
    let review = access_review::review(conn, id, who.actor.person, state.now()).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::ReadReview { area: review.line.area }).map_err(|_| HttpError::NotFound)?;
    Ok(review)
}

#[derive(Deserialize)]
pub struct Asked {
    /// How many the page before decided.
    #[serde(default)]
    done: String,
}

pub async fn show(State(state): State<AppState>, Path(id): Path<String>, Query(asked): Query<Asked>, who: SignedIn) -> Result<Response, HttpError> {
    let review = readable(&mut *state.pool.acquire().await?, &state, &who, &id).await?;
    page(&state, &who, review, asked.done.parse().ok(), Deciding::default(), vec![]).await
}

/// Agreements of the review whose own page this person may open. Where it is theirs or their team's, they may in any case.
fn readable_agreements(who: &SignedIn, review: &ReviewView) -> BTreeSet<AgreementId> {
    let area = review.line.area;
    let readable = review.items.iter().filter_map(|item| match item.held {
        Holding::Agreement { agreement, product, .. } => {
            let place = Place { product, domain: area.domain, sector: area.sector };
            let read = Action::ReadAgreement { holder: Belongs::to(item.person), place };
            (item.own || authorise(&who.actor, read).is_ok()).then_some(agreement)
        }
        Holding::Role { .. } => None,
    });
    readable.collect()
}

/// The page, also with what was typed and what is wrong with it.
pub(super) async fn page(
    state: &AppState,
    who: &SignedIn,
    review: ReviewView,
    done: Option<usize>,
    form: Deciding,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let may = authorise(&who.actor, Action::ReviewAccess { domain: review.line.area.domain }).is_ok();
    let said = ReviewSaid { today: calendar::day(state.now()), may, done, readable: readable_agreements(who, &review) };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (csrf, title) = (who.csrf.clone(), format!("Review of access – {}", review.line.domain_title));
    render::page(state, who, Section::Work, &title, status, move || review_page(&csrf, &review, &said, &form, &wrong)).await
}
