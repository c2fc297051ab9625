//! Lineage through the real router: what pipelines tell, who reads what of it, and names that owners claim.

use crate::common::{Answer, Visitor, World, token};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use server::jobs::lineage;
use sqlx::Executor;
use store::PgPool;

pub const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PAGE: &str = "/products/ssot-a.busroutes-dp/lineage";
/// Bus routes have a dataset; stops are another product of the domain that is hidden, timetables one that is listed.
const MORE: &str = "
    INSERT INTO dataset (id, product_id, name, title, position, table_schema, table_name) VALUES
        ('00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-000000000005', 'routes', 'Routes', 0, 'buses', 'routes');
    INSERT INTO data_column VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', NULL, false, true, 'restricted',
        'non-sensitive', 'none');
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, '00000000-0000-7000-8000-000000000003', a, 'ssot-a.' || a, t, 'aggregated', '1', 'published', v, '',
        '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z' FROM (VALUES ('d1', 'times-dp', 'Timetables', 'listed'), ('d2', 'depots-dp', 'Depots of a secret', 'hidden')) AS x(n, a, t, v);
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        SELECT id, 'approval', '{}', '{}', 'none', 365 FROM product WHERE name IN ('times-dp', 'depots-dp');
    INSERT INTO dataset (id, product_id, name, title, position) VALUES
        ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000d1', 'times', 'Times', 0),
        ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000d2', 'depots', 'Depots', 0)";

/// The latest run of a quality tool on the routes: one check passes, one fails, one is skipped.
const CHECKS: &str = "
    INSERT INTO quality_rule (id, product_id, tool, key, layer, title, dataset_name, first_at)
        SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, '00000000-0000-7000-8000-000000000005', 'dbt', n, 'schema', n, 'routes', '2026-11-22T00:00:00Z'
        FROM unnest('{c1,c2,c3}'::text[]) AS n;
    INSERT INTO quality_run (id, product_id, tool, run, at, recorded_at, said_by, passed, failed) VALUES ('00000000-0000-7000-8000-0000000000c4',
        '00000000-0000-7000-8000-000000000005', 'dbt', 'nightly', '2026-11-22T20:00:00Z', '2026-11-22T20:00:00Z', '00000000-0000-7000-8000-000000000004', 1, 1);
    INSERT INTO quality_result (run_id, rule_id, outcome)
        SELECT '00000000-0000-7000-8000-0000000000c4', id, CASE key WHEN 'c1' THEN 'passed' WHEN 'c2' THEN 'failed' ELSE 'skipped' END FROM quality_rule";

pub struct Place {
    pub world: World,
    pub developer: Visitor,
    pub officer: Visitor,
    pub token: String,
}

impl Place {
    pub async fn new(pool: PgPool) -> Self {
        pool.execute(MORE).await.unwrap();
        let world = World::new(pool, "http://localhost:1");
        let developer = world.visitor("dev", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
        let officer = world.visitor("officer", &[]).await;
        let token = token(&world, &developer, &["lineage", "read"]).await;
        Self { world, developer, officer, token }
    }

    pub async fn api(&self, method: Method, path: &str, body: &Value, token: &str) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(method, path, None, Some(&body), &[("authorization", &format!("Bearer {token}"))]).await
    }

    pub async fn tell(&self, event: &Value) -> Answer {
        self.api(Method::POST, "/api/v1/lineage", event, &self.token).await
    }

