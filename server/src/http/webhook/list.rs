//! `GET` and `POST /admin/webhooks`: those of one's domains, and a new one with its secret, shown once.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::webhook::{Form, Page, Shown, webhooks_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::WebhookId;
use domain::webhook::{NewWebhook, Owning, WebhookScope};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::{StoreError, webhook};

/// The scope's word for all domains; a domain's is its id.
pub(crate) const WHOLE: &str = "whole";

#[derive(Deserialize, Default)]
pub struct Typed {
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) scope: String,
    #[serde(default)]
    pub(crate) topics: Vec<String>,
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    page(&state, &who, Typed::default(), None, vec![]).await
}

pub async fn make(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    match made(&state, &who, &typed).await? {
        Ok((id, url)) => {
            let shown = state.webhooks.secret(id).map(|secret| Shown { url, secret });
            page(&state, &who, Typed::default(), shown, vec![]).await
        }
        Err(wrong) => page(&state, &who, typed, None, wrong).await,
    }
}

/// Makes a webhook where this person owns them, and gives its address; or what is wrong with what was typed.
pub(crate) async fn made(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Result<(WebhookId, String), Violations>, HttpError> {
    let scope = match typed.scope.as_str() {
        WHOLE => Some(WebhookScope::Whole),
        id => id.parse().ok().map(WebhookScope::Domain),
    };
    // What is not one's own was not among the choices.
    let scope = scope.filter(|scope| authorise(&who.actor, Action::OwnWebhook { scope: *scope }).is_ok());
    let new = match NewWebhook::check(&typed.url, scope, &typed.topics, state.webhooks.may_loop_back()) {
        Ok(new) => new,
        Err(wrong) => return Ok(Err(wrong)),
    };
    if !state.webhooks.can_sign() {
        let fault = "This installation has no secret to sign with. Ask whoever runs it to set PASAR_SECRET.";
        return Ok(Err(vec![Violation::new("url", "webhooks_off", fault)]));
    }
    let mut tx = state.pool.begin().await?;
    match webhook::create(&mut tx, who.actor.person, &new, &who.origin, &state.ids, state.now()).await {
        Ok(id) => {
            tx.commit().await?;
            Ok(Ok((id, new.url)))
        }
        Err(StoreError::Conflict(message)) => Ok(Err(vec![Violation::new("url", "too_many_webhooks", message)])),
        Err(error) => Err(error.into()),
    }
}

async fn page(state: &AppState, who: &SignedIn, typed: Typed, shown: Option<Shown>, wrong: Violations) -> Result<Response, HttpError> {
    let owning = Owning::of(&who.actor);
    let mut conn = state.pool.acquire().await?;
    let domains = webhook::domains(&mut conn, &owning.domains).await?;
    let whole = owning.whole.then(|| (WHOLE.to_owned(), "All domains".to_owned()));
    let page = Page {
        administers: owning.whole,
        webhooks: webhook::webhooks(&mut conn, &owning).await?,
        scopes: whole.into_iter().chain(domains.into_iter().map(|(id, title)| (id.to_string(), title))).collect(),
        form: Form { url: typed.url, scope: typed.scope, topics: typed.topics },
        shown,
    };
    drop(conn);
    let (status, title) = if wrong.is_empty() { (StatusCode::OK, "Webhooks") } else { (StatusCode::UNPROCESSABLE_ENTITY, "Error: Webhooks") };
    let section = if page.administers { Section::Administration } else { Section::Notices };
    let csrf = who.csrf.clone();
    render::page(state, who, section, title, status, move || webhooks_page(&csrf, &page, &wrong)).await
}
