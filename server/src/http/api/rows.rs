//! `GET /api/v1/ports/{urn}/rows?format=csv|jsonl|parquet|arrow`, or by its `Accept` header: reads a dataset as the agreement's own role and streams it. Every read,
//! and every refusal of a token that we know, is written down before the first byte leaves.

use super::formats;
use super::tally::tallied;
use crate::http::error::HttpError;
use crate::http::observe::{ClientAddress, RequestId};
use crate::state::AppState;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::Urn;
use domain::access::{AgreementState, GrantState};
use domain::audit::{Origin, Outcome};
use domain::calendar;
use domain::id::{AgreementId, CredentialId};
use futures::StreamExt;
use futures::stream::BoxStream;
use ports::{Format, PortError, Presented, RoleOf};
use serde::Deserialize;
use store::access::{self, Reader};
use subtle::ConstantTimeEq;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    format: String,
}

pub async fn rows(
    State(state): State<AppState>,
    Extension(client): Extension<ClientAddress>,
    Extension(request): Extension<RequestId>,
    Path(urn): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let format = formats::wanted(&wanted.format, &headers)?;
    let urn: Urn = urn.parse().map_err(|_| HttpError::NotFound)?;
    let (presented, reader) = authenticated(&state, client, &headers).await?;
    let origin = Origin { address: Some(client.0.to_string()), request: Some(request.0) };
    let read = read(&state, &presented, &reader, &urn, format, &origin).await?;
    Ok(attached(&read.view, format, Body::from_stream(read.stream)))
}

/// Rows on their way: the read is written down, and its rows are counted as they leave.
pub(crate) struct Read {
    pub view: String,
    pub stream: BoxStream<'static, Result<Bytes, PortError>>,
}

/// An answer that browsers keep as a file of the dataset's name.
pub(crate) fn attached(view: &str, format: Format, body: Body) -> Response {
    let name: String = view.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"{name}.{}\"", formats::ending(format));
    let kind = formats::media_type(format).to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store".to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}

/// Reads a dataset with a credential whose agreement was found; what may not be read, and what fails, is written down too.
pub(crate) async fn read(
    state: &AppState,
    presented: &Presented,
    reader: &Reader,
    urn: &Urn,
    format: Format,
    origin: &Origin,
) -> Result<Read, HttpError> {
    let now = state.now();
    let note = async |address: &str, outcome: Outcome, reason: Option<&str>| -> Result<i64, HttpError> {
        let mut tx = state.pool.begin().await?;
        let event = access::note_read(&mut tx, reader, address, outcome, reason, origin, now).await?;
        tx.commit().await?;
        Ok(event)
    };
    let (address, view) = match judge(reader, urn, now) {
        Ok(found) => found,
        Err((code, message)) => {
            note(&urn.to_string(), Outcome::Refused, Some(code)).await?;
            return Err(match (code, &reader.held) {
                (ENDED, _) => HttpError::Ended(ending(reader, &state.config.base_url)),
                (HELD, Some(reason)) => HttpError::Held(reason.clone()),
                _ => HttpError::Token(StatusCode::FORBIDDEN, code, message),
            });
        }
    };
    // The source has begun to answer when this returns; no byte leaves before the read is written down.
    let read = async {
        let opened = ports::open_in(&state.source, presented, reader.agreement.0).await?;
        // Before anything is read: the source's log will tell of this session too.
        access::note_api_session(&mut *state.pool.acquire().await.map_err(unrecorded)?, opened.session(), now).await.map_err(unrecorded)?;
        opened.rows(&view, format).await
    };
    match read.await {
        Ok(stream) => {
            let event = note(&address, Outcome::Done, None).await?;
            Ok(Read { view, stream: tallied(stream, format, state.clone(), event).boxed() })
        }
        Err(PortError::Refused) => {
            note(&address, Outcome::Refused, Some("source_refused")).await?;
            let advice = "The source refused this credential. Create a new one on the agreement's page.";
            Err(HttpError::Token(StatusCode::FORBIDDEN, "source_refused", advice))
        }
        Err(error) => {
            note(&address, Outcome::Failed, Some("source_unavailable")).await?;
            tracing::error!(%error, "the source failed");
            let advice = "The agency's database cannot be reached just now. Try again in a minute.";
            Err(HttpError::Token(StatusCode::SERVICE_UNAVAILABLE, "source_unavailable", advice))
        }
    }
}

