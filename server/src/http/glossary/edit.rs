//! `GET` and `POST /glossary/new` and `/glossary/{slug}/edit`, and `POST /glossary/{slug}/retire`: a term, written and taken out of use by the trusted
//! centre of its sector, or by the data office.

use super::show::{find, sector};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::glossary::{TermColumns, TermEdit, WHOLE, edit_term_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::glossary::{TermForm, TermText, check_term};
use domain::organisation::{Actor, Held, Role, Scope};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::glossary::{self, Kept, Retired, Term, TermPlace};
use store::quality;

/// Columns named when a term cannot go.
const NAMED: usize = 5;

/// Whether somebody may add terms: of some sector, or of the whole service.
pub(super) fn adds(actor: &Actor) -> bool {
    let centre = |held: &Held| matches!(held, Held { role: Role::TcCurator, scope: Scope::Sector(_) });
    authorise(actor, Action::KeepTerm { sector: None }).is_ok() || actor.roles.iter().any(centre)
}

/// Sectors whose terms somebody keeps, as (slug, title); refused when there are none.
async fn sectors(state: &AppState, who: &SignedIn) -> Result<Vec<(String, String)>, HttpError> {
    let whole = authorise(&who.actor, Action::KeepTerm { sector: None });
    if !adds(&who.actor) {
        whole?;
        return Ok(vec![]);
    }
    let all = quality::sectors(&mut *state.pool.acquire().await?).await?;
    let own = all.into_iter().filter(|(id, _, _)| authorise(&who.actor, Action::KeepTerm { sector: Some(*id) }).is_ok());
    let whole = whole.is_ok().then(|| (WHOLE.to_owned(), "The whole service: the data office keeps it".to_owned()));
    Ok(whole.into_iter().chain(own.map(|(_, slug, title)| (slug, title))).collect())
}

/// The term, also one out of use, when whoever asks keeps it.
pub(super) async fn kept(state: &AppState, who: &SignedIn, slug: &str) -> Result<Term, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let term = glossary::term(&mut conn, &slug.replace('\0', "")).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::KeepTerm { sector: sector(&term) })?;
    Ok(term)
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    term: Option<Term>,
    edit: TermEdit,
    reason: String,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let sectors = sectors(state, who).await?;
    let terms = glossary::terms(&mut *state.pool.acquire().await?).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let what = term.as_ref().map_or_else(|| "Add a term".to_owned(), |term| format!("Change {}", term.name));
    let title = format!("{}{what}", if wrong.is_empty() { "" } else { "Error: " });
    let csrf = who.csrf.clone();
    render::page(state, who, Section::None, &title, status, move || edit_term_page(&csrf, term.as_ref(), &edit, &sectors, &terms, &reason, &wrong))
        .await
}

/// A term as it is now, in the form.
pub(super) async fn as_it_is(state: &AppState, term: &Term) -> Result<TermEdit, HttpError> {
    let broader = glossary::broader(&mut *state.pool.acquire().await?, term.id).await?;
    Ok(TermEdit::of(term, &broader))
}

pub async fn blank(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let sectors = sectors(&state, &who).await?;
    // Who keeps the terms of one sector need not choose it.
    let sector = if let [(slug, _)] = sectors.as_slice() { slug.clone() } else { String::new() };
    page(&state, &who, None, TermEdit { sector, ..TermEdit::default() }, String::new(), vec![]).await
}

