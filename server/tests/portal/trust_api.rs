//! What pages of trust do, by program: the trail and the security officers' report, promises, problems and incidents, use, quality and its audits, and names
//! of data. The same checks as on the pages, with the rights of the token's maker, and no more than its scopes.

use crate::auditing::{AGREEMENT, describe, read};
use crate::common::{Answer, Visitor, World, token};
use axum::http::Method;
use chrono::TimeDelta;
use domain::audit::Outcome;
use domain::id::SectorId;
use domain::organisation::{Role, Scope};
use seal::SigningKey;
use serde_json::{Value, json};
use server::jobs::audit_seal::follow;
use sqlx::Executor;
use std::collections::BTreeSet;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = crate::auditing::SECTOR;
const PRODUCT: &str = "/api/v1/products/ssot-a.busroutes-dp";
const TASK: &str = "/api/v1/quality-tasks/00000000-0000-7000-8000-0000000000d4";

/// A product with a dataset that can be read at a port, in use for a long time.
async fn world(pool: &PgPool) -> World {
    let world = World::new(pool.clone(), "http://127.0.0.1:1");
    described(&world).await;
    world
}

async fn described(world: &World) {
    describe(world).await;
    world.pool.execute("UPDATE dataset SET table_schema = 'a', table_name = 'staff'; UPDATE product SET created_at = '2026-01-01'").await.unwrap();
}

async fn owner(world: &World) -> Visitor {
    world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await
}

async fn of_sector(world: &World, name: &str, role: Role, sector: &str) -> Visitor {
    world.visitor(name, &[(role, Scope::Sector(SectorId(sector.parse().unwrap())))]).await
}

const ALL: &[&str] = &["read", "request", "decide", "lineage"];

async fn fetch(world: &World, token: &str, path: &str) -> Answer {
    world.send(Method::GET, path, None, None, &[("authorization", &format!("Bearer {token}"))]).await
}

async fn get(world: &World, token: &str, path: &str) -> (u16, Value) {
    said(&fetch(world, token, path).await)
}

async fn call(world: &World, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let headers = [("authorization", format!("Bearer {token}")), ("idempotency-key", "one".to_owned())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    said(&world.send(Method::POST, path, None, Some(&body.to_string()), &headers).await)
}

fn said(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body)))
}

fn codes(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap_or_else(|| panic!("{problem}")).iter().map(|error| error["code"].as_str().unwrap()).collect()
}

/// What went wrong, in one word, with its status.
fn refused((status, problem): (u16, Value)) -> (u16, String) {
    (status, problem["code"].as_str().unwrap_or_else(|| panic!("{problem}")).to_owned())
}

