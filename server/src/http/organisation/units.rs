//! `GET /admin/organisations`; `GET` and `POST /admin/organisations/new`, `/admin/organisations/{kind}/{slug}` and the same under
//! `/retire`; `POST /admin/organisations/{kind}/{slug}/restore`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::organisation::{UnitAsked, UnitDone, UnitPage, retire_unit_page, unit_page, units_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::organisation::{UnitForm, UnitKind, check_unit};
use domain::{Action, Violation};
use serde::Deserialize;
use store::organisation::{self, KeptUnit, UnitFault};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    /// What was done on the page before.
    done: String,
    /// What is to be added.
    kind: String,
}

pub async fn list(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let done = match asked.done.as_str() {
        "added" => Some(UnitDone::Added),
        "changed" => Some(UnitDone::Changed),
        "retired" => Some(UnitDone::Retired),
        "restored" => Some(UnitDone::Restored),
        _ => None,
    };
    let units = organisation::kept_units(&mut *state.pool.acquire().await?, None, None).await?;
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Administration, "Organisations", StatusCode::OK, move || units_page(&csrf, &units, done)).await
}

fn status(wrong: &[Violation]) -> StatusCode {
    if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// Units of a kind that something can be put into, as (slug, title).
async fn in_use(state: &AppState, kind: UnitKind) -> Result<Vec<(String, String)>, HttpError> {
    let units = organisation::kept_units(&mut *state.pool.acquire().await?, Some(kind), None).await?;
    Ok(units.into_iter().filter(|unit| unit.retired_at.is_none()).map(|unit| (unit.slug, unit.title)).collect())
}

async fn one(
    state: &AppState,
    who: &SignedIn,
    kind: UnitKind,
    known: Option<KeptUnit>,
    form: UnitForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let (mut agencies, mut sectors) = (vec![], vec![]);
    if kind == UnitKind::Domain {
        agencies = in_use(state, UnitKind::Agency).await?;
        sectors = in_use(state, UnitKind::Sector).await?;
    }
    let (csrf, page) = (who.csrf.clone(), UnitPage { kind, known, agencies, sectors });
    let title = if page.known.is_some() { "Change an organisation" } else { "Add an organisation" };
    render::page(state, who, Section::Administration, title, status(&wrong), move || unit_page(&csrf, &page, &form, &wrong)).await
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let kind = asked.kind.parse().unwrap_or(UnitKind::Domain);
    one(&state, &who, kind, None, UnitForm::default(), vec![]).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    kind: String,
    slug: String,
    title: String,
    note: String,
    agency: String,
    sector: String,
    /// That the form was opened on.
    version: i32,
    /// Who takes the domains of what is retired.
    to: String,
}

impl Typed {
    fn form(&self) -> UnitForm {
        UnitForm {
            slug: self.slug.clone(),
            title: self.title.clone(),
            note: self.note.clone(),
            agency: self.agency.clone(),
            sector: self.sector.clone(),
        }
    }
}

/// What to do about a fault, at its field.
fn violation(fault: UnitFault) -> Violation {
    match fault {
        UnitFault::SlugKnown => {
            Violation::new("slug", "slug_known", "There is one of this short name, retired perhaps. Choose another, or take that one into use again.")
        }
        UnitFault::NameTaken(name) => {
            Violation::new("title", "name_taken", format!("“{name}” is, or was, a name of another agency. People are known by it: choose another."))
        }
        UnitFault::AgencyGone => Violation::new("agency", "agency_gone", "Choose an agency that is in use."),
        UnitFault::SectorGone => Violation::new("sector", "sector_gone", "Choose a sector that is in use."),
        UnitFault::Stale => Violation::new(
            "title",
            "changed_meanwhile",
            "Somebody changed this since you opened it. Look at what it is now, then save again if you still want to.",
        ),
        UnitFault::InUse { domains, products } => {
            let held = format!("It still holds {domains} domain{} and {products} product{}.", plural(domains), plural(products));
            Violation::new("to", "in_use", format!("{held} Choose who takes them, or retire them first."))
        }
    }
}

const fn plural(n: i64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

pub async fn add(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let kind: UnitKind = typed.kind.parse().map_err(|_| HttpError::NotFound)?;
    let wrong = match check_unit(kind, &typed.form()) {
        Ok(unit) => {
            let mut tx = state.pool.begin().await?;
            let fault = organisation::add_unit(&mut tx, who.actor.person, kind, &unit, &who.origin, (&state.ids, state.now())).await?;
            if fault.is_none() {
                tx.commit().await?;
                return Ok(Redirect::to("/admin/organisations?done=added").into_response());
            }
            fault.into_iter().map(violation).collect()
        }
        Err(wrong) => wrong,
    };
    one(&state, &who, kind, None, typed.form(), wrong).await
}

async fn known(state: &AppState, kind: &str, slug: &str) -> Result<KeptUnit, HttpError> {
    let kind: UnitKind = kind.parse().map_err(|_| HttpError::NotFound)?;
    let slug = slug.replace('\0', "");
    organisation::kept_unit(&mut *state.pool.acquire().await?, kind, &slug).await?.ok_or(HttpError::NotFound)
}

fn filled(unit: &KeptUnit) -> UnitForm {
    let text = unit.text();
    UnitForm {
        slug: text.slug,
        title: text.title,
        note: text.note.unwrap_or_default(),
        agency: text.agency.unwrap_or_default(),
        sector: text.sector.unwrap_or_default(),
    }
}

type Named = Path<(String, String)>;

pub async fn show(State(state): State<AppState>, Path((kind, slug)): Named, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let unit = known(&state, &kind, &slug).await?;
    let form = filled(&unit);
    one(&state, &who, unit.kind, Some(unit), form, vec![]).await
}

pub async fn change(
    State(state): State<AppState>,
    Path((kind, slug)): Named,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let unit = known(&state, &kind, &slug).await?;
    // The slug stands in addresses: the form cannot change it.
    let form = UnitForm { slug: unit.slug.clone(), ..typed.form() };
    let wrong = match check_unit(unit.kind, &form) {
        Ok(text) => {
            let mut tx = state.pool.begin().await?;
            let at = (&who.origin, state.now());
            let fault = organisation::change_unit(&mut tx, who.actor.person, unit.kind, &text, typed.version, at).await?;
            if fault.is_none() {
                tx.commit().await?;
                return Ok(Redirect::to("/admin/organisations?done=changed").into_response());
            }
            fault.into_iter().map(violation).collect()
        }
        Err(wrong) => wrong,
    };
    one(&state, &who, unit.kind, Some(unit), form, wrong).await
}

pub async fn ask_retirement(State(state): State<AppState>, Path((kind, slug)): Named, who: SignedIn) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let unit = known(&state, &kind, &slug).await?;
    question(&state, &who, unit, String::new(), vec![]).await
}

async fn question(state: &AppState, who: &SignedIn, unit: KeptUnit, to: String, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let heirs = in_use(state, unit.kind).await?.into_iter().filter(|(slug, _)| *slug != unit.slug).collect();
    let (csrf, asked) = (who.csrf.clone(), UnitAsked { unit, heirs, to });
    render::page(state, who, Section::Administration, "Retire an organisation", status(&wrong), move || retire_unit_page(&csrf, &asked, &wrong)).await
}

pub async fn retire(
    State(state): State<AppState>,
    Path((kind, slug)): Named,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let unit = known(&state, &kind, &slug).await?;
    let to = Some(typed.to.replace('\0', "")).filter(|to| !to.is_empty());
    let mut tx = state.pool.begin().await?;
    let (place, at) = ((unit.kind, unit.slug.as_str()), (&who.origin, state.now()));
    let fault = organisation::retire_unit(&mut tx, who.actor.person, place, typed.version, to.as_deref(), at).await?;
    if let Some(fault) = fault {
        drop(tx);
        // What is wrong is the choice of who takes its domains.
        let wrong = Violation { field: "to", ..violation(fault) };
        return question(&state, &who, unit, typed.to, vec![wrong]).await;
    }
    tx.commit().await?;
    Ok(Redirect::to("/admin/organisations?done=retired").into_response())
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn restore(
    State(state): State<AppState>,
    Path((kind, slug)): Named,
    CheckedForm(_, who): CheckedForm<Nothing>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageUnits)?;
    let unit = known(&state, &kind, &slug).await?;
    let mut tx = state.pool.begin().await?;
    let fault = organisation::restore_unit(&mut tx, who.actor.person, (unit.kind, &unit.slug), &who.origin, state.now()).await?;
    if let Some(fault) = fault {
        drop(tx);
        // Its form is where another agency or sector is chosen.
        let form = filled(&unit);
        return one(&state, &who, unit.kind, Some(unit), form, vec![violation(fault)]).await;
    }
    tx.commit().await?;
    Ok(Redirect::to("/admin/organisations?done=restored").into_response())
}
