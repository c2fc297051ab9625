//! `POST /standards/{slug}/waive` and `/end-waiver`: letting a product off until a day; and `/standards/{slug}/waivers/{id}`, where that is looked at
//! again before it ends.

use super::edit::newest;
use super::show::{main, page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::{Acts, Extending, extend_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::authorisation::authorise;
use domain::id::{ProductId, StandardWaiverId};
use domain::standard::check_waiver;
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::standard::{self, NewWaiver, Version, WaiverLine};
use store::{PgConnection, catalogue};

/// Waivers of one standard among which one is looked for.
const MOST: i64 = 10_000;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    product: String,
    waiver_until: String,
    waiver_reason: String,
    id: String,
}

pub async fn grant(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let newest = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: newest.place })?;
    let Err(wrong) = granted(&state, &who, &newest, (&typed.product, &typed.waiver_until, &typed.waiver_reason)).await? else {
        return Ok(Redirect::to(&format!("/standards/{}?done=waived", newest.standard.id)).into_response());
    };
    let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
    let version = main(&all, calendar::day(state.now())).cloned().unwrap_or(newest);
    let acts = Acts { product: typed.product, waiver_until: typed.waiver_until, waiver_reason: typed.waiver_reason, ..Acts::default() };
    page(&state, &who, version, all, acts, wrong, None).await
}

/// Lets a product off: its address, the last day and the reason as they were sent. Whether this person keeps the standard was asked before.
pub(super) async fn granted(
    state: &AppState,
    who: &SignedIn,
    newest: &Version,
    (product, until, reason): (&str, &str, &str),
) -> Result<Result<StandardWaiverId, Violations>, HttpError> {
    let today = calendar::day(state.now());
    let mut conn = state.pool.acquire().await?;
    let product = catalogue::product(&mut conn, who.actor.person, product.trim(), state.now()).await?;
    let covered = match &product {
        Some(product) => covers(&mut conn, newest, product.id, today).await?,
        None => false,
    };
    drop(conn);
    let fault = match (&product, covered) {
        (Some(_), true) => None,
        (Some(_), false) => Some(("product_not_covered", "The standard does not hold for this product: there is nothing to let it off.")),
        (None, _) => Some(("product_unknown", "There is no product at this address. Write it as on its page, such as ssot-a.busroutes-dp.")),
    };
    let (product, (until, reason)) = match (product, fault, check_waiver(until, reason, today)) {
        (Some(product), None, Ok(checked)) => (product, checked),
        (_, fault, checked) => {
            let fault = fault.map(|(code, message)| Violation::new("product", code, message));
            return Ok(Err(fault.into_iter().chain(checked.err().unwrap_or_default()).collect()));
        }
    };
    let new = NewWaiver { standard: newest.id, slug: &newest.standard.id, product: product.id, address: &product.address, reason: &reason, until };
    let mut tx = state.pool.begin().await?;
    let id = standard::grant_waiver(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(id))
}

/// Whether a standard holds for a product: of one that does not there is nothing to let off.
async fn covers(conn: &mut PgConnection, version: &Version, product: ProductId, today: NaiveDate) -> Result<bool, HttpError> {
    let inputs = standard::inputs(conn, &[product.0], today).await?;
    Ok(inputs.iter().any(|(_, input)| version.standard.scope.covers(&input.product)))
}

pub async fn end(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (version, done) = ended(&state, &who, &slug, &typed.id).await?;
    Ok(Redirect::to(&format!("/standards/{}?done={}", version.standard.id, if done { "ended" } else { "already" })).into_response())
}

/// Ends a waiver before its day; false when it does not stand.
pub(super) async fn ended(state: &AppState, who: &SignedIn, slug: &str, id: &str) -> Result<(Version, bool), HttpError> {
    let version = newest(state, who, slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let id: StandardWaiverId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let done = standard::end_waiver(&mut tx, who.actor.person, version.id, id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok((version, done))
}

/// A waiver that stands with its standard's newest version, when this person keeps that.
pub(super) async fn standing(state: &AppState, who: &SignedIn, slug: &str, id: &str) -> Result<(Version, WaiverLine), HttpError> {
    let version = newest(state, who, slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let id: StandardWaiverId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let all = standard::waivers(&mut conn, who.actor.person, Some(version.id), None, MOST, state.now()).await?;
    let waiver = all.into_iter().find(|waiver| waiver.id == id && waiver.ended_at.is_none()).ok_or(HttpError::NotFound)?;
    Ok((version, waiver))
}

pub async fn open(State(state): State<AppState>, who: SignedIn, Path((slug, id)): Path<(String, String)>) -> Result<Response, HttpError> {
    let (_, waiver) = standing(&state, &who, &slug, &id).await?;
    again(&state, &who, Extending { waiver, until: String::new(), reason: String::new(), wrong: vec![] }).await
}

async fn again(state: &AppState, who: &SignedIn, extending: Extending) -> Result<Response, HttpError> {
    let (title, status) =
        if extending.wrong.is_empty() { ("Extend a waiver", StatusCode::OK) } else { ("Error: Extend a waiver", StatusCode::UNPROCESSABLE_ENTITY) };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Standards, title, status, move || extend_page(&csrf, &extending)).await
}

/// Lets the product off for longer: another waiver takes the place of this one, and both stay in the record.
pub async fn extend(
    State(state): State<AppState>,
    Path((slug, id)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (version, waiver) = standing(&state, &who, &slug, &id).await?;
    match extended(&state, &who, &version, &waiver, (&typed.waiver_until, &typed.waiver_reason)).await? {
        Ok(_) => Ok(Redirect::to(&format!("/standards/{}?done=waived", waiver.slug)).into_response()),
        Err(wrong) => again(&state, &who, Extending { waiver, until: typed.waiver_until, reason: typed.waiver_reason, wrong }).await,
    }
}

/// The same for pages and programs: a later last day, and a reason of its own.
pub(super) async fn extended(
    state: &AppState,
    who: &SignedIn,
    version: &Version,
    waiver: &WaiverLine,
    (until, reason): (&str, &str),
) -> Result<Result<StandardWaiverId, Violations>, HttpError> {
    let today = calendar::day(state.now());
    // Its domain may have gone to another sector since.
    let covered = covers(&mut *state.pool.acquire().await?, version, waiver.product, today).await?;
    let (until, reason) = match check_waiver(until, reason, today) {
        Ok((until, reason)) if until > waiver.until && covered => (until, reason),
        checked => {
            let (code, message) = if covered {
                ("until_not_later", "Enter a day after the present last day, or end the waiver instead.")
            } else {
                ("product_not_covered", "The standard no longer holds for this product: end the waiver instead.")
            };
            return Ok(Err(checked.err().unwrap_or_else(|| vec![Violation::new("waiver_until", code, message)])));
        }
    };
    let (standard, slug, product, address) = (waiver.standard, &waiver.slug, waiver.product, &waiver.product_address);
    let new = NewWaiver { standard, slug, product, address, reason: &reason, until };
    let mut tx = state.pool.begin().await?;
    let id = standard::grant_waiver(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(id))
}