/// Every line of a list, over all its pages, by this field.
async fn pages(world: &World, token: &str, path: &str, name: &str, field: &str) -> Vec<String> {
    let mut next = Some(path.to_owned());
    let mut all = vec![];
    while let Some(path) = next {
        let (status, page) = get(world, token, &path).await;
        assert_eq!(status, 200, "{path}: {page}");
        let lines = page[name].as_array().unwrap();
        assert!(lines.len() <= 50 && (lines.len() == 50 || page["next"].is_null()), "{path}");
        all.extend(lines.iter().map(|line| line[field].to_string()));
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "none is repeated: {all:?}");
    all
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_trail_is_searched_taken_away_and_proved(pool: PgPool) {
    let key = SigningKey::new("pasar.example", [1; 32]).unwrap();
    let world = World::with(pool.clone(), "http://127.0.0.1:1", &[("PASAR_AUDIT_KEY", &key.secret_text())]);
    described(&world).await;
    let event = read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    pool.execute("INSERT INTO audit_event (at, action, object_kind, outcome) SELECT '2026-11-22T04:00:00Z', 'session.sign-out', 'person', 'done' FROM generate_series(1, 120)")
        .await
        .unwrap();
    let auditor = token(&world, &world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await, ALL).await;
    let found = pages(&world, &auditor, "/api/v1/audit/events?action=session.sign-out&from=2026-11-22", "events", "id").await;
    assert_eq!(found.len(), 120);
    let (_, by_column) = get(&world, &auditor, "/api/v1/audit/events?column=staff.nric&purpose=planning&product=ssot-a.busroutes-dp").await;
    assert_eq!((&by_column["events"][0]["id"], &by_column["next"]), (&json!(event), &Value::Null));
    assert!(by_column["events"][0]["detail"].as_str().unwrap().starts_with("took staff: depot, nric (personal"), "{by_column}");
    assert_eq!(get(&world, &auditor, "/api/v1/audit/events?person=nobody@example.invalid").await.1["events"], json!([]));
    let lines = fetch(&world, &auditor, "/api/v1/audit/events.jsonl?column=nric").await.body;
    assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), by_column["events"][0], "one line, the same object");
    assert_eq!(fetch(&world, &auditor, "/api/v1/audit/events.csv?column=nric").await.body.lines().count(), 2);

    let proof = format!("/api/v1/audit/events/{event}/proof");
    assert_eq!(refused(get(&world, &auditor, &proof).await), (409, "conflict".into()), "no checkpoint covers it yet");
    for _ in 0..2 {
        follow(&world.state).await.unwrap();
        world.later(TimeDelta::minutes(1));
    }
    assert_eq!(get(&world, &auditor, &proof).await.1["format"], "pasar-audit-proof-v1");
    assert_eq!(get(&world, &auditor, "/api/v1/audit/events/999999/proof").await.0, 404);

    // A sector's security officer sees that sector alone; whoever has no role, and a token for something else, nothing.
    let here = token(&world, &of_sector(&world, "security.kaur", Role::TcSecurityOfficer, SECTOR).await, ALL).await;
    let elsewhere = of_sector(&world, "security.ng", Role::TcSecurityOfficer, "00000000-0000-7000-8000-000000000099").await;
    let elsewhere = token(&world, &elsewhere, ALL).await;
    assert_eq!(get(&world, &here, "/api/v1/audit/events?column=nric").await.1["events"][0]["id"], json!(event));
    assert_eq!(get(&world, &elsewhere, "/api/v1/audit/events?column=nric").await.1["events"], json!([]));
    assert_eq!(get(&world, &elsewhere, &proof).await.0, 404);
    let officer = world.visitor("siti.yusof", &[]).await;
    let (nobody, asks) = (token(&world, &officer, ALL).await, token(&world, &officer, &["request"]).await);
    for path in ["/api/v1/audit/events", "/api/v1/audit/events.csv", "/api/v1/audit/report", &proof] {
        assert_eq!(refused(get(&world, &nobody, path).await), (403, "forbidden".into()), "{path}");
        assert_eq!(refused(get(&world, &asks, path).await), (403, "token_scope".into()), "{path}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows", "reviews")))]
