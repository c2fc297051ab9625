//! `GET /mine`: all that somebody keeps, and what they have just done to it.

use super::asked;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::mine::{Flash, KeptSearch, Mine, mine_page};
use app::shell::Section;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Urn;
use domain::id::SavedSearchId;
use store::mine::{self, SavedSearch};
use store::{PgConnection, catalogue};

pub async fn show(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Response, HttpError> {
    let (person, now) = (who.actor.person, state.now());
    let mut conn = state.pool.acquire().await?;
    let searches = mine::saved_searches(&mut conn, person, now).await?;
    let flash = flash(&state, &who, &mut conn, &searches, raw.as_deref().unwrap_or_default()).await?;
    let page = Mine {
        flash,
        searches: searches.into_iter().map(|search| KeptSearch { asked: asked(&search.query), search }).collect(),
        followed: mine::followed(&mut conn, person, now).await?,
        viewed: mine::recent(&mut conn, person, mine::MOST_VIEWED, now).await?,
        queries: mine::past_queries(&mut conn, person, "", mine::MOST_PAST_QUERIES).await?,
    };
    drop(conn);
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Mine, "Mine", StatusCode::OK, move || mine_page(&csrf, &page)).await
}

/// What was just done, named in the address by its object's id: every word that is shown is read from the record, as this
/// person may read it, so that an address made by somebody else says nothing of their choosing.
async fn flash(state: &AppState, who: &SignedIn, conn: &mut PgConnection, searches: &[SavedSearch], raw: &str) -> Result<Option<Flash>, HttpError> {
    let Some((done, object)) = url::form_urlencoded::parse(raw.as_bytes()).next() else { return Ok(None) };
    let person = who.actor.person;
    let search = object.parse::<SavedSearchId>().ok();
    let kept = || searches.iter().find(|kept| Some(kept.id) == search).cloned();
    Ok(match done.as_ref() {
        "saved" => kept().map(|kept| Flash::Saved { name: kept.name }),
        "renamed" => kept().map(|kept| Flash::Renamed { id: kept.id, name: kept.name, former: kept.former_name }),
        "removed" => match search {
            Some(id) => mine::removed_search(conn, person, id).await?.map(|name| Flash::Removed { id, name }),
            None => None,
        },
        "unfollowed" => match object.parse::<Urn>() {
            Ok(urn) => {
                let product = catalogue::product(&mut *conn, person, &urn.product_address(), state.now()).await?;
                let follows = match &product {
                    Some(product) => mine::follows(conn, person, product.id).await?,
                    None => false,
                };
                product.filter(|_| !follows).map(|product| Flash::Unfollowed { address: product.address, title: product.title })
            }
            Err(_) => None,
        },
        _ => None,
    })
}
