//! `GET` and `POST /products/{urn}/protection/{dataset}/{column}`: a technique for a column, with what a reader would get of it.

use super::show::{dataset, product};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::jobs::outbox::{column_plan, policy_plan};
use crate::standards::{evaluate, gate};
use crate::state::AppState;
use crate::tightening::{self, NotInForce};
use app::features::protection::{ColumnPage, May, Sample, column_page};
use app::features::standard::advice_on_column;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::ProductId;
use domain::protection::{Technique, TechniqueForm};
use domain::{Action, Violation, Violations, calendar};
use ports::ViewPlan;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::catalogue::ProductView;
use store::protection::{self, Changed, ProtectedColumn, ProtectedDataset, ProtectionChange};
use store::standard;

const SAMPLE_ROWS: i32 = 5;

/// A form about one column, as it is answered: anew, or with what is wrong.
#[derive(Default)]
pub struct Answer {
    pub form: TechniqueForm,
    pub reason: String,
    pub until: String,
    pub wrong: Violations,
    pub rows: Rows,
}

/// What rows are shown of.
#[derive(Debug, Clone, Copy, Default)]
pub enum Rows {
    #[default]
    AsTheyAre,
    /// As they would be with this choice.
    Tried(Option<Technique>),
}

pub async fn edit(
    State(state): State<AppState>,
    who: SignedIn,
    Path((urn, name, column)): Path<(String, String, String)>,
) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let chosen = line(&dataset, &column)?.chosen;
    let answer = Answer { form: TechniqueForm::of(chosen), ..Answer::default() };
    page(&state, &who, (product, may), dataset, &column, answer, StatusCode::OK).await
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default, rename = "do")]
    wanted: String,
    /// The choice that the page was made from.
    #[serde(default)]
    before: String,
    #[serde(flatten)]
    form: TechniqueForm,
}

