//! The Meilisearch engine: the same boolean question asked of an index that holds the words and filter values of listed
//! products, and nothing else. It is asked only while it is known to be up to date; whatever goes wrong, Postgres answers.

mod feed;

use crate::engine::{Candidates, Filter};
use crate::facet::{FacetKind, STEP};
use crate::need::Need;
use crate::sight::Sight;
use meilisearch_sdk::client::Client;
use meilisearch_sdk::indexes::Index;
use meilisearch_sdk::search::{SearchQuery, Selectors};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// An answer that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why the engine could not be used. Its key never appears.
#[derive(Debug, thiserror::Error)]
pub enum MeilisearchError {
    #[error("Meilisearch: {0}")]
    Server(#[from] meilisearch_sdk::errors::Error),
    #[error("Meilisearch did not answer in time")]
    TooSlow,
    #[error("Meilisearch could not do a task: {0}")]
    Task(String),
    #[error(transparent)]
    Record(#[from] store::StoreError),
}

impl From<sqlx::Error> for MeilisearchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Record(error.into())
    }
}

/// A Meilisearch server, and whether its index can be relied on.
pub struct Meilisearch {
    client: Client,
    index: String,
    usable: AtomicBool,
}

/// What is read of a found document.
#[derive(Deserialize)]
struct Found {
    id: Uuid,
}

const ID: &[&str] = &["id"];
const NOTHING: &[&str] = &[];
const FACETS: &[&str] = &["facets"];
const BY_RANK: &[&str] = &["rank:desc"];

impl Meilisearch {
    /// Nobody is talked to yet. `index` names the index on that server.
    pub fn new(url: &str, key: &str, index: &str) -> Result<Self, MeilisearchError> {
        Ok(Self { client: Client::new(url, Some(key))?, index: index.to_owned(), usable: AtomicBool::new(false) })
    }

    pub(crate) fn is_usable(&self) -> bool {
        self.usable.load(Ordering::Relaxed)
    }

    /// Until the next time that it has caught up, Postgres answers.
    fn distrust(&self) {
        self.usable.store(false, Ordering::Relaxed);
    }

    /// An answer, or none with the engine distrusted: then Postgres answers.
    pub(crate) fn trusted<T>(&self, answer: Result<T, MeilisearchError>) -> Option<T> {
        answer
            .inspect_err(|error| {
                self.distrust();
                tracing::warn!(%error, "Postgres answers instead");
            })
            .ok()
    }

    fn index(&self) -> Index {
        self.client.index(&self.index)
    }

    /// For a reader who may know of nothing beyond what is listed.
    pub(crate) async fn candidates(
        &self,
        need: Option<&Need>,
        filters: &[Filter],
        sight: &Sight,
        most: usize,
    ) -> Result<Candidates, MeilisearchError> {
        tokio::time::timeout(PATIENCE, self.ask(need, filters, sight, most)).await.map_err(|_| MeilisearchError::TooSlow)?
    }

    /// Listed products with these words in their titles, best first.
    pub(crate) async fn titled(&self, need: &Need, sight: &Sight, most: usize) -> Result<Vec<Uuid>, MeilisearchError> {
        let index = self.index();
        let mut filter = need.filter("title_words");
        if !sight.retracted.is_empty() {
            filter = format!("{filter} AND NOT {}", among(&sight.retracted));
        }
        let mut asked = SearchQuery::new(&index);
        asked.with_filter(&filter).with_limit(most).with_attributes_to_retrieve(Selectors::Some(ID)).with_sort(BY_RANK);
        let answer = tokio::time::timeout(PATIENCE, asked.execute::<Found>()).await.map_err(|_| MeilisearchError::TooSlow)??;
        Ok(answer.hits.into_iter().map(|hit| hit.result.id).collect())
    }

