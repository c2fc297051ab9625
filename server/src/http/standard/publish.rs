//! From a draft to what holds: `POST /standards/{slug}/consult`, `/agree`, `/publish` and `/retire`.

use super::edit::newest;
use super::show::{may, page, readable};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::standards::form::{failing, loosening, ran};
use crate::standards::simulate::{NotSimulated, Simulated, simulate};
use crate::state::AppState;
use app::features::standard::Acts;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Days;
use domain::authorisation::authorise;
use domain::standard::{PublicationForm, check_publication, said};
use domain::{Action, Violation, Violations, calendar};
use rules::{Severity, Source, Status};
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

/// What it would do over the whole catalogue, by which those are told whom it concerns: whoever presses need not know of every product.
async fn effects(state: &AppState, version: &Version) -> Result<Simulated, HttpError> {
    match simulate(state, version, None).await {
        Ok(simulated) => Ok(simulated),
        Err(NotSimulated::Faults(faults)) => Err(HttpError::Conflict(format!("The rule cannot be run: {}", faults.join("; ")))),
        Err(NotSimulated::Other(error)) => Err(error),
    }
}

fn to(version: &Version, done: &str) -> Response {
    Redirect::to(&format!("/standards/{}/{}?done={done}", version.standard.id, version.standard.version)).into_response()
}

/// The version that a form is about, when this person keeps the standard.
pub(super) async fn kept(state: &AppState, who: &SignedIn, slug: &str, number: i32) -> Result<Version, HttpError> {
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
    match consulted(&state, &who, &version).await? {
        Ok(done) => Ok(to(&version, if done { "consulting" } else { "already" })),
        Err(wrong) => {
            let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
            page(&state, &who, version, all, Acts::default(), wrong, None).await
        }
    }
}

/// The number of a version as the record has it.
fn number(version: &Version) -> i32 {
    i32::try_from(version.standard.version).unwrap_or(i32::MAX)
}

/// Tests beside the rule that fail. What is run is the stored rule, whatever its template has become since it was saved.
async fn failing_tests(version: &Version) -> Violations {
    failing("next", ran(Source::Rego(version.rego.clone()), version.standard.cases.clone()).await)
}

/// Opens a draft for comments; false when it was open before. One that does something else than its own tests say is not talked over.
pub(super) async fn consulted(state: &AppState, who: &SignedIn, version: &Version) -> Result<Result<bool, Violations>, HttpError> {
    if version.standard.status == Status::Consultation {
        return Ok(Ok(false));
    }
    let wrong = failing_tests(version).await;
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let concerned = effects(state, version).await?.concerned();
    let mut tx = state.pool.begin().await?;
    let done = standard::consult(&mut tx, who.actor.person, (version.id, number(version)), &concerned, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(done))
}

/// Whoever was sent the address of a draft agrees without keeping the standard.
pub async fn agree(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (version, done) = agreed(&state, &who, &slug, typed.version).await?;
    if may(&who, &version).keeps {
        return Ok(to(&version, if done { "agreed" } else { "already" }));
    }
    Ok(Redirect::to(&format!("/standards/shared/{}", version.share_key)).into_response())
}

/// The second person's agreement; false when somebody agreed before.
pub(super) async fn agreed(state: &AppState, who: &SignedIn, slug: &str, number: i32) -> Result<(Version, bool), HttpError> {
    let mut conn = state.pool.acquire().await?;
    let version = standard::one(&mut conn, slug, number).await?;
    let others = readable(&mut conn, who, slug).await?;
    drop(conn);
    let version = version.ok_or(HttpError::NotFound)?;
    let allowed = authorise(&who.actor, Action::AgreeStandard { scope: version.place, writer: version.changed_by });
    if let Err(forbidden) = allowed {
        return Err(if others.is_empty() { HttpError::NotFound } else { forbidden.into() });
    }
    let mut tx = state.pool.begin().await?;
    let done = standard::agree(&mut tx, who.actor.person, (version.id, number), &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok((version, done))
}

pub async fn publish(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = kept(&state, &who, &slug, typed.version).await?;
    let form = PublicationForm { from: typed.from, until: typed.until, urgent: !typed.urgent.is_empty(), reason: typed.reason };
    match published(&state, &who, &version, &form).await? {
        Ok(done) => Ok(to(&version, if done { "published" } else { "already" })),
        Err(wrong) => {
            let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
            page(&state, &who, version, all, Acts { publication: form, ..Acts::default() }, wrong, None).await
        }
    }
}

/// Publishes a version that a second person agreed to, whose own tests pass and that says nothing looser than what is wider; false when it was
/// published before.
pub(super) async fn published(
    state: &AppState,
    who: &SignedIn,
    version: &Version,
    form: &PublicationForm,
) -> Result<Result<bool, Violations>, HttpError> {
    if version.published_at.is_some() {
        return Ok(Ok(false));
    }
    let mut faults = failing_tests(version).await;
    faults.extend(loosening("next", state, version).await?);
    let (from, until, urgent_reason) = match check_publication(form, calendar::day(state.now())) {
        Ok(checked) if version.agreed_at.is_some() && faults.is_empty() => checked,
        checked => {
            let mut wrong = checked.err().unwrap_or_default();
            wrong.extend(faults);
            if version.agreed_at.is_none() {
                wrong.push(Violation::new("next", "nobody_agreed", "Nobody publishes alone: a second person must agree first."));
            }
            return Ok(Err(wrong));
        }
    };
    let effects = effects(state, version).await?;
    let not_asked = effects.impact.not_asked();
    if not_asked > 0 {
        let all = effects.impact.rows.len();
        let message = format!(
            "What it would do cannot be told: of {all} products, agreements and requests there was no time for {not_asked}. Write the rule more simply."
        );
        return Ok(Err(vec![Violation::new("next", "no_time", message)]));
    }
    let stops_on = from.checked_add_days(Days::new(u64::from(version.standard.grace_days))).unwrap_or(from);
    let stops = version.standard.severity == Severity::BlockServing && until.is_none_or(|until| until > stops_on);
    let stopping = if stops { effects.stopping() } else { vec![] };
    let publication =
        Publication { from, until, urgent_reason: urgent_reason.as_deref(), concerned: &effects.concerned(), stopping: &stopping, stops_on };
    let mut tx = state.pool.begin().await?;
    let done = standard::publish(&mut tx, who.actor.person, (version.id, number(version)), &publication, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(done))
}

pub async fn retire(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let version = newest(&state, &who, &slug).await?;
    authorise(&who.actor, Action::KeepStandard { scope: version.place })?;
    let Err(fault) = retired(&state, &who, &version, &typed.retire_reason).await? else { return Ok(to(&version, "retired")) };
    let all = readable(&mut *state.pool.acquire().await?, &who, &slug).await?;
    let shown = super::show::main(&all, calendar::day(state.now())).cloned().unwrap_or(version);
    page(&state, &who, shown, all, Acts { retire_reason: typed.retire_reason, ..Acts::default() }, vec![fault], None).await
}

/// Ends a standard at once, for a reason; gives how many versions that were.
pub(super) async fn retired(state: &AppState, who: &SignedIn, version: &Version, reason: &str) -> Result<Result<u64, Violation>, HttpError> {
    let reason = match said("retire_reason", reason, "Say why it is retired. Everybody who asks later reads it.") {
        Ok(reason) => reason,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut tx = state.pool.begin().await?;
    let done = standard::retire(&mut tx, who.actor.person, version.id, &reason, &who.origin, calendar::day(state.now()), state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(Ok(done))
}
