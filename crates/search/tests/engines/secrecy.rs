//! What somebody may not know of never shows: not in results, totals, counts, suggestions, corrections, or the words of others.

use crate::world::{Engine, OFFICER, PRODUCTS, SECRET, STEWARD, World, filtered, product, words_of};
use domain::id::ProductId;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use search::{BEST, FacetKind, MINE, NOWHERE, Results, SearchQuery, Sort};
use sqlx::{Executor, PgPool};

/// Values of every filter there is: of many products, of the secret one alone where [`nobody_can_tell`] gives it such, and of none.
fn filters() -> Vec<(FacetKind, &'static str)> {
    let values = |kind: FacetKind| -> &'static [&'static str] {
        match kind {
            FacetKind::Access => &["open", "approval", MINE],
            FacetKind::Type => &["aggregated", "source-aligned"],
            FacetKind::Classification => &["official-open", "restricted"],
            FacetKind::Sector => &["transport"],
            FacetKind::Agency => &["lta", "dos"],
            FacetKind::Trust => &["described", "promises-broken"],
            FacetKind::Freshness => &["year", "month"],
            FacetKind::Frequency => &["hourly"],
            FacetKind::Format => &["csv", "pdf"],
            FacetKind::Place => &["BD", "WD", "AM", NOWHERE],
            FacetKind::Tag => &["roads", "crossings"],
        }
    };
    FacetKind::ALL.into_iter().flat_map(|kind| values(kind).iter().map(move |value| (kind, *value))).collect()
}

/// Words of all products, half of the time cut short or mistyped, with now and then a filter or two.
pub fn queries(count: usize) -> Vec<SearchQuery> {
    let words: Vec<String> =
        PRODUCTS.iter().flat_map(|(title, _, columns)| title.split([' ', ',']).chain(columns.split([',', '_']))).map(str::to_lowercase).collect();
    let secret = ["zebra", "zanzibar", "zebar", "zzebrass", "crossings", "zanz", "review", "roads.p24", "src-24", "zebra crossings under review"]
        .map(str::to_owned);
    let word = prop_oneof![2 => prop::sample::select(words), 3 => prop::sample::select(secret.to_vec())];
    let typed = (word, 0usize..4, any::<bool>())
        .prop_map(|(word, drop, cut)| if cut && word.len() > 4 { word.chars().take(word.chars().count() - drop.min(2)).collect() } else { word });
    let sort = prop::sample::select(Sort::ALL.to_vec());
    let some = prop_oneof![3 => Just(0usize), 4 => Just(1), 1 => Just(2)]
        .prop_flat_map(|count| prop::collection::vec(prop::sample::select(filters()), count));
    let query = (prop::collection::vec(typed, 0..4), some, sort)
        .prop_map(|(words, filters, sort)| SearchQuery { sort, ..filtered(&words.join(" "), &filters) });
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| query.new_tree(&mut runner).unwrap().current()).collect()
}

async fn answers(world: &World, queries: &[SearchQuery]) -> Vec<(Results, Vec<String>)> {
    let mut all = vec![];
    for query in queries {
        all.push((world.ask(OFFICER, query).await, world.suggest(OFFICER, &query.words).await));
    }
    all
}

/// The secret product alone has a value of many a filter, and was changed last.
const ALONE: &str = "UPDATE dataset SET format = 'pdf' WHERE title LIKE 'Zebra%';
    INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, state)
    SELECT gen_random_uuid(), id, 'Freshness', 'By nine', 99, '% of days', '30 days', 'By its team', 0, 'breached' FROM product WHERE title LIKE 'Zebra%';
    UPDATE product SET frequency = 'hourly', classification = 'restricted', tags = ARRAY['roads', 'crossings'], updated_on = '2026-11-20'
    WHERE title LIKE 'Zebra%'";

