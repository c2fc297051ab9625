//! Kills the real server, or the source's database server, at random points of a journey, again and again, and then asks the
//! record and the source whether anything is half done. `PASAR_KILLS` says how often; each kill is a SIGKILL of a process that the
//! test started.

use crate::cluster::Cluster;
use crate::common::World;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::id::PersonId;
use domain::organisation::{Role, Scope};
use ports::demonstration::{self, TableSpec};
use rand::{Rng, SeedableRng};
use server::clock::{self, system_ids};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::session::{Limits, NewSession};
use store::{PgPool, organisation, session};
use uuid::Uuid;

struct Portal {
    base: String,
    record: String,
    source: String,
    http: reqwest::Client,
}

struct Person {
    cookie: String,
    csrf: String,
}

fn now() -> DateTime<Utc> {
    domain::Clock::now(&clock::SystemClock)
}

async fn person(pool: &PgPool, email: &str, role: Option<(Role, Scope)>, ids: &Ids) -> Person {
    let mut conn = pool.acquire().await.unwrap();
    let person: PersonId = organisation::ensure_person(&mut conn, email, email, None, ids, now()).await.unwrap();
    if let Some((role, scope)) = role {
        let new = organisation::NewRole { person, role, scope, by: None, until: None, origin: domain::audit::Origin::default() };
        organisation::grant_role(&mut conn, &new, ids, now()).await.unwrap();
    }
    let (token, csrf) = (clock::token(), clock::token());
    let limits = Limits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(2) };
    let new = NewSession { token_hash: &clock::hash(&token), person, csrf: &csrf, issuer: "http://localhost:1", oidc_sid: None, id_token: None };
    session::create(&mut conn, &new, limits, now()).await.unwrap();
    Person { cookie: format!("__Host-pasar={token}"), csrf }
}

impl Portal {
    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_pasar"))
            .arg("serve")
            .env("PASAR_DATABASE_URL", &self.record)
            .env("PASAR_SOURCE_URL", &self.source)
            .env("PASAR_BASE_URL", &self.base)
            .env("PASAR_LISTEN", self.base.trim_start_matches("http://").replace("localhost", "127.0.0.1"))
            .env("PASAR_OIDC_ISSUER", "http://localhost:1")
            .env("PASAR_OIDC_CLIENT_ID", "pasar")
            .env("PASAR_OIDC_CLIENT_SECRET", "of the test")
            .env("RUST_LOG", "error")
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    async fn ready(&self) {
        let begun = Instant::now();
        while !self.http.get(format!("{}/readyz", self.base)).send().await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not become ready");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn post(&self, who: &Person, path: &str, fields: &[(&str, &str)]) -> Option<String> {
        let mut form: Vec<(&str, &str)> = vec![("csrf", &who.csrf)];
        form.extend_from_slice(fields);
        let request = self.http.post(format!("{}{path}", self.base)).header("cookie", &who.cookie).header("origin", &self.base).form(&form);
        let answer = request.send().await.ok()?;
        Some(answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned())
    }

    async fn get(&self, who: &Person, path: &str) -> Option<String> {
        self.http.get(format!("{}{path}", self.base)).header("cookie", &who.cookie).send().await.ok()?.text().await.ok()
    }

    /// Asks, decides, creates a credential, gives up or is revoked; stops at the first answer that does not come.
    async fn journey(&self, officer: &Person, steward: &Person, key: &str, until: &str, revoked: bool) -> Option<()> {
        let fields = [
            ("key", key),
            ("ports", "ssot-a.busroutes-dp.output-port1.routes"),
            ("purpose", "planning"),
            ("explanation", "why"),
            ("legal_basis", "law"),
            ("team", "team"),
            ("until", until),
        ];
        let location = self.post(officer, "/requests", &fields).await?;
        let request = location.strip_prefix("/requests/")?.strip_suffix("/submitted")?.to_owned();
        let page = self.get(steward, &format!("/requests/{request}")).await?;
        let step = page.split("/work?step=").nth(1)?.split('"').next()?.to_owned();
        self.post(steward, &format!("/work/{step}/approve"), &[("until", until)]).await?;
        let page = self.get(officer, &format!("/requests/{request}")).await?;
        let agreement = page.split("href=\"/agreements/").nth(1)?.split('"').next()?.to_owned();
        self.post(officer, &format!("/agreements/{agreement}/credential"), &[]).await?;
        if revoked {
            self.post(steward, &format!("/agreements/{agreement}/revoke"), &[("reason", "No longer needed")]).await?;
        } else {
            self.post(officer, &format!("/agreements/{agreement}/give-up"), &[]).await?;
        }
        Some(())
    }
}

