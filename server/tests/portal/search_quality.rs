//! How good the order is must not be lost unseen: queries judged by hand over the sample catalogue as it is loaded, and those made from its
//! titles. Each kind has a floor, a little under what it reaches; figures over many products are in `docs/benchmarks.md`.

use crate::common::World;
use domain::id::PersonId;
use sample::judged::metrics::Tally;
use sample::judged::{JudgedQuery, QueryKind, Titled, answerable, from_titles, read_judged};
use search::{Meilisearch, SearchQuery};
use server::catalogue_commands::record_sample;
use server::clock::system_ids;
use std::path::Path;
use store::{PgPool, catalogue, glossary};
use uuid::Uuid;

const SEED: u64 = 1;
/// Queries made of each kind; the sample has titles for about forty.
const PER_KIND: usize = 60;

/// The least share of queries that have a wanted product among the first three, and the most that may find nothing.
const fn floor(kind: QueryKind) -> (f64, f64) {
    match kind {
        QueryKind::ExactTitle | QueryKind::SourceId => (1.0, 0.0),
        QueryKind::Everyday => (0.78, 0.1),
        _ => (0.93, 0.0),
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_wanted_stays_in_front_on_postgres(pool: PgPool) {
    let world = World::new(pool, "http://localhost:1");
    stays_in_front(&world, "postgres").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn what_is_wanted_stays_in_front_on_meilisearch(pool: PgPool) {
    let (Ok(server), Ok(key)) = (std::env::var("PASAR_TEST_MEILI_URL"), std::env::var("PASAR_TEST_MEILI_KEY")) else {
        eprintln!("SKIPPED: PASAR_TEST_MEILI_URL and PASAR_TEST_MEILI_KEY are not set; `cargo xtask test` sets them");
        return;
    };
    // A name of its own for each database, so that tests can run side by side.
    let index = pool.connect_options().get_database().unwrap().to_owned();
    let settings = [("PASAR_MEILI_URL", server.as_str()), ("PASAR_MEILI_KEY", key.as_str()), ("PASAR_MEILI_INDEX", index.as_str())];
    let world = World::with(pool, "http://localhost:1", &settings);
    stays_in_front(&world, "meilisearch").await;
    Meilisearch::new(&server, &key, &index).unwrap().drop_index().await.unwrap();
}

/// The sample catalogue with what its words mean, as `pasar sample load` writes it.
async fn load(world: &World, folder: &Path) {
    let (ids, now) = (system_ids(), world.now());
    let products = sample::read_products(folder).unwrap();
    let mut tx = world.pool.begin().await.unwrap();
    record_sample(&mut tx, folder, &products, now).await.unwrap();
    glossary::ensure_terms(&mut tx, &sample::read_glossary(folder).unwrap(), &ids, now).await.unwrap();
    glossary::begin_with_synonyms(&mut tx, &sample::read_synonyms(folder).unwrap(), &ids, now).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
}

async fn stays_in_front(world: &World, engine: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample");
    load(world, &folder).await;
    assert_eq!(world.state.searcher.engine(), engine);
    let mut conn = world.pool.acquire().await.unwrap();
    let listed = catalogue::listed_titles(&mut conn).await.unwrap().into_iter();
    let titles: Vec<Titled<String>> =
        listed.map(|row| Titled { id: row.address, title: row.title, source_id: row.source_id, agency: row.abbreviation }).collect();
    let judged = answerable(read_judged(&folder).unwrap(), &titles);
    assert!(judged.left_out.is_empty(), "{:?}", judged.left_out);
    let mut queries: Vec<JudgedQuery<String>> = from_titles(titles, SEED, PER_KIND);
    queries.extend(judged.queries);
    assert!(queries.len() >= 300, "only {} queries are asked", queries.len());
    for kind in QueryKind::ALL {
        let mut tally = Tally::default();
        for query in queries.iter().filter(|query| query.kind == *kind) {
            let asked = SearchQuery { words: query.words.clone(), ..SearchQuery::default() };
            let found = world.state.searcher.search(&mut conn, PersonId(Uuid::nil()), &asked, world.now()).await.unwrap();
            let ranked: Vec<String> = found.hits.into_iter().map(|hit| hit.address).collect();
            tally.add(&query.expected, &ranked);
        }
        // Nothing of the sample comes from another place, so that none is asked for by its id there.
        let Some(quality) = tally.quality() else { continue };
        let (in_three, empty) = floor(*kind);
        assert!(quality.success_at_3 >= in_three, "{kind} on {engine}: {quality:?}, not {in_three} among the first three");
        assert!(quality.empty <= empty, "{kind} on {engine}: {quality:?}, more than {empty} empty");
    }
    assert_eq!(world.state.searcher.engine(), engine, "it answered all of them");
}
