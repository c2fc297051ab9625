//! Commands about search, for the operator and the data office: make every document anew, and see how good the order is.

use crate::clock::SystemClock;
use crate::jobs::search::index_waiting;
use anyhow::{Context, bail};
use domain::Clock;
use domain::id::PersonId;
use sample::judged::{Answerable, JudgedQuery, QueryKind, Titled, answerable, from_titles, metrics, read_judged, read_judged_file};
use search::{Meilisearch, SearchQuery, Searcher, Weights};
use sqlx::{Connection, PgConnection};
use std::collections::BTreeMap;
use std::path::Path;
use store::PgPool;

/// Writes every search document anew, and the other engine's index beside the old one, swapped in when it is ready.
pub async fn rebuild(url: &str, meilisearch: Option<&Meilisearch>) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await.context("cannot reach the record's database (PASAR_DATABASE_URL)")?;
    search::index::mark_all(&mut conn, SystemClock.now()).await?;
    let documents = index_waiting(&mut conn, &SystemClock).await?;
    println!("{documents} search documents are written.");
    if let Some(meilisearch) = meilisearch {
        let pool = PgPool::connect(url).await?;
        println!("{} of them are in Meilisearch.", meilisearch.rebuild_now(&pool).await?);
    }
    Ok(())
}

/// What to hold the order against.
pub struct Questions<'a> {
    /// The folder with `judged.yaml`.
    pub documents: &'a Path,
    /// Another file of that form.
    pub judged: Option<&'a Path>,
    /// Queries made from the titles that are in the record, instead of those judged by hand.
    pub from_titles: bool,
    pub per_kind: usize,
    pub seed: u64,
    /// Weights to compare with those in force: `trust=0.1,order=0`.
    pub weights: Option<&'a str>,
    /// Also list the queries whose answer is not among the first three.
    pub missed: bool,
}

/// Prints figures by kind of query: with the weights in force and, beside them, with others.
pub async fn evaluate(url: &str, meilisearch: Option<Meilisearch>, questions: &Questions<'_>) -> anyhow::Result<()> {
    let pool = PgPool::connect(url).await.context("cannot reach the record's database (PASAR_DATABASE_URL)")?;
    let mut conn = pool.acquire().await?;
    index_waiting(&mut conn, &SystemClock).await?;
    let searcher = Searcher::new(meilisearch);
    searcher.catch_up(&pool).await?;
    searcher.refresh(&mut conn).await?;
    let Answerable { queries, left_out } = queries(&mut conn, questions).await?;
    say_left_out(&left_out);
    if queries.is_empty() {
        bail!("there is nothing to ask: the record has no products that everyone may know of, or none of those that are wanted");
    }
    let engine = searcher.engine();
    println!("{} queries, answered by {engine}.", queries.len());
    let now = ask(&searcher, &mut conn, &queries, None).await?;
    if searcher.engine() != engine {
        println!("NOT ALL OF THEM: {engine} stopped answering, and {} answered the rest.", searcher.engine());
    }
    print("in force", &now);
    if let Some(text) = questions.weights {
        let weights = changed(&searcher.weights(), text)?;
        let then = ask(&searcher, &mut conn, &queries, Some(&weights)).await?;
        print(text, &then);
    }
    if questions.missed {
        for (query, instead) in &now.missed {
            println!("missed [{}] {:?}: wanted {}, found {}", query.kind, query.words, query.expected.join(" or "), instead.join("; "));
        }
    }
    Ok(())
}

async fn queries(conn: &mut PgConnection, questions: &Questions<'_>) -> anyhow::Result<Answerable> {
    let titles = store::catalogue::listed_titles(conn).await?;
    let products = titles.into_iter().map(|row| Titled { id: row.address, title: row.title, source_id: row.source_id, agency: row.abbreviation });
    if questions.from_titles {
        return Ok(Answerable { queries: from_titles(products, questions.seed, questions.per_kind), left_out: vec![] });
    }
    let judged = match questions.judged {
        Some(file) => read_judged_file(file)?,
        None => read_judged(questions.documents)?,
    };
    Ok(answerable(judged, &products.collect::<Vec<_>>()))
}

