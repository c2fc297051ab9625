//! Forms that change something: taken only from a page of this session. Three checks, each enough on its own against
//! most attacks: `Origin`, `Sec-Fetch-Site`, and the session's token in the form.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;
use url::Url;

/// A form from a page of ours, with who sent it.
pub struct CheckedForm<T>(pub T, pub SignedIn);

impl<T: DeserializeOwned> FromRequest<AppState> for CheckedForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        if !from_our_page(request.headers(), &state.config.base_url) {
            return Err(HttpError::ForeignForm.into_response());
        }
        let (mut parts, body) = request.into_parts();
        let who = SignedIn::from_request_parts(&mut parts, state).await?;
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await.map_err(IntoResponse::into_response)?;
        let token = url::form_urlencoded::parse(&body).find(|(name, _)| name == "csrf").map(|(_, value)| value.into_owned()).unwrap_or_default();
        if !bool::from(token.as_bytes().ct_eq(who.csrf.as_bytes())) {
            return Err(HttpError::ForeignForm.into_response());
        }
        let form = serde_html_form::from_bytes(&body).map_err(|error| {
            HttpError::Malformed(format!("The form could not be read ({error}). Open the page again and send it from there.")).into_response()
        })?;
        Ok(Self(form, who))
    }
}

/// Whether the browser says that the request comes from our own pages. A browser always sends at least one of the headers.
pub fn from_our_page(headers: &HeaderMap, base: &Url) -> bool {
    let site_ok = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let origin_ok =
        headers.get(header::ORIGIN).is_none_or(|origin| origin.to_str().is_ok_and(|origin| origin == base.origin().ascii_serialization()));
    site_ok && origin_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_pages_may_send_forms() {
        let base: Url = "https://pasar.example".parse().unwrap();
        assert!(from_our_page(&headers(&[("origin", "https://pasar.example"), ("sec-fetch-site", "same-origin")]), &base));
        assert!(!from_our_page(&headers(&[("origin", "https://evil.example")]), &base));
        assert!(!from_our_page(&headers(&[("origin", "null")]), &base));
        assert!(!from_our_page(&headers(&[("sec-fetch-site", "cross-site")]), &base));
    }
}
