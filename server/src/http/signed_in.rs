//! The person behind a request. A handler that takes `SignedIn` cannot run without a session, or, under `/api/v1/`, an access token; roles are those in force
//! when the request began.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::observe::{ClientAddress, RequestId};
use crate::http::token::presented::{bearer, presented};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::Actor;
use domain::audit::Origin;
use store::session;

/// The session's cookie. The prefix makes browsers insist on Secure, this host alone, and the whole path.
pub const COOKIE: &str = "__Host-pasar";

#[derive(Debug, Clone)]
pub struct SignedIn {
    pub actor: Actor,
    pub csrf: String,
    pub id_token: Option<String>,
    pub origin: Origin,
}

impl SignedIn {
    /// The person whose cookie came with a request, if the session is good.
    pub async fn find(state: &AppState, headers: &HeaderMap) -> Result<Option<Self>, HttpError> {
        let jar = CookieJar::from_headers(headers);
        let Some(cookie) = jar.get(COOKIE) else { return Ok(None) };
        let mut conn = state.pool.acquire().await?;
        let found = session::find(&mut conn, &clock::hash(cookie.value()), state.config.sessions, state.now()).await?;
        Ok(found.map(|session| Self { actor: session.actor, csrf: session.csrf, id_token: session.id_token, origin: Origin::default() }))
    }
}

/// Where a request came from, for the audit trail.
pub fn origin(parts: &Parts) -> Origin {
    Origin {
        address: parts.extensions.get::<ClientAddress>().map(|address| address.0.to_string()),
        request: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        if let Some(sent) = presented(parts) {
            return bearer(state, parts, sent).await.map_err(IntoResponse::into_response);
        }
        match Self::find(state, &parts.headers).await {
            Ok(Some(found)) => Ok(Self { origin: origin(parts), ..found }),
            Ok(None) if parts.method == Method::GET && !parts.uri.path().starts_with("/api/") => {
                let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", wanted).finish();
                Err(Redirect::to(&format!("/sign-in?{query}")).into_response())
            }
            Ok(None) => Err(HttpError::Unauthenticated.into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}
