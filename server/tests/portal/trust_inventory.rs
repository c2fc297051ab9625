//! Whatever a page of trust shows or sends has its call in the API, or `docs/api.md` says why it has none.

use axum::http::Method;

/// Words that a path of trust has in it.
const AROUND: [&str; 10] =
    ["audit", "service-levels", "problems", "incidents", "usage", "quality", "quality-audits", "quality-tasks", "lineage", "costs"];

/// Pages whose call has another name.
const OTHERWISE: [(&str, &str); 4] = [
    ("GET /audit", "/api/v1/audit/events"),
    ("GET /audit/{id}/proof", "/api/v1/audit/events/{id}/proof"),
    ("POST /quality/{slug}", "/api/v1/quality/{slug}/benchmarks"),
    ("POST /quality/{slug}/end", "/api/v1/quality/{slug}/benchmarks/{id}/end"),
];

/// What pages alone have, and `docs/api.md` says why.
const PAGES_ALONE: [&str; 2] = ["/quality/{slug}/report", "/audit/checkpoints/{size}"];

fn of_trust(path: &str) -> bool {
    path.split('/').any(|part| AROUND.contains(&part))
}

/// An empty form shows nothing that is not on the page behind it.
fn is_form(method: &Method, path: &str) -> bool {
    *method == Method::GET && ["/new", "/change"].iter().any(|end| path.ends_with(end))
}

#[test]
fn whatever_a_page_of_trust_does_has_its_call_or_is_said_to_have_none() {
    let said = include_str!("../../../docs/api.md");
    let routes: Vec<(Method, &str)> = server::router::routes().iter().map(|route| (route.method.clone(), route.path)).collect();
    let known = |method: &Method, call: &str| routes.iter().any(|(one, path)| one == method && *path == call);
    let mut missing = vec![];
    for (method, path) in routes.iter().filter(|(_, path)| of_trust(path) && !path.starts_with("/api/")) {
        let name = format!("{method} {path}");
        let otherwise = OTHERWISE.iter().find(|(page, _)| *page == name);
        let call = otherwise.map_or_else(|| format!("/api/v1{}", path.trim_end_matches("/new")), |(_, call)| (*call).to_owned());
        let told = is_form(method, path) || known(method, &call) || PAGES_ALONE.contains(path) && said.contains(&format!("`{path}`"));
        if !told {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "without a call in the API: {missing:#?}");
    for (_, path) in routes.iter().filter(|(_, path)| of_trust(path) && path.starts_with("/api/")) {
        let end = path.rsplit('/').find(|part| !part.starts_with('{')).unwrap_or_default();
        assert!(said.contains(end), "docs/api.md does not know {path}");
    }
}
