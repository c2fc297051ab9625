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
use domain::organisation::{Role, check_role_end};
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
    /// Its last day; nothing for a role without an end.
    #[serde(default)]
    until: String,
}

pub async fn grant(State(state): State<AppState>, CheckedForm(form, who): CheckedForm<Grant>) -> Result<Response, HttpError> {
    authorise(&who.actor, Action::ManageRoles)?;
    let clean = |text: &str| text.trim().replace('\0', "");
    let mut wrong = vec![];
    let mut tx = state.pool.begin().await?;
    let person = organisation::by_email(&mut tx, &clean(&form.email)).await?;
    if person.is_none() {
        wrong.push(Violation::new("email", "person_unknown", "Nobody here has this e-mail address. They must sign in once first."));
    } else if person == Some(who.actor.person) {
        wrong.push(Violation::new("email", "own_role", "Nobody grants a role to themselves: another administrator must."));
    }
    let role = form.role.parse::<Role>().ok();
    if role.is_none() {
        wrong.push(Violation::new("role", "role_missing", "Choose a role."));
    }
    let scope = organisation::scopes(&mut tx, &clean(&form.scope)).await?;
    match (role, scope) {
        (_, None) => {
            wrong.push(Violation::new("scope", "scope_unknown", "Name where the role holds, and is in use: whole, sector:…, domain:… or product:…."));
        }
        (Some(role), Some(scope)) if !role.fits(scope) => {
            wrong.push(Violation::new("scope", "scope_does_not_fit", format!("A {} cannot be held there. Choose another place.", role.label())));
        }
        _ => {}
    }
    let until = check_role_end(&form.until, state.now()).unwrap_or_else(|fault| {
        wrong.extend(fault);
        None
    });
    if let (true, Some(person), Some(role), Some(scope)) = (wrong.is_empty(), person, role, scope) {
        let new = NewRole { person, role, scope, by: Some(who.actor.person), until, origin: who.origin.clone() };
        if organisation::grant_role(&mut tx, &new, &state.ids, state.now()).await? {
            tx.commit().await?;
            return Ok(Redirect::to("/admin/people?granted=1").into_response());
        }
        wrong.push(Violation::new("until", "held_already", "They hold this role until another day. Open their page and change its end."));
    }
    drop(tx);
    people::page(&state, &who, ("", false), RoleForm { email: form.email, role: form.role, scope: form.scope, until: form.until }, wrong).await
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
