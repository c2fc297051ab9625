//! One agreement of jason.lim, granted at a source database of the test's own.

use crate::common::{Answer, Visitor, World};
use axum::body::Body;
use axum::http::Request;
use ports::demonstration::{self, TableSpec};
use server::clock;
use server::jobs::{outbox, reconcile};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use store::PgPool;
use tower::ServiceExt;
use uuid::Uuid;

pub const ROWS: &str = "/api/v1/ports/ssot-a.busroutes-dp.output-port1.routes/rows";

pub struct Granting {
    pub world: World,
    /// Its administrator.
    pub source: PgConnection,
    /// Its page.
    pub page: String,
    /// Its role: roles belong to the whole cluster, so that each test has one of its own.
    pub reader: String,
    url: url::Url,
    name: String,
}

impl Granting {
    /// `scope` narrows to routes, of which the source has `rows`, from 101 on; many of them are long.
    pub async fn new(pool: PgPool, scope: &str, rows: i32) -> Self {
        Self::with(pool, scope, rows, &[]).await
    }

    /// With settings beside the usual ones.
    pub async fn with(pool: PgPool, scope: &str, rows: i32, settings: &[(&str, &str)]) -> Self {
        let name = format!("grants_{}", Uuid::from_bytes(clock::random()).simple());
        let mut url: url::Url = std::env::var("DATABASE_URL").expect("DATABASE_URL must name a real Postgres, as a superuser").parse().unwrap();
        let mut root = PgConnection::connect(url.as_str()).await.unwrap();
        root.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        root.execute(AssertSqlSafe(format!("CREATE ROLE {name} LOGIN PASSWORD 'grants'"))).await.unwrap();
        url.set_path(&name);
        let mut source = PgConnection::connect(url.as_str()).await.unwrap();
        demonstration::install_log(&mut source).await.unwrap();
        demonstration::install(&mut source, &name).await.unwrap();
        let columns = vec![("route".into(), "text"), ("driver".into(), "text")];
        let spec = TableSpec { schema: "ssot_a".into(), table: "routes".into(), comment: "Routes".into(), columns };
        demonstration::load_table(&mut source, &spec, std::iter::empty()).await.unwrap();
        sqlx::query("INSERT INTO ssot_a.routes SELECT CASE WHEN $1 > 1000 THEN repeat('x', 300) ELSE '' END || (100 + n), 'somebody' FROM generate_series(1, $1) n")
            .bind(rows)
            .execute(&mut source)
            .await
            .unwrap();
        let id = Uuid::from_bytes(clock::random());
        pool.execute(AssertSqlSafe(format!(
            "INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
                 SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
             INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, is_scope)
                 VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', false, false, 'restricted', 'non-sensitive', 'none', true),
                        (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 1, 'driver', 'text', false, false, 'restricted', 'sensitive-normal', 'direct', false);
             INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
             INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1');
             UPDATE agreement SET id = '{id}', grant_state = 'pending';
             INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns, row_scope)
                 VALUES ('{id}', '00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b3', 'routes', '{{route}}', '{scope}');
             INSERT INTO outbox (at, topic, object_id, next_attempt_at) VALUES (now(), 'agreement.grant', '{id}', '2026-11-20')"
        )))
        .await
        .unwrap();
        let mut portal = url.clone();
        portal.set_username(&name).unwrap();
        portal.set_password(Some("grants")).unwrap();
        let world = World::with(pool, "http://localhost:1", &[&[("PASAR_SOURCE_URL", portal.as_str())], settings].concat());
        let place = Self { world, source, page: format!("/agreements/{id}"), reader: ports::Source::role(id), url, name };
        place.work().await;
        place
    }

    /// Does everything that waits; what failed waits for its time, which comes when the clock is moved.
    pub async fn work(&self) {
        while outbox::step(&self.world.state).await.unwrap() {}
    }

    pub async fn holder(&self) -> Visitor {
        self.world.visitor("jason.lim", &[]).await
    }

    /// The token of a new credential.
    pub async fn credential(&self, holder: &Visitor) -> String {
        let answer = self.world.post(&format!("{}/credential", self.page), Some(&holder.cookie), &format!("csrf={}", holder.csrf)).await;
        answer
            .body
            .split("<code id=\"token\">")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .unwrap_or_else(|| panic!("{}", answer.body))
            .to_owned()
    }

    pub async fn read(&self, token: &str) -> Answer {
        self.world.send(axum::http::Method::GET, ROWS, None, None, &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// An answer whose rows are still to come.
    pub async fn stream(&self, token: &str) -> axum::response::Response {
        let request = Request::builder().uri(ROWS).header("authorization", format!("Bearer {token}")).body(Body::empty());
        self.world.app.clone().oneshot(request.unwrap()).await.unwrap()
    }

    /// As with `psql`: the token's secret is the password.
    pub async fn session(&self, token: &str) -> Result<PgConnection, sqlx::Error> {
        let mut url = self.url.clone();
        // Of an agreement itself, or of a holder beside it.
        let (user, secret) = match token.strip_prefix("pasar_c_") {
            Some(rest) => (format!("pasar_c_{}", &rest[..32]), &rest[33..]),
            None => (self.reader.clone(), token.splitn(3, '_').nth(2).unwrap()),
        };
        url.set_username(&user).unwrap();
        url.set_password(Some(secret)).unwrap();
        PgConnection::connect(url.as_str()).await
    }

    /// The portal is let in no longer, as at a source that is away; or let in again.
    pub async fn away(&mut self, away: bool) {
        let word = if away { "NOLOGIN" } else { "LOGIN" };
        self.source.execute(AssertSqlSafe(format!("ALTER ROLE {} {word}", self.name))).await.unwrap();
        self.forget_connections().await;
    }

    /// The source never differed from what was agreed, nor does it now.
    pub async fn never_differed(&self) {
        reconcile::tidy(&self.world.state).await.unwrap();
        let found: Vec<(String, String, String)> =
            sqlx::query_as("SELECT kind, object, found FROM drift_finding ORDER BY found_at, id").fetch_all(&self.world.pool).await.unwrap();
        assert!(found.is_empty(), "the source differed from what was agreed: {found:?}");
    }

    /// Ends the portal's own sessions at the source, so that the next begin with the settings of that moment.
    pub async fn forget_connections(&mut self) {
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1")
            .bind(&self.name)
            .execute(&mut self.source)
            .await
            .unwrap();
    }

    /// Somebody else's login at the source.
    pub async fn other_role(&mut self) -> String {
        let other = format!("other_{}", self.name);
        self.source.execute(AssertSqlSafe(format!("CREATE ROLE {other} LOGIN"))).await.unwrap();
        other
    }
}
