//! `/quality/{slug}/audits/new` and `/quality-audits/plans/{id}`: audits are planned, changed, paused, resumed and ended by whoever keeps the
//! quality of the sector.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality_audit::{Editing, plan_form_page, plan_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::authorisation::authorise;
use domain::id::{DomainId, ProductId, QualityAuditPlanId, SectorId};
use domain::quality_audit::{Criterion, NewPlan, PlanForm, PlanScope, PlanState, Rhythm, check_plan};
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::quality;
use store::quality_audit::{self, Audits, PlanView};
use uuid::Uuid;

/// Audits that are asked for, one more than the page shows: it says that there are others.
const ASKED: i64 = 201;

/// Where a plan belongs, with what may be chosen there.
pub(super) struct Place {
    sector: SectorId,
    slug: String,
    title: String,
    domains: Vec<(DomainId, String)>,
    products: Vec<(ProductId, String, String)>,
}

impl Place {
    /// What may be chosen in a sector, by who may plan there.
    async fn read(state: &AppState, who: &SignedIn, (sector, slug, title): (SectorId, String, String)) -> Result<Self, HttpError> {
        authorise(&who.actor, Action::KeepQualityAudit { sector })?;
        let mut conn = state.pool.acquire().await?;
        let domains = quality_audit::domains(&mut conn, sector).await?;
        let products = quality_audit::products(&mut conn, sector, who.actor.person, state.now()).await?;
        Ok(Self { sector, slug, title, domains, products })
    }

    pub(super) async fn of_sector(state: &AppState, who: &SignedIn, slug: &str) -> Result<Self, HttpError> {
        let (sector, title) = quality::sector(&mut *state.pool.acquire().await?, slug).await?.ok_or(HttpError::NotFound)?;
        Self::read(state, who, (sector, slug.to_owned(), title)).await
    }

    pub(super) async fn of_plan(state: &AppState, who: &SignedIn, plan: &PlanView) -> Result<Self, HttpError> {
        Self::read(state, who, (plan.sector, plan.sector_slug.clone(), plan.sector_title.clone())).await
    }

    fn check(&self, form: &PlanForm, earliest: NaiveDate) -> Result<NewPlan, Violations> {
        let domains: Vec<DomainId> = self.domains.iter().map(|(id, _)| *id).collect();
        let products: Vec<ProductId> = self.products.iter().map(|(id, ..)| *id).collect();
        check_plan(form, &domains, &products, earliest)
    }
}

/// A plan that the reader may know of.
pub(super) async fn find(state: &AppState, who: &SignedIn, id: &str) -> Result<PlanView, HttpError> {
    let id: QualityAuditPlanId = id.parse().map_err(|_| HttpError::NotFound)?;
    quality_audit::plan(&mut *state.pool.acquire().await?, who.actor.person, id, state.now()).await?.ok_or(HttpError::NotFound)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    let of = Audits { plan: Some(plan.id), ..Audits::default() };
    let audits = quality_audit::audits(&mut *state.pool.acquire().await?, who.actor.person, of, ASKED, state.now()).await?;
    let keeps = authorise(&who.actor, Action::KeepQualityAudit { sector: plan.sector }).is_ok();
    let (csrf, title) = (who.csrf.clone(), plan.name.clone());
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || plan_page(&csrf, &plan, &audits, keeps)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    /// Of a new plan.
    key: String,
    /// Of one that is changed.
    version: String,
    name: String,
    scope: String,
    domain: String,
    products: Vec<String>,
    criteria: Vec<String>,
    rhythm: String,
    first_on: String,
    announce_days: String,
    mend_days: String,
    told: Vec<String>,
}

impl Typed {
    fn form(self) -> PlanForm {
        let Self { name, scope, domain, products, criteria, rhythm, first_on, announce_days, mend_days, told, .. } = self;
        PlanForm { name, scope, domain, products, criteria, rhythm, first_on, announce_days, mend_days, told }
    }
}

/// What is proposed to who begins a plan: all checks of the sector, each quarter, from tomorrow on.
fn proposed(today: NaiveDate) -> PlanForm {
    PlanForm {
        scope: PlanScope::Sector.as_str().into(),
        criteria: vec![Criterion::All.as_str().into()],
        rhythm: Rhythm::Quarter.as_str().into(),
        first_on: today.succ_opt().unwrap_or(today).to_string(),
        announce_days: "7".into(),
        mend_days: "30".into(),
        ..PlanForm::default()
    }
}

/// A plan as it would be typed.
fn typed(plan: &PlanView) -> PlanForm {
    PlanForm {
        name: plan.name.clone(),
        scope: plan.scope.as_str().into(),
        domain: plan.domain.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
        products: plan.products.iter().map(|(id, ..)| id.to_string()).collect(),
        criteria: plan.criteria.iter().map(|one| one.as_str().into()).collect(),
        rhythm: plan.rhythm.as_str().into(),
        first_on: plan.first_on.to_string(),
        announce_days: plan.announce_days.to_string(),
        mend_days: plan.mend_days.to_string(),
        told: plan.told.iter().map(|one| one.as_str().into()).collect(),
    }
}

