//! `GET /wanted/new` with the words of a search that found nothing, and `POST /wanted`.

use crate::clock;
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::wanted::{Suggestion, ask_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::wanted::{Candidate, LONGEST_WORDS, NewWanted, WantedForm, likeliest, telling_words};
use domain::{Violation, Violations};
use serde::Deserialize;
use store::organisation::{self, DomainLine};
use store::{PgConnection, StoreError, catalogue, wanted};
use uuid::Uuid;

const TITLE: &str = "Ask for data that does not exist yet";

#[derive(Deserialize)]
pub struct Came {
    #[serde(default)]
    q: String,
}

/// The form as the browser sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    key: String,
    words: String,
    explanation: String,
    domain: String,
}

pub async fn form(State(state): State<AppState>, who: SignedIn, Query(came): Query<Came>) -> Result<Response, HttpError> {
    let words: String = came.q.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_WORDS).collect();
    let mut conn = state.pool.acquire().await?;
    let domains = organisation::domains(&mut conn).await?;
    let suggestion = suggest(&state, &who, &mut conn, &words, &domains).await?;
    drop(conn);
    let domain = suggestion.as_ref().map(|suggestion| suggestion.domain.to_string()).unwrap_or_default();
    let form = WantedForm { words, domain, ..WantedForm::default() };
    let key = Uuid::from_bytes(clock::random()).to_string();
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Requests, TITLE, StatusCode::OK, move || ask_page(&csrf, &key, &form, &domains, suggestion.as_ref(), &[]))
        .await
}

/// The likeliest domain for these words, from names and titles that everyone may know of.
async fn suggest(
    state: &AppState,
    who: &SignedIn,
    conn: &mut PgConnection,
    words: &str,
    domains: &[DomainLine],
) -> Result<Option<Suggestion>, HttpError> {
    let told = telling_words(words);
    if told.is_empty() {
        return Ok(None);
    }
    let counts = catalogue::titles_by_domain(conn, who.actor.person, &told, state.now()).await?;
    let candidates: Vec<Candidate> = domains
        .iter()
        .map(|one| Candidate {
            domain: one.id,
            title: one.title.clone(),
            agency: one.agency.clone(),
            abbreviation: one.abbreviation.clone(),
            products: counts.iter().find(|(domain, _)| *domain == one.id).map_or(0, |(_, products)| *products),
        })
        .collect();
    Ok(likeliest(words, &candidates).map(|(domain, why)| Suggestion { domain, why }))
}

pub async fn ask(State(state): State<AppState>, CheckedForm(typed, who): CheckedForm<Typed>) -> Result<Response, HttpError> {
    let form = WantedForm { words: typed.words, explanation: typed.explanation, domain: typed.domain };
    let mut tx = state.pool.begin().await?;
    let domains = organisation::domains(&mut tx).await?;
    let ids: Vec<_> = domains.iter().map(|one| one.id).collect();
    let wrong = match (NewWanted::check(&form, &ids), typed.key.parse::<Uuid>()) {
        (Ok(new), Ok(key)) => match wanted::ask(&mut tx, who.actor.person, &new, key, &who.origin, &state.ids, state.now()).await {
            Ok(id) => {
                tx.commit().await?;
                return Ok(Redirect::to(&format!("/wanted/{id}/asked")).into_response());
            }
            Err(StoreError::Conflict(message)) => vec![Violation::new("words", "too_many_open", message)],
            Err(error) => return Err(error.into()),
        },
        (checked, Ok(_)) => checked.err().unwrap_or_default(),
        (checked, Err(_)) => {
            let fault = Violation::new("words", "form_key_missing", "This form was incomplete. Send it again from here.");
            [vec![fault], checked.err().unwrap_or_default()].concat()
        }
    };
    drop(tx);
    again(&state, &who, &typed.key, form, domains, wrong).await
}

/// The form again, with what was typed.
async fn again(
    state: &AppState,
    who: &SignedIn,
    key: &str,
    form: WantedForm,
    domains: Vec<DomainLine>,
    wrong: Violations,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let suggestion = suggest(state, who, &mut conn, &form.words, &domains).await?;
    drop(conn);
    let key = key.parse().unwrap_or_else(|_| Uuid::from_bytes(clock::random())).to_string();
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Requests, &format!("Error: {TITLE}"), StatusCode::UNPROCESSABLE_ENTITY, move || {
        ask_page(&csrf, &key, &form, &domains, suggestion.as_ref(), &wrong)
    })
    .await
}
