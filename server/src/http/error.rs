//! What a handler may fail with, and the one place where a failure becomes an answer: a page for people, and
//! `application/problem+json` (RFC 9457) under `/api/`. Each has a stable code and the reference that is in the logs.

use crate::http::observe::RequestId;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::errors::{ErrorPage, error_page};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Violations;
use std::any::Any;

#[derive(Debug)]
pub enum HttpError {
    NotFound,
    Forbidden(&'static str),
    /// A form from elsewhere, or an old one.
    ForeignForm,
    Unauthenticated,
    /// A token problem, with its stable code.
    Token(StatusCode, &'static str, &'static str),
    /// The agreement of a token is on hold, with the reason of whoever placed it.
    Held(String),
    /// The agreement of a token has ended: why, when, and where to ask again.
    Ended(String),
    Conflict(String),
    Invalid(Violations),
    /// The body could not be read as a form.
    Malformed(String),
    TooManyRequests,
    /// Something outside is down; says what, and whether to try again.
    Unavailable(&'static str),
    /// Signing in failed, with the stable code of the reason.
    SignIn(StatusCode, &'static str, String),
    Internal(anyhow::Error),
}

/// What an answer carries to the middleware that writes the page.
#[derive(Debug, Clone)]
struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    violations: Violations,
}

impl HttpError {
    fn fault(&self) -> Fault {
        let fault = |status, code, message: &str| Fault { status, code, message: message.to_owned(), violations: vec![] };
        match self {
            Self::NotFound => fault(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address, or you may not know of it."),
            Self::Forbidden(reason) => fault(StatusCode::FORBIDDEN, "forbidden", reason),
            Self::ForeignForm => fault(
                StatusCode::FORBIDDEN,
                "form_not_ours",
                "This form was not sent from a page of this session. Open the page again and send it from there.",
            ),
            Self::Unauthenticated => {
                fault(StatusCode::UNAUTHORIZED, "sign_in_first", "Your session has ended. Sign in, then open the page again. Nothing was changed.")
            }
            Self::Token(status, code, message) => fault(*status, code, message),
            Self::Held(reason) => {
                let message = format!("This agreement is on hold: {}. Its page says more.", reason.trim_end_matches('.'));
                fault(StatusCode::FORBIDDEN, "agreement_held", &message)
            }
            Self::Ended(message) => fault(StatusCode::FORBIDDEN, "agreement_ended", message),
            Self::Conflict(message) => fault(StatusCode::CONFLICT, "conflict", message),
            Self::Invalid(violations) => {
                let message = violations.iter().map(|v| v.message.as_str()).collect::<Vec<_>>().join(" ");
                Fault { violations: violations.clone(), ..fault(StatusCode::UNPROCESSABLE_ENTITY, "invalid", &message) }
            }
            Self::Malformed(message) => fault(StatusCode::UNPROCESSABLE_ENTITY, "malformed", message),
            Self::TooManyRequests => {
                fault(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many attempts from your network. Wait a minute, then try again.")
            }
            Self::Unavailable(what) => fault(StatusCode::SERVICE_UNAVAILABLE, "unavailable", what),
            Self::SignIn(status, code, message) => fault(*status, code, message),
            Self::Internal(_) => fault(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong on our side. What was confirmed is kept; try again, and quote the reference if it goes on.",
            ),
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        if let Self::Internal(error) = &self {
            tracing::error!(error = %format!("{error:#}"), "request failed");
        }
        let fault = self.fault();
        if matches!(fault.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            tracing::warn!(code = fault.code, "refused");
        }
        let mut response = fault.status.into_response();
        response.extensions_mut().insert(fault);
        response
    }
}

impl From<store::StoreError> for HttpError {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Conflict(message) => Self::Conflict(message),
            store::StoreError::Database(error) => error.into(),
            corrupt @ store::StoreError::Corrupt(_) => Self::Internal(corrupt.into()),
        }
    }
}

impl From<sqlx::Error> for HttpError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                tracing::error!(%error, "the record cannot be reached");
                Self::Unavailable("Pasar cannot reach its own records just now. Try again in a minute; nothing was changed.")
            }
            // The database is stopping, starting, or has no connection to give.
            sqlx::Error::Database(inner) if inner.code().is_some_and(|code| ["08", "53", "57"].iter().any(|class| code.starts_with(class))) => {
                tracing::error!(code = inner.code().as_deref(), "the record cannot answer");
                Self::Unavailable("Pasar's own records cannot answer just now. Try again in a minute; nothing was changed.")
            }
            other => Self::Internal(other.into()),
        }
    }
}

impl From<domain::Forbidden> for HttpError {
    fn from(error: domain::Forbidden) -> Self {
        Self::Forbidden(error.0)
    }
}

impl From<ports::PortError> for HttpError {
    fn from(error: ports::PortError) -> Self {
        tracing::error!(%error, "the source failed");
        Self::Unavailable("The agency's database cannot be reached just now. Try again in a minute.")
    }
}

/// Any address that is no route.
pub async fn not_found() -> HttpError {
    HttpError::NotFound
}

/// A panic is a 500 like any other; the message goes to the logs alone.
pub fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    HttpError::Internal(anyhow::anyhow!("panic: {text}")).into_response()
}

/// Writes the page or the problem document for answers that carry a fault, and for bare statuses of the layers within.
pub async fn pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/v1/data/");
    let reference = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let fault = match response.extensions().get::<Fault>() {
        Some(fault) => fault.clone(),
        None => match bare(response.status()) {
            Some(fault) if response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain")) => fault,
            _ => return response,
        },
    };
    if api {
        return problem(&fault, &reference);
    }
    let page = ErrorPage { status: fault.status.as_u16(), code: fault.code, message: fault.message.clone(), reference };
    let who = SignedIn::find(&state, &headers).await.ok().flatten();
    let title = page.title();
    match render::any_page(&state, who.as_ref(), app::shell::Section::None, title, fault.status, move || error_page(page)).await {
        Ok(response) => response,
        // Without the record there is no frame to draw; say it in words.
        Err(_) => (fault.status, fault.message).into_response(),
    }
}

/// What axum and its layers answer by themselves.
fn bare(status: StatusCode) -> Option<Fault> {
    let fault = |code, message: &str| Some(Fault { status, code, message: message.to_owned(), violations: vec![] });
    match status {
        StatusCode::METHOD_NOT_ALLOWED => fault("method_not_allowed", "This address does not take that method."),
        StatusCode::PAYLOAD_TOO_LARGE => fault("too_large", "What was sent is too large."),
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            fault("malformed", "What was sent could not be read. Open the page again and send it from there.")
        }
        StatusCode::SERVICE_UNAVAILABLE => fault("timeout", "This took too long and was stopped. Try again in a minute."),
        _ => None,
    }
}

fn problem(fault: &Fault, reference: &str) -> Response {
    let errors: Vec<_> = fault.violations.iter().map(|v| serde_json::json!({ "field": v.field, "code": v.code, "message": v.message })).collect();
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": fault.status.canonical_reason().unwrap_or_default(),
        "status": fault.status.as_u16(),
        "code": fault.code,
        "detail": fault.message,
        "instance": format!("urn:request:{reference}"),
    });
    if let (false, Some(object)) = (errors.is_empty(), body.as_object_mut()) {
        object.insert("errors".into(), errors.into());
    }
    let mut response = (fault.status, Body::from(body.to_string())).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}
