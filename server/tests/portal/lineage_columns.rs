//! Columns followed over products, jobs of edges, stamps of another day, and names that are others' to claim: through the real router.

use crate::common::{Answer, Visitor, World, token};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const ELSEWHERE: &str = "00000000-0000-7000-8000-0000000000f3";
/// Three listed products and a hidden one, each with one dataset; parks are in another domain. The routes, and what is shown, have columns.
const MORE: &str = "
    INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000f3', 'ssot-b', 'Parks', NULL,
        '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001');
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, d.id, a, d.slug || '.' || a, t, 'aggregated', '1', 'published', v, '',
        '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'
        FROM (VALUES ('d1', 'ssot-a', 'times-dp', 'Timetables', 'listed'), ('d2', 'ssot-a', 'depots-dp', 'Depots of a secret', 'hidden'),
                     ('d3', 'ssot-a', 'boards-dp', 'Boards', 'listed'), ('d4', 'ssot-b', 'parks-dp', 'Parks', 'listed')) AS x(n, g, a, t, v)
        JOIN data_domain d ON d.slug = x.g;
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        SELECT id, 'approval', '{}', '{}', 'none', 365 FROM product WHERE name <> 'busroutes-dp';
    INSERT INTO dataset (id, product_id, name, title, position)
        SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, p.id, d, d, 0
        FROM (VALUES ('b1', 'busroutes-dp', 'routes'), ('b2', 'times-dp', 'times'), ('b3', 'depots-dp', 'depots'), ('b4', 'boards-dp', 'boards'),
                     ('b5', 'parks-dp', 'parks')) AS x(n, a, d) JOIN product p ON p.name = x.a;
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
        SELECT gen_random_uuid(), ('00000000-0000-7000-8000-0000000000' || n)::uuid, 0, c, 'text', false, false, 'restricted', 'non-sensitive', 'none'
        FROM (VALUES ('b1', 'route'), ('b4', 'secret')) AS x(n, c)";

type Place = (&'static str, &'static str);
const ROUTES: Place = ("pasar", "ssot-a.busroutes-dp.routes");
const TIMES: Place = ("pasar", "ssot-a.times-dp.times");
const DEPOTS: Place = ("pasar", "ssot-a.depots-dp.depots");
const BOARDS: Place = ("pasar", "ssot-a.boards-dp.boards");
const STAGING: Place = ("postgres://lake:5432", "lake.staging.routes_clean");

struct Portal {
    world: World,
    developer: Visitor,
    officer: Visitor,
    token: String,
}

