//! `GET /quality-audits`: what is planned, and what was found.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::quality_audit::{Listed, audits_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Action;
use domain::authorisation::authorise;
use store::quality;
use store::quality_audit::{self, Audits};

/// One more than the page shows of each: it says that there are others.
const ASKED: i64 = 201;

pub async fn list(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let (reader, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let sectors = quality::sectors(&mut conn).await?;
    let listed = Listed {
        plans: quality_audit::plans(&mut conn, reader, None, ASKED, now).await?,
        audits: quality_audit::audits(&mut conn, reader, Audits::default(), ASKED, now).await?,
        keeps: sectors
            .into_iter()
            .filter(|(sector, ..)| authorise(&who.actor, Action::KeepQualityAudit { sector: *sector }).is_ok())
            .map(|(_, slug, title)| (slug, title))
            .collect(),
    };
    drop(conn);
    render::page(&state, &who, Section::Products, "Audits of quality", StatusCode::OK, move || audits_page(&listed)).await
}