    pub async fn graph(&self, query: &str, cookie: &str) -> Value {
        let answer = self.world.get(&format!("/api/v1/lineage?{query}"), Some(cookie)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn page(&self, path: &str, who: &Visitor) -> String {
        let answer = self.world.get(path, Some(&who.cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

pub fn event(at: &str, job: &str, inputs: &[(&str, &str)], outputs: &[(&str, &str)]) -> Value {
    let side = |all: &[(&str, &str)]| all.iter().map(|(namespace, name)| json!({"namespace": namespace, "name": name})).collect::<Vec<_>>();
    json!({"eventTime": at, "eventType": "COMPLETE", "producer": "https://example.invalid", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "run": {"runId": "0193560e-0000-7000-8000-000000000001"}, "job": {"namespace": "nightly", "name": job}, "inputs": side(inputs), "outputs": side(outputs)})
}

pub const ROUTES: (&str, &str) = ("pasar", "ssot-a.busroutes-dp.routes");
pub const TIMES: (&str, &str) = ("pasar", "ssot-a.times-dp.times");
const DEPOTS: (&str, &str) = ("pasar", "ssot-a.depots-dp.depots");
pub const STAGING: (&str, &str) = ("postgres://lake:5432", "lake.staging.routes_clean");

pub fn names(graph: &Value) -> Vec<String> {
    graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["address"].as_str().or(node["name"].as_str()).unwrap_or(node["kind"].as_str().unwrap()).to_owned())
        .collect()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_pipeline_tells_is_read_by_those_who_may(pool: PgPool) {
    let place = Place::new(pool).await;
    // A graph and its stages: routes, a table in no product, timetables; and depots, which are hidden.
    let through = [
        event("2026-11-22T18:00:00Z", "clean", &[ROUTES, DEPOTS], &[STAGING]),
        event("2026-11-22T18:10:00Z", "tabulate", &[STAGING], &[TIMES]),
        event("2026-11-22T18:20:00Z", "park", &[TIMES], &[DEPOTS]),
    ];
    for one in &through {
        let answer = place.tell(one).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert!(answer.body.contains("\"changed\":true"), "{}", answer.body);
    }
    let again = place.tell(&through[0]).await;
    assert!(again.status == 201 && again.body.contains("\"changed\":false"), "{}", again.body);

    let officer = place.graph("node=ssot-a.busroutes-dp&hops=5", &place.officer.cookie).await;
    assert_eq!(names(&officer), ["ssot-a.busroutes-dp.routes", "outside", "ssot-a.times-dp.times"], "{officer}");
    assert_eq!((officer["truncated"].as_bool(), officer["edges"].as_array().unwrap().len()), (Some(false), 2));
    assert_eq!(officer["nodes"][0]["classification"], "restricted");
    let developer = place.graph("node=ssot-a.busroutes-dp.routes&direction=down&hops=5", &place.developer.cookie).await;
    assert_eq!(names(&developer), ["ssot-a.busroutes-dp.routes", STAGING.1, TIMES.1, DEPOTS.1], "{developer}");
    // What a quality tool says of a dataset stands at its stage, and what is skipped counts for nothing.
    assert_eq!(officer["nodes"][0]["checks"], Value::Null);
    place.world.pool.execute(CHECKS).await.unwrap();
    let checked = place.graph("node=ssot-a.busroutes-dp&hops=5", &place.officer.cookie).await;
    assert_eq!((&checked["nodes"][0]["checks"]["met"], &checked["nodes"][0]["checks"]["missed"]), (&json!(1), &json!(1)), "{checked}");
    assert_eq!(checked["nodes"][2]["checks"], Value::Null, "another product's");
    let before = place.graph("node=ssot-a.busroutes-dp&as_of=2026-11-21", &place.officer.cookie).await;
    assert!(before["edges"].as_array().unwrap().is_empty(), "{before}");

    // Of a name or a hidden product an officer learns no more than of nothing.
    for query in [
        "namespace=postgres://lake:5432&name=lake.staging.routes_clean",
        "namespace=a&name=b",
        "node=ssot-a.depots-dp",
        "node=ssot-a.no-dp",
        "node=?",
    ] {
        assert_eq!(place.world.get(&format!("/api/v1/lineage?{query}"), Some(&place.officer.cookie)).await.status, 404, "{query}");
    }
    place.graph("namespace=postgres://lake:5432&name=lake.staging.routes_clean", &place.developer.cookie).await;
    let wrong = place.world.get("/api/v1/lineage?node=ssot-a.busroutes-dp&direction=left&hops=99&as_of=x&limit=0", Some(&place.officer.cookie)).await;
    assert!(
        wrong.status == 422
            && ["direction_unknown", "hops_unusable", "moment_unreadable", "limit_unusable"].iter().all(|code| wrong.body.contains(code))
    );
    let cut = place.graph("node=ssot-a.busroutes-dp&hops=5&limit=2", &place.officer.cookie).await;
    assert_eq!((cut["truncated"].as_bool(), cut["nodes"].as_array().unwrap().len()), (Some(true), 2));

    let page = place.page(&format!("{PAGE}?hops=5&columns=1"), &place.officer).await;
    assert!(
        page.contains("<svg class=\"graph\"")
            && page.contains("href=\"/products/ssot-a.times-dp/lineage\"")
            && page.contains("Outside the catalogue"),
        "{page}"
    );
    assert!(!page.contains("epots") && !page.contains("staging") && !page.contains("Names that tools use"), "{page}");
    let page = place.page(PAGE, &place.developer).await;
    assert!(page.contains("lake.staging.routes_clean") && page.contains("Names that tools use"), "{page}");
    assert!(place.page(&format!("{PAGE}?as_of=2026-11-21"), &place.officer).await.contains("Nothing was known then."));
    assert!(place.page("/products/ssot-a.times-dp/lineage?direction=left&hops=x&as_of=y", &place.officer).await.contains("Bus routes"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_change_says_whom_it_would_touch_and_names_only_to_those_who_may(pool: PgPool) {
    let place = Place::new(pool).await;
    place.tell(&event("2026-11-22T18:00:00Z", "tabulate", &[TIMES], &[ROUTES])).await;
    let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let page = place.page("/products/ssot-a.times-dp/lineage", &place.officer).await;
    assert!(page.contains("1 agreement in force would be touched, by which 1 person reads.") && page.contains("Known to its owners"), "{page}");
    assert!(!page.contains("Jason Lim"), "{page}");
    assert!(place.page("/products/ssot-a.times-dp/lineage", &steward).await.contains("Jason Lim"));
    assert!(place.page(PAGE, &steward).await.contains("Jason Lim"), "of the product itself too");
    // It is not what the page happens to show.
    let page = place.page("/products/ssot-a.times-dp/lineage?direction=up", &place.officer).await;
    assert!(page.contains("1 agreement in force would be touched, by which 1 person reads."), "{page}");
    let said = place.graph("node=ssot-a.times-dp&touched=true&direction=up", &place.officer.cookie).await;
    assert_eq!((&said["touched"]["agreements"], &said["touched"]["people"], &said["touched"]["at_least"]), (&json!(1), &json!(1), &json!(false)));
    assert_eq!((&said["touched"]["products"][0]["address"], &said["touched"]["products"][0]["names"]), (&json!("ssot-a.busroutes-dp"), &Value::Null));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_bad_event_is_refused_whole_and_who_may_not_tell_is_too(pool: PgPool) {
    let place = Place::new(pool.clone()).await;
    let mut bad = event("2026-11-22T18:00:00Z", "tabulate", &[TIMES], &[ROUTES, TIMES]);
    bad["outputs"][1]["name"] = json!(7);
    let refused = place.tell(&bad).await;
    assert_eq!(refused.status, 422);
    let said: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!((said["code"].as_str(), said["errors"][0]["field"].as_str()), (Some("not_text"), Some("$.outputs[1].name")), "{said}");
    let batch =
        place.api(Method::POST, "/api/v1/lineage/batch", &json!([event("2026-11-22T18:00:00Z", "a", &[TIMES], &[ROUTES]), bad]), &place.token).await;
    assert!(batch.status == 422 && batch.body.contains("$[1].outputs[1].name"), "{}", batch.body);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM lineage_run").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);

    let good = event("2026-11-22T18:00:00Z", "tabulate", &[TIMES], &[ROUTES]);
    let reading = token(&place.world, &place.developer, &["read", "request"]).await;
    assert!(place.api(Method::POST, "/api/v1/lineage", &good, &reading).await.body.contains("token_scope"));
    let theirs = token(&place.world, &place.officer, &["lineage"]).await;
    assert_eq!(place.api(Method::POST, "/api/v1/lineage", &good, &theirs).await.status, 403, "an officer speaks for no product");
    let session = place.world.send(Method::POST, "/api/v1/lineage", Some(&place.developer.cookie), Some(&good.to_string()), &[]).await;
    assert!(session.status == 403 && session.body.contains("token_missing"), "{}", session.body);

    // Who looks after something else may tell, and says nothing about this.
    let elsewhere = place.world.visitor("elsewhere", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-0000000000ee".parse().unwrap()))]).await;
    let outside = token(&place.world, &elsewhere, &["lineage"]).await;
    let told = place.api(Method::POST, "/api/v1/lineage", &event("2026-11-22T18:00:00Z", "a", &[TIMES], &[ROUTES, DEPOTS]), &outside).await;
    assert_eq!(told.status, 201);
    assert!(
        told.body.contains("\"not_yours\":[\"$.outputs[0]\"]") && told.body.contains("\"changed\":false"),
        "a hidden product is not named: {}",
        told.body
    );
    assert!(place.graph("node=ssot-a.busroutes-dp", &place.officer.cookie).await["edges"].as_array().unwrap().is_empty());
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_manifest_and_tables_of_the_source_are_the_same_datasets(pool: PgPool) {
    let place = Place::new(pool).await;
    let database = &place.world.state.config.source_database;
    let manifest = json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "generated_at": "2026-11-22T18:00:00Z", "project_name": "p"},
        "nodes": {"model.p.shown": {"resource_type": "model", "database": database, "schema": "buses", "name": "shown", "depends_on": {"nodes": ["source.p.buses.routes"]}}},
        "sources": {"source.p.buses.routes": {"resource_type": "source", "database": database, "schema": "buses", "name": "routes"}},
    });
    let told = place.api(Method::POST, "/api/v1/lineage/dbt", &manifest, &place.token).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let graph = place.graph("node=ssot-a.busroutes-dp", &place.developer.cookie).await;
    assert_eq!(names(&graph), ["ssot-a.busroutes-dp.routes".to_owned(), format!("{database}.buses.shown")], "{graph}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_owner_claims_a_name_and_takes_it_back(pool: PgPool) {
    let place = Place::new(pool.clone()).await;
    place.tell(&event("2026-11-22T18:00:00Z", "clean", &[ROUTES], &[STAGING])).await;
    let list = place.page("/lineage/names", &place.developer).await;
    assert!(list.contains("lake.staging.routes_clean") && list.contains("Bus routes"), "{list}");
    assert!(!place.page("/lineage/names", &place.officer).await.contains("lake.staging"));
    let form = |dataset: &str| {
        format!("csrf={}&namespace=postgres%3A%2F%2Flake%3A5432&name=lake.staging.routes_clean&dataset={dataset}", place.developer.csrf)
    };
    let post = async |path: &str, form: String| place.world.post(path, Some(&place.developer.cookie), &form).await;
    let wrong = post("/lineage/names/claim", form("ssot-a.times-dp.nothing")).await;
    assert!(wrong.status == 422 && wrong.body.contains("This product has no such dataset."), "{}", wrong.body);
    assert_eq!(post("/lineage/names/claim", form("ssot-a.times-dp.times")).await.status, 303);
    let graph = place.graph("node=ssot-a.busroutes-dp", &place.officer.cookie).await;
    assert_eq!(names(&graph), ["ssot-a.busroutes-dp.routes", "ssot-a.times-dp.times"], "{graph}");
    assert!(place.page("/products/ssot-a.times-dp/lineage", &place.developer).await.contains("Claimed by dev"));
    let taken = post("/lineage/names/claim", form("ssot-a.busroutes-dp.routes")).await;
    assert!(taken.status == 422 && taken.body.contains("another dataset"), "{}", taken.body);
    assert_eq!(post("/lineage/names/release", form("ssot-a.times-dp.times")).await.status, 303);
    assert_eq!(post("/lineage/names/release", form("ssot-a.times-dp.times")).await.status, 404);
    assert_eq!(names(&place.graph("node=ssot-a.busroutes-dp", &place.officer.cookie).await), ["ssot-a.busroutes-dp.routes", "outside"]);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'lineage.%' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["lineage.record", "lineage.claim", "lineage.release"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn input_ports_are_in_the_graph_within_a_turn(pool: PgPool) {
    let place = Place::new(pool.clone()).await;
    pool.execute(
        "INSERT INTO input_port SELECT gen_random_uuid(), id, 'from-routes', NULL, 'ssot-a.busroutes-dp' FROM product WHERE name = 'times-dp'",
    )
    .await
    .unwrap();
    pool.execute("INSERT INTO input_port SELECT gen_random_uuid(), id, 'from-depots', NULL, 'ssot-a.depots-dp' FROM product WHERE name = 'times-dp'")
        .await
        .unwrap();
    lineage::follow(&place.world.state).await.unwrap();
    let graph = place.graph("node=ssot-a.times-dp", &place.officer.cookie).await;
    assert_eq!(names(&graph), ["ssot-a.busroutes-dp.routes", "ssot-a.times-dp.times"], "{graph}");
    assert!(place.page("/products/ssot-a.times-dp/lineage", &place.officer).await.contains("A source that is not listed"));
    pool.execute("DELETE FROM input_port").await.unwrap();
    place.world.later(chrono::TimeDelta::minutes(1));
    lineage::follow(&place.world.state).await.unwrap();
    assert!(place.graph("node=ssot-a.times-dp", &place.officer.cookie).await["edges"].as_array().unwrap().is_empty());
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic LIKE 'lineage.%'").fetch_one(&pool).await.unwrap();
    assert_eq!(waiting, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn runs_are_read_page_by_page_by_those_who_may_know_of_them(pool: PgPool) {
    let place = Place::new(pool).await;
    for one in [
        event("2026-11-22T18:00:00Z", "tabulate", &[ROUTES], &[TIMES]),
        event("2026-11-22T18:10:00Z", "clean", &[ROUTES, DEPOTS], &[STAGING]),
        event("2026-11-22T18:20:00Z", "park", &[ROUTES], &[DEPOTS]),
    ] {
        assert_eq!(place.tell(&one).await.status, 201);
    }
    let mut failed = event("2026-11-22T18:30:00Z", "tabulate", &[ROUTES], &[TIMES]);
    failed["eventType"] = json!("FAIL");
    failed["run"]["runId"] = json!("0193560e-0000-7000-8000-000000000002");
    assert_eq!(place.tell(&failed).await.status, 201);

    let runs = async |query: &str, who: &Visitor| -> Value {
        let answer = place.world.get(&format!("/api/v1/lineage/runs?{query}"), Some(&who.cookie)).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let said = |all: &Value| -> Vec<(String, String)> {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        all["runs"].as_array().unwrap().iter().map(|run| (word(&run["job"]["name"]), word(&run["state"]))).collect()
    };
    let pair = |job: &str, state: &str| (job.to_owned(), state.to_owned());
    // A run into what is hidden is not there, and one out of it has no name.
    let seen = runs("node=ssot-a.busroutes-dp", &place.officer).await;
    assert_eq!(said(&seen), [pair("tabulate", "FAIL"), pair("-", "COMPLETE"), pair("tabulate", "COMPLETE")], "{seen}");
    assert_eq!(seen["runs"][1]["inputs"].as_array().unwrap().len(), 1, "{seen}");
    assert_eq!(seen["runs"][1]["outputs"], json!([{"kind": "outside"}]));
    assert!(!seen.to_string().contains("depots") && seen["next"].is_null());
    let all = runs("node=ssot-a.busroutes-dp.routes", &place.developer).await;
    assert_eq!(said(&all).iter().map(|(job, _)| job.as_str()).collect::<Vec<_>>(), ["tabulate", "park", "clean", "tabulate"], "{all}");
    assert_eq!(said(&runs("node=ssot-a.times-dp", &place.officer).await).len(), 2);
    for (query, status) in [("node=ssot-a.depots-dp", 404), ("", 422), ("node=ssot-a.busroutes-dp&after=x", 422)] {
        assert_eq!(place.world.get(&format!("/api/v1/lineage/runs?{query}"), Some(&place.officer.cookie)).await.status, status, "{query}");
    }
    let page = place.page(PAGE, &place.officer).await;
    assert!(
        page.contains("Runs, the latest first") && page.contains("tabulate") && page.contains("Failed") && !page.contains("Earlier runs"),
        "{page}"
    );
    assert!(place.page(PAGE, &place.developer).await.contains("<code>park</code>"));

    // More than a page: each run is on one of them.
    let mut nights: Vec<Value> = vec![];
    for night in 0..60 {
        let mut one = event(&format!("2026-11-20T{:02}:{:02}:00Z", night / 30, night % 30), "tabulate", &[ROUTES], &[TIMES]);
        one["run"]["runId"] = json!(format!("0193560e-0000-7000-8000-0000000001{night:02}"));
        nights.push(one);
    }
    assert_eq!(place.api(Method::POST, "/api/v1/lineage/batch", &json!(nights), &place.token).await.status, 201);
    let first = runs("node=ssot-a.busroutes-dp", &place.officer).await;
    let next = first["next"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    let second = runs(&next, &place.officer).await;
    assert_eq!((said(&first).len(), said(&second).len(), &second["next"]), (50, 13, &Value::Null));
    assert!(second["runs"].as_array().unwrap().iter().all(|run| !first["runs"].as_array().unwrap().contains(run)));
    let page = place.page(PAGE, &place.officer).await;
    let later = page.split("href=\"").find(|part| part.contains("runs=")).and_then(|part| part.split('"').next()).unwrap().replace("&amp;", "&");
    assert!(place.page(later.split('#').next().unwrap(), &place.officer).await.contains("The latest runs"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_table_of_no_product_shows_what_a_tool_said_of_it_to_those_who_may_know_it(pool: PgPool) {
    let place = Place::new(pool).await;
    let mut said = event("2026-11-22T18:00:00Z", "clean", &[ROUTES], &[STAGING]);
    let fields = json!([{"name": "route", "type": "text"}, {"name": "length"}]);
    said["outputs"][0]["facets"] = json!({"schema": {"fields": fields}, "version": {"datasetVersion": "2026-11-22"}});
    assert_eq!(place.tell(&said).await.status, 201);
    let developer = place.graph("node=ssot-a.busroutes-dp", &place.developer.cookie).await;
    let table = &developer["nodes"][1];
    assert_eq!(table["columns"], json!([{"name": "route", "type": "text"}, {"name": "length", "type": null}]), "{developer}");
    assert_eq!((&table["version"], &table["more_columns"]), (&json!("2026-11-22"), &json!(false)));
    assert_eq!(developer["nodes"][0]["columns"], Value::Null, "of a dataset its document says it");
    let page = place.page(PAGE, &place.developer).await;
    assert!(page.contains("2 columns, version 2026-11-22") && page.contains("as a tool told"), "{page}");
    // Whoever may not know its name learns nothing of what is in it.
    let officer = place.graph("node=ssot-a.busroutes-dp", &place.officer.cookie).await;
    assert!(officer["nodes"][1]["kind"] == "outside" && officer["nodes"][1]["columns"] == Value::Null, "{officer}");
    assert!(!place.page(PAGE, &place.officer).await.contains("version 2026-11-22"));
    // What was told later is not of an older moment.
    let before = place.graph("node=ssot-a.busroutes-dp&as_of=2026-11-21", &place.developer.cookie).await;
    assert!(!before.to_string().contains("described_at"), "{before}");
}

/// Three hundred tables that nobody put into the catalogue are made of the routes.
const HUB: &str = "
    INSERT INTO lineage_node (namespace, name, first_at)
        SELECT 'postgres://lake:5432', 'lake.hub.t' || lpad(n::text, 3, '0'), '2026-11-20T00:00:00Z' FROM generate_series(1, 300) n;
    INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
        SELECT 1, n.id, r.id, n.id, '2026-11-20T00:00:00Z' FROM lineage_node n, lineage_node r
        WHERE n.name LIKE 'lake.hub.t%' AND r.dataset_id = '00000000-0000-7000-8000-0000000000b1'";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn every_neighbour_of_a_hub_is_reached_by_name_and_by_page(pool: PgPool) {
    let place = Place::new(pool.clone()).await;
    place.tell(&event("2026-11-22T18:00:00Z", "tabulate", &[ROUTES], &[TIMES, DEPOTS])).await;
    pool.execute(HUB).await.unwrap();
    let page = place.page(&format!("{PAGE}?direction=down"), &place.developer).await;
    assert!(page.contains("Some datasets have more before or after them") && page.contains("?beside=down#beside"), "{page}");
    assert!(!page.contains("lake.hub.t299"));
    let found = place.page(&format!("{PAGE}?beside=down&q=T299"), &place.developer).await;
    assert!(found.contains("lake.hub.t299") && found.contains("1 found, as of now."), "{found}");
    let last = place.page(&format!("{PAGE}?beside=down&page=7"), &place.developer).await;
    assert!(last.contains("302 found") && last.contains("Page 7 of 7") && last.contains("Timetables"), "{last}");

    // Names that one may not know are counted, and what is hidden is not.
    let officer = place.page(&format!("{PAGE}?beside=down"), &place.officer).await;
    assert!(officer.contains("1 found, as of now.") && officer.contains("300 datasets outside the catalogue"), "{officer}");
    assert!(!officer.contains("lake.hub") && !officer.contains("epots"), "{officer}");
    let api = async |query: &str, who: &Visitor| -> Value {
        let answer = place.world.get(&format!("/api/v1/lineage/neighbours?{query}"), Some(&who.cookie)).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    };
    let mut names: Vec<String> = vec![];
    for page in 1..=7 {
        let said = api(&format!("node=ssot-a.busroutes-dp&direction=down&page={page}"), &place.developer).await;
        assert_eq!((&said["all"], &said["pages"], &said["unnamed"]), (&json!(302), &json!(7), &json!(0)));
        names.extend(said["neighbours"].as_array().unwrap().iter().map(ToString::to_string));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 302);
    let before = api("node=ssot-a.times-dp.times&direction=up", &place.officer).await;
    assert_eq!(before["neighbours"][0]["address"], "ssot-a.busroutes-dp.routes");
    assert_eq!((&before["all"], &before["unnamed"]), (&json!(1), &json!(0)));
    for (query, status) in [("node=ssot-a.depots-dp&direction=up", 404), ("node=ssot-a.times-dp&direction=both", 422)] {
        assert_eq!(place.world.get(&format!("/api/v1/lineage/neighbours?{query}"), Some(&place.officer.cookie)).await.status, status, "{query}");
    }
}