impl Portal {
    async fn new(pool: PgPool) -> Self {
        pool.execute(MORE).await.unwrap();
        let world = World::new(pool, "http://localhost:1");
        let developer = world.visitor("dev", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
        let officer = world.visitor("officer", &[]).await;
        let token = token(&world, &developer, &["lineage"]).await;
        Self { world, developer, officer, token }
    }

    async fn tell(&self, event: &Value) {
        let bearer = format!("Bearer {}", self.token);
        let answer = self.world.send(Method::POST, "/api/v1/lineage", None, Some(&event.to_string()), &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    async fn get(&self, path: &str, who: &Visitor) -> Answer {
        self.world.get(path, Some(&who.cookie)).await
    }

    async fn graph(&self, query: &str, who: &Visitor) -> Value {
        let answer = self.get(&format!("/api/v1/lineage?{query}"), who).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }

    async fn page(&self, path: &str, who: &Visitor) -> String {
        let answer = self.get(path, who).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

fn event(at: &str, run: u8, job: &str, inputs: &[Place], output: Place) -> Value {
    let inputs: Vec<Value> = inputs.iter().map(|(namespace, name)| json!({"namespace": namespace, "name": name})).collect();
    json!({"eventTime": at, "eventType": "COMPLETE", "producer": "https://example.invalid", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "run": {"runId": format!("0193560e-0000-7000-8000-0000000000{run:02}")}, "job": {"namespace": "nightly", "name": job}, "inputs": inputs,
        "outputs": [{"namespace": output.0, "name": output.1}]})
}

/// An event in which columns become columns: from where, its column, and the other's.
fn becoming(at: &str, run: u8, job: &str, columns: &[(Place, &str, &str)], output: Place) -> Value {
    let inputs: Vec<Place> = columns.iter().map(|(from, ..)| *from).collect();
    let mut said = event(at, run, job, &inputs, output);
    let source = |from: &Place, column: &str| json!({"namespace": from.0, "name": from.1, "field": column});
    let (every, named): (Vec<_>, Vec<_>) = columns.iter().partition(|(.., to)| *to == "*");
    let fields: serde_json::Map<String, Value> =
        named.iter().map(|(from, column, to)| ((*to).to_owned(), json!({"inputFields": [source(from, column)]}))).collect();
    let dataset: Vec<Value> = every.iter().map(|(from, column, _)| source(from, column)).collect();
    said["outputs"][0]["facets"] = json!({"columnLineage": {"fields": fields, "dataset": dataset}});
    said
}

/// Routes go through a table in no product into timetables and on to boards; and through hidden depots to the boards, too.
async fn chain(portal: &Portal) {
    for one in [
        becoming("2026-11-22T18:00:00Z", 1, "clean", &[(ROUTES, "route", "route_id")], STAGING),
        becoming("2026-11-22T18:10:00Z", 2, "tabulate", &[(STAGING, "route_id", "line"), (ROUTES, "active", "*")], TIMES),
        becoming("2026-11-22T18:20:00Z", 3, "show", &[(TIMES, "line", "label")], BOARDS),
        becoming("2026-11-22T18:30:00Z", 4, "park", &[(ROUTES, "route", "bay")], DEPOTS),
        becoming("2026-11-22T18:40:00Z", 5, "hide", &[(DEPOTS, "bay", "secret")], BOARDS),
    ] {
        portal.tell(&one).await;
    }
}

/// Columns as `hop dataset.column`, in order.
fn columns(graph: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |node: &Value| {
        let of = node["product"].as_str().or(node["name"].as_str()).unwrap_or(node["kind"].as_str().unwrap()).to_owned();
        format!("{} {of} {}", node["hop"], word(&node["column"]))
    };
    graph["nodes"].as_array().unwrap().iter().map(one).collect()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_column_is_followed_over_products_and_through_nothing_hidden(pool: PgPool) {
    let portal = Portal::new(pool).await;
    chain(&portal).await;
    let down = "node=ssot-a.busroutes-dp.routes&column=route&direction=down&hops=5";
    let seen = portal.graph(down, &portal.officer).await;
    assert_eq!(columns(&seen), ["0 ssot-a.busroutes-dp route", "1 outside -", "2 ssot-a.times-dp line", "3 ssot-a.boards-dp label"], "{seen}");
    assert_eq!((seen["edges"].as_array().unwrap().len(), &seen["truncated"]), (3, &json!(false)));
    assert_eq!((&seen["nodes"][0]["classification"], &seen["edges"][0]["direct"]), (&json!("restricted"), &json!(true)));
    assert!(["depots", "bay", "secret", "staging", "route_id"].iter().all(|word| !seen.to_string().contains(word)), "{seen}");
    // Whoever looks after them sees all of it.
    let all = columns(&portal.graph(down, &portal.developer).await);
    assert!(all.contains(&format!("1 {} route_id", STAGING.1)) && all.contains(&"1 ssot-a.depots-dp bay".to_owned()), "{all:?}");
    assert!(all.contains(&"2 ssot-a.boards-dp secret".to_owned()), "{all:?}");
    // What is known of by its document alone has nothing before it that the officer may know of.
    let up = "node=ssot-a.boards-dp.boards&column=secret&direction=up&hops=5";
    assert_eq!(columns(&portal.graph(up, &portal.officer).await), ["0 ssot-a.boards-dp secret"]);
    assert_eq!(columns(&portal.graph(up, &portal.developer).await).len(), 3);
    // What decides which rows arrive goes into every column, and so it is before each of them.
    let rows = portal.graph("node=ssot-a.times-dp.times&column=line&direction=up&hops=1", &portal.developer).await;
    assert_eq!(
        columns(&rows),
        [
            "-1 ssot-a.busroutes-dp active".to_owned(),
            format!("-1 {} route_id", STAGING.1),
            "0 ssot-a.times-dp *".into(),
            "0 ssot-a.times-dp line".into()
        ],
        "{rows}"
    );
    let edge = rows["edges"].as_array().unwrap().iter().find(|edge| edge["from"] == "n0").unwrap();
    assert_eq!((&edge["to"], &edge["direct"]), (&json!("n2"), &json!(false)), "{rows}");
    // The staging table goes on from the routes: one step more would say so.
    assert_eq!((&rows["nodes"][1]["more_upstream"], &rows["truncated"]), (&json!(true), &json!(true)));
    let cut = portal.graph(&format!("{down}&limit=2"), &portal.officer).await;
    assert_eq!((columns(&cut).len(), &cut["truncated"]), (2, &json!(true)));
    let then = portal.graph(&format!("{down}&as_of=2026-11-21"), &portal.officer).await;
    assert_eq!((columns(&then).len(), then["edges"].as_array().unwrap().len()), (1, 0), "{then}");
    assert!(then["of_today"].as_array().unwrap().contains(&json!("classification")) && seen["of_today"] == json!([]));
    let by_name = "namespace=postgres://lake:5432&name=lake.staging.routes_clean&column=route_id";
    assert_eq!(columns(&portal.graph(by_name, &portal.developer).await)[0], "-1 ssot-a.busroutes-dp route");
    for (query, status) in [
        ("node=ssot-a.busroutes-dp&column=route", 422),
        ("node=ssot-a.busroutes-dp.routes&column=nothing", 404),
        ("node=ssot-a.boards-dp.boards&column=bay", 404),
        ("node=ssot-a.depots-dp.depots&column=bay", 404),
        (by_name, 404),
    ] {
        assert_eq!(portal.get(&format!("/api/v1/lineage?{query}"), &portal.officer).await.status, status, "{query}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_columns_name_leads_to_its_own_lineage_without_scripting(pool: PgPool) {
    let portal = Portal::new(pool).await;
    chain(&portal).await;
    let page = portal.page("/products/ssot-a.times-dp/lineage?columns=1&hops=4", &portal.officer).await;
    assert!(page.contains("ssot-a.boards-dp.boards") && page.contains("Every column"), "{page}");
    let link = page.split("href=\"").find(|part| part.contains("column=line")).and_then(|part| part.split('"').next()).unwrap().replace("&amp;", "&");
    assert_eq!(link, "/products/ssot-a.times-dp/lineage?direction=both&hops=4&dataset=times&column=line#columns");
    let one = portal.page(link.split('#').next().unwrap(), &portal.officer).await;
    assert!(one.contains("All columns of this product") && one.contains("column=label") && one.contains("name=\"column\" value=\"line\""), "{one}");
    assert!(!one.contains("epots") && !one.contains("route_id") && !one.contains("staging"), "{one}");
    let none = portal.page("/products/ssot-a.times-dp/lineage?dataset=times&column=nothing", &portal.officer).await;
    assert!(none.contains("This product has no such column."), "{none}");
    let then = portal.page("/products/ssot-a.busroutes-dp/lineage?dataset=routes&column=route&as_of=2026-11-21", &portal.officer).await;
    assert!(
        then.contains("Arrows, checks and freshness are those of the end of 21 Nov 2026") && then.contains("As of now, and not of the day above.")
    );
    assert!(then.contains("says what goes into route of routes"), "{then}");
    // So does its name in the schema.
    let schema = portal.page("/products/ssot-a.busroutes-dp/schema", &portal.officer).await;
    assert!(schema.contains("href=\"/products/ssot-a.busroutes-dp/lineage?dataset=routes&amp;column=route#columns\""), "{schema}");
    let route = portal.page("/products/ssot-a.busroutes-dp/lineage?dataset=routes&column=route", &portal.officer).await;
    assert!(
        route.contains("All columns of this product") && route.contains("href=\"#columns-start\"") && route.contains("id=\"columns-start\""),
        "{route}"
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_edge_says_which_job_made_it_and_how_that_ran_last(pool: PgPool) {
    let portal = Portal::new(pool).await;
    chain(&portal).await;
    let mut failed = event("2026-11-22T20:00:00Z", 9, "show", &[TIMES], BOARDS);
    failed["eventType"] = json!("FAIL");
    portal.tell(&failed).await;
    let made = |graph: &Value, to: &str| -> Value {
        let place = graph["nodes"].as_array().unwrap().iter().position(|node| node["product"] == to).unwrap();
        let edges = graph["edges"].as_array().unwrap().iter().filter(|edge| edge["to"] == format!("n{place}")).cloned().collect::<Vec<_>>();
        edges.iter().find(|edge| edge["jobs"][0]["job"]["name"] != "hide").cloned().unwrap()["jobs"].clone()
    };
    let asked = "node=ssot-a.times-dp&hops=1&jobs=true";
    let seen = portal.graph(asked, &portal.officer).await;
    assert_eq!(
        made(&seen, "ssot-a.boards-dp"),
        json!([{"job": {"namespace": "nightly", "name": "show"}, "declared": false, "last": {"at": "2026-11-22T20:00:00Z", "state": "FAIL"}}])
    );
    // It reads a table that the officer may not know of.
    assert_eq!(made(&seen, "ssot-a.times-dp")[0]["job"], Value::Null, "{seen}");
    assert!(!seen.to_string().contains("tabulate"));
    let all = portal.graph(asked, &portal.developer).await;
    assert_eq!(made(&all, "ssot-a.times-dp")[0]["job"]["name"], "tabulate", "{all}");
    let then = portal.graph(&format!("{asked}&as_of=2026-11-22T19:00:00Z"), &portal.officer).await;
    assert_eq!(made(&then, "ssot-a.boards-dp")[0]["last"]["state"], "COMPLETE", "{then}");
    assert!(portal.graph("node=ssot-a.times-dp", &portal.officer).await["edges"][0]["jobs"].is_null(), "only where it is asked for");
    let page = portal.page("/products/ssot-a.times-dp/lineage", &portal.officer).await;
    assert!(
        page.contains("Which job made each arrow") && page.contains("<code>show</code>") && page.contains("/products/ssot-a.boards-dp/lineage#runs"),
        "{page}"
    );
    assert!(!page.contains("tabulate") && page.contains("A job that touches what you may not know of"), "{page}");
}

/// Checks of two days, and a promise of freshness that broke between them.
const STAMPS: &str = "
    INSERT INTO quality_rule (id, product_id, tool, key, layer, title, dataset_name, first_at)
        VALUES ('00000000-0000-7000-8000-0000000000c1', '00000000-0000-7000-8000-0000000000d1', 'dbt', 'c1', 'schema', 'c1', 'times', '2026-11-20T00:00:00Z');
    INSERT INTO quality_run (id, product_id, tool, run, at, recorded_at, said_by, passed, failed)
        SELECT ('00000000-0000-7000-8000-0000000000' || n)::uuid, '00000000-0000-7000-8000-0000000000d1', 'dbt', n, at::timestamptz, at::timestamptz,
               '00000000-0000-7000-8000-000000000004', 1, 0 FROM (VALUES ('c2', '2026-11-20T20:00:00Z'), ('c3', '2026-11-22T20:00:00Z')) AS x(n, at);
    INSERT INTO quality_result (run_id, rule_id, outcome) VALUES
        ('00000000-0000-7000-8000-0000000000c2', '00000000-0000-7000-8000-0000000000c1', 'passed'),
        ('00000000-0000-7000-8000-0000000000c3', '00000000-0000-7000-8000-0000000000c1', 'failed');
    INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, state, measured_at)
        VALUES ('00000000-0000-7000-8000-0000000000c4', '00000000-0000-7000-8000-0000000000d1', 'Freshness', 'Every day by 09:00', 90, '% of days', '30 days',
                'By its team', 0, 'breached', '2026-11-22T02:00:00Z');
    INSERT INTO service_level_change (id, level_id, product_id, at, from_state, to_state, burning, budget_left)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000c4', '00000000-0000-7000-8000-0000000000d1', at::timestamptz, a, b, 'no', 1
        FROM (VALUES ('2026-11-20T00:00:00Z', 'not-measured', 'met'), ('2026-11-22T02:00:00Z', 'met', 'breached')) AS x(at, a, b)";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn stamps_are_of_the_day_that_is_asked_for_or_said_to_be_of_today(pool: PgPool) {
    let portal = Portal::new(pool.clone()).await;
    portal.tell(&event("2026-11-19T18:00:00Z", 1, "tabulate", &[ROUTES], TIMES)).await;
    portal.tell(&event("2026-11-22T18:00:00Z", 2, "tabulate", &[ROUTES], TIMES)).await;
    pool.execute(STAMPS).await.unwrap();
    let node = async |query: &str| -> Value {
        let graph = portal.graph(&format!("node=ssot-a.times-dp{query}"), &portal.officer).await;
        graph["nodes"].as_array().unwrap().iter().find(|node| node["hop"] == 0).unwrap().clone()
    };
    let now = node("").await;
    assert_eq!((&now["checks"]["met"], &now["checks"]["missed"]), (&json!(0), &json!(1)), "{now}");
    assert_eq!((&now["freshness"]["promise"], &now["freshness"]["written_at"]), (&json!("breached"), &json!("2026-11-22T18:00:00Z")), "{now}");
    let then = node("&as_of=2026-11-21").await;
    assert_eq!((&then["checks"]["met"], &then["checks"]["missed"]), (&json!(1), &json!(0)), "{then}");
    assert_eq!((&then["freshness"]["promise"], &then["freshness"]["written_at"]), (&json!("met"), &json!("2026-11-19T18:00:00Z")), "{then}");
    let touched = portal.graph("node=ssot-a.times-dp&as_of=2026-11-21&touched=true", &portal.officer).await;
    assert_eq!(touched["touched"]["as_of"], "2026-11-23T02:00:00Z", "of now, and it says so: {touched}");
    let page = portal.page("/products/ssot-a.times-dp/lineage", &portal.officer).await;
    assert!(page.contains("Freshness: breached") && page.contains("Last written"), "{page}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_claims_a_name_that_others_tell_of(pool: PgPool) {
    let portal = Portal::new(pool.clone()).await;
    portal.tell(&event("2026-11-22T18:00:00Z", 1, "clean", &[ROUTES], STAGING)).await;
    let other = portal.world.visitor("other", &[(Role::Owner, Scope::Domain(ELSEWHERE.parse().unwrap()))]).await;
    let claim = async |who: &Visitor, name: &str, dataset: &str| -> Answer {
        let form = format!("csrf={}&namespace=postgres%3A%2F%2Flake%3A5432&name={name}&dataset={dataset}", who.csrf);
        portal.world.post("/lineage/names/claim", Some(&who.cookie), &form).await
    };
    let refused = claim(&other, STAGING.1, "ssot-b.parks-dp.parks").await;
    assert!(refused.status == 422 && refused.body.contains("others tell of it"), "{}", refused.body);
    let graph = portal.graph("node=ssot-a.busroutes-dp", &portal.officer).await;
    assert_eq!(graph["nodes"][1]["kind"], "outside", "{graph}");
    assert_eq!(claim(&other, "lake.parks.trees", "ssot-b.parks-dp.parks").await.status, 303, "a name that nobody told of");
    assert_eq!(claim(&portal.developer, STAGING.1, "ssot-a.times-dp.times").await.status, 303);
    let claims: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'lineage.claim'").fetch_one(&pool).await.unwrap();
    assert_eq!(claims, 2);
}
