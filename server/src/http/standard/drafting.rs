//! Beginning and saving drafts, for pages and programs alike.

use crate::http::error::HttpError;
use crate::http::signed_in::SignedIn;
use crate::standards::form::{self, Refused, Typed, first};
use crate::state::AppState;
use domain::authorisation::authorise;
use domain::standard::slug;
use domain::{Action, Violation};
use store::StoreError;
use store::standard::{self, Version};

/// Titles that are tried before one is given up.
const ALIKE: u32 = 50;

/// A title that no standard has yet: this one, or this one with a number.
pub async fn free_title(state: &AppState, title: &str) -> Result<String, HttpError> {
    let alike: Vec<String> = std::iter::once(title.to_owned()).chain((2..=ALIKE).map(|n| format!("{title} ({n})"))).collect();
    let slugs: Vec<String> = alike.iter().map(|title| slug(title)).collect();
    let taken = standard::taken(&mut *state.pool.acquire().await?, &slugs).await?;
    let free = alike.into_iter().zip(slugs).find(|(_, slug)| !taken.contains(slug));
    Ok(free.map_or_else(|| title.to_owned(), |(title, _)| title))
}

/// Makes the draft of a new standard; gives its short name.
pub async fn begin(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Result<String, Refused>, HttpError> {
    let (place, draft) = match form::check(state, typed, None).await? {
        Ok(checked) => checked,
        Err(refused) => return Ok(Err(refused)),
    };
    if authorise(&who.actor, Action::KeepStandard { scope: place }).is_err() {
        return Ok(Err(Violation::new("scope", "scope_missing", "Choose where it holds, among the places whose standards you keep.").into()));
    }
    let mut tx = state.pool.begin().await?;
    match standard::begin(&mut tx, Some(who.actor.person), place, &draft, &who.origin, &state.ids, state.now()).await {
        Ok(_) => {}
        Err(StoreError::Conflict(message)) => {
            drop(tx);
            let free = free_title(state, first(typed, "title").trim()).await?;
            return Ok(Err(Violation::new("title", "title_taken", format!("{} “{free}” is free.", message.trim_end())).into()));
        }
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(Ok(draft.id))
}

/// Saves the open version of a standard, or begins the next one; gives its number. Whether this person keeps it was asked before.
pub async fn save(state: &AppState, who: &SignedIn, known: &Version, typed: &Typed) -> Result<Result<i32, Refused>, HttpError> {
    let draft = match form::check(state, typed, Some(known)).await? {
        Ok((_, draft)) => draft,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut tx = state.pool.begin().await?;
    let version = standard::save(&mut tx, who.actor.person, known.id, &draft, &who.origin, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(Ok(version))
}
