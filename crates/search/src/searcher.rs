//! The one way to search: reads the words, asks an engine, puts in order, authorises, and says what was done.

use crate::counts::facets;
use crate::engine::{Candidates, Filter};
use crate::hits::{self, Asking, Looked};
use crate::instead::instead;
use crate::meilisearch::{Meilisearch, MeilisearchError};
use crate::need::{MOST_COMBINED, Need};
use crate::postgres::{self, Part};
use crate::query::{Instead, Leniency, Other, PAGE_SIZE, Results, SearchQuery, Sort};
use crate::score::{Score, Scorer, Weights};
use crate::sight::Sight;
use crate::snapshot::Snapshot;
use crate::understand::{Group, Reason, apart, understand, without_light};
use chrono::{DateTime, Utc};
use domain::id::{PersonId, ProductId};
use sqlx::PgConnection;
use std::cmp::Ordering;
use std::sync::{Arc, RwLock};
use store::{PgPool, Result};
use uuid::Uuid;

/// Products that are looked at closely and put in order; what is beyond follows in order of title.
pub const BEST: usize = 200;

/// How well words must fit, from 0 to 1, for mistakes not to be looked for.
const GOOD: f32 = 0.72;
/// How much better another reading must fit to be shown instead.
const BETTER: f32 = 0.1;

/// Shared by all requests.
pub struct Searcher {
    snapshot: RwLock<Arc<Snapshot>>,
    meilisearch: Option<Meilisearch>,
}

/// A product that was looked at closely.
struct Ranked {
    looked: Looked,
    score: Score,
    exact: bool,
}

/// One way to read the words, and what was found by it.
struct Reading {
    need: Need,
    groups: Vec<Group>,
    candidates: Candidates,
    /// Best first.
    ranked: Vec<Ranked>,
    some_missing: bool,
}

/// A product of a list with its score, and whether it was named exactly.
type Placed = (Uuid, Option<Score>, bool);

/// A page of a list, before anything is read that is shown of it.
#[derive(Default)]
struct Page {
    hits: Vec<Placed>,
    more: bool,
    by_title: usize,
    next_by_title: bool,
}

impl Reading {
    /// How well the words fit the product that they fit best, from 0 to 1.
    fn fit(&self) -> f32 {
        self.ranked.iter().map(|ranked| ranked.score.words).fold(0.0, f32::max)
    }
}

impl Searcher {
    /// Knows no words until the first [`Searcher::refresh`].
    pub fn new(meilisearch: Option<Meilisearch>) -> Self {
        Self { snapshot: RwLock::default(), meilisearch }
    }

    /// Reads vocabulary, synonyms, weights and names of values when they have changed; true when they had.
    pub async fn refresh(&self, conn: &mut PgConnection) -> Result<bool> {
        let known = self.snapshot();
        let Some(newer) = Snapshot::newer(conn, &known).await? else { return Ok(false) };
        *self.snapshot.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(newer);
        Ok(true)
    }

    /// What searches share; read now if it never was.
    pub(crate) async fn ready(&self, conn: &mut PgConnection) -> Result<Arc<Snapshot>> {
        let snapshot = self.snapshot();
        if snapshot.is_read() {
            return Ok(snapshot);
        }
        self.refresh(conn).await?;
        Ok(self.snapshot())
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Those in force.
    pub fn weights(&self) -> Weights {
        self.snapshot().weights.clone()
    }

    /// Which engine answers a reader who may know of nothing beyond what is listed.
    pub fn engine(&self) -> &'static str {
        if self.meilisearch.as_ref().is_some_and(Meilisearch::is_usable) { "meilisearch" } else { "postgres" }
    }

    /// Brings the other engine, if there is one, to where the record is.
    pub async fn catch_up(&self, pool: &PgPool) -> std::result::Result<usize, MeilisearchError> {
        match &self.meilisearch {
            Some(meilisearch) => meilisearch.catch_up(pool).await,
            None => Ok(0),
        }
    }

