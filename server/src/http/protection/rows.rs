//! `GET` and `POST /products/{urn}/protection/{dataset}`: what holds for the rows of a dataset together.

use super::choose::refused;
use super::show::{dataset, product};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::evaluate;
use crate::state::AppState;
use crate::tightening;
use app::features::protection::{May, rows_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::protection::{DatasetPolicy, PolicyForm};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::catalogue::ProductView;
use store::protection::{Changed, ProtectedDataset, ProtectionChange};

pub async fn edit(State(state): State<AppState>, who: SignedIn, Path((urn, name)): Path<(String, String)>) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let form = PolicyForm::of(&dataset.policy);
    page(&state, &who, (product, may), dataset, form, vec![], StatusCode::OK).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The policy that the page was made from.
    before: String,
    policy_without: String,
    policy_k: String,
    policy_identifiers: Vec<String>,
    policy_minimum: String,
    policy_by: Vec<String>,
}

pub async fn change(
    State(state): State<AppState>,
    Path((urn, name)): Path<(String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Protect { place: product.at.place })?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let Typed { before, policy_without, policy_k, policy_identifiers, policy_minimum, policy_by } = typed;
    let form = PolicyForm {
        without: policy_without,
        k: policy_k,
        identifiers: policy_identifiers.into_iter().collect(),
        minimum: policy_minimum,
        by: policy_by.into_iter().collect(),
    };
    let known = dataset.columns.iter().map(|one| one.name.clone()).collect();
    let checked = form.parse().and_then(|policy| match policy.check(&known) {
        wrong if wrong.is_empty() => Ok(policy),
        wrong => Err(wrong),
    });
    let policy = match checked {
        Ok(policy) => policy,
        Err(wrong) => return page(&state, &who, (product, may), dataset, form, wrong, StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let before: DatasetPolicy =
        serde_json::from_str(&before).map_err(|_| HttpError::Malformed("The form lacks what the page was made from. Open the page again.".into()))?;
    let what = Changed::Rows { before, policy };
    let change = ProtectionChange { product: product.id, address: product.address.clone(), dataset: dataset.id, what };
    match tightening::protect(&state, who.actor.person, &change, &who.origin).await {
        Ok(()) => {
            evaluate::just_saved(&state, product.id).await;
            Ok(Redirect::to(&format!("/products/{}/protection?done=chosen", product.address)).into_response())
        }
        Err(error) => {
            let (status, wrong): (_, Violation) = refused("policy_without", error)?;
            page(&state, &who, (product, may), dataset, form, vec![wrong], status).await
        }
    }
}

async fn page(
    state: &AppState,
    who: &SignedIn,
    (product, may): (ProductView, May),
    dataset: ProtectedDataset,
    form: PolicyForm,
    wrong: Violations,
    status: StatusCode,
) -> Result<Response, HttpError> {
    let title = format!("{}Rows of {} – {}", if wrong.is_empty() { "" } else { "Error: " }, dataset.title, product.title);
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Products, &title, status, move || rows_page(&csrf, &product, &dataset, &form, may, &wrong)).await
}
