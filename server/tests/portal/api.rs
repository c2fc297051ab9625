//! Requests, decisions and agreements through the API: the same checks as on the pages, with the rights of the token's maker at
//! that moment, and no more than the token's scopes.

use crate::common::asking::{self, KEY, PORT};
use crate::common::{Answer, Visitor, World};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};
use store::PgPool;

/// Without the fixture's token.
async fn world(pool: &PgPool) -> (World, Visitor, Visitor) {
    pool.execute("DELETE FROM access_token").await.unwrap();
    asking::world(pool).await
}

async fn token(world: &World, who: &Visitor, scopes: &[&str]) -> String {
    let scopes = scopes.iter().fold(String::new(), |all, scope| all + "&scopes=" + scope);
    let made = world.post("/mine/tokens", Some(&who.cookie), &format!("csrf={}&name=Program&until=2026-12-31{scopes}", who.csrf)).await;
    made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned()
}

async fn get(world: &World, token: &str, path: &str) -> (u16, Value) {
    let answer = world.send(Method::GET, path, None, None, &[("authorization", &format!("Bearer {token}"))]).await;
    read(&answer)
}

async fn call(world: &World, token: &str, path: &str, key: &str, body: &Value) -> (u16, Value) {
    let headers = [("authorization", format!("Bearer {token}")), ("idempotency-key", key.to_owned())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).filter(|(_, value)| !value.is_empty()).collect();
    read(&world.send(Method::POST, path, None, Some(&body.to_string()), &headers).await)
}

fn read(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body)))
}

fn asking() -> Value {
    json!({ "ports": [PORT], "purpose": "planning", "explanation": "why", "legal_basis": "law", "team": "us", "until": "2027-06-30",
            "columns": { PORT: ["route", "area"] }, "rows": { PORT: { "area": ["AM", "BD"] } }, "terms": { "ssot-a.busroutes-dp": 1 } })
}

fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_asks_and_the_same_key_asks_once(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    let all = token(&world, &officer, &["read", "request"]).await;
    let (status, empty) = get(&world, &all, "/api/v1/requests").await;
    assert_eq!((status, empty), (200, json!({ "requests": [], "next": null })));
    let (status, problem) = call(&world, &all, "/api/v1/requests", "", &asking()).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("idempotency_key_missing")));
    let (status, problem) = call(&world, &all, "/api/v1/requests", "1", &json!({ "ports": ["no.such.port.here"] })).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid")));
    assert!(codes(&problem).contains(&"port_unknown") && codes(&problem).contains(&"purpose_missing"), "{problem}");
    let mut without = asking();
    without["terms"] = json!({});
    assert_eq!(codes(&call(&world, &all, "/api/v1/requests", "1", &without).await.1), ["terms_not_accepted"]);
    without["terms"] = json!({ "ssot-a.busroutes-dp": 7 });
    assert_eq!(codes(&call(&world, &all, "/api/v1/requests", "1", &without).await.1), ["terms_changed"]);
    assert_eq!(call(&world, &all, "/api/v1/requests", "1", &json!({ "unheard": 1 })).await.1["code"], "malformed");

    let (status, made) = call(&world, &all, "/api/v1/requests", "nightly", &asking()).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["parts"][0]["datasets"][0]["rows"], json!({ "area": ["AM", "BD"] }));
    let (status, again) = call(&world, &all, "/api/v1/requests", "nightly", &json!({})).await;
    assert_eq!((status, &again["id"]), (200, &made["id"]), "the same key is the same request");
    let (_, listed) = get(&world, &all, "/api/v1/requests").await;
    assert_eq!(listed["requests"].as_array().unwrap().len(), 1);
    let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    let after = format!("/api/v1/requests?after={}", made["id"].as_str().unwrap());
    assert_eq!(get(&world, &all, &after).await.1["requests"], json!([]));
    assert_eq!(get(&world, &all, "/api/v1/requests?after=x").await.0, 422);
    let (status, withdrawn) = call(&world, &all, &format!("{path}/withdraw"), "", &json!({})).await;
    assert_eq!((status, withdrawn["parts"][0]["state"].as_str()), (200, Some("withdrawn")));
    assert_eq!(call(&world, &all, &format!("{path}/withdraw"), "", &json!({})).await.0, 409);
    let from: String = sqlx::query_scalar("SELECT client_address FROM audit_event WHERE action = 'request.submit'").fetch_one(&pool).await.unwrap();
    assert!(from.contains("token "), "the trail says that it was a token: {from}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_decides_what_its_person_may(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let theirs = token(&world, &officer, &["read", "request", "decide"]).await;
    let hers = token(&world, &steward, &["read", "decide"]).await;
    let reading = token(&world, &steward, &["read", "request"]).await;
    let (_, made) = call(&world, &theirs, "/api/v1/requests", "1", &asking()).await;
    let request = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
    let part = made["parts"][0]["id"].clone();
    assert_eq!(get(&world, &theirs, "/api/v1/work").await.1, json!({ "work": [], "next": null }));
    let (_, work) = get(&world, &hers, "/api/v1/work").await;
    let step = format!("/api/v1/work/{}", work["work"][0]["step"].as_str().unwrap());
    assert_eq!(call(&world, &theirs, &format!("{step}/approve"), "", &json!({})).await.0, 403, "never one's own");
    let (status, problem) = call(&world, &reading, &format!("{step}/approve"), "", &json!({})).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("token_scope")));
    let (status, shown) = get(&world, &hers, &step).await;
    assert_eq!((status, shown["open"].as_bool(), shown["could_take_over"].as_array().map(Vec::len)), (200, Some(true), Some(0)));
    assert_eq!(shown["request"]["parts"][0]["steps"][0]["may_decide"], true);

    assert_eq!(codes(&call(&world, &hers, &format!("{step}/ask"), "", &json!({})).await.1), ["reason_missing"]);
    assert_eq!(call(&world, &hers, &format!("{step}/ask"), "", &json!({ "question": "Which years?" })).await.0, 200);
    // Messages of one moment have no order.
    world.later(chrono::TimeDelta::minutes(1));
    let answer = json!({ "part": part, "text": "The last two" });
    assert_eq!(call(&world, &reading, &format!("{request}/answer"), "", &answer).await.0, 403, "only who asks answers");
    let (status, answered) = call(&world, &theirs, &format!("{request}/answer"), "", &answer).await;
    assert_eq!((status, answered["parts"][0]["messages"][1]["text"].as_str()), (200, Some("The last two")));
    assert_eq!(codes(&call(&world, &hers, &format!("{step}/hand-over"), "", &json!({ "to": steward.person })).await.1), ["person_unknown"]);
    assert_eq!(codes(&call(&world, &hers, &format!("{step}/approve"), "", &json!({ "until": "2028-01-01" })).await.1), ["until_too_late"]);
    let unknown = json!({ "datasets": [{ "key": "x" }] });
    assert_eq!(codes(&call(&world, &hers, &format!("{step}/approve"), "", &unknown).await.1), ["dataset_unknown"]);
    let less = json!({ "until": "2026-12-20", "note": "Only Bedok", "datasets": [{ "key": KEY, "columns": ["route"], "rows": { "area": ["BD"] } }] });
    let (status, done) = call(&world, &hers, &format!("{step}/approve"), "", &less).await;
    assert_eq!((status, done["state"].as_str()), (200, Some("approved")), "{done}");
    assert_eq!(call(&world, &hers, &format!("{step}/approve"), "", &less).await.0, 409);
    let granted: String = sqlx::query_scalar("SELECT columns::text || row_scope::text FROM agreement_dataset").fetch_one(&pool).await.unwrap();
    assert_eq!(granted, r#"{route}{"area": ["BD"]}"#);
    assert_eq!(call(&world, &hers, &format!("{request}/undo"), "", &json!({ "part": part })).await.0, 200);
    assert_eq!(call(&world, &hers, &format!("{step}/refuse"), "", &json!({ "reason": "Not these years" })).await.1["state"], "refused");
    assert_eq!(get(&world, &theirs, &request).await.1["parts"][0]["reason"], "Not these years");

    // What her token opens goes with her role, at once.
    let (_, other) = call(&world, &theirs, "/api/v1/requests", "2", &asking()).await;
    let other: String = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT '/api/v1/work/' || s.id FROM part_step s JOIN request_part q ON q.id = s.part_id WHERE q.request_id = '{}'",
        other["id"].as_str().unwrap()
    )))
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(get(&world, &hers, &other).await.0, 200);
    pool.execute("UPDATE role_grant SET ended_at = granted_at").await.unwrap();
    assert_eq!(get(&world, &hers, &other).await.0, 404);
    assert_eq!(call(&world, &hers, &format!("{other}/approve"), "", &json!({})).await.0, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_sees_renews_and_ends_agreements(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    pool.execute("UPDATE data_sharing_agreement SET sharing = 'open'").await.unwrap();
    let version: i32 = sqlx::query_scalar("SELECT version FROM data_sharing_agreement").fetch_one(&pool).await.unwrap();
    let theirs = token(&world, &officer, &["read", "request"]).await;
    let hers = token(&world, &steward, &["read", "decide"]).await;
    let mut asked = asking();
    asked["terms"] = json!({ "ssot-a.busroutes-dp": version });
    let (status, made) = call(&world, &theirs, "/api/v1/requests", "1", &asked).await;
    assert_eq!(status, 201, "{made}");
    let (_, listed) = get(&world, &theirs, "/api/v1/agreements").await;
    let path = format!("/api/v1/agreements/{}", listed["agreements"][0]["id"].as_str().unwrap());
    let (status, one) = get(&world, &theirs, &path).await;
    assert_eq!((status, one["datasets"][0]["address"].as_str()), (200, Some(PORT)));
    let terms = json!({ "terms": { "ssot-a.busroutes-dp": version } });
    assert_eq!(codes(&call(&world, &theirs, &format!("{path}/renew"), "r", &json!({})).await.1), ["terms_not_accepted"]);
    let (status, renewed) = call(&world, &theirs, &format!("{path}/renew"), "r", &terms).await;
    assert_eq!(status, 201, "{renewed}");
    assert_eq!(call(&world, &theirs, &format!("{path}/renew"), "r", &terms).await.1["id"], renewed["id"]);
    assert_eq!(call(&world, &hers, &format!("{path}/renew"), "r", &terms).await.0, 403);
    assert_eq!(codes(&call(&world, &hers, &format!("{path}/revoke"), "", &json!({})).await.1), ["reason_missing"]);
    let (status, revoked) = call(&world, &hers, &format!("{path}/revoke"), "", &json!({ "reason": "Moved" })).await;
    assert_eq!((status, revoked["state"].as_str(), revoked["end_reason"].as_str()), (200, Some("revoked"), Some("Moved")));
    assert_eq!(call(&world, &theirs, &format!("{path}/give-up"), "", &json!({})).await.0, 409, "it has ended");

    // A session opens none of these.
    let form = format!("csrf={}", officer.csrf);
    let with_cookie = world.post(&format!("{path}/give-up"), Some(&officer.cookie), &form).await;
    assert!(with_cookie.status == 403 && with_cookie.body.contains("token_missing"), "{}", with_cookie.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_checks_before_it_asks_and_approves_many(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let theirs = token(&world, &officer, &["read", "request"]).await;
    let hers = token(&world, &steward, &["read", "decide"]).await;
    let (status, checked) = call(&world, &theirs, "/api/v1/requests/check", "", &asking()).await;
    assert_eq!((status, checked["parts"][0]["product"].as_str()), (200, Some("ssot-a.busroutes-dp")), "{checked}");
    assert_eq!(checked["parts"][0]["steps"][0]["stage"], 1, "{checked}");
    let mut without = asking();
    without["terms"] = json!({});
    assert_eq!(codes(&call(&world, &theirs, "/api/v1/requests/check", "", &without).await.1), ["terms_not_accepted"]);
    let asked: i64 = sqlx::query_scalar("SELECT count(*) FROM access_request").fetch_one(&pool).await.unwrap();
    assert_eq!(asked, 0, "a look asks for nothing");

    for key in ["1", "2"] {
        assert_eq!(call(&world, &theirs, "/api/v1/requests", key, &asking()).await.0, 201);
    }
    let (_, work) = get(&world, &hers, "/api/v1/work").await;
    let steps: Vec<Value> = work["work"].as_array().unwrap().iter().map(|line| line["step"].clone()).collect();
    let many = json!({ "steps": [steps[0], steps[1], "00000000-0000-7000-8000-000000000000"], "note": "Fine" });
    let (status, preview) = call(&world, &hers, "/api/v1/work/preview", "", &many).await;
    assert_eq!((status, preview["steps"].as_array().map(Vec::len), preview["left_out"].as_u64()), (200, Some(2), Some(1)), "{preview}");
    assert_eq!(preview["steps"][0]["datasets"][0]["columns"], json!(["route", "area"]));
    assert_eq!(call(&world, &theirs, "/api/v1/work/approve", "", &many).await.1["code"], "token_scope");
    let (status, done) = call(&world, &hers, "/api/v1/work/approve", "", &many).await;
    assert_eq!((status, done["approved"].as_array().map(Vec::len)), (200, Some(2)), "{done}");
    assert_eq!(call(&world, &hers, "/api/v1/work/approve", "", &many).await.1["approved"], json!([]), "once");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_accepts_terms_names_a_deputy_and_suspends(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("DELETE FROM access_token; UPDATE request_part SET accepted_terms = 1").await.unwrap();
    let jason = world.visitor("jason.lim", &[]).await;
    let steward = world.visitor("steward", &[]).await;
    let sector = Scope::Sector("00000000-0000-7000-8000-000000000001".parse().unwrap());
    let officer = world.visitor("security", &[(Role::TcSecurityOfficer, sector)]).await;
    let his = token(&world, &jason, &["read", "request", "decide"]).await;
    let hers = token(&world, &officer, &["read", "decide"]).await;
    let terms = "/api/v1/agreements/00000000-0000-7000-8000-0000000000a2/terms";
    assert_eq!(get(&world, &his, terms).await, (200, json!({ "owed": null })));
    pool.execute("UPDATE data_sharing_agreement SET obligations = 'Keep it', accept_by = '2026-12-20'").await.unwrap();
    assert_eq!(get(&world, &his, terms).await.1["owed"]["version"], 2);
    assert_eq!(call(&world, &his, terms, "", &json!({ "version": 1 })).await.0, 409, "nobody accepts what is no longer current");
    assert_eq!(call(&world, &hers, terms, "", &json!({ "version": 2 })).await.0, 403, "who watches may read, and accepts nothing");
    assert_eq!(call(&world, &his, terms, "", &json!({ "version": 2 })).await, (200, json!({ "owed": null })));

    let mut away = json!({ "email": "steward@example.invalid", "since": "2028-01-03", "until": "2028-01-02" });
    assert_eq!(codes(&call(&world, &his, "/api/v1/delegations", "", &away).await.1), ["until_before_since"]);
    away["until"] = json!("2028-01-07");
    let (status, named) = call(&world, &his, "/api/v1/delegations", "", &away).await;
    let made = named["delegations"].as_array().unwrap().iter().find(|one| one["deputy"] == "steward").unwrap();
    assert_eq!((status, made["own"].as_bool()), (200, Some(true)), "{named}");
    let end = format!("/api/v1/delegations/{}/end", made["id"].as_str().unwrap());
    let other = token(&world, &steward, &["decide"]).await;
    assert_eq!(call(&world, &other, &end, "", &json!({})).await.0, 404, "who made it ends it");
    assert_eq!(call(&world, &his, &end, "", &json!({})).await.0, 200);

    let all = json!({ "kind": "person", "subject": "jason.lim@example.invalid", "sector": "00000000-0000-7000-8000-000000000001", "reason": "Lost a laptop" });
    assert_eq!(call(&world, &his, "/api/v1/suspensions", "", &all).await.0, 403);
    assert_eq!(call(&world, &hers, "/api/v1/suspensions/preview", "", &all).await.1["count"], 1);
    let mut everywhere = all.clone();
    everywhere["sector"] = json!("everywhere");
    assert_eq!(codes(&call(&world, &hers, "/api/v1/suspensions", "", &everywhere).await.1), ["sector_missing"], "their sector alone");
    let (status, placed) = call(&world, &hers, "/api/v1/suspensions", "", &all).await;
    assert_eq!((status, placed["held"].as_u64()), (200, Some(1)), "{placed}");
    assert_eq!(get(&world, &hers, "/api/v1/suspensions").await.1["suspensions"][0]["reason"], "Lost a laptop");
    let lift = format!("/api/v1/suspensions/{}/lift", placed["id"].as_str().unwrap());
    assert_eq!(codes(&call(&world, &hers, &lift, "", &json!({})).await.1), ["reason_missing"]);
    assert_eq!(call(&world, &hers, &lift, "", &json!({ "reason": "Found" })).await.1["lifted"], 1);
    assert_eq!(call(&world, &hers, &lift, "", &json!({ "reason": "Found" })).await.0, 409);
}