/// The form; `key` is the version of the plan that is changed, or the key of a new one.
async fn page(
    state: &AppState,
    who: &SignedIn,
    place: Place,
    plan: Option<&PlanView>,
    key: String,
    form: PlanForm,
    wrong: Vec<Violation>,
) -> Result<Response, HttpError> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{}{} an audit of quality", if wrong.is_empty() { "" } else { "Error: " }, if plan.is_some() { "Change" } else { "Plan" });
    let editing = Editing {
        sector_slug: place.slug,
        sector_title: place.title,
        plan: plan.map(|plan| (plan.id.to_string(), plan.name.clone())),
        key,
        form,
        domains: place.domains,
        products: place.products,
        wrong,
    };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || plan_form_page(&csrf, &editing)).await
}

pub async fn new(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>) -> Result<Response, HttpError> {
    let place = Place::of_sector(&state, &who, &slug).await?;
    let key = Uuid::from_bytes(clock::random()).to_string();
    page(&state, &who, place, None, key, proposed(calendar::day(state.now())), vec![]).await
}

pub async fn make(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let place = Place::of_sector(&state, &who, &slug).await?;
    let key = typed.key.trim().parse::<Uuid>().unwrap_or_else(|_| Uuid::from_bytes(clock::random()));
    let form = typed.form();
    match planned(&state, &who, &place, &form, key).await? {
        Ok(id) => Ok(Redirect::to(&format!("/quality-audits/plans/{id}")).into_response()),
        Err(wrong) => page(&state, &who, place, None, key.to_string(), form, wrong).await,
    }
}

/// Plans an audit, once for its key; or what is wrong with it.
pub(super) async fn planned(
    state: &AppState,
    who: &SignedIn,
    place: &Place,
    form: &PlanForm,
    key: Uuid,
) -> Result<Result<QualityAuditPlanId, Violations>, HttpError> {
    let new = match place.check(form, calendar::day(state.now())) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let id = quality_audit::make(&mut tx, who.actor.person, place.sector, &new, key, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

pub async fn open(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    let place = Place::of_plan(&state, &who, &plan).await?;
    page(&state, &who, place, Some(&plan), plan.version.to_string(), typed(&plan), vec![]).await
}

pub async fn change(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    let place = Place::of_plan(&state, &who, &plan).await?;
    // What is not a version is none that was shown.
    let version = typed.version.trim().parse::<i32>().unwrap_or(-1);
    let form = typed.form();
    match changed(&state, &who, (&plan, &place), version, &form).await? {
        Ok(()) => Ok(Redirect::to(&format!("/quality-audits/plans/{}", plan.id)).into_response()),
        Err(wrong) => page(&state, &who, place, Some(&plan), version.to_string(), form, wrong).await,
    }
}

/// Changes a plan, where nobody has since the version that was shown; or what is wrong with the change.
pub(super) async fn changed(
    state: &AppState,
    who: &SignedIn,
    (plan, place): (&PlanView, &Place),
    version: i32,
    form: &PlanForm,
) -> Result<Result<(), Violations>, HttpError> {
    // The day that stands may stay, though it is over.
    let new = match place.check(form, plan.first_on.min(calendar::day(state.now()))) {
        Ok(new) if new.first_on == plan.first_on || new.first_on >= calendar::day(state.now()) => new,
        Ok(_) => {
            let words = "Choose a day that is not over, or leave the one that stands.";
            return Ok(Err(vec![Violation::new("first_on", "day_wrong", words)]));
        }
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    quality_audit::change(&mut tx, who.actor.person, plan.id, version, &new, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Move {
    to: String,
    version: String,
}

pub async fn set_state(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Move>,
) -> Result<Response, HttpError> {
    let plan = find(&state, &who, &id).await?;
    let page = format!("/quality-audits/plans/{}", plan.id);
    moved(&state, &who, plan, &typed.to, typed.version.trim().parse().unwrap_or(-1)).await?;
    Ok(Redirect::to(&page).into_response())
}

/// Pauses, resumes or ends a plan for who may, where nobody has changed it since the version that was shown.
pub(super) async fn moved(state: &AppState, who: &SignedIn, plan: PlanView, to: &str, version: i32) -> Result<(), HttpError> {
    authorise(&who.actor, Action::KeepQualityAudit { sector: plan.sector })?;
    let to = to.parse::<PlanState>().map_err(|error| HttpError::Malformed(error.to_string()))?;
    let plan = PlanView { version, ..plan };
    let mut tx = state.pool.begin().await?;
    quality_audit::set_state(&mut tx, who.actor.person, &plan, to, &who.origin, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
