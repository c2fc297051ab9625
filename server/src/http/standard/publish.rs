//! From a draft to what holds: `POST /standards/{slug}/consult`, `/agree`, `/publish` and `/retire`.

use super::edit::newest;
use super::show::{may, page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::form::{failing, ran};
use crate::standards::simulate::{NotSimulated, simulate};
use crate::state::AppState;
use app::features::standard::Acts;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::ProductId;
use domain::standard::{PublicationForm, check_publication, said};
use domain::{Action, Violation, calendar};
use rules::Source;
use serde::Deserialize;
use store::standard::{self, Publication, Version};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: i32,
    from: String,
    until: String,
    urgent: String,
    reason: String,
    retire_reason: String,
}

/// Who would have to do something, over the whole catalogue: whoever presses need not know of every product.
async fn concerned(state: &AppState, version: &Version) -> Result<Vec<(ProductId, String)>, HttpError> {
    match simulate(state, version, None).await {
        Ok(simulated) => Ok(simulated.concerned()),
        Err(NotSimulated::Faults(faults)) => Err(HttpError::Conflict(format!("The rule cannot be run: {}", faults.join("; ")))),
        Err(NotSimulated::Other(error)) => Err(error),
    }
}

fn to(version: &Version, done: &str) -> Response {
    Redirect::to(&format!("/standards/{}/{}?done={done}", version.standard.id, version.standard.version)).into_response()
}

/// The version that a form is about, when this person keeps the standard.
async fn kept(state: &AppState, who: &SignedIn, slug: &str, number: i32) -> Result<Version, HttpError> {
    let newest = newest(state, who, slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: newest.place })?;
    if i32::try_from(newest.standard.version) == Ok(number) {
        return Ok(newest);
    }
    let mut conn = state.pool.acquire().await?;
    standard::one(&mut conn, &newest.standard.id, number).await?.ok_or(HttpError::NotFound)
}

pub async fn consult(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug, typed.version).await?;
    let concerned = concerned(&state, &version).await?;
    let mut tx = state.pool.begin().await?;
    let done = standard::consult(&mut tx, who.actor.person, (version.id, typed.version), &concerned, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(to(&version, if done { "consulting" } else { "already" }))
}

/// Whoever was sent the address of a draft agrees without keeping the standard.
pub async fn agree(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let version = standard::one(&mut conn, &slug, typed.version).await?;
    let others = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let version = version.ok_or(HttpError::NotFound)?;
    let allowed = authorise(&who.actor, Action::AgreeStandard { scope: version.place, writer: version.changed_by });
    if let Err(forbidden) = allowed {
        return Err(if others.is_empty() { HttpError::NotFound } else { forbidden.into() });
    }
    let mut tx = state.pool.begin().await?;
    let done = standard::agree(&mut tx, who.actor.person, (version.id, typed.version), &who.origin, state.now()).await?;
    tx.commit().await?;
    if may(&who, &version).keeps {
        return Ok(to(&version, if done { "agreed" } else { "already" }));
    }
    Ok(Redirect::to(&format!("/standards/shared/{}", version.share_key)).into_response())
}

pub async fn publish(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug, typed.version).await?;
    let form = PublicationForm { from: typed.from, until: typed.until, urgent: !typed.urgent.is_empty(), reason: typed.reason };
    if version.published_at.is_some() {
        return Ok(to(&version, "already"));
    }
    // What is run is the stored rule, whatever its template has become since it was saved.
    let tests = failing("next", ran(Source::Rego(version.rego.clone()), version.standard.cases.clone()).await);
    let (from, until, urgent_reason) = match check_publication(&form, calendar::day(state.now())) {
        Ok(checked) if version.agreed_at.is_some() && tests.is_empty() => checked,
        checked => {
            let mut wrong = checked.err().unwrap_or_default();
            wrong.extend(tests);
            if version.agreed_at.is_none() {
                wrong.push(Violation::new("next", "nobody_agreed", "Nobody publishes alone: a second person must agree first."));
            }
            let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
            return page(&state, &who, version, all, Acts { publication: form, ..Acts::default() }, wrong, None).await;
        }
    };
    let concerned = concerned(&state, &version).await?;
    let publication = Publication { from, until, urgent_reason: urgent_reason.as_deref(), concerned: &concerned };
    let mut tx = state.pool.begin().await?;
    let done = standard::publish(&mut tx, who.actor.person, (version.id, typed.version), &publication, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(to(&version, if done { "published" } else { "already" }))
}

pub async fn retire(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let reason = match said("retire_reason", &typed.retire_reason, "Say why it is retired. Everybody who asks later reads it.") {
        Ok(reason) => reason,
        Err(fault) => {
            let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
            let shown = super::show::main(&all, calendar::day(state.now())).cloned().unwrap_or(version);
            return page(&state, &who, shown, all, Acts { retire_reason: typed.retire_reason, ..Acts::default() }, vec![fault], None).await;
        }
    };
    let mut tx = state.pool.begin().await?;
    standard::retire(&mut tx, who.actor.person, version.id, &reason, &who.origin, calendar::day(state.now()), state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(to(&version, "retired"))
}
