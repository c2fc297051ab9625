//! `GET /linkages/new` and `POST /linkages`.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::linkage::ask_page;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Violation;
use domain::linkage::{FURTHER, LEAST_MATCH, LinkageForm, TypedPair, Way, Weight, check_linkage};
use serde::Deserialize;
use store::linkage;

pub async fn new(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let ordinary = || TypedPair { weight: Weight::Ordinary.to_string(), ..TypedPair::default() };
    let form = LinkageForm {
        least: LEAST_MATCH.to_string(),
        weight: Weight::Much.to_string(),
        further: FURTHER.map(|_| ordinary()).into(),
        likeness: Way::Alike.likeness().map(|likeness| likeness.to_string()).unwrap_or_default(),
        ..LinkageForm::default()
    };
    page(&state, &who, form, vec![]).await
}

async fn page(state: &AppState, who: &SignedIn, form: LinkageForm, wrong: Vec<Violation>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let columns = linkage::linkable(&mut conn, who.actor.person, state.now()).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    render::page(state, who, Section::Agreements, "Ask how many are in both", status, move || ask_page(&csrf, &columns, &form, &wrong)).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    left: String,
    right: String,
    way: String,
    reason: String,
    least: String,
    gives: String,
    weight: String,
    likeness: String,
    left_2: String,
    right_2: String,
    weight_2: String,
    left_3: String,
    right_3: String,
    weight_3: String,
    left_4: String,
    right_4: String,
    weight_4: String,
}

impl Typed {
    fn form(self) -> LinkageForm {
        let pair = |left, right, weight| TypedPair { left, right, weight };
        LinkageForm {
            left: self.left,
            right: self.right,
            way: self.way,
            reason: self.reason,
            least: self.least,
            gives: self.gives,
            weight: self.weight,
            further: vec![
                pair(self.left_2, self.right_2, self.weight_2),
                pair(self.left_3, self.right_3, self.weight_3),
                pair(self.left_4, self.right_4, self.weight_4),
            ],
            likeness: self.likeness,
        }
    }
}

pub async fn ask(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let form = typed.form();
    let new = match check_linkage(&form) {
        Ok(new) => new,
        Err(wrong) => return page(&state, &who, form, wrong).await,
    };
    let mut tx = state.pool.begin().await?;
    let id = linkage::ask(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/linkages/{id}")).into_response())
}
