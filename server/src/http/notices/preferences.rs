//! `GET` and `POST /notices/preferences`: how somebody wants to be told, by kind.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::notices::{Preferences, preferences_page};
use app::shell::Section;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::notice::{Delivery, NoticeKind};
use domain::{Violation, Violations};
use store::notice;

pub async fn show(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Response, HttpError> {
    let chosen = notice::preferences(&mut *state.pool.acquire().await?, who.actor.person).await?;
    let chosen = chosen.into_iter().map(|(kind, delivery)| (kind, delivery.as_str().to_owned())).collect();
    page(&state, &who, chosen, raw.as_deref() == Some("kept"), vec![]).await
}

pub async fn keep(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Vec<(String, String)>>) -> Result<Response, HttpError> {
    let of = |kind: NoticeKind| typed.iter().find(|(name, _)| name == kind.as_str()).map(|(_, value)| value.clone()).unwrap_or_default();
    let chosen: Vec<(NoticeKind, String)> = NoticeKind::ALL.iter().map(|kind| (*kind, of(*kind))).collect();
    match kept(&state, &who, &chosen).await? {
        Ok(()) => Ok(Redirect::to("/notices/preferences?kept").into_response()),
        Err(wrong) => page(&state, &who, chosen, false, wrong).await,
    }
}

/// Keeps a choice for every kind; or says for which there is none.
pub(crate) async fn kept(state: &AppState, who: &SignedIn, typed: &[(NoticeKind, String)]) -> Result<Result<(), Violations>, HttpError> {
    let (mut chosen, mut wrong) = (vec![], vec![]);
    for (kind, word) in typed {
        match word.parse::<Delivery>() {
            Ok(delivery) => chosen.push((*kind, delivery)),
            Err(_) => wrong.push(Violation::new(kind.as_str(), "delivery_missing", format!("Choose how you are told: {}.", kind.label()))),
        }
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    notice::set_preferences(&mut *state.pool.acquire().await?, who.actor.person, &chosen).await?;
    Ok(Ok(()))
}

async fn page(state: &AppState, who: &SignedIn, chosen: Vec<(NoticeKind, String)>, kept: bool, wrong: Violations) -> Result<Response, HttpError> {
    let (status, title) =
        if wrong.is_empty() { (StatusCode::OK, "How you are told") } else { (StatusCode::UNPROCESSABLE_ENTITY, "Error: How you are told") };
    let page = Preferences { chosen, kept, mail: state.config.mail.is_some(), address: who.actor.email.clone() };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Notices, title, status, move || preferences_page(&csrf, &page, &wrong)).await
}