pub async fn change(
    State(state): State<AppState>,
    Path((urn, name, column)): Path<(String, String, String)>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let (product, may) = product(&state, &who, &urn).await?;
    authorise(&who.actor, Action::Protect { place: product.at.place })?;
    let dataset = dataset(&mut *state.pool.acquire().await?, &product, &name).await?;
    let held = line(&dataset, &column)?.clone();
    let Typed { wanted, before, form } = typed;
    let mut answer = Answer { form, ..Answer::default() };
    let choice = match answer.form.parse() {
        Ok(choice) => choice,
        Err(wrong) => {
            answer.wrong = wrong;
            return page(&state, &who, (product, may), dataset, &column, answer, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    if wanted == "preview" {
        answer.rows = Rows::Tried(choice);
        return page(&state, &who, (product, may), dataset, &column, answer, StatusCode::OK).await;
    }
    let what = Changed::Column { name: column.clone(), before: read_back(&before, held.chosen), choice };
    let change = ProtectionChange { product: product.id, address: product.address.clone(), dataset: dataset.id, what };
    match tightening::protect(&state, who.actor.person, &change, &who.origin).await {
        Ok(()) => {
            evaluate::just_saved(&state, product.id).await;
            Ok(Redirect::to(&format!("/products/{}/protection?done=chosen", product.address)).into_response())
        }
        Err(error) => {
            let (status, wrong) = refused("technique", error)?;
            answer.wrong = vec![wrong];
            answer.rows = Rows::Tried(choice);
            page(&state, &who, (product, may), dataset, &column, answer, status).await
        }
    }
}

/// What a page was made from, as it says it in a hidden field. Without one it is taken to be what holds.
fn read_back(text: &str, held: Option<Technique>) -> Option<Technique> {
    match text {
        "" => held,
        text => serde_json::from_str(text).ok().flatten(),
    }
}

/// What a form says of a change that was not made.
pub fn refused(field: &'static str, error: NotInForce) -> Result<(StatusCode, Violation), HttpError> {
    match error {
        NotInForce::Changed(message) => Ok((StatusCode::CONFLICT, Violation::new(field, "not_changed", message))),
        NotInForce::Source(error) => {
            tracing::error!(%error, "nothing was changed");
            let message = "The agency’s database did not follow, so that nothing was changed: readers could have kept what you hide. Send it again in a minute.";
            Ok((StatusCode::SERVICE_UNAVAILABLE, Violation::new(field, "source_unavailable", message)))
        }
        NotInForce::Record(error) => Err(error.into()),
    }
}

/// A column of the dataset.
pub fn line<'a>(dataset: &'a ProtectedDataset, column: &str) -> Result<&'a ProtectedColumn, HttpError> {
    dataset.columns.iter().find(|one| one.name == column).map(|one| &one.held).ok_or(HttpError::NotFound)
}

pub async fn page(
    state: &AppState,
    who: &SignedIn,
    (product, may): (ProductView, May),
    dataset: ProtectedDataset,
    column: &str,
    answer: Answer,
    status: StatusCode,
) -> Result<Response, HttpError> {
    let held = line(&dataset, column)?.clone();
    let tried = match answer.rows {
        Rows::AsTheyAre => held.chosen,
        Rows::Tried(choice) => choice,
    };
    let sample = sample(state, product.id, &dataset, column, tried).await?;
    let standards = standard::findings_of(&mut *state.pool.acquire().await?, product.id).await?;
    let advice = advice_on_column(&standards, &dataset.name, column, "technique");
    let title = format!("{}Protect {column} – {}", if answer.wrong.is_empty() { "" } else { "Error: " }, product.title);
    let csrf = who.csrf.clone();
    let column = column.to_owned();
    let body = move || {
        let Answer { form, reason, until, wrong, rows } = answer;
        column_page(
            &csrf,
            &ColumnPage {
                product: &product,
                dataset: &dataset,
                column: &column,
                form: &form,
                reason: &reason,
                until: &until,
                wrong: &wrong,
                advice: &advice,
                may,
                sample,
                preview: matches!(rows, Rows::Tried(_)),
            },
        )
    };
    render::page(state, who, Section::Products, &title, status, body).await
}

/// Rows of the whole dataset as a reader would get them with this choice, also without what a standard then keeps at its source; none when
/// the source is away or it has no table.
async fn sample(
    state: &AppState,
    product: ProductId,
    dataset: &ProtectedDataset,
    column: &str,
    tried: Option<Technique>,
) -> Result<Option<Sample>, HttpError> {
    let Some((schema, table)) = dataset.table.clone() else { return Ok(None) };
    let technique = ProtectedColumn { chosen: tried, ..line(dataset, column)?.clone() }.effective(None);
    let mut conn = state.pool.acquire().await?;
    let masked = Box::pin(gate::masks_with(state, &mut conn, product, (&dataset.name, column), technique)).await?;
    drop(conn);
    let shown = dataset.columns.iter().map(|one| {
        let held = if one.name == column { ProtectedColumn { chosen: tried, ..one.held.clone() } } else { one.held.clone() };
        (one.name.as_str(), held.effective(None))
    });
    let shown = shown.filter(|(name, technique)| !technique.is_suppressed() && !protection::withheld(&masked, &dataset.name, name));
    let columns: Vec<_> = shown.map(|(name, technique)| column_plan(name, technique)).collect();
    let title = dataset.title.clone();
    if columns.is_empty() {
        return Ok(Some(Sample { title, rows: None }));
    }
    let view =
        ViewPlan { view: dataset.name.clone(), schema, table, columns, rows: BTreeMap::new(), policy: policy_plan(&dataset.policy), linked: None };
    match state.source.sample_of(dataset.id.0, &view, SAMPLE_ROWS).await {
        Ok(rows) => Ok(Some(Sample { title, rows })),
        Err(error) => {
            tracing::warn!(%error, dataset = %dataset.id, "no sample of what is chosen");
            Ok(None)
        }
    }
}

/// Today, where a waiver begins.
pub fn today(state: &AppState) -> chrono::NaiveDate {
    calendar::day(state.now())
}
