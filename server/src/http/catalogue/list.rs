//! `GET /products`: words and filters from the URL, so that a list can be sent to a colleague.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::catalogue::list::list_page;
use app::shell::Section;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use search::SearchQuery;
use std::str::FromStr;

pub async fn list(State(state): State<AppState>, who: SignedIn, RawQuery(raw): RawQuery) -> Result<Response, HttpError> {
    let raw = raw.unwrap_or_default();
    let query = parse(&raw);
    let mut conn = state.pool.acquire().await?;
    let results = search::search(&mut conn, who.actor.person, &query, state.now()).await?;
    drop(conn);
    let title = if query.words.is_empty() { "Products".to_owned() } else { format!("{} – products", query.words) };
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || list_page(&query, &results, |page| page_url(&raw, page))).await
}

/// Unknown values of a filter are left out rather than refused: an old link still shows something.
pub fn parse(raw: &str) -> SearchQuery {
    let mut query = SearchQuery { page: 1, ..SearchQuery::default() };
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
        match name.as_ref() {
            "q" => query.words = value.replace('\0', " ").chars().take(200).collect(),
            "type" => push(&mut query.types, &value),
            "access" => push(&mut query.sharing, &value),
            "classification" => push(&mut query.classifications, &value),
            "sector" => push(&mut query.sectors, &value),
            "agency" => push(&mut query.agencies, &value),
            "page" => query.page = value.parse().unwrap_or(1).clamp(1, 5000),
            _ => {}
        }
    }
    query
}

fn push<T: FromStr + PartialEq>(values: &mut Vec<T>, word: &str) {
    if let Ok(value) = word.replace('\0', "").parse()
        && values.len() < 100
        && !values.contains(&value)
    {
        values.push(value);
    }
}

fn page_url(raw: &str, page: i64) -> String {
    let kept = url::form_urlencoded::parse(raw.as_bytes()).filter(|(name, _)| name != "page");
    let mut url = url::form_urlencoded::Serializer::new(String::new());
    url.extend_pairs(kept);
    url.append_pair("page", &page.to_string());
    format!("/products?{}", url.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::{ProductType, Sharing};

    #[test]
    fn a_link_holds_words_filters_and_page() {
        let query = parse("q=bus%20routes&type=aggregated&type=aggregated&type=nonsense&access=open&agency=lta&page=3");
        assert_eq!(query.words, "bus routes");
        assert_eq!(query.types, [ProductType::Aggregated]);
        assert_eq!(query.sharing, [Sharing::Open]);
        assert_eq!(query.agencies, ["lta"]);
        assert_eq!(query.page, 3);
        assert_eq!(page_url("q=a+b&page=3", 4), "/products?q=a+b&page=4");
    }

    #[test]
    fn hostile_values_do_no_harm() {
        let query = parse("q=%00%27%3B&page=-4&page=99999999999999999999&agency=%00");
        assert_eq!(query.page, 1);
        assert!(!query.words.contains('\0'));
    }
}
