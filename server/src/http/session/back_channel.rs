//! `POST /sign-in/back-channel-logout`: the provider says that a session has ended (Back-Channel Logout 1.0). The token is
//! the authentication: verified, fresh, and accepted once.

use crate::http::error::HttpError;
use crate::http::observe::ClientAddress;
use crate::state::AppState;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use serde::Deserialize;
use store::session;

#[derive(Deserialize)]
pub struct Logout {
    logout_token: String,
}

pub async fn logout(
    State(state): State<AppState>,
    Extension(client): Extension<ClientAddress>,
    Form(form): Form<Logout>,
) -> Result<StatusCode, HttpError> {
    let now = state.now();
    let token = state.provider.verify_logout_token(&form.logout_token, now).await.map_err(|error| {
        tracing::warn!(code = error.code(), "logout token refused");
        // Only wrong tokens count: a provider that ends many sessions at once must be heard every time.
        if !state.rates.wrong_token(client.0) {
            return HttpError::TooManyRequests;
        }
        HttpError::SignIn(StatusCode::BAD_REQUEST, "logout_token_refused", "The logout token cannot be accepted.".into())
    })?;
    let mut tx = state.pool.begin().await?;
    if session::remember_logout_token(&mut tx, &token.issuer, &token.jti, now).await? {
        let ended = session::end_by_provider(&mut tx, &token.issuer, token.sid.as_deref(), token.subject.as_deref()).await?;
        tracing::info!(ended, "sessions ended by the provider");
    }
    tx.commit().await?;
    Ok(StatusCode::OK)
}
