//! `GET /suspensions/new`, `POST /suspensions/check` and `POST /suspensions`: what it would touch is shown before it is done.

use crate::ending::end_at_once;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::suspension::{SuspensionForm, check_page, suspend_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{LONGEST_TEXT, SubjectKind};
use domain::authorisation::authorise;
use domain::id::{AgreementId, SectorId, SuspensionId};
use domain::organisation::Role;
use domain::{Action, Forbidden, Violation};
use serde::Deserialize;
use store::PgConnection;
use store::access::{self, NewSuspension, Subject};

const TITLE: &str = "Suspend agreements";
/// Agreements shown before it is done; their number is said.
pub(crate) const SHOWN: i64 = 100;
/// Chosen by whoever may suspend in every sector.
const EVERYWHERE: &str = "everywhere";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    subject: String,
    sector: String,
    reason: String,
}

/// Somebody who may suspend anywhere at all.
pub(crate) fn may_suspend(who: &SignedIn) -> Result<(), HttpError> {
    let may = who.actor.is(Role::GdoAdministrator) || who.actor.roles.iter().any(|held| held.role == Role::TcSecurityOfficer);
    if may { Ok(()) } else { Err(Forbidden("Only security officers and GDO administrators may suspend agreements.").into()) }
}

/// Where this person may suspend, as (value, label).
pub(crate) async fn places(conn: &mut PgConnection, who: &SignedIn) -> Result<Vec<(String, String)>, HttpError> {
    let may = |sector| authorise(&who.actor, Action::Suspend { sector }).is_ok();
    let mut places = vec![];
    if may(None) {
        places.push((EVERYWHERE.to_owned(), "Everywhere".to_owned()));
    }
    places.extend(access::sectors(conn).await?.into_iter().filter(|(id, _)| may(Some(*id))).map(|(id, title)| (id.to_string(), title)));
    Ok(places)
}

/// A form that can be acted on.
pub(crate) struct Checked {
    pub subject: Subject,
    pub title: String,
    pub sector: Option<SectorId>,
    pub place: String,
    pub reason: String,
}

pub(crate) async fn checked(
    conn: &mut PgConnection,
    form: &SuspensionForm,
    places: &[(String, String)],
) -> Result<Result<Checked, Vec<Violation>>, HttpError> {
    let mut wrong = vec![];
    let kind = form.kind.parse::<SubjectKind>().ok();
    let found = match kind {
        Some(kind) if !form.subject.is_empty() => access::subject(conn, kind, &form.subject).await?,
        _ => None,
    };
    match kind {
        None => wrong.push(Violation::new("kind", "kind_missing", "Choose whose agreements.")),
        Some(kind) if found.is_none() => {
            let message = match kind {
                SubjectKind::Person => "Nobody here has this e-mail address.",
                SubjectKind::Agency => "Nobody here belongs to an agency of this name.",
                SubjectKind::Product => "No product has this address.",
            };
            wrong.push(Violation::new("subject", "subject_unknown", message));
        }
        Some(_) => {}
    }
    let place = places.iter().find(|(value, _)| *value == form.sector);
    if place.is_none() {
        wrong.push(Violation::new("sector", "sector_missing", "Choose where."));
    }
    if form.reason.is_empty() || form.reason.chars().count() > LONGEST_TEXT {
        wrong.push(Violation::new("reason", "reason_missing", format!("Say why, in at most {LONGEST_TEXT} characters: the holders read it.")));
    }
    Ok(match (found, place) {
        (Some((subject, title)), Some((value, place))) if wrong.is_empty() => {
            Ok(Checked { subject, title, sector: value.parse().ok(), place: place.clone(), reason: form.reason.clone() })
        }
        _ => Err(wrong),
    })
}

fn clean(typed: Typed) -> SuspensionForm {
    let clean = |text: String| text.trim().replace('\0', "");
    SuspensionForm { kind: clean(typed.kind), subject: clean(typed.subject), sector: clean(typed.sector), reason: clean(typed.reason) }
}

async fn form_page(
    state: &AppState,
    who: &SignedIn,
    form: SuspensionForm,
    places: Vec<(String, String)>,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Administration, TITLE, status, move || suspend_page(&csrf, &form, &places, &wrong)).await
}

/// The form, filled in with what the way here names.
pub async fn new(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    may_suspend(&who)?;
    let mut conn = state.pool.acquire().await?;
    let places = places(&mut conn, &who).await?;
    drop(conn);
    let mut form = clean(typed);
    // With one place there is nothing to choose.
    if let [(only, _)] = places.as_slice() {
        form.sector.clone_from(only);
    }
    form_page(&state, &who, form, places, vec![]).await
}

pub async fn check(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    may_suspend(&who)?;
    let form = clean(typed);
    let mut conn = state.pool.acquire().await?;
    let places = places(&mut conn, &who).await?;
    let checked = match checked(&mut conn, &form, &places).await? {
        Ok(checked) => checked,
        Err(wrong) => {
            drop(conn);
            return form_page(&state, &who, form, places, wrong).await;
        }
    };
    let (all, first) = access::touched(&mut conn, &checked.subject, checked.sector, SHOWN).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Administration, TITLE, StatusCode::OK, move || {
        check_page(&csrf, &form, &checked.title, &checked.place, all, &first)
    })
    .await
}

pub async fn place(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    may_suspend(&who)?;
    let form = clean(typed);
    let mut tx = state.pool.begin().await?;
    let places = places(&mut tx, &who).await?;
    let checked = match checked(&mut tx, &form, &places).await? {
        Ok(checked) => checked,
        Err(wrong) => {
            drop(tx);
            return form_page(&state, &who, form, places, wrong).await;
        }
    };
    let (_, _, stopped) = placed(&state, &mut tx, &who, checked).await?;
    tx.commit().await?;
    end_at_once(&state, &stopped).await;
    Ok(Redirect::to("/suspensions").into_response())
}

/// Suspends, in the transaction in which it was checked; gives its id, how many agreements it holds, and all under which it stops anybody.
pub(crate) async fn placed(
    state: &AppState,
    conn: &mut PgConnection,
    who: &SignedIn,
    checked: Checked,
) -> Result<(SuspensionId, usize, Vec<AgreementId>), HttpError> {
    authorise(&who.actor, Action::Suspend { sector: checked.sector })?;
    let new = NewSuspension { subject: checked.subject, sector: checked.sector, reason: &checked.reason, by: who.actor.person };
    let (id, held) = access::suspend(&mut *conn, &new, &who.origin, &state.ids, state.now()).await?;
    Ok((id, held, access::stopped_by(conn, id).await?))
}
