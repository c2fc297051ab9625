//! `GET /sign-in/callback`: the provider's answer becomes a session, or a page that says why not and what to do.

use super::{SIGN_IN_COOKIE, cookie};
use crate::clock;
use crate::http::error::HttpError;
use crate::http::observe::{ClientAddress, RequestId};
use crate::http::signed_in::COOKIE;
use crate::state::AppState;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use domain::audit::{AuditAction, AuditEvent, Origin, Outcome};
use domain::id::PersonId;
use domain::organisation::{Role, Scope};
use identity::{Callback, Claims, Pending, SignInError};
use store::organisation::{Arrival, Arrived, NewRole};
use store::session::NewSession;
use store::{PgConnection, audit, organisation, session};

pub async fn callback(
    State(state): State<AppState>,
    Extension(client): Extension<ClientAddress>,
    Extension(request): Extension<RequestId>,
    jar: CookieJar,
    Query(callback): Query<Callback>,
) -> Result<Response, HttpError> {
    let now = state.now();
    let kept = jar.get(SIGN_IN_COOKIE).map(|cookie| clock::hash(cookie.value()));
    let jar = jar.add(cookie(SIGN_IN_COOKIE, String::new()));
    let Some(kept) = kept else { return Err(refused(&SignInError::StateMismatch)) };
    let sign_in = {
        let mut conn = state.pool.acquire().await?;
        session::take_sign_in(&mut conn, &kept, now).await?
    };
    let Some(sign_in) = sign_in else { return Err(refused(&SignInError::StateMismatch)) };
    let pending = Pending { state: sign_in.state, nonce: sign_in.nonce, pkce_verifier: sign_in.pkce_verifier };
    let origin = Origin { address: Some(client.0.to_string()), request: Some(request.0) };
    let claims = match state.provider.complete(callback, pending, now).await {
        Ok(claims) => claims,
        Err(error) => return Err(noted(&state, None, origin, refused(&error)).await),
    };

    let mut tx = state.pool.begin().await?;
    let arrival = Arrival {
        issuer: &claims.issuer,
        subject: &claims.subject,
        email: &claims.email,
        email_verified: claims.email_verified,
        name: &claims.name,
        agency: claims.agency.as_deref(),
    };
    let person = match organisation::arrive(&mut tx, &arrival, &state.ids, now).await? {
        Arrived::Person(person) => person,
        other => {
            // What the provider said of somebody who is not let in is not kept.
            tx.rollback().await?;
            let person = if let Arrived::Disabled(person) = other { Some(person) } else { None };
            return Err(noted(&state, person, origin, turned_away(other)).await);
        }
    };
    grant_first_administrator(&mut tx, &state, &claims, person, &origin).await?;
    if let Some(old) = jar.get(COOKIE) {
        session::end(&mut tx, &clock::hash(old.value())).await?;
    }
    let token = clock::token();
    let new = NewSession {
        token_hash: &clock::hash(&token),
        person,
        csrf: &clock::token(),
        issuer: &claims.issuer,
        oidc_sid: claims.sid.as_deref(),
        id_token: Some(&claims.id_token),
    };
    session::create(&mut tx, &new, state.config.sessions, now).await?;
    audit::append(&mut tx, &AuditEvent::done(Some(person), AuditAction::SignIn, "person", Some(person.0), origin), now).await?;
    tx.commit().await?;
    Ok((jar.add(cookie(COOKIE, token)), Redirect::to(&sign_in.return_to)).into_response())
}

/// The administrator whom the configuration names, when the provider vouches for the address.
async fn grant_first_administrator(
    conn: &mut PgConnection,
    state: &AppState,
    claims: &Claims,
    person: PersonId,
    origin: &Origin,
) -> Result<(), HttpError> {
    let named = state.config.first_administrator.as_ref().is_some_and(|email| email.eq_ignore_ascii_case(&claims.email));
    if named && claims.email_verified && organisation::needs_first_administrator(conn, person, state.now()).await? {
        let role = NewRole { person, role: Role::GdoAdministrator, scope: Scope::Whole, by: None, until: None, origin: origin.clone() };
        organisation::grant_role(conn, &role, &state.ids, state.now()).await?;
    }
    Ok(())
}

