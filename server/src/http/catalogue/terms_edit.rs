//! `GET` and `POST /products/{urn}/agreement/edit`, `POST /products/{urn}/agreement/publish`: the owner's form, what it would
//! change, and the change. Checked again when published, because a page can be old.

use super::terms::visible;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::evaluate;
use crate::state::AppState;
use app::features::catalogue::ProductTab;
use app::features::catalogue::terms_edit::{edit_page, preview_page};
use app::features::standard::advice_on_terms;
use app::shell::Section;
use app::ui::Remarks;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Days;
use domain::authorisation::authorise;
use domain::catalogue::{ACCEPT_DAYS_OF_DOCUMENTS, NewTerms, TermsForm, check_terms};
use domain::{Action, Violation, Violations, calendar};
use serde::Deserialize;
use store::StoreError;
use store::catalogue::{self, ProductView, TermsNames, TermsVersion};
use store::standard::{self, FindingView};

/// The form as the browser sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The version that the page was made from.
    over: i32,
    sharing: String,
    purposes: Vec<String>,
    forbidden: Vec<String>,
    agencies_may: Vec<String>,
    agencies_may_not: Vec<String>,
    who_may: String,
    who_may_not: String,
    distribution: String,
    onward: String,
    retention: String,
    retention_days: String,
    longest_days: String,
    asks: Vec<String>,
    introduction: String,
    obligations: String,
    safeguards: String,
    breach: String,
    change_note: String,
    accept_by: String,
    /// Set when what was typed is to be changed rather than checked.
    change: String,
}

impl From<Typed> for TermsForm {
    fn from(typed: Typed) -> Self {
        Self {
            sharing: typed.sharing,
            purposes: typed.purposes,
            forbidden: typed.forbidden,
            agencies_may: typed.agencies_may,
            agencies_may_not: typed.agencies_may_not,
            who_may: typed.who_may,
            who_may_not: typed.who_may_not,
            distribution: typed.distribution,
            onward: typed.onward,
            retention: typed.retention,
            retention_days: typed.retention_days,
            longest_days: typed.longest_days,
            asks: typed.asks,
            introduction: typed.introduction,
            obligations: typed.obligations,
            safeguards: typed.safeguards,
            breach: typed.breach,
            change_note: typed.change_note,
            accept_by: typed.accept_by,
        }
    }
}

/// A product whose terms somebody may change, with its terms now.
struct Editing {
    product: ProductView,
    now: TermsVersion,
    names: TermsNames,
    /// What standards say of the product as it is saved.
    standards: Vec<FindingView>,
}

async fn editing(state: &AppState, who: &SignedIn, urn: &str) -> Result<Result<Editing, Response>, HttpError> {
    let product = match visible(state, who, urn, "/edit").await? {
        Ok(product) => product,
        Err(moved) => return Ok(Err(moved)),
    };
    authorise(&who.actor, Action::ChangeTerms { place: product.at.place })?;
    let mut conn = state.pool.acquire().await?;
    let now = catalogue::terms(&mut conn, product.id, None).await?.ok_or(HttpError::NotFound)?;
    let names = catalogue::terms_names(&mut conn).await?;
    let standards = standard::findings_of(&mut conn, product.id).await?;
    Ok(Ok(Editing { product, now, names, standards }))
}

impl Editing {
    fn check(&self, form: &TermsForm, state: &AppState) -> Result<NewTerms, Violations> {
        let purposes: Vec<String> = self.names.purposes.iter().filter(|(.., offered)| *offered).map(|(code, ..)| code.clone()).collect();
        let agencies: Vec<String> = self.names.agencies.iter().map(|(slug, _)| slug.clone()).collect();
        check_terms(form, &self.now.terms, &purposes, &agencies, calendar::day(state.now()))
    }

    /// The form with what was typed, made from the version `over`.
    async fn form(self, state: &AppState, who: &SignedIn, over: i32, form: TermsForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
        let behind = over != self.now.about.version;
        let status = match (behind, wrong.is_empty()) {
            (true, _) => StatusCode::CONFLICT,
            (false, true) => StatusCode::OK,
            (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let title = format!("{}Terms of {}", if wrong.is_empty() { "" } else { "Error: " }, self.product.title);
        let csrf = who.csrf.clone();
        render::page(state, who, Section::Products, &title, status, move || {
            let advice = advice_on_terms(&self.standards);
            let said = Remarks { wrong: &wrong, advice: &advice };
            edit_page(&csrf, &self.product, over, behind.then_some(&self.now), &form, &self.names, said)
        })
        .await
    }
}

pub async fn edit(State(state): State<AppState>, who: SignedIn, Path(urn): Path<String>) -> Result<Response, HttpError> {
    let editing = match editing(&state, &who, &urn).await? {
        Ok(editing) => editing,
        Err(moved) => return Ok(moved),
    };
    let suggested = calendar::day(state.now()).checked_add_days(Days::new(ACCEPT_DAYS_OF_DOCUMENTS));
    let form = TermsForm { accept_by: suggested.map(|day| day.to_string()).unwrap_or_default(), ..TermsForm::from(&editing.now.terms) };
    let over = editing.now.about.version;
    editing.form(&state, &who, over, form, vec![]).await
}

pub async fn check(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let editing = match editing(&state, &who, &urn).await? {
        Ok(editing) => editing,
        Err(moved) => return Ok(moved),
    };
    let (over, changing) = (typed.over, !typed.change.is_empty());
    let form = TermsForm::from(typed);
    let result = editing.check(&form, &state);
    match result {
        Ok(new) if !changing && over == editing.now.about.version => {
            let title = format!("Check the terms of {}", editing.product.title);
            let csrf = who.csrf.clone();
            render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || {
                preview_page(&csrf, &editing.product, &editing.now, &form, &new, &editing.names)
            })
            .await
        }
        result => {
            let wrong = if changing { vec![] } else { result.err().unwrap_or_default() };
            editing.form(&state, &who, over, form, wrong).await
        }
    }
}

pub async fn publish(
    State(state): State<AppState>,
    Path(urn): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let found = match editing(&state, &who, &urn).await? {
        Ok(editing) => editing,
        Err(moved) => return Ok(moved),
    };
    let over = typed.over;
    let form = TermsForm::from(typed);
    let new = match found.check(&form, &state) {
        Ok(new) if over == found.now.about.version => new,
        result => return found.form(&state, &who, over, form, result.err().unwrap_or_default()).await,
    };
    let mut tx = state.pool.begin().await?;
    match catalogue::publish_terms(&mut tx, who.actor.person, found.product.id, over, &new, &who.origin, state.now()).await {
        Ok(_) => {}
        // Another version came since the page was read: told on the form, with what was typed.
        Err(StoreError::Conflict(_)) => {
            drop(tx);
            let Ok(again) = editing(&state, &who, &urn).await? else { return Err(HttpError::NotFound) };
            return again.form(&state, &who, over, form, vec![]).await;
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    evaluate::just_saved(&state, found.product.id).await;
    Ok(Redirect::to(&ProductTab::Agreement.url(&found.product.address)).into_response())
}
