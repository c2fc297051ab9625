//! `GET /audit/{id}/proof`, for programs `/api/v1/audit/events/{id}/proof`: that one event stands in the sealed trail, for somebody who may read it, as a file that
//! `pasar audit verify-proof` checks elsewhere.

use super::list::{Filter, wanted};
use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use store::audit::{self, AuditFilter, ProofState};

pub async fn proof(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    // The same filter as the list: whoever may not see the line learns nothing of it here.
    let filter = wanted(&mut conn, &state, &who, &Filter::default()).await?.ok_or(HttpError::NotFound)?;
    let id: i64 = id.parse().map_err(|_| HttpError::NotFound)?;
    let filter = AuditFilter { only: Some(id), ..filter };
    if audit::list(&mut conn, &filter, 1).await?.is_empty() {
        return Err(HttpError::NotFound);
    }
    match audit::proof(&mut conn, id).await? {
        ProofState::Proved(proof) => {
            let text = serde_json::to_string(&proof).map_err(|error| HttpError::Internal(error.into()))?;
            let name = format!("attachment; filename=\"proof-{id}.json\"");
            Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
        }
        ProofState::NotYet => Err(HttpError::Conflict(
            "No signed checkpoint covers this event yet. One is signed each minute while the portal has a key; try again then.".into(),
        )),
    }
}
