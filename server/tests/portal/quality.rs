//! Results of Great Expectations, dbt and OpenLineage through the real router: kept once, shown by run, compared with what the sector expects;
//! and no value of the data among them.

use crate::common::{Answer, Visitor, World, token};
use axum::http::Method;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const API: &str = "/api/v1/products/ssot-a.busroutes-dp/quality";

fn example(name: &str) -> Value {
    let text = match name {
        "0.18" => include_str!("../../../crates/formats/examples/great_expectations_0_18.json"),
        "1" => include_str!("../../../crates/formats/examples/great_expectations_1.json"),
        "dbt" => include_str!("../../../crates/formats/examples/dbt_run_results.json"),
        _ => include_str!("../../../crates/formats/examples/openlineage_assertions.json"),
    };
    serde_json::from_str(text).unwrap()
}

struct Place {
    world: World,
    owner: Visitor,
    stranger: Visitor,
    token: String,
}

async fn place(pool: PgPool) -> Place {
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             SELECT gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', n, name, 'text', false, false, 'restricted', 'non-sensitive', 'none'
             FROM (VALUES (0, 'route'), (1, 'driver')) AS v(n, name)",
    )
    .await
    .unwrap();
    let world = World::new(pool, "http://localhost:1");
    let owner = world.visitor("omar", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let stranger = world.visitor("stranger", &[]).await;
    let token = token(&world, &owner, &["read", "measure"]).await;
    Place { world, owner, stranger, token }
}

