//! Static files: hashed, precompressed by the build, kept by browsers for a year.

use crate::state::AppState;
use axum::Router;
use axum::http::{HeaderValue, Response, header};
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::services::fs::ServeFileSystemResponseBody;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// `/pkg` holds only files whose names change with their content; the few at the root may change in place.
pub fn router(site_root: &Path) -> Router<AppState> {
    // A file that is not there yet must not be remembered as missing.
    let keep = |value: &'static str| {
        let when_found =
            move |response: &Response<ServeFileSystemResponseBody>| response.status().is_success().then(|| HeaderValue::from_static(value));
        SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, when_found)
    };
    let pkg = ServiceBuilder::new()
        .layer(keep("public, max-age=31536000, immutable"))
        .service(ServeDir::new(site_root.join("pkg")).precompressed_br().precompressed_gzip());
    let file = |name: &str| ServiceBuilder::new().layer(keep("public, max-age=3600")).service(ServeFile::new(site_root.join(name)));
    // Browsers ask for the second name where no page of ours tells them the first, as beside a table or an answer of the API.
    let icons = ["/favicon.svg", "/favicon.ico"].into_iter().fold(Router::new(), |router, at| router.route_service(at, file("favicon.svg")));
    icons.nest_service("/pkg", pkg).route_service("/robots.txt", file("robots.txt"))
}