    async fn ask(&self, need: Option<&Need>, filters: &[Filter], sight: &Sight, most: usize) -> Result<Candidates, MeilisearchError> {
        let index = self.index();
        let without = |left_out: Option<FacetKind>| -> Vec<String> {
            let kept = filters.iter().filter(|filter| Some(filter.kind) != left_out).map(|filter| one_of(filter, sight));
            kept.chain((!sight.retracted.is_empty()).then(|| format!("NOT {}", among(&sight.retracted)))).collect()
        };
        let written = |first: Option<String>, rest: Vec<String>| first.into_iter().chain(rest).collect::<Vec<_>>().join(" AND ");
        let words = || need.map(|need| need.filter("words"));
        let main = written(words(), without(None));
        let titles = need.map(|need| written(Some(need.filter("title_words")), without(None)));
        let others: Vec<String> = filters.iter().map(|filter| written(words(), without(Some(filter.kind)))).collect();
        // Who holds nothing is not asked about.
        let held =
            (!sight.held.is_empty()).then(|| written(words(), without(Some(FacetKind::Access)).into_iter().chain([among(&sight.held)]).collect()));

        let mut asked = self.client.multi_search();
        asked.with_search_query(query(&index, &main, most, ID, FACETS));
        for other in &others {
            asked.with_search_query(query(&index, other, 0, NOTHING, FACETS));
        }
        if let Some(held) = &held {
            asked.with_search_query(query(&index, held, 0, NOTHING, NOTHING));
        }
        if let Some(titles) = &titles {
            asked.with_search_query(query(&index, titles, most, ID, NOTHING));
        }
        let mut answers = asked.execute::<Found>().await?.results.into_iter();
        let mut found = Candidates::default();
        let count = |n: Option<usize>| i64::try_from(n.unwrap_or_default()).unwrap_or(i64::MAX);
        let counts = |distribution: Option<HashMap<String, HashMap<String, usize>>>| -> HashMap<i32, i64> {
            let of_facets = distribution.unwrap_or_default().remove("facets").unwrap_or_default();
            of_facets.into_iter().filter_map(|(code, n)| Some((code.parse().ok()?, count(Some(n))))).collect()
        };
        let mut ids: Vec<Uuid> = vec![];
        if let Some(answer) = answers.next() {
            found.total = count(answer.total_hits);
            found.counts = counts(answer.facet_distribution);
            ids = answer.hits.into_iter().map(|hit| hit.result.id).collect();
        }
        for (filter, answer) in filters.iter().zip(answers.by_ref().take(others.len()).collect::<Vec<_>>()) {
            let number = i32::from(filter.kind.number());
            found.counts.retain(|code, _| code / STEP != number);
            found.counts.extend(counts(answer.facet_distribution).into_iter().filter(|(code, _)| code / STEP == number));
        }
        if held.is_some() {
            found.mine = count(answers.next().and_then(|answer| answer.total_hits));
        }
        let in_title = answers.flat_map(|answer| answer.hits).map(|hit| hit.result.id);
        let mut seen = HashSet::new();
        found.ids = in_title.chain(ids).filter(|id| seen.insert(*id)).take(most).collect();
        Ok(found)
    }
}

/// `hits_per_page` rather than a limit makes the server count to the end.
fn query<'a>(
    index: &'a Index,
    filter: &'a str,
    hits: usize,
    read: &'a [&'a str],
    facets: &'a [&'a str],
) -> SearchQuery<'a, meilisearch_sdk::DefaultHttpClient> {
    let mut query = SearchQuery::new(index);
    query.with_filter(filter).with_page(1).with_hits_per_page(hits).with_attributes_to_retrieve(Selectors::Some(read));
    if !facets.is_empty() {
        query.with_facets(Selectors::Some(facets));
    }
    if hits > 0 {
        query.with_sort(BY_RANK);
    }
    query
}

/// A filter as Meilisearch writes it. Codes are numbers and ids are UUIDs: nothing typed is in it.
fn one_of(filter: &Filter, sight: &Sight) -> String {
    let codes = filter.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if filter.mine && !sight.held.is_empty() { format!("(facets IN [{codes}] OR {})", among(&sight.held)) } else { format!("facets IN [{codes}]") }
}

fn among(ids: &[Uuid]) -> String {
    format!("id IN [{}]", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