impl Place {
    async fn send(&self, token: &str, body: &Value) -> (u16, Value) {
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        let answer = self.world.send(Method::POST, API, None, Some(&body.to_string()), &headers).await;
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body)))
    }

    async fn page(&self, who: &Visitor, path: &str) -> String {
        let answer = self.world.get(path, Some(&who.cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn post(&self, who: &Visitor, path: &str, fields: &str) -> Answer {
        self.world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn results_of_each_tool_are_kept_once_and_hold_no_value(pool: PgPool) {
    let place = place(pool.clone()).await;
    let theirs = token(&place.world, &place.stranger, &["read", "measure"]).await;
    assert_eq!(place.send(&theirs, &example("1")).await.0, 403, "only for products that one looks after");
    assert!(place.page(&place.stranger, &format!("{PRODUCT}/quality")).await.contains("No checks yet."));
    for name in ["0.18", "1", "dbt", "openlineage"] {
        let (status, said) = place.send(&place.token, &example(name)).await;
        assert_eq!((status, &said["runs"][0]["new"]), (201, &json!(true)), "{name}: {said}");
        let (status, again) = place.send(&place.token, &example(name)).await;
        assert_eq!((status, &again["runs"][0]["new"], &again["runs"][0]["id"]), (200, &json!(false), &said["runs"][0]["id"]), "{name}");
        let run = place.page(&place.stranger, said["runs"][0]["page"].as_str().unwrap()).await;
        assert!(run.contains("What this run said"), "{run}");
    }
    let shown = place.page(&place.stranger, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("driver: column values to not be null") && shown.contains("3 of 40") && shown.contains("routes.driver"), "{shown}");
    assert!(shown.contains("<svg") && shown.contains("Great Expectations") && shown.contains("dbt"), "{shown}");
    for table in ["quality_rule", "quality_run", "quality_result", "audit_event"] {
        let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")))
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(["T9900001X", "Rahimah", "Traceback"].iter().all(|value| !text.contains(value)), "{table}: {text}");
    }
    let counts: (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM quality_run), (SELECT count(*) FROM quality_rule)").fetch_one(&pool).await.unwrap();
    assert_eq!(counts, (4, 11), "a check that both kinds of Great Expectations run is one");
    let api = place.world.send(Method::GET, API, None, None, &[("authorization", &format!("Bearer {theirs}"))]).await;
    let api: Value = serde_json::from_str(&api.body).unwrap();
    assert_eq!((api["runs"].as_array().unwrap().len(), api["checks"].as_array().unwrap().len()), (4, 12));
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(place.world.get(&format!("{PRODUCT}/quality"), Some(&place.stranger.cookie)).await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_check_is_of_the_table_whatever_its_tool_calls_the_data(pool: PgPool) {
    let place = place(pool).await;
    let mut named = example("1");
    named["meta"]["active_batch_definition"]["data_asset_name"] = "every route".into();
    assert_eq!(place.send(&place.token, &named).await.0, 201);
    let api = place.world.send(Method::GET, API, None, None, &[("authorization", &format!("Bearer {}", place.token))]).await;
    let api: Value = serde_json::from_str(&api.body).unwrap();
    let checks = api["checks"].as_array().unwrap();
    assert!(!checks.is_empty() && checks.iter().all(|check| check["dataset"] == "routes"), "{api}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_does_not_fit_is_refused_whole_with_its_path(pool: PgPool) {
    let place = place(pool.clone()).await;
    let mut broken = example("1");
    broken["results"][2]["success"] = "yes".into();
    let (status, said) = place.send(&place.token, &broken).await;
    assert_eq!((status, &said["errors"][0]["code"]), (422, &json!("not_boolean")), "{said}");
    assert!(said["errors"][0]["message"].as_str().unwrap().starts_with("$.results[2].success: "), "{said}");
    assert_eq!(place.send(&place.token, &json!({ "what": "else" })).await.1["errors"][0]["code"], "tool_unknown");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM quality_run").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    // As large as a manifest may be, and no larger.
    let mut large = example("dbt");
    large["manifest"]["docs"] = "x".repeat(2_000_000).into();
    assert_eq!(place.send(&place.token, &large).await.0, 201);
    large["manifest"]["docs"] = "x".repeat(17_000_000).into();
    let headers = [("authorization", &*format!("Bearer {}", place.token))];
    assert_eq!(place.world.send(Method::POST, API, None, Some(&large.to_string()), &headers).await.status, 413);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_centre_says_what_it_expects_and_sees_who_falls_short(pool: PgPool) {
    let place = place(pool.clone()).await;
    let sector = Scope::Sector("00000000-0000-7000-8000-000000000001".parse().unwrap());
    let curator = place.world.visitor("curator", &[(Role::TcCurator, sector)]).await;
    assert!(place.page(&place.stranger, "/quality/geospatial").await.contains("Nothing is expected of this sector yet"));
    let fields = "layer=schema&at_least=90&within_days=3&reason=Agreed+by+the+centre";
    assert_eq!(place.post(&place.owner, "/quality/geospatial", fields).await.status, 403);
    let wrong = place.post(&curator, "/quality/geospatial", "layer=schema&at_least=900&within_days=3&reason=Agreed").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#at_least\""), "{}", wrong.body);
    assert_eq!(place.post(&curator, "/quality/geospatial", fields).await.status, 303);
    assert!(place.page(&place.stranger, "/quality/geospatial").await.contains("Falls short: nothing was checked"));
    place.send(&place.token, &example("dbt")).await;
    // One of two checks of the schema that count.
    for path in ["/quality/geospatial", "/quality/geospatial/report", &format!("{PRODUCT}/quality")] {
        assert!(place.page(&place.stranger, path).await.contains("Falls short: 50 % pass"), "{path}");
    }
    assert!(place.page(&place.stranger, "/quality").await.contains("1 of 1 products fall short"));
    let mut mended = example("dbt");
    mended["run_results"]["metadata"]["invocation_id"] = "the next".into();
    mended["run_results"]["metadata"]["generated_at"] = "2026-11-22T20:00:00Z".into();
    mended["run_results"]["results"][2]["status"] = "pass".into();
    place.send(&place.token, &mended).await;
    let report = place.page(&place.stranger, "/quality/geospatial/report").await;
    assert!(report.contains("All 1 products meet what is expected") && report.contains("Meet everything that is expected"), "{report}");
    assert!(place.page(&place.stranger, "/quality/geospatial/report?until=2026-11-21").await.contains("Nothing is expected"), "as it stood that day");
    place.world.later(TimeDelta::days(4));
    let curator = place.world.visitor("curator", &[]).await;
    let shown = place.page(&curator, "/quality/geospatial").await;
    assert!(shown.contains("Falls short: the latest run is too old"), "{shown}");
    let id = shown.split("name=\"benchmark\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(place.post(&curator, "/quality/geospatial/end", &format!("benchmark={id}")).await.status, 303);
    assert_eq!(place.post(&curator, "/quality/geospatial/end", &format!("benchmark={id}")).await.status, 409);
}
