//! A page far down a list costs what its beginning costs: it is found by its place in an index.

use crate::work::{AS_IF_LARGE, rows_read};
use crate::world::{Engine, OFFICER, World, now};
use domain::id::ProductId;
use search::{SearchQuery, Sort};
use sqlx::{AssertSqlSafe, Executor, PgPool};
use uuid::Uuid;

/// Products that look alike; a fifth of them share each day and rank.
const MANY: usize = 600;
/// Rows more that going on may read: a page of one of the two parts in vain, each row counted in the index, in its table and beside it. From the
/// beginning it would be all those before it, over five hundred.
const A_FEW: i64 = 80;

#[sqlx::test(migrations = "../../migrations")]
async fn a_page_far_down_reads_no_more_than_the_first(pool: PgPool) {
    let world = World::new(pool, Engine::Postgres).await.unwrap();
    world.lamps(MANY).await;
    world.settle().await;
    world.pool.execute("ANALYZE").await.unwrap();
    for (sort, order) in
        [(Sort::Relevance, "d.rank DESC"), (Sort::Title, "lower(p.title)"), (Sort::Updated, "coalesce(p.updated_on, '0001-01-01') DESC")]
    {
        let place =
            format!("SELECT p.id FROM product p JOIN search_document d ON d.product_id = p.id ORDER BY {order}, p.id OFFSET {} LIMIT 1", MANY - 60);
        let far: Uuid = sqlx::query_scalar(AssertSqlSafe(place)).fetch_one(&world.pool).await.unwrap();
        let rows = async |after: Option<ProductId>| -> i64 {
            let mut tx = world.pool.begin().await.unwrap();
            sqlx::raw_sql(AS_IF_LARGE).execute(&mut *tx).await.unwrap();
            let before: i64 = rows_read(&mut tx).await.values().sum();
            let found = world.searcher.search(&mut tx, OFFICER, &SearchQuery { sort, after, ..SearchQuery::default() }, now()).await.unwrap();
            assert!(found.more && found.hits.len() == search::PAGE_SIZE, "{sort:?}: there is a page and another behind it");
            rows_read(&mut tx).await.values().sum::<i64>() - before
        };
        let (first, on) = (rows(None).await, rows(Some(ProductId(far))).await);
        assert!(on <= first + A_FEW, "{sort:?}: {first} rows for the first page, {on} for one far down");
    }
}
