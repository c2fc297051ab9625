//! An index is made anew while people read: nobody is told less, or something else, for a moment.

use crate::world::{Engine, OFFICER, World, filtered, words_of};
use search::{FacetKind, SearchQuery};
use sqlx::PgPool;
use std::sync::atomic::{AtomicBool, Ordering};

/// How often it is made anew, so that readers meet each of its steps.
const TIMES: usize = 3;

#[sqlx::test(migrations = "../../migrations")]
async fn who_reads_while_the_index_is_made_anew_is_answered_the_same(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let queries: [SearchQuery; 4] = [
        words_of("bus stops"),
        words_of("population 2020"),
        filtered("annual", &[(FacetKind::Agency, "lta")]),
        filtered("", &[(FacetKind::Format, "csv")]),
    ];
    let mut expected = vec![];
    for query in &queries {
        expected.push(world.ask(OFFICER, query).await);
    }
    let hand = world.other_hand().unwrap();
    let done = AtomicBool::new(false);
    let rebuild = async {
        for _ in 0..TIMES {
            assert_eq!(hand.rebuild_now(&world.pool).await.unwrap(), 24);
        }
        done.store(true, Ordering::Relaxed);
    };
    let read = async || {
        let mut answers = 0;
        while !done.load(Ordering::Relaxed) {
            for (query, expected) in queries.iter().zip(&expected) {
                assert_eq!(world.ask(OFFICER, query).await, *expected, "{query:?}");
                answers += 1;
            }
        }
        answers
    };
    let ((), one, other) = tokio::join!(rebuild, read(), read());
    assert!(one + other >= 16, "enough was asked meanwhile: {one} and {other}");
    world.end().await;
}
