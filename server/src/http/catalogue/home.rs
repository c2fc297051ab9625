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
    let mut conn = state.pool.acquire().await?;
    let results = state.searcher.search(&mut conn, who.actor.person, &SearchQuery::default(), state.now()).await?;
    let mine = render::counts(&mut conn, &who, state.now()).await?;
    let news = News {
        followed: store::mine::followed(&mut conn, who.actor.person, state.now()).await?,
        searches: store::mine::saved_searches(&mut conn, who.actor.person, state.now()).await?,
    };
    let to_do = store::notice::to_do(&mut conn, &who.actor, state.now()).await?;
    drop(conn);
    let sharing = state.sharing_now.get(&state.pool, state.now()).await?;
    let home = Home {
        name: who.actor.name.clone(),
        products: results.total,
        standing: mine.access,
        to_do,
        news,
        described: results.hits.into_iter().filter(|hit| hit.summary.is_some()).take(SHOWN).collect(),
        sharing,
    };
    Ok(render::page_with(&state, &who, &mine, Section::Home, "Home", StatusCode::OK, move || home_page(home)))
}
