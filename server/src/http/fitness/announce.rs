//! `GET` and `POST /fitness/announce/{slug}`: a trusted centre announces something for its sector; `POST /fitness/withdraw/{id}` takes it back.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::fitness::{Announce, announce_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Days;
use domain::authorisation::authorise;
use domain::fitness::{AnnouncementForm, Period, check_announcement};
use domain::id::{AnnouncementId, SectorId};
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::fitness::{self, Asked, Within};
use store::quality;
use uuid::Uuid;

/// Products that are offered beside the form.
const BEST: i64 = 10;
/// Products of a sector at most, of which the best are taken.
const ALL: i64 = 10_000;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    key: String,
    text: String,
    award: String,
    product: String,
}

/// A form with nothing to fill in.
#[derive(Deserialize)]
pub struct Nothing {}

/// The sector, when there is one and its curator asks.
async fn curated(state: &AppState, who: &SignedIn, slug: &str) -> Result<(SectorId, String), HttpError> {
    let (sector, title) = quality::sector(&mut *state.pool.acquire().await?, slug).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::AnnounceFitness { sector })?;
    Ok((sector, title))
}

pub async fn form(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    page(&state, &who, &slug, Uuid::from_bytes(clock::random()), AnnouncementForm::default(), vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, slug: &str, key: Uuid, form: AnnouncementForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let (sector, title) = curated(state, who, slug).await?;
    let now = state.now();
    let today = calendar::day(now);
    let began = Period::quarter_of(today).first();
    let within = Within { sector: Some(slug.to_owned()), ..Within::default() };
    let asked = Asked { reader: who.actor.person, now, day: today, within: &within };
    let mut conn = state.pool.acquire().await?;
    let mut fittest = fitness::least_fit(&mut conn, asked, None, ALL).await?;
    fittest.reverse();
    fittest.truncate(usize::try_from(BEST).unwrap_or_default());
    let announce = Announce {
        slug: slug.to_owned(),
        title,
        key: key.to_string(),
        form,
        products: fitness::awardable(&mut conn, sector).await?,
        improved: fitness::improved(&mut conn, asked, began.checked_sub_days(Days::new(1)).unwrap_or(began), BEST).await?,
        fittest,
        wrong,
    };
    drop(conn);
    let status = if announce.wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, "Announce something about fitness", status, move || announce_page(&csrf, &announce)).await
}

pub async fn announce(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let Typed { key, text, award, product } = typed;
    let form = AnnouncementForm { text, award, product };
    let key = key.trim().parse::<Uuid>().unwrap_or_else(|_| Uuid::from_bytes(clock::random()));
    match announced(&state, &who, &slug, &form, key).await? {
        Ok(_) => Ok(Redirect::to(&format!("/fitness?sector={slug}")).into_response()),
        Err(wrong) => page(&state, &who, &slug, key, form, wrong).await,
    }
}

/// Announces something for a sector; false when the same key did so before.
pub(super) async fn announced(
    state: &AppState,
    who: &SignedIn,
    slug: &str,
    form: &AnnouncementForm,
    key: Uuid,
) -> Result<Result<bool, Violations>, HttpError> {
    let (sector, _) = curated(state, who, slug).await?;
    let new = match check_announcement(form) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let awarded = match &new.award {
        Some((_, address)) => {
            let found = fitness::awardable(&mut tx, sector).await?.into_iter().find(|product| product.address == *address);
            if found.is_none() {
                let wrong = Violation::new("product", "product_elsewhere", "Choose a product of your sector that is published and listed.");
                return Ok(Err(vec![wrong]));
            }
            found
        }
        None => None,
    };
    let done = fitness::publish(&mut tx, who.actor.person, sector, &new, awarded.as_ref(), key, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(done))
}

pub async fn withdraw(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    withdrawn(&state, &who, &id).await?;
    Ok(Redirect::to("/fitness").into_response())
}

/// Takes an announcement back, for whoever curates its sector.
pub(super) async fn withdrawn(state: &AppState, who: &SignedIn, id: &str) -> Result<(), HttpError> {
    let id: AnnouncementId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let sector = fitness::announcement(&mut tx, id).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::AnnounceFitness { sector })?;
    fitness::withdraw(&mut tx, who.actor.person, id, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
