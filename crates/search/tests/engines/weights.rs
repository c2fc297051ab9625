//! Weights are data: what the record says of them changes the order, on either engine, and taking it away changes it back.

use crate::world::{Engine, OFFICER, World, now, product, words_of};
use search::weights::put_in_force;
use sqlx::{Executor, PgPool};
use uuid::Uuid;

/// Two of one title, which the words do not tell apart: the one is of this month and nobody describes it, the other is described and of long ago.
const ALIKE: &str = "UPDATE product SET title = 'Otter Sightings' WHERE title LIKE 'Resident Population by Planning%';
    UPDATE product SET summary = NULL, updated_on = '2026-11-20' WHERE title = 'Otter Sightings' AND name = 'p2';
    UPDATE product SET updated_on = '2010-01-01' WHERE title = 'Otter Sightings' AND name = 'p3';
    UPDATE data_sharing_agreement SET sharing = 'open'";

async fn a_weight_turns_the_order(pool: PgPool, engine: Engine) {
    let Some(world) = World::new(pool, engine).await else { return };
    world.pool.execute(ALIKE).await.unwrap();
    world.settle().await;
    let (fresh, described) = (product(2), product(3));
    let order = async || -> Vec<Uuid> { world.find("otter sightings").await.hits.into_iter().map(|hit| hit.id.0).collect() };
    assert_eq!(order().await, [fresh, described], "freshness counts more than a description alone");

    // What it would do is seen before it is in force.
    let mut others = world.searcher.weights();
    assert!(others.set("trust", 1.0));
    let mut conn = world.pool.acquire().await.unwrap();
    let tried = world.searcher.search_with(&mut conn, OFFICER, &words_of("otter sightings"), now(), Some(&others)).await.unwrap();
    assert_eq!(tried.hits.iter().map(|hit| hit.id.0).collect::<Vec<_>>(), [described, fresh]);
    assert_eq!(order().await, [fresh, described], "it was only tried");

    let mut tx = world.pool.begin().await.unwrap();
    put_in_force(&mut tx, &[("trust".to_owned(), 1.0)], now()).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
    assert_eq!(order().await, [described, fresh]);
    let score = world.find("otter sightings").await.hits.remove(0).score.unwrap();
    assert!((score.counted.trust - 1.0).abs() < f32::EPSILON, "and the explanation says so");
    let said: String = sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'search.weigh'").fetch_one(&world.pool).await.unwrap();
    assert_eq!(said, "trust=1");

    world.pool.execute("DELETE FROM search_weight").await.unwrap();
    world.settle().await;
    assert_eq!(order().await, [fresh, described]);
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_weight_turns_the_order_on_postgres(pool: PgPool) {
    a_weight_turns_the_order(pool, Engine::Postgres).await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_weight_turns_the_order_on_meilisearch(pool: PgPool) {
    a_weight_turns_the_order(pool, Engine::Meilisearch).await;
}
