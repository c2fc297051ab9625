//! `GET /products/{urn}/standards`: everything that standards found of a product, today or on a day that is past.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::{Everything, everything_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate};
use domain::authorisation::authorise;
use domain::organisation::Role;
use domain::{Action, Urn, calendar};
use serde::Deserialize;
use store::catalogue::{self, ProductView};
use store::{PgConnection, standard};

/// Judgements at gates on one page.
const LISTED: i64 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A day that is past: what stood at its end, and what was asked at gates on it.
    on: String,
}

/// The product, when this reader may know of it, and whether they see what was asked of it at gates and from which input.
pub async fn known(conn: &mut PgConnection, state: &AppState, who: &SignedIn, urn: &str) -> Result<(ProductView, bool), HttpError> {
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let product = catalogue::product(conn, who.actor.person, &urn.product_address(), state.now()).await?.ok_or(HttpError::NotFound)?;
    let inside = who.actor.is(Role::Auditor)
        || who.actor.is(Role::GdoAdministrator)
        || authorise(&who.actor, Action::Publish { place: product.at.place }).is_ok();
    Ok((product, inside))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let (product, inside) = known(&mut conn, &state, &who, &urn).await?;
    let on: Option<NaiveDate> = asked.on.trim().parse().ok();
    let then = on.map(|day| calendar::end_of(day).min(state.now()));
    let begins = on.map(|day| day.pred_opt().map_or(DateTime::UNIX_EPOCH, calendar::end_of));
    let mut found = standard::evaluations(&mut conn, product.id, then).await?;
    if !inside {
        // What is said of somebody's agreement is theirs.
        found.retain(|one| one.agreement.is_none());
    }
    let gates = if inside { standard::gate_judgements(&mut conn, product.id, (begins, then), LISTED).await? } else { vec![] };
    let waivers = standard::waivers(&mut conn, who.actor.person, None, Some(product.id), LISTED, state.now()).await?;
    drop(conn);
    let title = format!("Standards – {}", product.title);
    let everything = Everything { title: product.title, address: product.address, on, found, gates, waivers, inside };
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || everything_page(&everything)).await
}