async fn the_report_is_the_same_as_on_the_page(pool: PgPool) {
    let world = world(&pool).await;
    read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    let here = token(&world, &of_sector(&world, "security.kaur", Role::TcSecurityOfficer, SECTOR).await, ALL).await;
    let (status, report) = get(&world, &here, "/api/v1/audit/report?area=domain:ssot-a&month=2026-11").await;
    assert_eq!((status, &report["from"], &report["until"]), (200, &json!("2026-11-01"), &json!("2026-11-30")), "{report}");
    let one = &report["reads"][0];
    assert_eq!((&one["agreement"], &one["purpose"], &one["reader"]), (&json!(AGREEMENT), &json!("Planning"), &json!("Jason Lim")));
    let mask = json!({ "technique": "mask", "first": 0, "last": 4, "shortest": 8 });
    assert_eq!(one["columns"], json!([{ "name": "nric", "masks": [mask], "masks_unknown": false }]));
    assert_eq!((&report["decisions"][0]["state"], &report["reviews"][0]["state"], &report["cut"]), (&json!("approved"), &json!("open"), &json!([])));
    let csv = fetch(&world, &here, "/api/v1/audit/report.csv?area=domain:ssot-a&month=2026-11&table=reads").await;
    assert!(csv.body.contains("Jason Lim") && csv.body.lines().count() == 2, "{}", csv.body);
    assert_eq!(get(&world, &here, "/api/v1/audit/report?area=domain:nowhere").await.0, 404);
    assert_eq!(get(&world, &here, "/api/v1/audit/report.csv?table=nothing").await.0, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_promise_is_declared_changed_and_ended(pool: PgPool) {
    let world = world(&pool).await;
    let hers = token(&world, &owner(&world).await, ALL).await;
    let stranger = token(&world, &world.visitor("stranger", &[]).await, ALL).await;
    let levels = format!("{PRODUCT}/service-levels");
    let promise = |target: f64| {
        json!({ "dimension": "freshness", "objective": "Fresh by nine", "measure": "reported", "comparison": "at-most", "bound": 26.5,
                "target": target, "window_days": 30, "every_minutes": 1440 })
    };
    assert_eq!(refused(call(&world, &stranger, &levels, &promise(99.5)).await), (403, "forbidden".into()));
    let (status, wrong) = call(&world, &hers, &levels, &json!({ "dimension": "beauty", "about": "gone.away" })).await;
    assert!(status == 422 && codes(&wrong).contains(&"dimension_unknown") && codes(&wrong).contains(&"about_unknown"), "{wrong}");
    assert_eq!(refused(call(&world, &hers, &levels, &json!({ "unheard": 1 })).await), (422, "malformed".into()));
    let (status, made) = call(&world, &hers, &levels, &promise(99.5)).await;
    assert_eq!((status, &made["state"], &made["target_percent"]), (201, &json!("not-measured"), &json!(99.5)), "{made}");
    let (status, again) = call(&world, &hers, &levels, &promise(98.0)).await;
    assert_eq!((status, &again["id"], &again["target_percent"]), (200, &made["id"], &json!(98.0)), "the same words are the same promise");
    let one = format!("{levels}/{}", made["id"].as_str().unwrap());
    assert_eq!(codes(&call(&world, &hers, &format!("{one}/end"), &json!({ "reason": "no" })).await.1), ["reason_missing"]);
    assert_eq!(call(&world, &stranger, &format!("{one}/end"), &json!({ "reason": "It is in my way" })).await.0, 403);
    assert_eq!(call(&world, &hers, &format!("{one}/end"), &json!({ "reason": "The load has gone" })).await.0, 200);
    assert_eq!(get(&world, &hers, &one).await.0, 404);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'service-level' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions.len(), 3, "{actions:?}");

    // Those that are not kept, over pages: broken first. None moves, when one of them is kept meanwhile.
    pool.execute(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, state, state_since)
         SELECT gen_random_uuid(), p.id, 'Volume', 'Promise ' || n, 99, '%', '30 days', 'somehow', n, CASE WHEN n % 2 = 0 THEN 'breached' ELSE 'at-risk' END,
                '2026-11-20'::timestamptz + n % 7 * interval '1 hour' FROM product p CROSS JOIN generate_series(1, 120) AS n",
    )
    .await
    .unwrap();
    let all = pages(&world, &stranger, "/api/v1/service-levels?sector=geospatial", "service_levels", "id").await;
    let states = pages(&world, &stranger, "/api/v1/service-levels", "service_levels", "objective").await;
    assert_eq!((all.len(), states.len()), (120, 120));
    assert_eq!(get(&world, &stranger, "/api/v1/service-levels").await.1["service_levels"][49]["state"], "breached");
    assert_eq!(get(&world, &stranger, "/api/v1/service-levels?sector=nowhere").await.1["service_levels"], json!([]));
    assert_eq!(refused(get(&world, &stranger, "/api/v1/service-levels?after=x").await), (422, "malformed".into()));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn problems_are_answered_and_mended_with_their_incident(pool: PgPool) {
    let world = world(&pool).await;
    let hers = token(&world, &owner(&world).await, ALL).await;
    let (officer, stranger) = (world.visitor("officer", &[]).await, world.visitor("stranger", &[]).await);
    let (officer, stranger) = (token(&world, &officer, ALL).await, token(&world, &stranger, ALL).await);
    let report = json!({ "place": "staff.depot", "about": "values", "words": "Half of them are empty" });
    let (status, reported) = call(&world, &officer, &format!("{PRODUCT}/problems"), &report).await;
    assert_eq!(status, 201, "{reported}");
    let problem = format!("/api/v1/problems/{}", reported["id"].as_str().unwrap());
    let (_, waiting) = get(&world, &hers, "/api/v1/problems").await;
    assert_eq!((&waiting["problems"][0]["id"], &waiting["problems"][0]["product"]), (&reported["id"], &json!("ssot-a.busroutes-dp")));
    assert_eq!(get(&world, &stranger, "/api/v1/problems").await.1, json!({ "problems": [], "next": null }));
    assert_eq!(refused(get(&world, &stranger, &problem).await), (403, "forbidden".into()));
    assert_eq!(get(&world, &officer, &problem).await.1["state"], "reported");

    let answer = format!("{problem}/answer");
    assert_eq!(codes(&call(&world, &hers, &answer, &json!({ "incident": "x" })).await.1), ["state_unknown", "text_missing", "incident_unknown"]);
    assert_eq!(call(&world, &officer, &answer, &json!({ "to": "mended", "text": "I did it" })).await.0, 403);
    let incidents = format!("{PRODUCT}/incidents");
    let title = json!({ "title": "Depots are missing" });
    assert_eq!(refused(call(&world, &stranger, &incidents, &title).await), (403, "forbidden".into()));
    assert_eq!(codes(&call(&world, &hers, &incidents, &json!({ "title": "no" })).await.1), ["title_missing"]);
    let (status, opened) = call(&world, &hers, &incidents, &title).await;
    assert_eq!((status, &opened["mended_at"]), (201, &Value::Null), "{opened}");
    assert_eq!(call(&world, &hers, &incidents, &title).await, (200, opened.clone()), "sent twice, it is one");
    assert_eq!(call(&world, &stranger, &incidents, &title).await.0, 403, "and still nothing for others");
    let accepted = json!({ "to": "accepted", "text": "We look into it", "incident": opened["id"] });
    let (status, answered) = call(&world, &hers, &answer, &accepted).await;
    assert_eq!((status, &answered["state"], &answered["incident"]["id"]), (200, &json!("accepted"), &opened["id"]), "{answered}");
    let mend = format!("{incidents}/{}/mend", opened["id"].as_str().unwrap());
    assert_eq!(codes(&call(&world, &hers, &mend, &json!({})).await.1), ["cause_missing"]);
    let (status, mended) = call(&world, &hers, &mend, &json!({ "cause": "A load was repeated" })).await;
    assert!(status == 200 && mended["mended_at"].is_string() && mended["problems"] == 1, "{mended}");
    assert_eq!(refused(call(&world, &hers, &mend, &json!({ "cause": "Once more please" })).await), (409, "conflict".into()));
    let (_, over) = get(&world, &officer, &problem).await;
    assert_eq!((&over["state"], over["answers"].as_array().map(Vec::len)), (&json!("mended"), Some(2)), "{over}");
    assert_eq!(get(&world, &hers, "/api/v1/problems").await.1["problems"], json!([]));
    let from: String = sqlx::query_scalar("SELECT client_address FROM audit_event WHERE action = 'incident.mend'").fetch_one(&pool).await.unwrap();
    assert!(from.contains("token "), "the trail says that it was a token: {from}");

    pool.execute(
        "INSERT INTO problem (id, product_id, about, words, submission_key, reported_by, reported_at, state)
         SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000005', 'values', 'It is wrong', gen_random_uuid(), '00000000-0000-7000-8000-000000000004',
                '2026-11-22T00:00:00Z'::timestamptz + n % 3 * interval '1 hour', 'reported' FROM generate_series(1, 120) AS n",
    )
    .await
    .unwrap();
    assert_eq!(pages(&world, &hers, "/api/v1/problems", "problems", "id").await.len(), 120);
    // The last of a page is answered meanwhile: the next page goes on behind it all the same.
    let (_, first) = get(&world, &hers, "/api/v1/problems").await;
    let last = format!("/api/v1/problems/{}/answer", first["problems"][49]["id"].as_str().unwrap());
    assert_eq!(call(&world, &hers, &last, &json!({ "to": "declined", "text": "It is as it should be" })).await.0, 200);
    let rest = pages(&world, &hers, first["next"].as_str().unwrap(), "problems", "id").await;
    assert_eq!(rest.len(), 70);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn readers_say_how_it_was_and_owners_see_what_nobody_reads(pool: PgPool) {
    let world = world(&pool).await;
    let hers = token(&world, &owner(&world).await, ALL).await;
    let (holder, stranger) = (world.visitor("jason.lim", &[]).await, world.visitor("stranger", &[]).await);
    let (holder, stranger) = (token(&world, &holder, ALL).await, token(&world, &stranger, ALL).await);
    let (_, unread) = get(&world, &hers, "/api/v1/usage").await;
    assert_eq!((&unread["products"][0]["product"], &unread["products"][0]["last_read"]), (&json!("ssot-a.busroutes-dp"), &Value::Null), "{unread}");
    assert_eq!(get(&world, &stranger, "/api/v1/usage").await.1, json!({ "products": [], "next": null }));
    let usage = format!("{PRODUCT}/usage");
    let word = json!({ "useful": 4, "trusted": 2 });
    assert_eq!(refused(call(&world, &holder, &usage, &word).await), (409, "conflict".into()), "after use");
    read(&world, "2026-11-22T03:00:00Z", Outcome::Done).await;
    assert_eq!(codes(&call(&world, &holder, &usage, &json!({ "useful": 9 })).await.1), ["useful_missing", "trusted_missing"]);
    assert_eq!(call(&world, &holder, &usage, &word).await.0, 200);
    assert_eq!(call(&world, &stranger, &usage, &word).await.0, 409);
    assert_eq!(get(&world, &stranger, &usage).await.1["satisfaction"], json!({ "answers": 1, "useful": 4.0, "trusted": 2.0 }));
    assert_eq!(get(&world, &hers, "/api/v1/usage").await.1["products"][0]["satisfaction"]["trusted"], 2.0, "read, and not liked");
    assert_eq!(get(&world, &hers, "/api/v1/usage?after=ssot-a.busroutes-dp").await.1["products"], json!([]));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_centre_says_what_it_expects_and_plans_audits(pool: PgPool) {
    let world = world(&pool).await;
    let theirs = token(&world, &of_sector(&world, "curator.lee", Role::TcCurator, SECTOR).await, ALL).await;
    let officer = token(&world, &world.visitor("officer", &[]).await, ALL).await;
    let benchmarks = "/api/v1/quality/geospatial/benchmarks";
    let expected = json!({ "layer": "all", "at_least": 95.5, "within_days": 7, "reason": "Officers rely on it" });
    assert_eq!(refused(call(&world, &officer, benchmarks, &expected).await), (403, "forbidden".into()));
    assert_eq!(codes(&call(&world, &theirs, benchmarks, &json!({})).await.1), ["layer_unknown", "share_wrong", "days_wrong", "reason_missing"]);
    let (status, set) = call(&world, &theirs, benchmarks, &expected).await;
    assert_eq!((status, &set["expectations"][0]["layer"], &set["expectations"][0]["at_least"]), (200, &json!("all"), &json!(95.5)), "{set}");
    let (_, sector) = get(&world, &officer, "/api/v1/quality/geospatial?short=true").await;
    assert_eq!(
        sector["products"][0]["against"],
        json!([{ "layer": "all", "shortfall": "never-checked", "latest_at": null, "checks": null }]),
        "{sector}"
    );
    assert_eq!(get(&world, &officer, "/api/v1/quality").await.1["sectors"][0]["short"], 1);
    assert_eq!(get(&world, &officer, "/api/v1/quality/geospatial?until=2026-01-01").await.1["expectations"], json!([]), "as it stood then");

    let plans = "/api/v1/quality/geospatial/audits";
    let mut plan = json!({ "name": "Quarterly look", "scope": "products", "products": ["ssot-a.busroutes-dp"], "criteria": ["all"], "rhythm": "quarter",
                           "first_on": "2026-12-01", "announce_days": 7, "mend_days": 30, "told": ["team"] });
    assert_eq!(call(&world, &officer, plans, &plan).await.0, 403);
    let (status, made) = call(&world, &theirs, plans, &plan).await;
    assert_eq!((status, &made["products"], &made["next_on"]), (201, &json!(["ssot-a.busroutes-dp"]), &json!("2026-12-01")), "{made}");
    assert_eq!(call(&world, &theirs, plans, &plan).await.1["id"], made["id"], "the same key plans once");
    let one = format!("/api/v1/quality-audits/plans/{}", made["id"].as_str().unwrap());
    assert_eq!(get(&world, &officer, &one).await.1["name"], "Quarterly look");
    assert_eq!(get(&world, &officer, "/api/v1/quality-audits/plans?sector=geospatial").await.1["plans"][0]["id"], made["id"]);
    plan["name"] = "Another name".into();
    assert_eq!(codes(&call(&world, &theirs, &format!("{one}/change"), &plan).await.1), ["version_missing"]);
    plan["version"] = made["version"].clone();
    plan["products"] = json!(["ssot-a.nowhere"]);
    assert_eq!(codes(&call(&world, &theirs, &format!("{one}/change"), &plan).await.1), ["product_unknown"]);
    plan["products"] = json!(["ssot-a.busroutes-dp"]);
    let (status, changed) = call(&world, &theirs, &format!("{one}/change"), &plan).await;
    assert_eq!((status, &changed["name"]), (200, &json!("Another name")), "{changed}");
    assert_eq!(refused(call(&world, &theirs, &format!("{one}/change"), &plan).await), (409, "conflict".into()), "of an older version");
    assert_eq!(codes(&call(&world, &theirs, &format!("{one}/state"), &json!({ "to": "gone" })).await.1), ["state_unknown"]);
    let pause = json!({ "to": "paused", "version": changed["version"] });
    assert_eq!(call(&world, &officer, &format!("{one}/state"), &pause).await.0, 403);
    assert_eq!(call(&world, &theirs, &format!("{one}/state"), &pause).await.1["state"], "paused");

    let end = format!("{benchmarks}/{}/end", set["expectations"][0]["id"].as_str().unwrap());
    assert_eq!(call(&world, &officer, &end, &json!({})).await.0, 403);
    assert_eq!(call(&world, &theirs, &end, &json!({})).await.1["expectations"], json!([]));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows", "trust")))]
async fn what_an_audit_asks_is_answered_and_decided(pool: PgPool) {
    let world = World::new(pool.clone(), "http://127.0.0.1:1");
    let hers = token(&world, &owner(&world).await, ALL).await;
    let curator = of_sector(&world, "curator.lee", Role::TcCurator, SECTOR).await;
    let (theirs, asks) = (token(&world, &curator, ALL).await, token(&world, &curator, &["read", "request"]).await);
    let officer = token(&world, &world.visitor("officer", &[]).await, ALL).await;
    let id = json!(TASK.rsplit('/').next().unwrap());
    let (_, mine) = get(&world, &hers, "/api/v1/quality-tasks").await;
    assert_eq!((&mine["tasks"][0]["id"], &mine["tasks"][0]["state"], &mine["next"]), (&id, &json!("open"), &Value::Null), "{mine}");
    assert_eq!(get(&world, &theirs, "/api/v1/quality-tasks?of=watched").await.1["tasks"], json!([]), "not late, and nobody disagrees");
    assert_eq!(codes(&get(&world, &theirs, "/api/v1/quality-tasks?of=all").await.1), ["list_unknown"]);
    assert_eq!(refused(get(&world, &officer, TASK).await), (403, "forbidden".into()));
    let disputed = json!({ "to": "disputed", "text": "The check is wrong" });
    let answer = format!("{TASK}/answer");
    assert_eq!(call(&world, &officer, &answer, &disputed).await.0, 403);
    assert_eq!(codes(&call(&world, &hers, &answer, &json!({ "to": "promised", "text": "It will be" })).await.1), ["day_wrong"]);
    let (status, task) = call(&world, &hers, &answer, &disputed).await;
    assert_eq!((status, &task["state"], &task["answers"][0]["text"]), (200, &json!("disputed"), &json!("The check is wrong")), "{task}");
    assert_eq!(get(&world, &theirs, "/api/v1/quality-tasks?of=watched").await.1["tasks"][0]["id"], id);
    let (decide, excused) = (format!("{TASK}/decide"), json!({ "to": "excused", "text": "It is replaced in spring" }));
    assert_eq!(call(&world, &hers, &decide, &excused).await.0, 403, "nobody lets themselves off");
    assert_eq!(refused(call(&world, &asks, &decide, &excused).await), (403, "token_scope".into()));
    assert_eq!(call(&world, &theirs, &decide, &excused).await.1["state"], "excused");
    assert_eq!(refused(call(&world, &hers, &answer, &disputed).await), (409, "conflict".into()), "it is over");
    assert_eq!(pages(&world, &theirs, "/api/v1/quality-audits", "audits", "id").await.len(), 1);
    let csv = fetch(&world, &theirs, "/api/v1/quality-audits/00000000-0000-7000-8000-0000000000d3/results.csv").await;
    assert!(csv.status == 200 && csv.body.starts_with("kind,product"), "{}", csv.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn names_of_data_are_claimed_and_given_back(pool: PgPool) {
    let world = world(&pool).await;
    let keeper = owner(&world).await;
    let (hers, without) = (token(&world, &keeper, ALL).await, token(&world, &keeper, &["read", "request"]).await);
    let officer = token(&world, &world.visitor("officer", &[]).await, ALL).await;
    let (claim, release) = ("/api/v1/lineage/names/claim", "/api/v1/lineage/names/release");
    let name = json!({ "namespace": "s3://lake", "name": "staff.csv", "dataset": "ssot-a.busroutes-dp.staff" });
    assert_eq!(refused(call(&world, &officer, claim, &name).await), (403, "forbidden".into()));
    assert_eq!(refused(call(&world, &without, claim, &name).await), (403, "token_scope".into()));
    let (status, wrong) = call(&world, &hers, claim, &json!({ "dataset": "ssot-a.busroutes-dp.gone" })).await;
    assert_eq!((status, codes(&wrong)), (422, vec!["namespace_unusable", "name_unusable", "dataset_unknown"]));
    let (status, claimed) = call(&world, &hers, claim, &name).await;
    assert_eq!(status, 200, "{claimed}");
    let names = format!("{PRODUCT}/lineage/names");
    let (_, listed) = get(&world, &hers, &names).await;
    let known = listed["names"].as_array().unwrap().iter().any(|one| one["name"] == "staff.csv" && one["dataset"] == "ssot-a.busroutes-dp.staff");
    assert!(known, "{listed}");
    assert_eq!(get(&world, &officer, &names).await.0, 403);
    let (status, left) = call(&world, &hers, release, &name).await;
    assert!(status == 200 && !left["names"].to_string().contains("staff.csv"), "{left}");
    assert_eq!(call(&world, &hers, release, &name).await.0, 404, "given back once");
    // Placeholders that one's own programs named may be claimed, over pages.
    sqlx::query("INSERT INTO lineage_node (namespace, name, first_at, first_by) SELECT 's3://lake', 'part-' || n, '2026-11-22', $1 FROM generate_series(1, 120) AS n")
        .bind(keeper.person.0)
        .execute(&pool)
        .await
        .unwrap();
    let mine = pages(&world, &hers, "/api/v1/lineage/names", "names", "name").await;
    assert!(mine.iter().filter(|name| name.contains("part-")).count() == 120, "{mine:?}");
    assert_eq!(get(&world, &officer, "/api/v1/lineage/names").await.1["names"], json!([]));
    assert_eq!(refused(get(&world, &hers, "/api/v1/lineage/names?after=x").await), (422, "malformed".into()));
}
