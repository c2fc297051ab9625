//! `GET` and `POST /agreements/{id}/terms`: what changed in the terms since the holder accepted, and accepting it. Beside it what
//! asking needs of terms: which version is accepted, and whose officers may ask at all.

use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::access::terms::accept_page;
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::check_agency;
use domain::authorisation::authorise;
use domain::id::{AgreementId, ProductId};
use domain::{Action, Violation, Violations};
use serde::Deserialize;
use store::access::{self, Asked, OwedTerms, TermsAsked};
use store::catalogue;

/// What somebody asks for, held against what its terms say of agencies and against the versions that the page showed
/// (`address=version`); a page of before, which names none, accepts what is current.
pub async fn bound<T>(
    state: &AppState,
    who: &SignedIn,
    asked: &[Asked],
    accepted: &[String],
    result: Result<T, Violations>,
) -> Result<Result<T, Violations>, HttpError> {
    let products: Vec<ProductId> = asked.iter().map(|asked| asked.place.product).collect();
    let mut conn = state.pool.acquire().await?;
    let (agency, rules) = access::agency_rules(&mut conn, who.actor.agency.as_deref(), &products).await?;
    let mut found = check_agency(agency.as_deref(), &rules);
    for now in access::terms_asked(&mut conn, &products).await? {
        let seen = accepted.iter().filter_map(|one| one.split_once('=')).find(|(address, _)| *address == now.product_address);
        if seen.is_some_and(|(_, version)| version != now.version.to_string()) {
            let message = format!(
                "Version {} of the terms of {} came while you were asking. Read it, then check your answers again.",
                now.version, now.product_title
            );
            found.push(Violation::new("ports", "terms_changed", message));
        }
    }
    Ok(match result {
        Ok(checked) if found.is_empty() => Ok(checked),
        Ok(_) => Err(found),
        Err(mut faults) => {
            faults.extend(found);
            Err(faults)
        }
    })
}

/// The versions that submitting accepts.
pub async fn asked(state: &AppState, asked: &[Asked]) -> Result<Vec<TermsAsked>, HttpError> {
    let products: Vec<ProductId> = asked.iter().map(|asked| asked.place.product).collect();
    Ok(access::terms_asked(&mut *state.pool.acquire().await?, &products).await?)
}

/// An agreement of the reader's own, with what it owes.
pub(crate) async fn own(state: &AppState, who: &SignedIn, id: &str) -> Result<(AgreementId, Option<OwedTerms>), HttpError> {
    let id: AgreementId = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let agreement = access::agreement(&mut conn, id).await?.ok_or(HttpError::NotFound)?;
    authorise(&who.actor, Action::UseAgreement { holder: agreement.belongs(who.actor.person) }).map_err(|_| HttpError::NotFound)?;
    let owed = access::owed_by(&mut conn, id).await?;
    Ok((id, owed))
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let (id, owed) = own(&state, &who, &id).await?;
    // Nothing to accept, or not any more.
    let Some(owed) = owed else { return Ok(Redirect::to(&format!("/agreements/{id}")).into_response()) };
    let mut conn = state.pool.acquire().await?;
    let current = catalogue::terms(&mut conn, owed.product, Some(owed.version)).await?.ok_or(HttpError::NotFound)?;
    let former = catalogue::terms(&mut conn, owed.product, Some(owed.accepted)).await?;
    let names = catalogue::terms_names(&mut conn).await?;
    drop(conn);
    let (csrf, title) = (who.csrf.clone(), format!("Terms of {}, version {}", owed.product_title, owed.version));
    render::page(&state, &who, Section::Agreements, &title, StatusCode::OK, move || accept_page(&csrf, &owed, former.as_ref(), &current, &names))
        .await
}

#[derive(Deserialize)]
pub struct Accepted {
    #[serde(default)]
    version: String,
}

pub async fn accept(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Accepted>,
) -> Result<Response, HttpError> {
    let (id, _) = own(&state, &who, &id).await?;
    let version =
        typed.version.parse().map_err(|_| HttpError::Malformed("The form names no version. Open the page again and send it from there.".into()))?;
    accept_version(&state, &who, id, version).await?;
    Ok(Redirect::to(&format!("/agreements/{id}")).into_response())
}

/// Accepts a version for an agreement that was found to be the reader's own.
pub(crate) async fn accept_version(state: &AppState, who: &SignedIn, id: AgreementId, version: i32) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    access::accept_terms(&mut tx, who.actor.person, id, version, &who.origin, state.now()).await?;
    tx.commit().await?;
    state.work.notify_one();
    Ok(())
}
