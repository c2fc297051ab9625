//! `POST /admin/roles` and `POST /admin/roles/{id}/end`.

use super::people;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::state::AppState;
use app::features::organisation::RoleForm;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::authorise;
use domain::id::RoleGrantId;
use domain::organisation::Role;
use domain::{Action, Violation};
use serde::Deserialize;
use store::organisation::{self, NewRole};

#[derive(Deserialize)]
pub struct Grant {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    scope: String,
}

pub async fn grant(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Grant>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRoles)?;
    let clean = |text: &str| text.trim().replace('\0', "");
    let mut wrong = vec![];
    let mut tx = state.pool.begin().await?;
    let person = organisation::by_email(&mut tx, &clean(&form.email)).await?;
    if person.is_none() {
        wrong.push(Violation::new("email", "person_unknown", "Nobody here has this e-mail address. They must sign in once first."));
    }
    let role = form.role.parse::<Role>().ok();
    if role.is_none() {
        wrong.push(Violation::new("role", "role_missing", "Choose a role."));
    }
    let scope = organisation::scopes(&mut tx, &clean(&form.scope)).await?;
    match (role, scope) {
        (_, None) => wrong.push(Violation::new("scope", "scope_unknown", "Name where the role holds: whole, sector:…, domain:… or product:….")),
        (Some(role), Some(scope)) if !role.fits(scope) => {
            wrong.push(Violation::new("scope", "scope_does_not_fit", format!("A {} cannot be held there. Choose another place.", role.label())));
        }
        _ => {}
    }
    if let (true, Some(person), Some(role), Some(scope)) = (wrong.is_empty(), person, role, scope) {
        let new = NewRole { person, role, scope, by: Some(who.actor.person), until: None, origin: who.origin };
        organisation::grant_role(&mut tx, &new, &state.ids, state.now()).await?;
        tx.commit().await?;
        return Ok(Redirect::to("/admin/people").into_response());
    }
    drop(tx);
    people::page(&state, &who, "", RoleForm { email: form.email, role: form.role, scope: form.scope }, wrong).await
}

pub async fn end(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(_, who): CheckedForm<people::Nothing>,
) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRoles)?;
    let grant: RoleGrantId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.pool.begin().await?;
    if !organisation::end_role(&mut tx, who.actor.person, grant, who.origin, state.now()).await? {
        return Err(HttpError::NotFound);
    }
    tx.commit().await?;
    Ok(Redirect::to("/admin/people").into_response())
}