/// A reader's answers with a hidden product are the same as without it.
async fn nobody_can_tell(pool: PgPool, engine: Engine, hide: &'static str) {
    let Some(world) = World::new(pool, engine).await else { return };
    // It is the only one about Bedok; some are about the whole country, and one about Woodlands.
    let places =
        "UPDATE product SET covered_areas = '{BD}' WHERE title LIKE 'Zebra%'; UPDATE product SET covered_areas = '{WD}' WHERE title LIKE 'Dengue%';
        UPDATE product SET place_whole = true WHERE title LIKE 'Bus%'";
    world.pool.execute(places).await.unwrap();
    world.pool.execute(ALONE).await.unwrap();
    world.settle().await;
    let mut queries = queries(150);
    let somewhere: Vec<SearchQuery> = queries
        .iter()
        .step_by(3)
        .zip(["BD", "WD", "AM"].into_iter().cycle())
        .map(|(query, area)| {
            let mut query = query.clone();
            query.choose(FacetKind::Place, area);
            query
        })
        .collect();
    queries.extend(somewhere);
    let open = answers(&world, &queries).await;
    world.pool.execute(hide).await.unwrap();
    // At once, before search has caught up: nothing of it is counted or shown.
    for query in queries.iter().filter(|query| query.words.contains('z')) {
        let found = world.ask(OFFICER, query).await;
        assert!(found.hits.iter().all(|hit| hit.id.0 != product(SECRET)), "{query:?}");
        assert!(!world.suggest(OFFICER, &query.words).await.iter().any(|title| title.contains("Zebra")));
    }
    let early = world.ask(OFFICER, &words_of("zebra")).await;
    assert_eq!((early.total, early.facets.iter().map(|facet| facet.values.len()).sum::<usize>()), (0, 0));
    world.settle().await;
    let hidden = answers(&world, &queries).await;
    sqlx::query("DELETE FROM product WHERE id = $1").bind(product(SECRET)).execute(&world.pool).await.unwrap();
    world.settle().await;
    let gone = answers(&world, &queries).await;
    for ((query, hidden), gone) in queries.iter().zip(&hidden).zip(&gone) {
        assert_eq!(hidden, gone, "{query:?}");
    }
    assert_ne!(open, hidden, "the queries do ask for it");
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_on_postgres(pool: PgPool) {
    nobody_can_tell(pool, Engine::Postgres, "UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_on_meilisearch(pool: PgPool) {
    nobody_can_tell(pool, Engine::Meilisearch, "UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_draft_on_meilisearch(pool: PgPool) {
    nobody_can_tell(pool, Engine::Meilisearch, "UPDATE product SET status = 'draft' WHERE title LIKE 'Zebra%'").await;
}

/// A list that is to go on after a product of which the reader may not know begins anew, as after one that never was: where it
/// stands would tell how it is called, or when it changed.
async fn no_place_is_told(pool: PgPool, engine: Engine) {
    let Some(world) = World::new(pool, engine).await else { return };
    world.lamps(BEST + 30).await;
    world.settle().await;
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    let lists = [words_of(""), words_of("table"), words_of("lamp posts "), words_of("zebra"), filtered("", &[(FacetKind::Agency, "lta")])];
    for moment in ["before search has caught up", "after"] {
        for (list, sort) in lists.iter().flat_map(|list| Sort::ALL.map(|sort| (list, sort))) {
            let begun = SearchQuery { sort, ..list.clone() };
            let anew = world.ask(OFFICER, &begun).await;
            for product in [product(SECRET), product(0xfff)] {
                let after = SearchQuery { after: Some(ProductId(product)), ..begun.clone() };
                assert_eq!(world.ask(OFFICER, &after).await, anew, "{moment}: {after:?}");
            }
        }
        world.settle().await;
    }
    // Who may know of it reads on: by title it is the last of all.
    let on = SearchQuery { sort: Sort::Title, after: Some(ProductId(product(SECRET))), ..words_of("") };
    assert!(world.ask(STEWARD, &on).await.hits.is_empty());
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn no_place_is_told_on_postgres(pool: PgPool) {
    no_place_is_told(pool, Engine::Postgres).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn no_place_is_told_on_meilisearch(pool: PgPool) {
    no_place_is_told(pool, Engine::Meilisearch).await;
}
