//! `GET /`: what one person needs to see first.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::catalogue::home::{Home, home_page};
use app::features::mine::News;
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use search::SearchQuery;

/// Products shown on the home page.
const SHOWN: usize = 6;

pub async fn home(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    // Each on a connection of its own, as none needs another's answer.
    let found = async {
        let mut conn = state.pool.acquire().await?;
        Ok::<_, HttpError>(state.searcher.search(&mut conn, who.actor.person, &SearchQuery::default(), state.now()).await?)
    };
    let followed = async { Ok::<_, HttpError>(store::mine::followed(&mut *state.pool.acquire().await?, who.actor.person, state.now()).await?) };
    let searches = async { Ok::<_, HttpError>(store::mine::saved_searches(&mut *state.pool.acquire().await?, who.actor.person, state.now()).await?) };
    let to_do = async { Ok::<_, HttpError>(store::notice::to_do(&mut *state.pool.acquire().await?, &who.actor, state.now()).await?) };
    let sharing = async { Ok::<_, HttpError>(state.sharing_now.get(&state.pool, state.now()).await?) };
    let (results, mine, followed, searches, to_do, sharing) =
        tokio::try_join!(found, render::standing(&state, &who), followed, searches, to_do, sharing)?;
    let home = Home {
        name: who.actor.name.clone(),
        products: results.total,
        standing: mine.access,
        to_do,
        news: News { followed, searches },
        described: results.hits.into_iter().filter(|hit| hit.summary.is_some()).take(SHOWN).collect(),
        sharing,
    };
    Ok(render::page_with(&state, &who, &mine, Section::Home, "Home", StatusCode::OK, move || home_page(home)))
}
