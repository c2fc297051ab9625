//! `/api/v1/teams`: one's teams, and who is in them. The same checks as on the pages.

use super::called::Called;
use super::requests::Nothing;
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::http::team::keep::{added, ended, led, removed};
use crate::http::team::list::{Typed, made};
use crate::http::team::show::readable;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::id::PersonId;
use domain::team::InTeam;
use domain::{Action, Violation};
use serde::Deserialize;
use serde_json::{Value, json};
use store::team::{self, MemberView, TeamAgreement, TeamLine, TeamView};

fn line(line: &TeamLine) -> Value {
    json!({ "id": line.id, "name": line.name, "agency": line.agency, "people": line.people, "leads": line.leads })
}

fn said(team: &TeamView, standing: InTeam) -> Value {
    let member = |one: &MemberView| json!({ "id": one.person, "name": one.name, "email": one.email, "lead": one.lead, "added_at": one.added_at });
    let agreement = |one: &TeamAgreement| json!({ "id": one.id, "title": one.product_title, "state": one.state.as_str(), "until": one.until });
    json!({
        "id": team.id, "name": team.name, "about": team.about, "agency": team.agency, "made_at": team.made_at, "ended_at": team.ended_at,
        "standing": standing.as_str(), "people": team.people.iter().map(member).collect::<Vec<_>>(),
        "agreements": team.agreements.iter().map(agreement).collect::<Vec<_>>(),
    })
}

/// One's own; and all of them for those who look after all.
pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Json<Value>, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let own = team::teams_of(&mut conn, who.actor.person).await?;
    let sees_all = authorise(&who.actor, Action::ReadTeam { team: InTeam::Stranger }).is_ok();
    let all = if sees_all { Some(team::teams(&mut conn).await?) } else { None };
    let lines = |teams: &[TeamLine]| teams.iter().map(line).collect::<Vec<_>>();
    Ok(Json(json!({ "teams": lines(&own), "all": all.as_deref().map(lines) })))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Json<Value>, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    Ok(Json(said(&found, standing)))
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Making {
    name: String,
    about: String,
}

/// A team of the maker's agency, which they lead.
pub async fn make(State(state): State<AppState>, Called(sent, who): Called<Making>) -> Result<Response, HttpError> {
    let id = made(&state, &who, &Typed { name: sent.name, about: sent.about }).await?.map_err(HttpError::Invalid)?.to_string();
    let (found, standing) = readable(&state, &who, &id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v1/teams/{id}"))], Json(said(&found, standing))).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Adding {
    email: String,
}

pub async fn add(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Adding>) -> Result<Json<Value>, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    added(&state, &who, found.id, standing, &sent.email).await?.map_err(|fault| HttpError::Invalid(vec![fault]))?;
    show(State(state), who, Path(id)).await
}

/// Somebody of the team, by their id.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Naming {
    person: String,
    lead: bool,
}

fn named(sent: &Naming) -> Result<PersonId, HttpError> {
    let unknown = || HttpError::Invalid(vec![Violation::new("person", "person_unknown", "Name somebody of the team, by their id.")]);
    sent.person.parse().map_err(|_| unknown())
}

/// Takes somebody out; anybody may take out themselves. Their credentials under the team's agreements end with it.
pub async fn remove(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Naming>) -> Result<Json<Value>, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    let person = named(&sent)?;
    removed(&state, &who, found.id, standing, person).await?;
    Ok(Json(json!({ "id": found.id, "removed": person })))
}

pub async fn lead(State(state): State<AppState>, Path(id): Path<String>, Called(sent, who): Called<Naming>) -> Result<Json<Value>, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    led(&state, &who, found.id, standing, named(&sent)?, sent.lead).await?;
    show(State(state), who, Path(id)).await
}

pub async fn end(State(state): State<AppState>, Path(id): Path<String>, Called(_, who): Called<Nothing>) -> Result<Json<Value>, HttpError> {
    let (found, standing) = readable(&state, &who, &id).await?;
    ended(&state, &who, found.id, standing).await?;
    Ok(Json(json!({ "id": found.id, "ended": true })))
}
