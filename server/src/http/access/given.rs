//! `GET /agreements/given`: the agreements on what somebody looks after.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::given::{Given, given_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::organisation::{Role, Scope};
use serde::Deserialize;
use store::access::{self, GivenFilter};

/// Agreements on one page.
const LISTED: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    product: String,
    state: String,
    /// The last agreement shown before.
    after: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(chosen): Query<Chosen>) -> Result<Response, HttpError> {
    let product = chosen.product.trim().replace('\0', "");
    // A word that is no state filters nothing.
    let filter = GivenFilter { product: Some(product).filter(|product| !product.is_empty()), state: chosen.state.parse().ok() };
    let limit = i64::try_from(LISTED + 1).unwrap_or(i64::MAX);
    let mut conn = state.pool.acquire().await?;
    let mut lines = access::agreements_on(&mut conn, &who.actor, &filter, chosen.after.parse().ok(), limit).await?;
    let products = access::given_products(&mut conn, &who.actor).await?;
    drop(conn);
    let more = lines.len() > LISTED;
    lines.truncate(LISTED);
    let after = lines.last().filter(|_| more).map(|last| last.id.to_string());
    let sector = who.actor.roles.iter().find_map(|held| match (held.role, held.scope) {
        (Role::TcSecurityOfficer, Scope::Sector(id)) => Some(id),
        _ => None,
    });
    let suspends = authorise(&who.actor, Action::Suspend { sector }).is_ok();
    let page = Given { lines, filter, products, after, suspends };
    render::page(&state, &who, Section::Agreements, "Agreements on what you look after", StatusCode::OK, move || given_page(&page)).await
}