pub async fn form(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let edit = as_it_is(&state, &term).await?;
    page(&state, &who, Some(term), edit, String::new(), vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    name: String,
    definition: String,
    also_called: String,
    column_names: String,
    sector: String,
    parent: String,
}

impl Typed {
    fn edit(self) -> TermEdit {
        let clean = |text: String| text.replace('\0', "");
        let text = TermForm {
            name: clean(self.name),
            definition: clean(self.definition),
            also_called: clean(self.also_called),
            column_names: clean(self.column_names),
        };
        TermEdit { text, sector: clean(self.sector), parent: clean(self.parent) }
    }
}

/// What was typed, when it is a term of a sector whose terms its writer keeps.
fn checked(edit: &TermEdit, sectors: &[(String, String)]) -> Result<(TermText, TermPlace), Vec<Violation>> {
    let mut wrong = vec![];
    let text = check_term(&edit.text).map_err(|faults| wrong.extend(faults));
    if !sectors.iter().any(|(slug, _)| *slug == edit.sector) {
        wrong.push(Violation::new("sector", "sector_missing", "Choose who keeps it, of those for whom you keep terms."));
    }
    let place = TermPlace {
        sector: Some(edit.sector.clone()).filter(|slug| slug != WHOLE),
        parent: Some(edit.parent.clone()).filter(|slug| !slug.is_empty()),
    };
    match text {
        Ok(text) if wrong.is_empty() => Ok((text, place)),
        _ => Err(wrong),
    }
}

/// Why a term was not written.
fn refused(kept: Kept) -> Result<String, Violation> {
    match kept {
        Kept::Done(slug) => Ok(slug),
        Kept::Known(slug) => Err(Violation::new("name", "name_known", format!("There is a term of this name at /glossary/{slug}. Change that one."))),
        Kept::NoParent => Err(Violation::new("parent", "parent_missing", "Choose a broader term that is in use.")),
        Kept::Circle => {
            Err(Violation::new("parent", "parent_narrower", "This term is broader than the one that you chose. Choose another, or none."))
        }
    }
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let edit = typed.edit();
    match added(&state, &who, &edit).await? {
        Ok(slug) => Ok(Redirect::to(&format!("/glossary/{slug}")).into_response()),
        Err(wrong) => page(&state, &who, None, edit, String::new(), wrong).await,
    }
}

/// Writes a new term; gives its slug.
pub(super) async fn added(state: &AppState, who: &SignedIn, edit: &TermEdit) -> Result<Result<String, Violations>, HttpError> {
    let sectors = sectors(state, who).await?;
    let (text, place) = match checked(edit, &sectors) {
        Ok(checked) => checked,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    match refused(glossary::add_term(&mut tx, who.actor.person, &text, &place, &who.origin, &state.ids, state.now()).await?) {
        Ok(slug) => {
            tx.commit().await?;
            state.work.notify_one();
            Ok(Ok(slug))
        }
        Err(fault) => Ok(Err(vec![fault])),
    }
}

pub async fn save(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let edit = typed.edit();
    match changed(&state, &who, &term, &edit).await? {
        Ok(slug) => Ok(Redirect::to(&format!("/glossary/{slug}")).into_response()),
        Err(wrong) => page(&state, &who, Some(term), edit, String::new(), wrong).await,
    }
}

/// Writes a term anew; gives its slug. Whether this person keeps it was asked before.
pub(super) async fn changed(state: &AppState, who: &SignedIn, term: &Term, edit: &TermEdit) -> Result<Result<String, Violations>, HttpError> {
    let sectors = sectors(state, who).await?;
    let (text, place) = match checked(edit, &sectors) {
        Ok(checked) => checked,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    match refused(glossary::change_term(&mut tx, who.actor.person, term, &text, &place, &who.origin, state.now()).await?) {
        Ok(slug) => {
            tx.commit().await?;
            state.work.notify_one();
            Ok(Ok(slug))
        }
        Err(fault) => Ok(Err(vec![fault])),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reason {
    reason: String,
}

pub async fn retire(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Reason>,
) -> Result<Response, HttpError> {
    let term = kept(&state, &who, &slug).await?;
    let reason = typed.reason.replace('\0', "").trim().to_owned();
    let Err(wrong) = retired(&state, &who, &term, &reason).await? else {
        return Ok(Redirect::to(&format!("/glossary/{}", term.slug)).into_response());
    };
    let edit = as_it_is(&state, &term).await?;
    page(&state, &who, Some(term), edit, reason, wrong).await
}

/// Takes a term out of use for a reason. One that is out of use stays so.
pub(super) async fn retired(state: &AppState, who: &SignedIn, term: &Term, reason: &str) -> Result<Result<(), Violations>, HttpError> {
    let fault = |code, message: String| Ok(Err(vec![Violation::new("reason", code, message)]));
    if !(5..=500).contains(&reason.chars().count()) {
        return fault("reason_missing", "Say why in 5 to 500 characters.".to_owned());
    }
    let mut tx = state.pool.begin().await?;
    match glossary::retire_term(&mut tx, who.actor.person, term, reason, &who.origin, state.now()).await? {
        Retired::Done => {
            tx.commit().await?;
            state.work.notify_one();
            Ok(Ok(()))
        }
        Retired::Already => Ok(Ok(())),
        Retired::Broader => fault("term_broader", "Other terms are narrower. Put them under another one first.".to_owned()),
        Retired::Carried => {
            drop(tx);
            fault("term_carried", carried(state, who, term).await?)
        }
    }
}

/// Which columns carry a term, of products that the reader may know of.
async fn carried(state: &AppState, who: &SignedIn, term: &Term) -> Result<String, HttpError> {
    let (_, columns, cut_off) = find(state, who, &term.slug, NAMED).await?;
    let names: Vec<String> = match &columns {
        TermColumns::Named(uses) => uses.iter().map(|one| format!("{}.{}.{}", one.address, one.dataset, one.column)).collect(),
        TermColumns::Checked(_, carriers) => carriers.iter().map(|one| format!("{}.{}.{}", one.address, one.dataset, one.column)).collect(),
    };
    if names.is_empty() {
        return Ok("Columns of products that are not shown to you carry it.".to_owned());
    }
    Ok(format!("Columns carry it: {}{}.", names.join(", "), if cut_off { ", and more" } else { "" }))
}
