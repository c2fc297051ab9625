//! The other search engine's own process is killed while people read and products change, as when it runs out of memory: every page is answered, and
//! a process started again on the same data catches up. The process is the test's own; nobody else's is touched.

use crate::common::World;
use crate::search_outage::{ANSWERS, GONE_AFTER, read_on};
use server::clock;
use sqlx::{AssertSqlSafe, Executor};
use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store::PgPool;

/// How long all of it may take, two starts of the server included.
const LONGEST: Duration = Duration::from_mins(3);

/// A Meilisearch server of this test, with a folder for its data. Both are gone with it.
struct Server {
    program: PathBuf,
    home: PathBuf,
    port: u16,
    key: String,
    process: Option<Child>,
}

impl Server {
    /// Not started yet; none when nobody says where the program is.
    fn new(name: &str) -> Option<Self> {
        let program = std::env::var_os("PASAR_TEST_MEILI_PROGRAM").filter(|path| !path.is_empty())?;
        let home = std::env::temp_dir().join(format!("pasar-meilisearch-{name}"));
        std::fs::create_dir_all(&home).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Some(Self { program: program.into(), home, port, key: clock::token(), process: None })
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it on the data that are there, and waits until it answers.
    async fn start(&mut self) {
        let log = File::create(self.home.join("log")).unwrap();
        let mut command = Command::new(&self.program);
        command.env_clear().env("TMPDIR", &self.home).env("MEILI_MASTER_KEY", &self.key).current_dir(&self.home);
        command.args(["--env", "production", "--no-analytics", "--http-addr"]).arg(format!("127.0.0.1:{}", self.port));
        command.arg("--db-path").arg(self.home.join("data"));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(command.spawn().unwrap());
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build().unwrap();
        let health = format!("{}/health", self.url());
        while !http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
            let ended = self.process.as_mut().and_then(|process| process.try_wait().unwrap());
            assert!(ended.is_none(), "it ended: {ended:?}: {}", std::fs::read_to_string(self.home.join("log")).unwrap());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// With SIGKILL: it has no moment to say goodbye or to write anything.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn killing_the_engine_gives_no_page_an_error_and_it_catches_up(pool: PgPool) {
    let index = pool.connect_options().get_database().unwrap().to_owned();
    let Some(server) = Server::new(&index) else {
        eprintln!("SKIPPED: PASAR_TEST_MEILI_PROGRAM does not name the program of a Meilisearch; `cargo xtask test` sets it where it starts one");
        return;
    };
    tokio::time::timeout(LONGEST, Box::pin(killed_and_back(pool, server, &index))).await.expect("within the time that it may take");
}

async fn killed_and_back(pool: PgPool, mut server: Server, index: &str) {
    server.start().await;
    let (url, key) = (server.url(), server.key.clone());
    let settings = [("PASAR_MEILI_URL", url.as_str()), ("PASAR_MEILI_KEY", key.as_str()), ("PASAR_MEILI_INDEX", index)];
    let world = World::with(pool.clone(), "http://localhost:1", &settings);
    let officer = world.visitor("officer", &[]).await;
    assert_eq!(world.state.searcher.engine(), "meilisearch");

    // Three read, products change and are fed, and in the middle of it the process is gone.
    let answered = AtomicUsize::new(0);
    let reader = || read_on(&world, &officer, &answered);
    let change = async {
        let mut times = 0;
        while answered.load(Ordering::Relaxed) < ANSWERS {
            times += 1;
            pool.execute(AssertSqlSafe(format!("UPDATE product SET summary = 'Seen {times} times'"))).await.unwrap();
            world.settle().await;
        }
    };
    let kill = async {
        while answered.load(Ordering::Relaxed) < GONE_AFTER {
            tokio::task::yield_now().await;
        }
        server.kill();
    };
    tokio::join!(reader(), reader(), reader(), change, kill);
    assert_eq!(world.state.searcher.engine(), "postgres", "it was noticed");

    // What changes while it is away is found, and found when it is back.
    let otters = async || {
        let answer = world.get("/api/v1/search?q=otters", Some(&officer.cookie)).await;
        assert!(answer.status == 200 && answer.body.contains("\"total\":1,"), "{}: {}", answer.status, answer.body);
        answer.body
    };
    pool.execute("UPDATE product SET title = 'Otter sightings'").await.unwrap();
    world.settle().await;
    assert!(otters().await.contains("\"engine\":\"postgres\""));
    server.start().await;
    world.settle().await;
    assert_eq!(world.state.searcher.engine(), "meilisearch", "it is back, and has caught up");
    assert!(otters().await.contains("\"engine\":\"meilisearch\""));
    let former = world.get("/api/v1/search?q=routes", Some(&officer.cookie)).await.body;
    assert!(former.contains("\"engine\":\"meilisearch\""), "{former}");
}