/// Writes down that a sign-in which had begun here was refused, and why, and gives the refusal back. Of whom Pasar does not know nothing is
/// kept beside where it came from. An answer to no sign-in leaves nothing: whoever likes can send those.
async fn noted(state: &AppState, person: Option<PersonId>, origin: Origin, why: HttpError) -> HttpError {
    let HttpError::SignIn(status, code, _) = &why else { return why };
    if !state.rates.refused_sign_in() {
        return why;
    }
    let event = AuditEvent {
        reason: Some((*code).to_owned()),
        outcome: if *status == StatusCode::SERVICE_UNAVAILABLE { Outcome::Failed } else { Outcome::Refused },
        ..AuditEvent::done(person, AuditAction::SignIn, "person", person.map(|person| person.0), origin)
    };
    match written(state, &event).await {
        Ok(()) => why,
        Err(error) => error,
    }
}

async fn written(state: &AppState, event: &AuditEvent) -> Result<(), HttpError> {
    let mut tx = state.pool.begin().await?;
    audit::append(&mut tx, event, state.now()).await?;
    Ok(tx.commit().await?)
}

/// What somebody hears whom the provider vouches for and Pasar does not let in.
fn turned_away(why: Arrived) -> HttpError {
    let (code, advice) = match why {
        Arrived::AddressTaken => (
            "sign_in_address_taken",
            "Your e-mail address belongs to another account here, which may be an older account of yours. Ask the data office to look into it.",
        ),
        Arrived::AddressUnverified => {
            ("sign_in_address_unverified", "Your provider has not verified your e-mail address. Verify it there, then sign in again.")
        }
        Arrived::Disabled(_) | Arrived::Person(_) => {
            ("sign_in_account_disabled", "Your account here was disabled. Ask the data office if that is a mistake.")
        }
    };
    tracing::warn!(code, "sign-in refused");
    HttpError::SignIn(StatusCode::FORBIDDEN, code, advice.to_owned())
}

/// What a refused sign-in says: its stable code and what to do.
pub fn refused(error: &SignInError) -> HttpError {
    tracing::warn!(code = error.code(), "sign-in refused");
    let (status, code, advice) = match error {
        SignInError::StateMismatch => (
            StatusCode::BAD_REQUEST,
            "sign_in_state_mismatch",
            "This answer does not belong to a sign-in that this browser began, or it took longer than ten minutes. Sign in again from here.",
        ),
        SignInError::NonceMismatch => (StatusCode::BAD_REQUEST, "sign_in_nonce_mismatch", "The answer was made for another sign-in. Sign in again."),
        SignInError::CodeRejected => {
            (StatusCode::BAD_REQUEST, "sign_in_code_rejected", "The provider's answer was used before or has run out. Sign in again.")
        }
        SignInError::TokenExpired => (
            StatusCode::BAD_REQUEST,
            "sign_in_token_expired",
            "The provider's answer has run out. Sign in again; if it goes on, the clocks may differ.",
        ),
        SignInError::ProviderRefused => {
            (StatusCode::FORBIDDEN, "sign_in_refused", "The identity provider did not sign you in. Sign in again, or ask its help desk.")
        }
        SignInError::ProviderUnreachable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "sign_in_provider_unreachable",
            "The identity provider cannot be reached just now. Wait a minute and sign in again.",
        ),
        SignInError::WrongAudience => {
            (StatusCode::BAD_GATEWAY, "sign_in_wrong_audience", "The provider's answer was made for another application. Tell the data office.")
        }
        SignInError::WrongIssuer => {
            (StatusCode::BAD_GATEWAY, "sign_in_wrong_issuer", "The answer comes from another identity provider. Tell the data office.")
        }
        SignInError::KeyUnknown => (
            StatusCode::BAD_GATEWAY,
            "sign_in_key_unknown",
            "The provider's answer cannot be verified. Sign in again; if it goes on, tell the data office.",
        ),
        SignInError::Malformed => (
            StatusCode::BAD_GATEWAY,
            "sign_in_malformed",
            "The provider's answer cannot be read. Sign in again; if it goes on, tell the data office.",
        ),
    };
    HttpError::SignIn(status, code, advice.to_owned())
}
