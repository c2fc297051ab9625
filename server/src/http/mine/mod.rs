//! What somebody keeps for themselves. Every handler reads and writes under the person of the session, so that another
//! person's ids are nothing here.

mod follow;
mod forget;
pub mod note;
mod save;
mod search;
mod show;

use crate::routes::{Audience, Route};
use axum::routing::{get, post};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/mine", Audience::Everyone, get(show::show)),
        Route::post("/mine/followed", Audience::Everyone, post(follow::follow)),
        Route::post("/mine/unfollowed", Audience::Everyone, post(follow::unfollow)),
        Route::get("/mine/searches/new", Audience::Everyone, get(save::form)),
        Route::post("/mine/searches", Audience::Everyone, post(save::save)),
        Route::get("/mine/searches/{id}", Audience::Owning("saved search"), get(search::show)),
        Route::post("/mine/searches/{id}/rename", Audience::Owning("saved search"), post(search::rename)),
        Route::post("/mine/searches/{id}/remove", Audience::Owning("saved search"), post(search::remove)),
        Route::post("/mine/searches/{id}/restore", Audience::Owning("saved search"), post(search::restore)),
        Route::post("/mine/searches/{id}/seen", Audience::Owning("saved search"), post(search::seen)),
        Route::post("/mine/viewed/clear", Audience::Everyone, post(forget::viewed)),
        Route::post("/mine/queries/clear", Audience::Everyone, post(forget::queries)),
    ]
}

/// A search in words: its words first, then its filters as they stand in the address.
fn asked(query: &str) -> String {
    let (words, filters): (Vec<_>, Vec<_>) = url::form_urlencoded::parse(query.as_bytes()).partition(|(name, _)| name == "q");
    let words = words.into_iter().map(|(_, words)| format!("“{words}”"));
    words.chain(filters.into_iter().map(|(name, value)| format!("{name}: {value}"))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn a_search_is_said_in_words() {
        assert_eq!(asked("type=aggregated&q=bus+routes&agency=land%20transport"), "“bus routes”, type: aggregated, agency: land transport");
    }
}
