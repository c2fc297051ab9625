//! What a route is: method, path, who may call it, and its handler. The router and the test of other people's ids are
//! both made from the same list, so that no route can be forgotten.

use crate::state::AppState;
use axum::http::Method;
use axum::routing::MethodRouter;

/// Who may call a route; the test of other people's ids derives from it what must be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Nobody needs to be signed in.
    Public,
    /// Everyone who is signed in; nothing in the path belongs to somebody.
    Everyone,
    /// The noun whose id stands in the path belongs to somebody: others get 403 or 404.
    Owning(&'static str),
    /// Needs a role; an officer without any gets 403.
    Role,
    /// A bearer token of an agreement.
    Token,
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub audience: Audience,
    pub handler: MethodRouter<AppState>,
}

impl Route {
    pub fn get(path: &'static str, audience: Audience, handler: MethodRouter<AppState>) -> Self {
        Self { method: Method::GET, path, audience, handler }
    }

    pub fn post(path: &'static str, audience: Audience, handler: MethodRouter<AppState>) -> Self {
        Self { method: Method::POST, path, audience, handler }
    }
}