fn url_of(database: &str) -> url::Url {
    let mut url: url::Url = std::env::var("DATABASE_URL").expect("DATABASE_URL must name a real Postgres, as a superuser").parse().unwrap();
    url.set_path(database);
    url
}

/// A source database with one table, and the portal's login there.
async fn source(cluster: &Cluster) -> String {
    let name = format!("kill_{}", Uuid::from_bytes(clock::random()).simple());
    let mut root = PgConnection::connect(cluster.url("postgres").as_str()).await.unwrap();
    root.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    root.execute(AssertSqlSafe(format!("CREATE ROLE {name} LOGIN PASSWORD 'kill'"))).await.unwrap();
    let mut url = cluster.url(&name);
    let mut admin = PgConnection::connect(url.as_str()).await.unwrap();
    demonstration::install(&mut admin, &name).await.unwrap();
    let spec = TableSpec { schema: "ssot_a".into(), table: "routes".into(), comment: "Routes".into(), columns: vec![("route".into(), "text")] };
    demonstration::load_table(&mut admin, &spec, std::iter::once(vec![Some("101".into())])).await.unwrap();
    url.set_username(&name).unwrap();
    url.set_password(Some("kill")).unwrap();
    url.to_string()
}

async fn count(pool: &PgPool, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nothing_is_left_half_done(pool: PgPool) {
    let kills: u32 = std::env::var("PASAR_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let mut rng = rand::rngs::StdRng::seed_from_u64(20_261_121);
    let ids = system_ids();
    pool.execute(
        "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column VALUES ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', NULL,
             false, false, 'official-open', 'non-sensitive', 'none');
         INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')",
    )
    .await
    .unwrap();
    let domain = Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap());
    let officer = person(&pool, "officer@example.invalid", None, &ids).await;
    let steward = person(&pool, "steward@example.invalid", Some((Role::Steward, domain)), &ids).await;
    let mut cluster = Cluster::start(url_of("postgres").as_str(), &format!("kill-{}", Uuid::from_bytes(clock::random()).simple())).await;
    let source_url = source(&cluster).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let record = url_of(pool.connect_options().get_database().unwrap()).to_string();
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10)).build().unwrap();
    let portal = Portal { base: format!("http://localhost:{port}"), record, source: source_url, http };
    let until = (domain::calendar::day(now()) + chrono::Days::new(30)).to_string();

    let mut running: Option<Child> = None;
    for turn in 0..kills {
        if running.is_none() {
            running = Some(portal.start());
            portal.ready().await;
        }
        let key = Uuid::from_bytes(clock::random()).to_string();
        // Every fifth comes to its end, so that what it began at the source is killed under way.
        let life = if turn % 5 == 4 { Duration::from_secs(10) } else { Duration::from_millis(rng.random_range(0..400)) };
        tokio::select! {
            _ = portal.journey(&officer, &steward, &key, &until, turn % 2 == 0) => {}
            () = tokio::time::sleep(life) => {}
        }
        if rng.random_ratio(1, 4) {
            // The portal lives on: what it is doing at the source fails, or nobody hears that it was done.
            cluster.kill();
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..50))).await;
            cluster.restart().await;
        } else if let Some(mut server) = running.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }
    if let Some(mut server) = running.take() {
        server.kill().unwrap();
        server.wait().unwrap();
    }

    // What was confirmed goes on by itself once the server is back.
    let mut server = portal.start();
    portal.ready().await;
    let begun = Instant::now();
    while count(&pool, "SELECT count(*) FROM outbox WHERE done_at IS NULL").await > 0 {
        assert!(begun.elapsed() < Duration::from_mins(1), "the outbox is not worked off");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();

    for (reached, query) in [
        ("asked for", "SELECT count(*) FROM access_request"),
        ("granted at the source", "SELECT count(DISTINCT object_id) FROM audit_event WHERE action = 'agreement.grant'"),
        ("given up", "SELECT count(*) FROM agreement WHERE state = 'given-up'"),
        ("revoked", "SELECT count(*) FROM agreement WHERE state = 'revoked'"),
    ] {
        let times = count(&pool, query).await;
        println!("{reached}: {times} times");
        assert!(times > 0, "nothing was {reached}, so that nothing of it was killed");
    }
    for (what, query) in [
        ("a request without parts", "SELECT count(*) FROM access_request r WHERE NOT EXISTS (SELECT FROM request_part p WHERE p.request_id = r.id)"),
        (
            "a part without datasets",
            "SELECT count(*) FROM request_part p WHERE NOT EXISTS (SELECT FROM request_part_dataset d WHERE d.part_id = p.id)",
        ),
        (
            "a request without its audit row",
            "SELECT count(*) FROM access_request r WHERE NOT EXISTS (SELECT FROM audit_event e WHERE e.object_id = r.id AND e.action = 'request.submit')",
        ),
        (
            "an approval without an agreement",
            "SELECT count(*) FROM request_part p WHERE p.state = 'approved' AND NOT EXISTS (SELECT FROM agreement a WHERE a.part_id = p.id)",
        ),
        ("an agreement without an approval", "SELECT count(*) FROM agreement a JOIN request_part p ON p.id = a.part_id WHERE p.state <> 'approved'"),
        (
            "an agreement without its audit row",
            "SELECT count(*) FROM agreement a WHERE NOT EXISTS (SELECT FROM audit_event e WHERE e.object_id = a.id AND e.action = 'agreement.make')",
        ),
        (
            "an agreement without datasets",
            "SELECT count(*) FROM agreement a WHERE NOT EXISTS (SELECT FROM agreement_dataset d WHERE d.agreement_id = a.id)",
        ),
        (
            "a credential without its audit row",
            "SELECT count(*) FROM agreement a WHERE a.credential_at IS NOT NULL AND NOT EXISTS (SELECT FROM audit_event e WHERE e.object_id = a.id AND e.action = 'credential.create')",
        ),
        (
            "a grant that is still under way",
            "SELECT count(*) FROM agreement a WHERE (a.state, a.grant_state) NOT IN (('active', 'granted'), ('given-up', 'ended'), ('revoked', 'ended'))",
        ),
    ] {
        assert_eq!(count(&pool, query).await, 0, "{what}, after {kills} kills");
    }
    // What no outbox row stands for any more is for the comparison: with it both say the same, and a second one finds nothing.
    let world = World::with(pool.clone(), "http://localhost:1", &[("PASAR_SOURCE_URL", &portal.source)]);
    server::jobs::reconcile::tidy(&world.state).await.unwrap();
    while server::jobs::outbox::step(&world.state).await.unwrap() {}
    let open: Vec<(String, String, String)> =
        sqlx::query_as("SELECT kind, object, found FROM drift_finding WHERE state = 'open'").fetch_all(&pool).await.unwrap();
    assert!(open.is_empty(), "something at the source cannot be put right: {open:?}");
    let found = count(&pool, "SELECT count(*) FROM drift_finding").await;
    server::jobs::reconcile::tidy(&world.state).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding").await, found, "the source grants exactly what the record says");
    let wanted: BTreeSet<Uuid> =
        sqlx::query_scalar("SELECT id FROM agreement WHERE grant_state = 'granted'").fetch_all(&pool).await.unwrap().into_iter().collect();
    let granted: BTreeSet<Uuid> = world.state.source.standing(None).await.unwrap().into_keys().collect();
    assert_eq!(granted, wanted, "and to nobody else");
}
