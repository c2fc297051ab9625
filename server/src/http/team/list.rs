//! `GET` and `POST /teams`: one's teams, and making one.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::team::{Form, teams_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::TeamId;
use domain::team::{InTeam, NewTeam};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::{StoreError, team};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    pub(crate) name: String,
    pub(crate) about: String,
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, Typed::default(), vec![]).await
}

pub async fn make(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    match made(&state, &who, &typed).await? {
        Ok(id) => Ok(Redirect::to(&format!("/teams/{id}")).into_response()),
        Err(wrong) => page(&state, &who, typed, wrong).await,
    }
}

/// Makes a team of its maker's agency; or gives what is wrong with what was typed.
pub(crate) async fn made(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Result<TeamId, Violations>, HttpError> {
    let new = match NewTeam::check(&typed.name, &typed.about) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let mut tx = state.pool.begin().await?;
    let Some((agency, _)) = team::agency_of(&mut tx, who.actor.person).await? else {
        let fault =
            Violation::new("name", "agency_unknown", "Your agency is not in the record, so you cannot make a team. The data office can add it.");
        return Ok(Err(vec![fault]));
    };
    match team::make(&mut tx, who.actor.person, agency, &new, &who.origin, &state.ids, state.now()).await {
        Ok(id) => {
            tx.commit().await?;
            Ok(Ok(id))
        }
        Err(StoreError::Conflict(message)) => Ok(Err(vec![Violation::new("name", "name_taken", message)])),
        Err(error) => Err(error.into()),
    }
}

async fn page(state: &AppState, who: &SignedIn, typed: Typed, wrong: Violations) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let own = team::teams_of(&mut conn, who.actor.person).await?;
    let sees_all = authorise(&who.actor, Action::ReadTeam { team: InTeam::Stranger }).is_ok();
    let all = if sees_all { Some(team::teams(&mut conn).await?) } else { None };
    let agency = team::agency_of(&mut conn, who.actor.person).await?.map(|(_, title)| title);
    drop(conn);
    let (status, title) = if wrong.is_empty() { (StatusCode::OK, "Teams") } else { (StatusCode::UNPROCESSABLE_ENTITY, "Error: Teams") };
    let (csrf, form) = (who.csrf.clone(), Form { name: typed.name, about: typed.about });
    render::page(state, who, Section::Agreements, title, status, move || teams_page(&csrf, &own, all.as_deref(), agency.as_deref(), &form, &wrong))
        .await
}
