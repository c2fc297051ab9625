//! Who sends an access token. It counts under `/api/v1/` alone, with the rights that its maker has at that moment, and only
//! for what its scopes name.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::observe::ClientAddress;
use crate::http::signed_in::{SignedIn, origin};
use crate::state::AppState;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use domain::token::{PREFIX, TokenScope};
use std::net::{IpAddr, Ipv4Addr};
use store::token;

/// The token that came with a request to the API; none when there is none, or it is one of an agreement.
pub fn presented(parts: &Parts) -> Option<&str> {
    let sent = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.trim();
    ((parts.uri.path().starts_with("/api/v1/") || parts.uri.path().starts_with("/v1/data/")) && sent.starts_with(PREFIX)).then_some(sent)
}

/// The person who made the token. Wrong ones all look the same from outside, and are counted.
pub async fn bearer(state: &AppState, parts: &Parts, sent: &str) -> Result<SignedIn, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = token::find(&mut conn, &clock::hash(sent), state.now()).await?;
    drop(conn);
    let Some(found) = found else {
        let address = parts.extensions.get::<ClientAddress>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.0);
        return Err(if state.rates.wrong_token(address) {
            HttpError::Token(
                StatusCode::UNAUTHORIZED,
                "token_invalid",
                "This token is not valid, was revoked or has run out. Make a new one at /mine/tokens.",
            )
        } else {
            HttpError::TooManyRequests
        });
    };
    let needed = TokenScope::needed(matches!(parts.method, Method::GET | Method::HEAD), parts.uri.path());
    if !found.scopes.contains(&needed) {
        return Err(HttpError::Token(
            StatusCode::FORBIDDEN,
            "token_scope",
            "This token was not made for that. Make one with the scope that it needs.",
        ));
    }
    // No form can be sent with it: nobody knows this form token.
    Ok(SignedIn { actor: found.actor, csrf: clock::token(), id_token: None, origin: origin(parts).with_token(found.token) })
}
