//! Counting what saved searches find anew. Which products a search finds is the search engine's answer, asked as the
//! search's owner; which of them are new is the record's.

use crate::http::search::{asked, read_link};
use crate::state::AppState;
use domain::id::ProductId;
use domain::mine::MOST_WATCHED;
use sqlx::Connection;
use store::event;
use store::mine::{self, DueSearch, Matching};

/// Searches counted at one turn: enough for three thousand each quarter of an hour. With more, each waits a little longer.
const AT_ONE_TURN: i64 = 200;

/// Counts for the searches that are due, has their owners told, and forgets those removed long enough ago.
pub async fn count(state: &AppState) -> anyhow::Result<()> {
    let mut conn = state.pool.acquire().await?;
    mine::forget_removed(&mut conn, state.now()).await?;
    mine::count_new_matches(&mut conn, AT_ONE_TURN, state.now(), |search| matching(state.clone(), search)).await?;
    let mut tx = conn.begin().await?;
    event::tell_of_matches(&mut tx, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn matching(state: AppState, search: DueSearch) -> Matching {
    match found(&state, &search).await {
        Ok(Some(products)) => Matching::Products(products),
        Ok(None) => Matching::TooMany,
        Err(error) => {
            tracing::warn!(search = %search.id, error = %format!("{error:#}"), "a saved search could not be counted");
            Matching::Unknown
        }
    }
}

/// Every product that a search finds; none when there are too many.
async fn found(state: &AppState, search: &DueSearch) -> anyhow::Result<Option<Vec<ProductId>>> {
    let (query, _) = asked(state, &read_link(&search.query)).await?;
    let mut conn = state.pool.acquire().await?;
    Ok(state.searcher.every(&mut conn, search.person, &query, MOST_WATCHED, state.now()).await?)
}