    /// Searches as `reader` sees the catalogue at `now`.
    pub async fn search(&self, conn: &mut PgConnection, reader: PersonId, query: &SearchQuery, now: DateTime<Utc>) -> Result<Results> {
        self.search_with(conn, reader, query, now, None).await
    }

    /// The same with other weights than those in force; for seeing what a change would do.
    pub async fn search_with(
        &self,
        conn: &mut PgConnection,
        reader: PersonId,
        query: &SearchQuery,
        now: DateTime<Utc>,
        weights: Option<&Weights>,
    ) -> Result<Results> {
        let snapshot = self.ready(conn).await?;
        let asking = Asking::of(conn, reader, &snapshot, weights, now).await?;
        let anew;
        let query = if may_go_on(conn, &asking, query.after).await? {
            query
        } else {
            anew = SearchQuery { after: None, ..query.clone() };
            &anew
        };
        let filters = Filter::all(&query.filters, &snapshot);
        let groups = understand(&query.words, &snapshot.vocabulary, &snapshot.synonyms, true);
        if groups.is_empty() { self.browse(conn, &asking, query, &filters).await } else { self.find(conn, &asking, query, &filters, groups).await }
    }

    /// Every product that has all the words, as typed or by another name, and passes the filters; none when there are more
    /// than `most`. Nothing is guessed: what is nearest would be wrong as news.
    pub async fn every(
        &self,
        conn: &mut PgConnection,
        reader: PersonId,
        query: &SearchQuery,
        most: usize,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<ProductId>>> {
        let snapshot = self.ready(conn).await?;
        let asking = Asking::of(conn, reader, &snapshot, None, now).await?;
        let filters = Filter::all(&query.filters, &snapshot);
        let mut groups = understand(&format!("{} ", query.words), &snapshot.vocabulary, &snapshot.synonyms, true);
        for group in &mut groups {
            group.alternatives.retain(|way| way.reason != Reason::Corrected);
        }
        let need = (!groups.is_empty()).then(|| Need::every(&groups));
        let all = Part { sort: Sort::Relevance, after: None, except: &[], most: limit(most + 1) };
        let ids = postgres::page(conn, need.as_ref(), &filters, &asking.sight, all).await?;
        if ids.len() > most {
            return Ok(None);
        }
        Ok(Some(hits::look(conn, &asking, &ids).await?.into_iter().map(|looked| ProductId(looked.id)).collect()))
    }

    /// What has the words.
    async fn find(
        &self,
        conn: &mut PgConnection,
        asking: &Asking<'_>,
        query: &SearchQuery,
        filters: &[Filter],
        groups: Vec<Group>,
    ) -> Result<Results> {
        let exact = hits::exact(conn, asking, &query.words).await?;
        let need = Need::every(&groups);
        let mut reading = self.read(conn, asking, filters, &exact, need, groups, false).await?;
        let poor = exact.is_empty() && reading.fit() < GOOD;
        let filtered_out = poor && self.only_filtered_out(conn, asking, filters, &reading).await?;
        if poor && !filtered_out {
            for (need, groups, some_missing) in lenient(query, &reading.groups, asking.snapshot) {
                let other = self.read(conn, asking, filters, &exact, need, groups, some_missing).await?;
                if reading.ranked.is_empty() || other.fit() > reading.fit() + BETTER {
                    reading = other;
                }
                if reading.fit() >= GOOD {
                    break;
                }
            }
            if reading.ranked.is_empty() {
                for (need, groups, some_missing) in fewer(query, &reading.groups, asking.snapshot) {
                    reading = self.read(conn, asking, filters, &exact, need, groups, some_missing).await?;
                    if !reading.ranked.is_empty() {
                        break;
                    }
                }
            }
        }
        let leniency = Leniency {
            corrected: corrected(&reading.groups, &reading.ranked),
            some_words_missing: reading.some_missing && !reading.ranked.is_empty(),
        };
        let total = reading.candidates.total.max(limit(reading.ranked.len()));
        let facets = facets(query, &reading.candidates, asking.snapshot);
        let instead = if reading.ranked.is_empty() { instead(conn, asking, query, filters, filtered_out).await? } else { Instead::default() };
        let page = if query.sort == Sort::Relevance {
            by_fit(conn, asking, query, filters, &mut reading).await?
        } else {
            let part = Part { sort: query.sort, after: query.after.map(|id| id.0), except: &[], most: limit(PAGE_SIZE) };
            let (hits, more) = in_order(conn, asking, filters, &reading, part, &exact).await?;
            Page { hits, more, ..Page::default() }
        };
        let Page { hits, more, by_title, next_by_title } = page;
        let hits = hits::details(conn, asking, hits, &reading.groups).await?;
        Ok(Results { total, hits, facets, leniency, more, by_title, next_by_title, instead })
    }

    /// Everything that the filters leave, without words.
    async fn browse(&self, conn: &mut PgConnection, asking: &Asking<'_>, query: &SearchQuery, filters: &[Filter]) -> Result<Results> {
        let (sight, whole) = (&asking.sight, &asking.snapshot.whole);
        let (after, most) = (query.after.map(|id| id.0), limit(PAGE_SIZE + 1));
        let plain = filters.is_empty() && sight.unlisted.is_empty();
        let candidates = if plain && sight.retracted.is_empty() {
            Candidates { ids: vec![], total: whole.total, counts: whole.counts.clone(), mine: limit(sight.held.len()) }
        } else {
            self.ask(conn, None, filters, sight, 0).await?
        };
        let mut ids = match query.sort {
            Sort::Relevance if plain => postgres::best(conn, sight, after, most).await?,
            sort if plain => postgres::sorted(conn, sort, after, most).await?,
            sort => postgres::page(conn, None, filters, sight, Part { sort, after, except: &[], most }).await?,
        };
        let more = ids.len() > PAGE_SIZE;
        ids.truncate(PAGE_SIZE);
        let facets = facets(query, &candidates, asking.snapshot);
        let page = ids.into_iter().map(|id| (id, None, false)).collect();
        let hits = hits::details(conn, asking, page, &[]).await?;
        let instead = if candidates.total == 0 { instead(conn, asking, query, filters, true).await? } else { Instead::default() };
        Ok(Results { total: candidates.total, hits, facets, leniency: Leniency::default(), more, by_title: 0, next_by_title: false, instead })
    }

    /// Which products have these words and pass the filters: from the engine that may answer this reader, and otherwise,
    /// or when it fails, from Postgres.
    pub(crate) async fn ask(
        &self,
        conn: &mut PgConnection,
        need: Option<&Need>,
        filters: &[Filter],
        sight: &Sight,
        most: usize,
    ) -> Result<Candidates> {
        if let Some(meilisearch) = self.elsewhere(sight)
            && let Some(candidates) = meilisearch.trusted(meilisearch.candidates(need, filters, sight, most).await)
        {
            return Ok(candidates);
        }
        postgres::candidates(conn, need, filters, sight, limit(most)).await
    }

    /// For suggestions; None when Postgres has to answer.
    pub(crate) async fn titled_elsewhere(&self, need: &Need, sight: &Sight, most: usize) -> Option<Vec<Uuid>> {
        let meilisearch = self.elsewhere(sight)?;
        meilisearch.trusted(meilisearch.titled(need, sight, most).await)
    }

    /// The other engine, if it may answer: it knows nothing of what is not listed.
    fn elsewhere(&self, sight: &Sight) -> Option<&Meilisearch> {
        self.meilisearch.as_ref().filter(|meilisearch| meilisearch.is_usable() && sight.unlisted.is_empty())
    }

    /// One way to read the words: what an engine finds, looked at and put in order. What the reader may not know of falls
    /// out here at the latest.
    #[expect(clippy::too_many_arguments, reason = "each is one part of the question")]
    async fn read(
        &self,
        conn: &mut PgConnection,
        asking: &Asking<'_>,
        filters: &[Filter],
        exact: &[Uuid],
        need: Need,
        groups: Vec<Group>,
        some_missing: bool,
    ) -> Result<Reading> {
        let candidates = self.ask(conn, Some(&need), filters, &asking.sight, BEST).await?;
        let beyond = exact.iter().filter(|id| !candidates.ids.contains(id));
        let ids: Vec<Uuid> = candidates.ids.iter().chain(beyond).copied().collect();
        let scorer = Scorer::new(&groups, asking.weights);
        let mut ranked: Vec<Ranked> = hits::look(conn, asking, &ids)
            .await?
            .into_iter()
            .filter(|looked| filters.iter().all(|filter| passes(filter, looked, &asking.sight)))
            .map(|looked| Ranked { score: scorer.score(&looked.fields, &looked.title, looked.standing), exact: exact.contains(&looked.id), looked })
            .collect();
        ranked.sort_by(order);
        Ok(Reading { need, groups, candidates, ranked, some_missing })
    }

    /// The words are somewhere, and only the filters leave nothing: then other words would mislead.
    async fn only_filtered_out(&self, conn: &mut PgConnection, asking: &Asking<'_>, filters: &[Filter], reading: &Reading) -> Result<bool> {
        if filters.is_empty() || reading.candidates.total > 0 {
            return Ok(false);
        }
        Ok(self.ask(conn, Some(&reading.need), &[], &asking.sight, 1).await?.total > 0)
    }

    /// Terms and organisations that the words name; at most a few.
    pub fn others(&self, words: &str) -> Vec<Other> {
        let snapshot = self.snapshot();
        let groups = understand(words, &snapshot.vocabulary, &snapshot.synonyms, true);
        snapshot.named.find(&groups)
    }
}

/// A page of the best, and after them of all others by title: who goes on to the end sees every product once.
async fn by_fit(conn: &mut PgConnection, asking: &Asking<'_>, query: &SearchQuery, filters: &[Filter], reading: &mut Reading) -> Result<Page> {
    let best: Vec<Uuid> = reading.ranked.iter().map(|ranked| ranked.looked.id).collect();
    let goes_on = reading.candidates.total > limit(reading.candidates.ids.len());
    let place = query.after.map(|after| best.iter().position(|id| *id == after.0));
    let (from, after) = match place {
        // Not among the best: behind them, where there is anything.
        Some(None) if goes_on => (best.len(), query.after),
        None | Some(None) => (0, None),
        Some(Some(place)) => (place + 1, None),
    };
    let ranked = std::mem::take(&mut reading.ranked);
    let hits: Vec<Placed> =
        ranked.into_iter().skip(from).take(PAGE_SIZE).map(|ranked| (ranked.looked.id, Some(ranked.score), ranked.exact)).collect();
    let mut page = Page { more: best.len() > from + PAGE_SIZE, hits, ..Page::default() };
    if page.more || !goes_on {
        return Ok(page);
    }
    let room = PAGE_SIZE - page.hits.len();
    let part = Part { sort: Sort::Title, after: after.map(|id| id.0), except: &best, most: limit(room) };
    let (rest, more) = in_order(conn, asking, filters, reading, part, &[]).await?;
    page.by_title = rest.len();
    page.hits.extend(rest);
    page.more = more;
    page.next_by_title = more;
    Ok(page)
}

/// Part of what a reading finds, in another order than by fit; whether there is more.
async fn in_order(
    conn: &mut PgConnection,
    asking: &Asking<'_>,
    filters: &[Filter],
    reading: &Reading,
    part: Part<'_>,
    exact: &[Uuid],
) -> Result<(Vec<Placed>, bool)> {
    let mut ids = postgres::page(conn, Some(&reading.need), filters, &asking.sight, Part { most: part.most + 1, ..part }).await?;
    let more = limit(ids.len()) > part.most;
    ids.truncate(usize::try_from(part.most).unwrap_or_default());
    let scorer = Scorer::new(&reading.groups, asking.weights);
    let mut looked = hits::look(conn, asking, &ids).await?;
    looked.sort_by_key(|looked| ids.iter().position(|id| *id == looked.id));
    let with_score = |looked: Looked| (looked.id, Some(scorer.score(&looked.fields, &looked.title, looked.standing)), exact.contains(&looked.id));
    Ok((looked.into_iter().map(with_score).collect(), more))
}

/// Whether a list may go on after this product. It begins anew after one that the reader may not know of: where that one stands would
/// tell how it is called, or when it changed.
async fn may_go_on(conn: &mut PgConnection, asking: &Asking<'_>, after: Option<ProductId>) -> Result<bool> {
    Ok(match after {
        Some(after) => !hits::look(conn, asking, &[after.0]).await?.is_empty(),
        None => true,
    })
}

fn limit(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn passes(filter: &Filter, looked: &Looked, sight: &Sight) -> bool {
    looked.facets.iter().any(|code| filter.codes.contains(code)) || (filter.mine && sight.held.contains(&looked.id))
}

fn order(a: &Ranked, b: &Ranked) -> Ordering {
    b.exact.cmp(&a.exact).then_with(|| b.score.total.total_cmp(&a.score.total)).then_with(|| a.looked.id.cmp(&b.looked.id))
}

/// Other ways to read the words, nearest first: words that are known taken for mistakes as well, then without those that tell little, then
/// with one missing.
pub(crate) fn lenient(query: &SearchQuery, strict: &[Group], snapshot: &Snapshot) -> Vec<(Need, Vec<Group>, bool)> {
    let loose = Some(understand(&query.words, &snapshot.vocabulary, &snapshot.synonyms, false)).filter(|loose| loose != strict);
    let mut ways = vec![];
    if let Some(loose) = &loose {
        ways.push((Need::every(loose), loose.clone(), false));
    }
    let telling = without_light(strict);
    if telling.len() < strict.len() {
        ways.push((Need::every(&telling), strict.to_vec(), true));
    }
    for groups in std::iter::once(strict.to_vec()).chain(loose) {
        if let Some(need) = Need::most(&without_light(&groups)) {
            ways.push((need, groups, true));
        }
    }
    ways
}

/// What is left when no product has nearly all of the words: as many as any product has, most first, each word taken for itself, so
/// that nothing is empty while one of them is known.
pub(crate) fn fewer(query: &SearchQuery, groups: &[Group], snapshot: &Snapshot) -> Vec<(Need, Vec<Group>, bool)> {
    let apart = apart(&query.words, &snapshot.vocabulary, &snapshot.synonyms);
    let occurs = |lexeme: &String| snapshot.vocabulary.products_with(lexeme) > 0;
    let used: Vec<Group> = apart.iter().filter(|group| group.alternatives.iter().any(|way| way.lexemes.iter().all(occurs))).cloned().collect();
    let counts = (1..=used.len().min(MOST_COMBINED)).rev();
    let mut ways: Vec<(Need, Vec<Group>, bool)> = counts.map(|count| (Need::having(&used, count), apart.clone(), count < apart.len())).collect();
    // Any at all: words of products that are not listed but not for everyone, and known words as what they would be if mistaken.
    for groups in [apart, groups.to_vec()] {
        if let Some(need) = Need::some(&groups) {
            ways.push((need, groups, true));
        }
    }
    ways
}

/// Words that nobody uses, with those that stood for them in what is shown.
fn corrected(groups: &[Group], ranked: &[Ranked]) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = vec![];
    for group in groups {
        let mut instead: Vec<String> = vec![];
        for found in ranked.iter().take(PAGE_SIZE).flat_map(|ranked| &ranked.score.found) {
            if found.typed == group.typed && found.field.is_some() && found.reason == Reason::Corrected && !instead.contains(&found.shown) {
                instead.push(found.shown.clone());
            }
        }
        instead.truncate(3);
        if !instead.is_empty() {
            all.push((group.typed.clone(), instead));
        }
    }
    all
}
