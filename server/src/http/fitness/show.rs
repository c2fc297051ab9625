//! `GET /fitness`.

use super::asked::{Found, Typed, figures, read};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::fitness::{Dashboard, dashboard_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::{Action, Actor};
use store::fitness::{self, Announcements};
use store::{PgConnection, quality};

/// Products and announcements on the page.
const LISTED: i64 = 20;
const ANNOUNCED: i64 = 10;

/// Short names and titles of sectors for which somebody may announce.
async fn announces(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<(String, String)>, HttpError> {
    let all = quality::sectors(conn).await?;
    let may = all.into_iter().filter(|(sector, ..)| authorise(actor, Action::AnnounceFitness { sector: *sector }).is_ok());
    Ok(may.map(|(_, slug, title)| (slug, title)).collect())
}

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let view = read(&typed);
    let Found { figures, trend, least, gains } = figures(&state, &who, &view, LISTED).await?;
    let mut conn = state.pool.acquire().await?;
    let of = Announcements { sector: view.within.sector.as_deref(), ..Announcements::default() };
    let announcements = fitness::announcements(&mut conn, who.actor.person, of, ANNOUNCED, state.now()).await?;
    let announces = announces(&mut conn, &who.actor).await?;
    drop(conn);
    let csrf = who.csrf.clone();
    let dashboard = Dashboard { view, figures, trend, least, gains, announcements, announces };
    render::page(&state, &who, Section::Products, "Fitness of data products", StatusCode::OK, move || dashboard_page(&csrf, &dashboard)).await
}
