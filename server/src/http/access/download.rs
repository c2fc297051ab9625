//! `POST /agreements/{id}/download`: a dataset of an agreement as a file, for a person in front of a browser. A credential is made for it
//! that nobody sees; the rows are read as its role, by the code that serves programs, and it ends when the last byte has left.

use super::agreements::{not_usable, readable};
use crate::clock;
use crate::http::api::{formats, rows};
use crate::http::error::HttpError;
use crate::http::form::CheckedForm;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use domain::audit::Origin;
use domain::authorisation::authorise;
use domain::id::{AgreementId, CredentialId, PersonId};
use domain::{Action, Urn};
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use ports::{Credential, PortError, Presented};
use serde::Deserialize;
use std::pin::Pin;
use std::task::{Context, Poll};
use store::access;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    /// The dataset's address, as the page has it.
    dataset: String,
    format: String,
}

pub async fn download(
    State(state): State<AppState>,
    Path(id): Path<String>,
    CheckedForm(typed, who): CheckedForm<Typed>,
) -> Result<Response, HttpError> {
    let agreement = readable(&state, &who, &id).await?;
    authorise(&who.actor, Action::UseAgreement { holder: agreement.belongs(who.actor.person) })?;
    let format = formats::wanted(&typed.format, &HeaderMap::new())?;
    let known = agreement.datasets.iter().any(|dataset| dataset.address == typed.dataset);
    let urn: Urn = Some(&typed.dataset).filter(|_| known).and_then(|address| address.parse().ok()).ok_or(HttpError::NotFound)?;
    let (presented, passing) = credential(&state, &who, agreement.id).await?;
    let reader = access::reader_by(&mut *state.pool.acquire().await?, passing.credential).await?.ok_or(HttpError::NotFound)?;
    let read = rows::read(&state, &presented, &reader, &urn, format, &who.origin).await?;
    let body = Body::from_stream(Passed { stream: read.stream, _passing: passing });
    Ok(rows::attached(&read.view, format, body))
}

/// A credential for this read alone, and what ends it.
async fn credential(state: &AppState, who: &SignedIn, agreement: AgreementId) -> Result<(Presented, Passing), HttpError> {
    let person = who.actor.person;
    let id = access::begin_download(&mut *state.pool.acquire().await?, agreement, person, &state.ids, state.now()).await?;
    let passing = Passing { state: state.clone(), credential: id, person, origin: who.origin.clone() };
    let credential = Credential::of_holder(id.0, clock::random());
    let mut tx = state.pool.begin().await?;
    let until = access::note_credential_of(&mut tx, person, agreement, id, &credential.hash(), &who.origin, state.now()).await?;
    let until = until.ok_or_else(not_usable)?;
    state.source.set_credential_of(agreement.0, id.0, until, &credential).await?;
    tx.commit().await?;
    let presented = Presented::parse(&credential.token()).ok_or_else(not_usable)?;
    Ok((presented, passing))
}

/// Ends the credential when the download is over: done, broken off, or never begun.
struct Passing {
    state: AppState,
    credential: CredentialId,
    person: PersonId,
    origin: Origin,
}

impl Drop for Passing {
    fn drop(&mut self) {
        let (state, credential, person, origin) = (self.state.clone(), self.credential, self.person, self.origin.clone());
        let ended = async move {
            let mut tx = state.pool.begin().await?;
            access::end_download(&mut tx, Some(person), credential, &origin, state.now()).await?;
            tx.commit().await?;
            state.work.notify_one();
            Ok::<_, store::StoreError>(())
        };
        // Without a runtime the program is ending: a job ends what is left behind.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = ended.await {
                    tracing::warn!(%error, credential = %credential, "the credential of a download is ended later");
                }
            });
        }
    }
}

/// Rows on their way, with what ends their credential after them.
struct Passed {
    stream: BoxStream<'static, Result<Bytes, PortError>>,
    _passing: Passing,
}

impl Stream for Passed {
    type Item = Result<Bytes, PortError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.poll_next_unpin(context)
    }
}