/// Figures over fewer queries than there are must not be taken for figures over all.
fn say_left_out(left_out: &[JudgedQuery<String>]) {
    if left_out.is_empty() {
        return;
    }
    println!("LEFT OUT: {} queries. Nothing that they want is in the record for everyone:", left_out.len());
    for query in left_out {
        println!("  {:?} wants {}", query.words, query.expected.join(" or "));
    }
}

#[derive(Default)]
struct Asked {
    kinds: BTreeMap<&'static str, metrics::Tally>,
    all: metrics::Tally,
    missed: Vec<(JudgedQuery<String>, Vec<String>)>,
}

/// Asks as somebody without any role: judged are products that everyone may know of.
async fn ask(searcher: &Searcher, conn: &mut PgConnection, queries: &[JudgedQuery<String>], weights: Option<&Weights>) -> anyhow::Result<Asked> {
    let nobody = PersonId(uuid::Uuid::nil());
    let mut asked = Asked::default();
    for judged in queries {
        let query = SearchQuery { words: judged.words.clone(), ..SearchQuery::default() };
        let results = searcher.search_with(conn, nobody, &query, SystemClock.now(), weights).await?;
        let ranked: Vec<String> = results.hits.into_iter().map(|hit| hit.address).collect();
        asked.kinds.entry(judged.kind.label()).or_default().add(&judged.expected, &ranked);
        asked.all.add(&judged.expected, &ranked);
        if metrics::first_rank(&judged.expected, &ranked).is_none_or(|rank| rank > 3) {
            asked.missed.push((judged.clone(), ranked.into_iter().take(3).collect()));
        }
    }
    Ok(asked)
}

/// Puts weights in force for every search: `trust=0.1,order=0`.
pub async fn weigh(url: &str, text: &str) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url).await.context("cannot reach the record's database (PASAR_DATABASE_URL)")?;
    let changes: Vec<(String, f64)> = parsed(text)?.into_iter().map(|(name, value)| (name.to_owned(), f64::from(value))).collect();
    let mut tx = conn.begin().await?;
    search::weights::put_in_force(&mut tx, &changes, SystemClock.now()).await?;
    tx.commit().await?;
    println!("In force: {text}. Searches follow within a second.");
    Ok(())
}

fn changed(weights: &Weights, text: &str) -> anyhow::Result<Weights> {
    let mut weights = weights.clone();
    for (name, value) in parsed(text)? {
        weights.set(name, value);
    }
    Ok(weights)
}

/// Names with values; each a weight that there is, from 0 to 100.
fn parsed(text: &str) -> anyhow::Result<Vec<(&str, f32)>> {
    text.split(',')
        .map(|part| {
            let (name, value) = part.split_once('=').with_context(|| format!("{part} is not name=value"))?;
            let value: f32 = value.trim().parse().with_context(|| format!("{value} is not a number"))?;
            if !(0.0..=100.0).contains(&value) || !Weights::NAMES.contains(&name.trim()) {
                bail!("{part}: the weights are {}, each from 0 to 100", Weights::NAMES.join(", "));
            }
            Ok((name.trim(), value))
        })
        .collect()
}

fn print(weights: &str, asked: &Asked) {
    println!("\nWeights {weights}\n{:<26} {:>7} {:>7} {:>9} {:>6} {:>7} {:>6}", "", "queries", "first", "in three", "MRR", "nDCG@10", "empty");
    let kinds = QueryKind::ALL.iter().map(|kind| kind.label()).filter_map(|label| Some((label, asked.kinds.get(label)?)));
    for (label, tally) in kinds.chain([("All", &asked.all)]) {
        if let Some(q) = tally.quality() {
            println!(
                "{label:<26} {:>7} {:>7.3} {:>9.3} {:>6.3} {:>7.3} {:>6.3}",
                q.queries, q.success_at_1, q.success_at_3, q.mrr, q.ndcg_at_10, q.empty
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn weights_are_read_or_refused_whole() {
        assert_eq!(parsed("trust=0.1, order=0").unwrap(), [("trust", 0.1), ("order", 0.0)]);
        for wrong in ["trust", "trust=x", "trust=-1", "trust=NaN", "colour=1", ""] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
