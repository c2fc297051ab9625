//! The other search engine is pulled away while people read, through the real router: every page is answered, and what changes meanwhile is
//! found before and after it is back.

use crate::common::{Visitor, World};
use search::Meilisearch;
use server::jobs;
use sqlx::Executor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::PgPool;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What is asked for again and again; each answer names the product's address.
const PATHS: [&str; 5] = [
    "/products?q=bus",
    "/products?q=bus&type=source-aligned&sort=title",
    "/products?type=source-aligned&view=table",
    "/api/v1/search?q=routes&explain=true",
    "/api/v1/search/suggest?q=bus",
];
/// Answers that are asked for, and after how many of them the engine is gone.
pub const ANSWERS: usize = 400;
pub const GONE_AFTER: usize = 80;

/// Carries what a portal and the server say to each other, until it is cut: then open connections break and new ones end at once.
struct Wire {
    address: String,
    cut: watch::Sender<bool>,
}

impl Wire {
    async fn to(server: &url::Url) -> Self {
        let far = format!("{}:{}", server.host_str().unwrap(), server.port_or_known_default().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (cut, watched) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, far.clone(), watched.clone()));
            }
        });
        Self { address, cut }
    }
}

async fn carry(mut near: TcpStream, far: String, mut cut: watch::Receiver<bool>) {
    let Ok(mut far) = TcpStream::connect(far).await else { return };
    tokio::select! {
        _ = cut.wait_for(|cut| *cut) => {}
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
    }
}

/// One page after another, until enough were answered by all readers together.
pub async fn read_on(world: &World, who: &Visitor, answered: &AtomicUsize) {
    while answered.load(Ordering::Relaxed) < ANSWERS {
        let path = PATHS[answered.fetch_add(1, Ordering::Relaxed) % PATHS.len()];
        let answer = world.get(path, Some(&who.cookie)).await;
        assert!(answer.status == 200 && answer.body.contains("ssot-a.busroutes-dp"), "{path} answered {}: {}", answer.status, answer.body);
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn pulling_the_engine_away_gives_no_page_an_error(pool: PgPool) {
    let (Ok(server), Ok(key)) = (std::env::var("PASAR_TEST_MEILI_URL"), std::env::var("PASAR_TEST_MEILI_KEY")) else {
        eprintln!("SKIPPED: PASAR_TEST_MEILI_URL and PASAR_TEST_MEILI_KEY are not set; `cargo xtask test` sets them");
        return;
    };
    let wire = Wire::to(&server.parse().unwrap()).await;
    // A name of its own for each database, so that tests can run side by side.
    let index = pool.connect_options().get_database().unwrap().to_owned();
    let settings = [("PASAR_MEILI_URL", wire.address.as_str()), ("PASAR_MEILI_KEY", key.as_str()), ("PASAR_MEILI_INDEX", index.as_str())];
    let world = World::with(pool.clone(), "http://localhost:1", &settings);
    let officer = world.visitor("officer", &[]).await;
    assert_eq!(world.state.searcher.engine(), "meilisearch");

    let answered = AtomicUsize::new(0);
    let reader = || read_on(&world, &officer, &answered);
    let pull = async {
        while answered.load(Ordering::Relaxed) < GONE_AFTER {
            tokio::task::yield_now().await;
        }
        wire.cut.send_replace(true);
    };
    tokio::join!(reader(), reader(), reader(), reader(), pull);
    assert_eq!(world.state.searcher.engine(), "postgres", "it was noticed");

    pool.execute("UPDATE product SET title = 'Otter sightings'").await.unwrap();
    world.settle().await;
    let cookie = Some(officer.cookie.as_str());
    assert!(world.get("/products?q=otters", cookie).await.body.contains("/products/ssot-a.busroutes-dp"), "found while it is away");
    wire.cut.send_replace(false);
    world.settle().await;
    assert_eq!(world.state.searcher.engine(), "meilisearch", "it is back, and has caught up");
    assert!(world.get("/products?q=otters", cookie).await.body.contains("/products/ssot-a.busroutes-dp"), "found when it is back");
    Meilisearch::new(&server, &key, &index).unwrap().drop_index().await.unwrap();
}

/// A server that takes connections and never says a word.
async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = vec![];
        while let Ok((near, _)) = listener.accept().await {
            held.push(near);
        }
    });
    address
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_engine_that_hangs_holds_up_no_change(pool: PgPool) {
    let address = silent().await;
    let index = pool.connect_options().get_database().unwrap().to_owned();
    let settings = [("PASAR_MEILI_URL", address.as_str()), ("PASAR_MEILI_KEY", "a key"), ("PASAR_MEILI_INDEX", index.as_str())];
    let world = World::with(pool.clone(), "http://localhost:1", &settings);
    let officer = world.visitor("officer", &[]).await;
    let changed_and_found = async {
        let begun = Instant::now();
        pool.execute("UPDATE product SET title = 'Otter sightings'").await.unwrap();
        jobs::search::follow(&world.state).await.unwrap();
        let page = world.get("/products?q=otters", Some(&officer.cookie)).await;
        assert!(page.body.contains("/products/ssot-a.busroutes-dp"), "{}", page.body);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    };
    // The feeding goes first, and is not done when the change is found.
    tokio::select! {
        biased;
        outcome = jobs::search::feed(&world.state) => panic!("it should have hung: {outcome:?}"),
        () = changed_and_found => {}
    }
    assert_eq!(world.state.searcher.engine(), "postgres");
}