/// What cannot be written down is not read.
fn unrecorded(error: impl std::fmt::Display) -> PortError {
    PortError::Unavailable(format!("the read could not be recorded: {error}"))
}

/// The agreement whose token this is. Wrong tokens all look the same from outside, and are counted.
async fn authenticated(state: &AppState, client: ClientAddress, headers: &HeaderMap) -> Result<(Presented, Reader), HttpError> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let Some(token) = sent else {
        return Err(HttpError::Token(StatusCode::UNAUTHORIZED, "token_missing", "Send the agreement's token: Authorization: Bearer …"));
    };
    let found = match Presented::parse(token.trim()) {
        None => None,
        Some(presented) => {
            let mut conn = state.pool.acquire().await?;
            let found = match presented.of {
                RoleOf::Agreement(id) => access::reader(&mut conn, AgreementId(id)).await?,
                RoleOf::Credential(id) => access::reader_by(&mut conn, CredentialId(id)).await?,
            };
            found.map(|reader| (presented, reader))
        }
    };
    if let Some((presented, reader)) = found {
        // An ended agreement keeps its hash, so that its holder is told that it has ended; its token opens nothing.
        let fits = reader.credential_hash.as_ref().is_some_and(|hash| bool::from(hash.as_slice().ct_eq(presented.hash())));
        if fits {
            return Ok((presented, reader));
        }
    }
    if state.rates.wrong_token(client.0) {
        Err(HttpError::Token(StatusCode::UNAUTHORIZED, "token_invalid", "This token is not valid. Create a new credential on the agreement's page."))
    } else {
        Err(HttpError::TooManyRequests)
    }
}

/// Of an agreement that is on hold, in the trail as in the answer.
const HELD: &str = "agreement_held";
/// Of one that has ended.
const ENDED: &str = "agreement_ended";

/// Why and when an agreement ended, for a query that was saved long ago, and what to do now.
fn ending(reader: &Reader, base: &url::Url) -> String {
    let day = |at: DateTime<Utc>| at.with_timezone(&calendar::singapore()).format("%a, %-d %b %Y at %H:%M");
    let at = day(reader.ended_at.unwrap_or(reader.until));
    let why = match (reader.state, &reader.end_reason) {
        _ if reader.disabled => "The account of this agreement's holder is closed.".to_owned(),
        (AgreementState::Active | AgreementState::Expired, _) => format!("This agreement ran out on {at}."),
        (AgreementState::Revoked, Some(reason)) => format!("This agreement was revoked on {at}: {}.", reason.trim_end_matches('.')),
        (AgreementState::Revoked, None) => format!("This agreement was revoked on {at}."),
        (AgreementState::GivenUp, _) => format!("This agreement was given up on {at}."),
        (AgreementState::Undone, _) => format!("The decision for this agreement was undone on {at}."),
    };
    format!("{why} Its page says more, and asks for it again in one press: {}/agreements/{}", base.as_str().trim_end_matches('/'), reader.agreement)
}

type Judgement = Result<(String, String), (&'static str, &'static str)>;

/// Address and view of the dataset that an agreement in force grants, or the code and words of the refusal.
fn judge(reader: &Reader, urn: &Urn, now: DateTime<Utc>) -> Judgement {
    if reader.disabled || reader.state != AgreementState::Active || reader.until <= now {
        return Err((ENDED, "This agreement has ended."));
    }
    if reader.lost {
        return Err(("credential_ended", "This credential has ended: its holder left the team, or somebody ended it."));
    }
    if reader.held.is_some() {
        return Err((HELD, "This agreement is on hold."));
    }
    if reader.grant_state != GrantState::Granted {
        return Err(("not_granted_yet", "The port is still being prepared. Try again in a moment."));
    }
    let fits = |address: &str| {
        address.parse::<Urn>().is_ok_and(|granted| {
            granted.product_address() == urn.product_address()
                && urn.dataset.is_some()
                && granted.dataset == urn.dataset
                && urn.port.as_ref().is_none_or(|port| granted.port.as_ref() == Some(port))
        })
    };
    reader.views.iter().find(|(address, _)| fits(address)).cloned().ok_or(("not_in_agreement", "This agreement does not cover that dataset."))
}
