//! A change that a program asks for: JSON with an access token. A session's cookie opens none of it, so that no page of others can
//! send one in somebody's name.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::http::token::presented::presented;
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What was sent, with who sent it. An empty body is an empty object.
pub struct Called<T>(pub T, pub SignedIn);

impl<T: DeserializeOwned> FromRequest<AppState> for Called<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let who = program(&mut parts, state).await?;
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(IntoResponse::into_response)?;
        let sent = if body.trim_ascii().is_empty() { b"{}" } else { body.trim_ascii() };
        let sent =
            serde_json::from_slice(sent).map_err(|error| HttpError::Malformed(format!("The JSON could not be read: {error}.")).into_response())?;
        Ok(Self(sent, who))
    }
}

/// Who sends it, by an access token alone.
pub async fn program(parts: &mut Parts, state: &AppState) -> Result<SignedIn, Response> {
    if presented(parts).is_none() {
        let session = SignedIn::find(state, &parts.headers).await.map_err(IntoResponse::into_response)?;
        let status = if session.is_some() { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        let advice = "Changes through the API need an access token: Authorization: Bearer …. Make one at /mine/tokens.";
        return Err(HttpError::Token(status, "token_missing", advice).into_response());
    }
    SignedIn::from_request_parts(parts, state).await
}

/// The longest key, in bytes.
const LONGEST_KEY: usize = 200;

/// What makes a request that is sent twice one request: the header `Idempotency-Key`, whatever is in it.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Uuid, HttpError> {
    let sent = headers.get("idempotency-key").map(|value| value.as_bytes().trim_ascii()).unwrap_or_default();
    if sent.is_empty() || sent.len() > LONGEST_KEY {
        let advice = "Send an Idempotency-Key of at most 200 characters, the same one each time you send the same request.";
        return Err(HttpError::Token(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_missing", advice));
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(sent)[..16]);
    Ok(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_each_time_and_must_be_there() {
        let with = |key: &str| HeaderMap::from_iter([(axum::http::HeaderName::from_static("idempotency-key"), key.parse().unwrap())]);
        assert_eq!(idempotency_key(&with("nightly 1")).unwrap(), idempotency_key(&with(" nightly 1 ")).unwrap());
        assert_ne!(idempotency_key(&with("nightly 1")).unwrap(), idempotency_key(&with("nightly 2")).unwrap());
        assert!(idempotency_key(&HeaderMap::new()).is_err() && idempotency_key(&with(&"x".repeat(201))).is_err());
    }
}
