//! `GET /sign-in` and `POST /sign-in`: from the button to the provider's page.

use super::{SIGN_IN_COOKIE, cookie, local_path};
use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::from_our_page;
use crate::http::observe::ClientAddress;
use crate::http::render;
use crate::http::session::callback::refused;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::session::sign_in_page;
use app::shell::Section;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use store::session::{self, SignIn};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    return_to: String,
}

pub async fn page(State(state): State<AppState>, headers: HeaderMap, Query(wanted): Query<Wanted>) -> Result<Response, HttpError> {
    let return_to = local_path(&wanted.return_to);
    if SignedIn::find(&state, &headers).await?.is_some() {
        return Ok(Redirect::to(&return_to).into_response());
    }
    let demonstration = state.config.demonstration;
    render::any_page(&state, None, Section::None, "Sign in", StatusCode::OK, move || sign_in_page(&return_to, demonstration)).await
}

pub async fn begin(
    State(state): State<AppState>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
    jar: CookieJar,
    Form(wanted): Form<Wanted>,
) -> Result<Response, HttpError> {
    if !from_our_page(&headers, &state.config.base_url) {
        return Err(HttpError::ForeignForm);
    }
    if !state.rates.sign_in(client.0) {
        return Err(HttpError::TooManyRequests);
    }
    let now = state.now();
    let begin = state.provider.begin(now).await.map_err(|error| refused(&error))?;
    let token = clock::token();
    let sign_in = SignIn {
        state: begin.pending.state,
        nonce: begin.pending.nonce,
        pkce_verifier: begin.pending.pkce_verifier,
        return_to: local_path(&wanted.return_to),
    };
    let mut conn = state.pool.acquire().await?;
    session::begin_sign_in(&mut conn, &clock::hash(&token), &sign_in, now).await?;
    Ok((jar.add(cookie(SIGN_IN_COOKIE, token)), Redirect::to(&begin.url)).into_response())
}
