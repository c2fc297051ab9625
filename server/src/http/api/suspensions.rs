//! `/api/v1/suspensions`: stopping all agreements of a person, an agency or a product at once, and letting them go on. The same checks
//! as on the pages.

use super::called::Called;
use crate::ending::end_at_once;
use crate::http::access::drift::watched;
use crate::http::access::suspend::{Checked, SHOWN, checked, may_suspend, placed, places};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::suspension::SuspensionForm;
use axum::Json;
use axum::extract::{Path, State};
use domain::access::LONGEST_TEXT;
use domain::authorisation::authorise;
use domain::id::SuspensionId;
use domain::{Action, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use store::PgConnection;
use store::access::{self, SuspensionLine, TouchedLine};

/// The newest, those that stand first.
const LISTED: i64 = 200;

fn said(line: &SuspensionLine) -> Value {
    let lifted = line.lifted.as_ref().map(|(by, at, reason)| json!({ "by": by, "at": at, "reason": reason }));
    json!({
        "id": line.id, "kind": line.kind.as_str(), "subject": line.subject, "sector": line.sector, "sector_title": line.sector_title,
        "reason": line.reason, "placed_by": line.placed_by, "placed_at": line.placed_at, "lifted": lifted, "held": line.held,
    })
}

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    authorise(&who.actor, Action::ReadSuspensions)?;
    let lines = access::suspensions(&mut *state.pool.acquire().await?, None, watched(&who.actor).as_deref(), LISTED).await?;
    Ok(Json(json!({ "suspensions": lines.iter().map(said).collect::<Vec<_>>() })))
}

/// Whose agreements, where and why, in the words of the form.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Suspending {
    /// `person`, `agency` or `product`.
    kind: String,
    /// An e-mail address, an agency's name, a product's address.
    subject: String,
    /// A sector's id, or `everywhere`.
    sector: String,
    reason: String,
}

async fn judged(conn: &mut PgConnection, who: &SignedIn, sent: Suspending) -> Result<Checked, HttpError> {
    let clean = |text: String| text.trim().replace('\0', "");
    let form = SuspensionForm { kind: clean(sent.kind), subject: clean(sent.subject), sector: clean(sent.sector), reason: clean(sent.reason) };
    let places = places(&mut *conn, who).await?;
    checked(conn, &form, &places).await?.map_err(HttpError::Invalid)
}

/// What it would touch, before it is done.
pub async fn preview(State(state): State<AppState>, Called(sent, who): Called<Suspending>) -> Result<Json<Value>, HttpError> {
    may_suspend(&who)?;
    let mut conn = state.pool.acquire().await?;
    let found = judged(&mut conn, &who, sent).await?;
    let (all, first) = access::touched(&mut conn, &found.subject, found.sector, SHOWN).await?;
    let line = |one: &TouchedLine| json!({ "id": one.id, "holder": one.holder, "title": one.product_title, "until": one.until });
    let first: Vec<Value> = first.iter().map(line).collect();
    Ok(Json(json!({ "subject": found.title, "place": found.place, "count": all, "agreements": first })))
}

pub async fn place(State(state): State<AppState>, Called(sent, who): Called<Suspending>) -> Result<Json<Value>, HttpError> {
    may_suspend(&who)?;
    let mut tx = state.pool.begin().await?;
    let found = judged(&mut tx, &who, sent).await?;
    let (id, held, stopped) = placed(&state, &mut tx, &who, found).await?;
    tx.commit().await?;
    end_at_once(&state, &stopped).await;
    Ok(Json(json!({ "id": id, "held": held })))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Reason {
    reason: String,
}

pub async fn lift(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Reason>) -> Result<Json<Value>, HttpError> {
    authorise(&who.actor, Action::ReadSuspensions)?;
    let id: SuspensionId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    let found = access::suspensions(&mut tx, Some(id), watched(&who.actor).as_deref(), 1).await?.pop().ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::Suspend { sector: found.sector })?;
    let reason = sent.reason.trim().replace('\0', "");
    if reason.is_empty() || reason.chars().count() > LONGEST_TEXT {
        let words = format!("Say why the suspension is lifted, in at most {LONGEST_TEXT} characters.");
        return Err(HttpError::Invalid(vec![Violation::new("reason", "reason_missing", words)]));
    }
    let Some(lifted) = access::lift_suspension(&mut tx, id, who.actor.person, &reason, &who.origin, state.now()).await? else {
        return Err(HttpError::Conflict("This suspension was lifted before. Nothing was changed.".into()));
    };
    tx.commit().await?;
    state.work.notify_one();
    Ok(Json(json!({ "id": id, "lifted": lifted })))
}
