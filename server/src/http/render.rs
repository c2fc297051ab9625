//! Writing a page: the frame around it with its counts, and its content security policy with a nonce of its own.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::shell::{Frame, Person, Section, render};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::Actor;
use domain::organisation::Role;
use leptos::prelude::AnyView;
use store::PgConnection;
use store::access::Standing;

/// A page for someone who is signed in.
pub async fn page(
    state: &AppState,
    who: &SignedIn,
    section: Section,
    title: &str,
    status: StatusCode,
    body: impl FnOnce() -> AnyView + Send,
) -> Result<Response, HttpError> {
    let standing = standing(state, who).await?;
    Ok(page_with(state, who, &standing, section, title, status, body))
}

/// What the frame counts for someone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub access: Standing,
    pub unread: i64,
}

/// What the frame counts for someone; read beside what the page itself needs.
pub async fn standing(state: &AppState, who: &SignedIn) -> Result<Counts, HttpError> {
    let mut conn = state.pool.acquire().await?;
    counts(&mut conn, who, state.now()).await
}

/// The same on a connection that is at hand.
pub async fn counts(conn: &mut PgConnection, who: &SignedIn, now: DateTime<Utc>) -> Result<Counts, HttpError> {
    let absent = store::access::stood_for(conn, who.actor.person, now).await?;
    let access = store::access::standing(conn, &who.actor, &absent, now).await?;
    Ok(Counts { access, unread: store::notice::unread(conn, who.actor.person).await? })
}

/// A page whose counts are read already.
pub fn page_with(
    state: &AppState,
    who: &SignedIn,
    standing: &Counts,
    section: Section,
    title: &str,
    status: StatusCode,
    body: impl FnOnce() -> AnyView + Send,
) -> Response {
    write(state, Some(who), standing, section, title, status, body)
}

/// A page for anyone.
pub async fn any_page(
    state: &AppState,
    who: Option<&SignedIn>,
    section: Section,
    title: &str,
    status: StatusCode,
    body: impl FnOnce() -> AnyView + Send,
) -> Result<Response, HttpError> {
    let standing = match who {
        Some(who) => standing(state, who).await?,
        None => Counts::default(),
    };
    Ok(write(state, who, &standing, section, title, status, body))
}

fn write(
    state: &AppState,
    who: Option<&SignedIn>,
    standing: &Counts,
    section: Section,
    title: &str,
    status: StatusCode,
    body: impl FnOnce() -> AnyView + Send,
) -> Response {
    let nonce = clock::token();
    let frame = frame(state, who, standing, section, title, &nonce);
    let html = render(frame, &state.assets, body);
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &state.config.issuer)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn frame(state: &AppState, who: Option<&SignedIn>, standing: &Counts, section: Section, title: &str, nonce: &str) -> Frame {
    let actor = who.map(|who| &who.actor);
    let holds = |roles: &[Role]| actor.is_some_and(|actor: &Actor| actor.roles.iter().any(|held| roles.contains(&held.role)));
    Frame {
        title: title.to_owned(),
        csp_nonce: nonce.to_owned(),
        csrf: who.map(|who| who.csrf.clone()).unwrap_or_default(),
        actor: actor.map(|actor| Person { name: actor.name.clone(), initials: actor.initials() }),
        can_decide: holds(&[Role::Steward, Role::Owner]) || standing.access.waiting_for_me > 0,
        can_audit: holds(&[Role::Auditor, Role::TcSecurityOfficer]),
        can_administer: holds(&[Role::GdoAdministrator]),
        work_count: standing.access.waiting_for_me + standing.access.wanted_of_me,
        basket_count: standing.access.basket,
        notice_count: standing.unread,
        demonstration: state.config.demonstration,
        current: section,
    }
}

/// Scripts only with this page's nonce, nothing from elsewhere; forms may lead to the provider's sign-out page.
fn policy(nonce: &str, issuer: &str) -> String {
    let provider = url::Url::parse(issuer).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    )
}
