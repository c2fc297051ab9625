//! Reads the address of a list.

use crate::state::AppState;
use app::features::search::{Link, View};
use domain::Violations;
use domain::catalogue::{AreaOutlines, PlaceAnswer, PlaceQuestion};
use domain::id::ProductId;
use search::{FacetKind, LONGEST, NOWHERE, SearchQuery, Sort};
use std::sync::Arc;

/// What is unknown is left out rather than refused: an old link still shows something.
pub fn read(raw: &str) -> Link {
    let mut query = SearchQuery::default();
    let (mut view, mut bounds, mut near) = (View::default(), String::new(), String::new());
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
        let value = value.replace('\0', " ");
        match name.as_ref() {
            "q" => query.words = value.chars().take(LONGEST).collect(),
            "sort" => query.sort = Sort::from_name(&value).unwrap_or_default(),
            "box" => bounds = value,
            "near" => near = value,
            "view" => view = View::from_name(&value).unwrap_or_default(),
            "after" => query.after = value.parse().ok().map(ProductId),
            name => {
                if let Some(kind) = FacetKind::from_name(name).filter(|_| !value.trim().is_empty()) {
                    query.choose(kind, &value);
                }
            }
        }
    }
    Link { query, view, bounds, near }
}

/// The place that a list asks for, read and looked up.
pub struct Place {
    pub question: PlaceQuestion,
    pub faults: Violations,
    pub answer: PlaceAnswer,
    pub outlines: Arc<AreaOutlines>,
}

/// What to search for: the place in it is areas alone.
pub async fn asked(state: &AppState, link: &Link) -> store::Result<(SearchQuery, Place)> {
    let outlines = state.outlines.get(&state.pool, state.now()).await?;
    let (question, faults) = PlaceQuestion::read(&link.place());
    let answer = question.answer(&outlines);
    let mut query = link.query.clone();
    query.filters.remove(&FacetKind::Place);
    if let Some(areas) = &answer.areas {
        let codes: Vec<String> = areas.iter().map(|area| area.as_str().to_owned()).collect();
        // Where no area is there is no product either: a value that nothing has.
        query.filters.insert(FacetKind::Place, if codes.is_empty() { vec![NOWHERE.to_owned()] } else { codes });
    }
    Ok((query, Place { question, faults, answer, outlines }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_words_filters_order_and_view() {
        let link = read("q=bus%20routes&type=aggregated&type=aggregated&access=open&agency=lta&sort=title&view=table&after=nonsense&colour=red");
        assert_eq!(link.query.words, "bus routes");
        assert_eq!(link.query.chosen(FacetKind::Type), ["aggregated"]);
        assert_eq!(link.query.chosen(FacetKind::Agency), ["lta"]);
        assert_eq!((link.query.sort, link.view, link.query.after), (Sort::Title, View::Table, None));
        assert_eq!(read(&link.query_string()), link);
    }

    #[test]
    fn hostile_values_do_no_harm() {
        let link = read(&format!("q=%00%27%3B{}&after=-4&agency=%00", "x".repeat(2000)));
        assert_eq!(link.query.words.chars().count(), LONGEST);
        assert!(!link.query.words.contains('\0') && !link.query.is_filtered());
    }
}
