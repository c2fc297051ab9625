//! The other engine lost, down, or wrong: readers are answered all the same, and it catches up later.

use crate::world::{Engine, OFFICER, World, meilisearch, words_of};
use search::{Meilisearch, Searcher};
use sqlx::{Executor, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};

#[sqlx::test(migrations = "../../migrations")]
async fn a_lost_index_is_made_anew(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let before = world.find("bus").await;
    world.other_hand().unwrap().drop_index().await.unwrap();
    assert_eq!(world.find("bus").await, before, "Postgres answers when the index is not there");
    assert_eq!(world.searcher.engine(), "postgres");
    world.settle().await;
    assert_eq!(world.find("bus").await, before);
    assert_eq!(world.searcher.engine(), "meilisearch");
    assert_eq!(world.other_hand().unwrap().rebuild_now(&world.pool).await.unwrap(), 24);
    assert_eq!(world.find("bus").await, before);
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_server_that_is_down_is_noticed_by_nobody(pool: PgPool) {
    let world = World::new(pool, Engine::Postgres).await.unwrap();
    let before = world.find("bus stops").await;
    let down = Searcher::new(Some(Meilisearch::new("http://127.0.0.1:1", "no key", "nowhere").unwrap()));
    let mut conn = world.pool.acquire().await.unwrap();
    down.refresh(&mut conn).await.unwrap();
    assert!(down.catch_up(&world.pool).await.is_err());
    assert_eq!(down.search(&mut conn, OFFICER, &words_of("bus stops"), crate::world::now()).await.unwrap(), before);
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_portals_feed_one_index(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let index: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&world.pool).await.unwrap();
    let other = Searcher::new(Some(meilisearch(&index).unwrap()));
    world.pool.execute("UPDATE product SET title = 'Otter Sightings' WHERE title = 'Tree Inventory'").await.unwrap();
    let ((), beside) = tokio::join!(world.settle(), other.catch_up(&world.pool));
    beside.unwrap();
    world.settle().await;
    assert_eq!(world.titles("otter").await, ["Otter Sightings"]);
    world.end().await;
}

/// Stands between a portal and the server, and can be pulled out: open connections break, new ones are refused. Or it carries nothing for a
/// while: connections stay open, and nobody answers.
struct Wire {
    address: String,
    cut: tokio::sync::watch::Sender<bool>,
    silent: tokio::sync::watch::Sender<bool>,
}

impl Wire {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (cut, is_cut) = tokio::sync::watch::channel(false);
        let (silent, is_silent) = tokio::sync::watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (server, mut is_cut, mut is_silent) = (server.clone(), is_cut.clone(), is_silent.clone());
                tokio::spawn(async move {
                    let Ok(mut far) = TcpStream::connect(server).await else { return };
                    // Dropping both ends breaks the connection in the middle of whatever it carried.
                    let hangs = tokio::select! {
                        biased;
                        _ = is_silent.wait_for(|silent| *silent) => true,
                        _ = is_cut.wait_for(|cut| *cut) => false,
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => false,
                    };
                    if hangs {
                        let _ = is_silent.wait_for(|silent| !*silent).await;
                    }
                });
            }
        });
        Self { address, cut, silent }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn pulling_the_server_away_under_load_fails_nobody(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let (url, key) = (std::env::var("PASAR_TEST_MEILI_URL").unwrap(), std::env::var("PASAR_TEST_MEILI_KEY").unwrap());
    let wire = Wire::to(url.trim_start_matches("http://").trim_end_matches('/').to_owned()).await;
    let index: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&world.pool).await.unwrap();
    let searcher = Arc::new(Searcher::new(Some(Meilisearch::new(&wire.address, &key, &index).unwrap())));
    let mut conn = world.pool.acquire().await.unwrap();
    searcher.refresh(&mut conn).await.unwrap();
    searcher.catch_up(&world.pool).await.unwrap();
    assert_eq!(searcher.engine(), "meilisearch");
    let expected = Arc::new(world.find("bus stops").await);
    let done = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (searcher, pool, expected, done) = (searcher.clone(), world.pool.clone(), expected.clone(), done.clone());
            tokio::spawn(async move {
                while done.fetch_add(1, Ordering::Relaxed) < 400 {
                    let mut conn = pool.acquire().await.unwrap();
                    let found = searcher.search(&mut conn, OFFICER, &words_of("bus stops"), crate::world::now()).await.unwrap();
                    assert_eq!(found, *expected);
                }
            })
        })
        .collect();
    while done.load(Ordering::Relaxed) < 100 {
        tokio::task::yield_now().await;
    }
    wire.cut.send_replace(true);
    for reader in readers {
        reader.await.unwrap();
    }
    assert_eq!(searcher.engine(), "postgres", "it was noticed");
    assert!(searcher.catch_up(&world.pool).await.is_err());
    world.pool.execute("UPDATE product SET title = 'Otter Sightings' WHERE title = 'Tree Inventory'").await.unwrap();
    wire.cut.send_replace(false);
    world.settle().await;
    searcher.refresh(&mut conn).await.unwrap();
    searcher.catch_up(&world.pool).await.unwrap();
    assert_eq!(searcher.engine(), "meilisearch", "it is back, and caught up");
    let otter = searcher.search(&mut conn, OFFICER, &words_of("otter"), crate::world::now()).await.unwrap();
    assert_eq!(otter.hits[0].title, "Otter Sightings");
    world.end().await;
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_server_that_hangs_is_waited_for_once_and_not_long(pool: PgPool) {
    let Some(world) = World::new(pool, Engine::Meilisearch).await else { return };
    let (url, key) = (std::env::var("PASAR_TEST_MEILI_URL").unwrap(), std::env::var("PASAR_TEST_MEILI_KEY").unwrap());
    let wire = Wire::to(url.trim_start_matches("http://").trim_end_matches('/').to_owned()).await;
    let index: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&world.pool).await.unwrap();
    let searcher = Searcher::new(Some(Meilisearch::new(&wire.address, &key, &index).unwrap()));
    let mut conn = world.pool.acquire().await.unwrap();
    searcher.refresh(&mut conn).await.unwrap();
    searcher.catch_up(&world.pool).await.unwrap();
    assert_eq!(searcher.engine(), "meilisearch");
    let expected = world.find("bus stops").await;
    wire.silent.send_replace(true);
    for _ in 0..3 {
        let begun = Instant::now();
        let found = searcher.search(&mut conn, OFFICER, &words_of("bus stops"), crate::world::now()).await.unwrap();
        assert_eq!(found, expected);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    assert_eq!(searcher.engine(), "postgres", "it was noticed");
    // Feeding it gives up as well, and takes up its work when somebody answers.
    let begun = Instant::now();
    assert!(searcher.catch_up(&world.pool).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    wire.silent.send_replace(false);
    // What was open is closed by then.
    tokio::time::sleep(Duration::from_millis(100)).await;
    searcher.catch_up(&world.pool).await.unwrap();
    assert_eq!(searcher.engine(), "meilisearch");
    world.end().await;
}
