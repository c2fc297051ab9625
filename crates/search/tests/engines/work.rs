//! How long an answer takes must not tell that a hidden product is there. Moments are at the mercy of the machine, so what is compared is work:
//! the rows that Postgres reads for a reader without rights, with the hidden product and without it, and what the other engine holds.

use crate::secrecy::queries;
use crate::world::{Engine, OFFICER, SECRET, World, now, product, words_of};
use meilisearch_sdk::client::Client;
use search::SearchQuery;
use sqlx::{Executor, PgConnection, PgPool};
use std::collections::BTreeMap;

/// What names the secret product as a whole is looked up among all products, and refused afterwards: a few rows more.
const NAMED_WHOLE: [&str; 3] = ["zebra crossings under review", "roads.p24", "src-24"];
const A_FEW: i64 = 4;
/// Products that are hidden where much is.
const MUCH: usize = 500;

/// A catalogue of thousands is answered through indexes; one of two dozen would be read from end to end. Plans without alternatives cost so
/// much on paper that each would be compiled first.
pub const AS_IF_LARGE: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
                           SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off";

/// Rows that this transaction has read so far, by table.
pub async fn rows_read(conn: &mut PgConnection) -> BTreeMap<String, i64> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT relname::text, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables")
            .fetch_all(conn)
            .await
            .unwrap();
    rows.into_iter().collect()
}

/// Rows that a search and its suggestions read, by table.
async fn work(world: &World, query: &SearchQuery) -> BTreeMap<String, i64> {
    let mut tx = world.pool.begin().await.unwrap();
    sqlx::raw_sql(AS_IF_LARGE).execute(&mut *tx).await.unwrap();
    let before = rows_read(&mut tx).await;
    world.searcher.search(&mut tx, OFFICER, query, now()).await.unwrap();
    world.searcher.suggest(&mut tx, OFFICER, &query.words, now()).await.unwrap();
    let after = rows_read(&mut tx).await;
    let since = after.into_iter().map(|(table, rows)| (table.clone(), rows - before.get(&table).copied().unwrap_or_default()));
    since.filter(|(_, rows)| *rows != 0).collect()
}

async fn all_work(world: &World, queries: &[SearchQuery]) -> Vec<BTreeMap<String, i64>> {
    let mut all = vec![];
    for query in queries {
        all.push(work(world, query).await);
    }
    all
}

async fn no_work_is_done_for_what_is_hidden(pool: PgPool, engine: Engine) {
    let Some(world) = World::new(pool, engine).await else { return };
    let mut queries = queries(60);
    queries.extend(NAMED_WHOLE.map(words_of));
    let open = all_work(&world, &queries).await;
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    world.settle().await;
    let hidden = all_work(&world, &queries).await;
    sqlx::query("DELETE FROM product WHERE id = $1").bind(product(SECRET)).execute(&world.pool).await.unwrap();
    world.settle().await;
    let gone = all_work(&world, &queries).await;
    for ((query, hidden), gone) in queries.iter().zip(&hidden).zip(&gone) {
        if NAMED_WHOLE.contains(&query.words.trim()) {
            let more = hidden.values().sum::<i64>() - gone.values().sum::<i64>();
            assert!((0..=A_FEW).contains(&more), "{query:?}: {hidden:?} and {gone:?}");
        } else {
            assert_eq!(hidden, gone, "{query:?}");
        }
    }
    assert_ne!(open, hidden, "what is listed does take work");
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_takes_no_work_on_postgres(pool: PgPool) {
    no_work_is_done_for_what_is_hidden(pool, Engine::Postgres).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_takes_no_work_on_meilisearch(pool: PgPool) {
    no_work_is_done_for_what_is_hidden(pool, Engine::Meilisearch).await;
}

/// Nor does it take more when much is hidden. Other numbers of rows may make for other plans, so that what is compared is roughly the whole: none
/// reads what is hidden one by one.
async fn much_that_is_hidden_takes_no_work(pool: PgPool, engine: Engine) {
    let Some(world) = World::new(pool, engine).await else { return };
    let mut queries = queries(10);
    queries.extend(["bus", ""].map(words_of));
    world.lamps(MUCH).await;
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE name LIKE 'lamp%'").await.unwrap();
    world.settle().await;
    world.pool.execute("ANALYZE search_document; ANALYZE product").await.unwrap();
    let hidden = all_work(&world, &queries).await;
    world.pool.execute("DELETE FROM product WHERE name LIKE 'lamp%'").await.unwrap();
    world.settle().await;
    world.pool.execute("ANALYZE search_document; ANALYZE product").await.unwrap();
    let gone = all_work(&world, &queries).await;
    for ((query, hidden), gone) in queries.iter().zip(&hidden).zip(&gone) {
        let more = hidden.values().sum::<i64>() - gone.values().sum::<i64>();
        assert!(usize::try_from(more.abs()).unwrap() < MUCH / 5, "{query:?}: {hidden:?} and {gone:?}");
    }
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn much_that_is_hidden_takes_no_work_on_postgres(pool: PgPool) {
    much_that_is_hidden_takes_no_work(pool, Engine::Postgres).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn much_that_is_hidden_takes_no_work_on_meilisearch(pool: PgPool) {
    much_that_is_hidden_takes_no_work(pool, Engine::Meilisearch).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_other_engine_holds_nothing_hidden(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let index: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&world.pool).await.unwrap();
    let (url, key) = (std::env::var("PASAR_TEST_MEILI_URL").unwrap(), std::env::var("PASAR_TEST_MEILI_KEY").unwrap());
    let server = Client::new(url, Some(key)).unwrap();
    assert_eq!(server.index(&index).get_stats().await.unwrap().number_of_documents, 24);
    world.pool.execute("UPDATE product SET visibility = 'hidden' WHERE title LIKE 'Zebra%'").await.unwrap();
    world.settle().await;
    assert_eq!(server.index(&index).get_stats().await.unwrap().number_of_documents, 23);
    world.end().await;
}
