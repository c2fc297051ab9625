//! `GET /quality-audits/{id}`: what an audit found of products that its reader may know of. It prints clean.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality_audit::{Report, report_page};
use app::shell::Section;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use domain::id::QualityAuditId;
use store::quality_audit;

/// Checks on one page; the file has all of them.
const CHECKS: usize = 1_000;

/// An audit, with at most so many checks. What is said about what it found is for those who may read it.
pub(super) async fn read(state: &AppState, who: &SignedIn, id: &str, most: usize) -> Result<Report, HttpError> {
    let id: QualityAuditId = id.parse().map_err(|_| HttpError::NotFound)?;
    let (reader, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let line = quality_audit::audit(&mut conn, reader, id, now).await?.ok_or(HttpError::NotFound)?;
    let mut findings = quality_audit::findings(&mut conn, reader, id, now).await?;
    for one in &mut findings {
        if authorise(&who.actor, Action::ReadQualityTask { place: one.place }).is_err() {
            one.task = None;
        }
    }
    let mut checks = quality_audit::checks(&mut conn, reader, id, i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1), now).await?;
    let more = checks.len() > most;
    checks.truncate(most);
    Ok(Report { line, findings, checks, more })
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &id, CHECKS).await?;
    let title = format!("{}, {}", report.line.name, report.line.due_on.format("%-d %b %Y"));
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || report_page(&report)).await
}
