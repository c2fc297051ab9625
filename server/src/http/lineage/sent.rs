//! What a pipeline sends, as it is, with whose token; and how a document that is refused whole is answered.

use crate::http::api::called::program;
use crate::http::error::HttpError;
use crate::http::observe::RequestId;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Action;
use domain::authorisation::authorise;
use formats::open_lineage::Refused;

pub struct Sent {
    pub body: Bytes,
    pub who: SignedIn,
    reference: String,
}

impl FromRequest<AppState> for Sent {
    type Rejection = Response;

    /// Whether it may be told at all is decided before the body is read.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let who = program(&mut parts, state).await?;
        authorise(&who.actor, Action::TellLineage).map_err(|error| HttpError::from(error).into_response())?;
        let reference = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { body, who, reference })
    }
}

impl Sent {
    /// 422 with the place in the document, as every problem of the API.
    pub fn refused(&self, refused: &Refused) -> Response {
        tracing::info!(code = refused.code, path = %refused.path, "lineage refused");
        let body = serde_json::json!({
            "type": "about:blank",
            "title": "Unprocessable Content",
            "status": 422,
            "code": refused.code,
            "detail": refused.to_string(),
            "instance": format!("urn:request:{}", self.reference),
            "errors": [{ "field": refused.path, "code": refused.code, "message": refused.message }],
        });
        let mut response = (StatusCode::UNPROCESSABLE_ENTITY, Body::from(body.to_string())).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
