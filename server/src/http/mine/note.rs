//! What is noted of a page beside its answer: the page neither waits for it nor fails with it.

use crate::http::search::read_link;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use domain::id::ProductId;
use store::mine;

/// Somebody is shown a product.
pub fn viewed(state: &AppState, who: &SignedIn, product: ProductId) {
    let (person, now, own) = (who.actor.person, state.now(), state.clone());
    beside_the_answer(state, async move { Ok(mine::note_viewed(&mut *own.pool.acquire().await?, person, product, now).await?) });
}

/// Somebody is shown what a search finds: its words are remembered, and if they keep this search, nothing in it is new any
/// more. `raw` is the page's query string as the browser sent it.
pub fn searched(state: &AppState, who: &SignedIn, raw: &str) {
    let Ok(query) = domain::mine::search_query(raw) else { return };
    let (person, now, own) = (who.actor.person, state.now(), state.clone());
    beside_the_answer(state, async move {
        let mut conn = own.pool.acquire().await?;
        mine::note_query(&mut conn, person, &read_link(&query).query.words, now).await?;
        if let Some(kept) = mine::saved_as(&mut conn, person, &query).await? {
            mine::search_seen(&mut conn, person, kept, now).await?;
        }
        Ok(())
    });
}

/// With too many at once, what would be noted is left out: these lists are a convenience, the record's connections are not.
fn beside_the_answer(state: &AppState, note: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
    let Ok(permit) = state.notes.clone().try_acquire_owned() else {
        tracing::debug!("too many notes at once: one is left out");
        return;
    };
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(error) = note.await {
            tracing::warn!(error = %format!("{error:#}"), "what somebody looked at could not be noted");
        }
    });
}
