//! `GET /admin/webhooks/{id}`: what was delivered, and what came back.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::webhook::webhook_page;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::WebhookId;
use domain::webhook::Owning;
use store::PgConnection;
use store::webhook::{self, WebhookView};

/// Deliveries on the page, the newest.
pub(crate) const LISTED: i64 = 100;

/// The webhook, when it is this person's; otherwise it is not there.
pub async fn own(conn: &mut PgConnection, who: &SignedIn, id: &str) -> Result<WebhookView, HttpError> {
    let id: WebhookId = id.parse().map_err(|_| HttpError::NotFound)?;
    let found = webhook::webhook(conn, id).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::OwnWebhook { scope: found.scope }).map_err(|_| HttpError::NotFound)?;
    Ok(found)
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let found = own(&mut conn, &who, &id).await?;
    let deliveries = webhook::deliveries(&mut conn, found.id, LISTED).await?;
    drop(conn);
    let section = if Owning::of(&who.actor).whole { Section::Administration } else { Section::Notices };
    let csrf = who.csrf.clone();
    render::page(&state, &who, section, "Webhook", StatusCode::OK, move || webhook_page(&csrf, &found, &deliveries)).await
}
