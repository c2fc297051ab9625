//! What a product costs, as a program reports it with a token, and links to its team's tools: on its pages, for whoever may know of it.

use crate::common::{World, page, token};
use axum::http::Method;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const API: &str = "/api/v1/products/ssot-a.busroutes-dp/costs";
/// Two reads of one person in October, the latter in the last minute of it in Singapore, and one in November.
const READS: &str = "INSERT INTO audit_event (at, actor_id, action, object_kind, object_id, product_id, outcome)
    SELECT at::timestamptz, '00000000-0000-7000-8000-000000000004', 'port.read', 'agreement', '00000000-0000-7000-8000-0000000000a2',
        '00000000-0000-7000-8000-000000000005', 'done' FROM unnest(ARRAY['2026-10-20T00:00:00Z', '2026-10-31T15:59:59Z', '2026-10-31T16:00:00Z']) AS at";

async fn send(world: &World, token: &str, key: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let answer = world.send(Method::POST, API, None, Some(&body.to_string()), &[("authorization", &bearer), ("idempotency-key", key)]).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body)))
}

fn bill(month: &str, amount: impl Into<Value>) -> Value {
    let amount: Value = amount.into();
    json!({ "month": month, "amount": amount, "rows_read": 5000, "measured_by": "Bill of the data platform" })
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_cost_is_kept_once_and_shared_out(pool: PgPool) {
    pool.execute(READS).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let owner = world.visitor("omar", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let stranger = world.visitor("stranger", &[]).await;
    let usage = format!("{PRODUCT}/usage");
    assert!(page(&world, &stranger, &usage).await.contains("Nobody has reported what it costs."));

    let measures = token(&world, &owner, &["read", "measure"]).await;
    let (status, said) = send(&world, &measures, "october", &bill("2026-10", 1234.5)).await;
    assert_eq!((status, &said["months"][0]["amount"]), (201, &json!("1234.50")), "{said}");
    assert_eq!((&said["months"][0]["per_reader"], &said["months"][0]["per_thousand_rows"]), (&json!("1234.50"), &json!("246.90")), "{said}");
    assert_eq!(send(&world, &measures, "october", &bill("2026-10", 1234.5)).await.0, 200, "the same request again");
    // Another month, then a later word on the first.
    assert_eq!(send(&world, &measures, "november", &bill("2026-11", "0.01")).await.0, 201);
    world.later(TimeDelta::minutes(1));
    let (status, said) = send(&world, &measures, "october, corrected", &bill("2026-10", 1000)).await;
    assert_eq!((status, said["months"].as_array().unwrap().len(), &said["months"][1]["amount"]), (201, 2, &json!("1000.00")), "{said}");
    let kept: (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM product_cost), (SELECT count(*) FROM audit_event WHERE action = 'cost.report')")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(kept, (3, 3));
    assert!(pool.execute("UPDATE product_cost SET cents = 0").await.is_err(), "what was reported does not change");

    let shown = page(&world, &stranger, &usage).await;
    for words in ["It cost S$0.01 in November 2026", "S$1,000.00", "S$200.00", "less than S$0.01", "Bill of the data platform"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("Jason Lim"), "readers are a number: {shown}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn only_who_looks_after_it_reports_and_what_is_wrong_is_refused(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let owner = world.visitor("omar", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let stranger = world.visitor("stranger", &[]).await;
    let (measures, asks) = (token(&world, &owner, &["read", "measure"]).await, token(&world, &owner, &["read", "request"]).await);
    let theirs = token(&world, &stranger, &["read", "measure"]).await;
    let good = bill("2026-10", 10);
    assert_eq!(send(&world, &theirs, "1", &good).await.0, 403);
    assert_eq!(send(&world, &asks, "1", &good).await.1["code"], "token_scope");
    assert_eq!(send(&world, &measures, "", &good).await.1["code"], "idempotency_key_missing");
    let (status, said) = send(&world, &measures, "1", &json!({ "month": "2027-01", "amount": -1, "currency": "USD", "rows_read": -5 })).await;
    let codes: Vec<&str> = said["errors"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!((status, codes), (422, vec!["month_wrong", "amount_wrong", "currency_unknown", "rows_wrong", "measured_by_missing"]));
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM product_cost").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(send(&world, &theirs, "1", &good).await.0, 404);
    assert_eq!(world.get(API, Some(&stranger.cookie)).await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn links_to_tools_say_where_they_lead(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let reader = world.visitor("reader", &[]).await;
    assert!(!page(&world, &reader, PRODUCT).await.contains("team’s tools"));
    pool.execute(
        "INSERT INTO tool_link SELECT id, 1, 'airflow', 'The nightly pipeline', 'https://airflow.example.invalid:8443/dags?run=1' FROM product;
         INSERT INTO tool_link SELECT id, 2, 'other', 'How it is planned', 'https://wiki.example.invalid/' FROM product;
         INSERT INTO tool_link SELECT id, 3, 'openmetadata', 'In the team’s catalogue', 'https://metadata.example.invalid/table/routes' FROM product;
         INSERT INTO tool_link SELECT id, 4, 'superset', 'Ridership by route', 'https://superset.example.invalid/superset/dashboard/7/' FROM product",
    )
    .await
    .unwrap();
    let shown = page(&world, &reader, PRODUCT).await;
    assert!(shown.contains("Airflow, airflow.example.invalid") && shown.contains("How it is planned"), "{shown}");
    let link = shown.split("<a ").find(|link| link.contains("https://airflow.example.invalid:8443/dags?run=1")).unwrap();
    assert!(link.contains("rel=\"noopener noreferrer external\""), "{link}");
    assert!(["OpenMetadata, metadata.example.invalid", "Superset, superset.example.invalid"].iter().all(|tool| shown.contains(tool)), "{shown}");
    // The same by program, and of a product that one may not know of nothing.
    let said = async || world.get("/api/v1/products/ssot-a.busroutes-dp/links", Some(&reader.cookie)).await;
    let links: Value = serde_json::from_str(&said().await.body).unwrap();
    let tools: Vec<&str> = links["links"].as_array().unwrap().iter().map(|link| link["tool"].as_str().unwrap()).collect();
    assert_eq!(tools, ["airflow", "other", "openmetadata", "superset"]);
    assert_eq!(links["links"][0]["url"], "https://airflow.example.invalid:8443/dags?run=1");
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(said().await.status, 404);
}
