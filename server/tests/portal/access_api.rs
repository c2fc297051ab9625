//! What programs do around access with a token, as people do on pages: teams, machine clients, rules, drift, how long sharing takes,
//! webhooks, the basket and the form that was begun, notices, and what waits.

use crate::common::{Answer, Visitor, World};
use crate::granting::Granting;
use axum::http::Method;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PORT: &str = "ssot-a.busroutes-dp.output-port1.routes";

/// A dataset that can be asked for.
const READABLE: &str = "
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
    INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
        VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', false, false, 'restricted', 'non-sensitive', 'none');
    INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')";

fn domain() -> Scope {
    Scope::Domain(DOMAIN.parse().unwrap())
}

/// A token of somebody's, made on their page.
async fn token(world: &World, who: &Visitor, scopes: &[&str]) -> String {
    let scopes = scopes.iter().fold(String::new(), |all, scope| all + "&scopes=" + scope);
    let made = world.post("/mine/tokens", Some(&who.cookie), &format!("csrf={}&name=Program&until=2026-12-31{scopes}", who.csrf)).await;
    made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned()
}

fn read(answer: &Answer) -> (u16, Value) {
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body)))
}

async fn get(world: &World, token: &str, path: &str) -> (u16, Value) {
    read(&world.send(Method::GET, path, None, None, &[("authorization", &format!("Bearer {token}"))]).await)
}

async fn call(world: &World, token: &str, path: &str, body: Value) -> (u16, Value) {
    read(&world.send(Method::POST, path, None, Some(&body.to_string()), &[("authorization", &format!("Bearer {token}"))]).await)
}

/// The only fault's code.
fn fault(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{}", answer.1)))
}

fn length(list: &Value) -> usize {
    list.as_array().unwrap_or_else(|| panic!("{list}")).len()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_keeps_teams(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let (ann, ben) = (world.visitor("ann", &[]).await, world.visitor("ben", &[]).await);
    let (ann_token, ben_token) = (token(&world, &ann, &["read", "request"]).await, token(&world, &ben, &["read", "request"]).await);
    assert_eq!(get(&world, &ann_token, "/api/v1/teams").await, (200, json!({ "teams": [], "all": null })));
    let new = json!({ "name": "Mobility study", "about": "Buses" });
    assert_eq!(fault(&call(&world, &ann_token, "/api/v1/teams", new.clone()).await), (422, "agency_unknown"));
    pool.execute("UPDATE person SET agency = 'land-transport'").await.unwrap();
    assert_eq!(fault(&call(&world, &ann_token, "/api/v1/teams", json!({})).await), (422, "name_missing"));
    let (status, made) = call(&world, &ann_token, "/api/v1/teams", new.clone()).await;
    assert_eq!((status, made["standing"].as_str(), length(&made["people"])), (201, Some("lead"), 1), "{made}");
    assert_eq!(fault(&call(&world, &ben_token, "/api/v1/teams", new).await), (422, "name_taken"));
    let team = format!("/api/v1/teams/{}", made["id"].as_str().unwrap());
    assert_eq!(get(&world, &ben_token, &team).await.0, 404, "who is not in it learns nothing");
    assert_eq!(call(&world, &ben_token, &format!("{team}/add"), json!({ "email": "ben@example.invalid" })).await.0, 404);
    assert_eq!(fault(&call(&world, &ann_token, &format!("{team}/add"), json!({ "email": "x@example.invalid" })).await), (422, "person_unknown"));
    let (status, with_ben) = call(&world, &ann_token, &format!("{team}/add"), json!({ "email": "ben@example.invalid" })).await;
    assert_eq!((status, length(&with_ben["people"])), (200, 2));
    assert_eq!(get(&world, &ben_token, &team).await.1["standing"], "member");
    let ben_leads = json!({ "person": ben.person, "lead": true });
    assert_eq!(call(&world, &ben_token, &format!("{team}/lead"), ben_leads.clone()).await.0, 403);
    assert_eq!(fault(&call(&world, &ann_token, &format!("{team}/lead"), json!({})).await), (422, "person_unknown"));
    assert_eq!(call(&world, &ann_token, &format!("{team}/remove"), json!({ "person": ann.person })).await.0, 409, "somebody must lead");
    assert_eq!(call(&world, &ann_token, &format!("{team}/lead"), ben_leads).await.0, 200);
    assert_eq!(call(&world, &ann_token, &format!("{team}/remove"), json!({ "person": ann.person })).await.0, 200);
    assert_eq!(get(&world, &ann_token, &team).await.0, 404);
    assert_eq!(call(&world, &ben_token, &format!("{team}/end"), json!({})).await.1["ended"], true);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'team' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["team.make", "team.join", "team.lead", "team.leave", "team.end"], "the same trail as from the pages");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_keeps_machine_clients_and_only_one_scope_makes_their_credentials(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    let jason = place.holder().await;
    let steward = world.visitor("steward", &[(Role::Steward, domain())]).await;
    let his = token(world, &jason, &["read", "request", "decide", "measure"]).await;
    let making = token(world, &jason, &["credential"]).await;
    let hers = token(world, &steward, &["read", "request", "credential"]).await;
    let machines = format!("/api/v1{}/machines", place.page);
    assert_eq!(fault(&call(world, &his, &machines, json!({})).await), (422, "machine_missing"));
    let (status, made) = call(world, &his, &machines, json!({ "machine": "Nightly load" })).await;
    assert_eq!((status, made["machines"][0]["credential_at"].is_null()), (201, true), "{made}");
    assert_eq!(fault(&call(world, &his, &machines, json!({ "machine": "nightly LOAD" })).await), (422, "machine_refused"));
    let named = json!({ "machine": made["machines"][0]["id"] });
    let credential = format!("{machines}/credential");
    assert_eq!(call(world, &his, &credential, named.clone()).await.1["code"], "token_scope", "no other scope opens rows");
    assert_eq!(call(world, &hers, &credential, named.clone()).await.0, 403, "nor whoever looks after the product");
    assert_eq!(call(world, &making, &credential, json!({ "machine": jason.person })).await.0, 404);
    let (status, first) = call(world, &making, &credential, named.clone()).await;
    assert_eq!(status, 200, "{first}");
    let first = first["token"].as_str().unwrap().to_owned();
    assert_eq!(place.read(&first).await.status, 200);
    let (_, second) = call(world, &making, &credential, named.clone()).await;
    let second = second["token"].as_str().unwrap().to_owned();
    assert_eq!((place.read(&first).await.status.as_u16(), place.read(&second).await.status.as_u16()), (401, 200), "the former one is dead");
    let (status, listed) = get(world, &hers, &machines).await;
    assert_eq!((status, listed["machines"][0]["name"].as_str()), (200, Some("Nightly load")));
    assert!(!listed.to_string().contains(&second), "a secret is in one answer alone");
    assert_eq!(call(world, &hers, &format!("{machines}/end"), named.clone()).await.0, 403);
    assert_eq!(call(world, &his, &format!("{machines}/end"), named).await.1["machines"], json!([]));
    assert!(place.read(&second).await.body.contains("credential_ended"));
    place.work().await;
    assert!(place.session(&second).await.is_err(), "nor at the source");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_keeps_the_rules_of_a_domain(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let owner = world.visitor("owner", &[(Role::Owner, domain())]).await;
    let officer = world.visitor("officer", &[]).await;
    let his = token(&world, &owner, &["read", "decide"]).await;
    let asking = token(&world, &owner, &["read", "request"]).await;
    let other = token(&world, &officer, &["read", "decide"]).await;
    let scope = format!("domain:{DOMAIN}");
    let rule = json!({ "title": "Restricted rows", "scope": scope, "classification": ["restricted"], "agency": "other", "first": "owner", "second": "security" });
    assert_eq!(call(&world, &asking, "/api/v1/rules", rule.clone()).await.1["code"], "token_scope");
    assert_eq!(call(&world, &other, "/api/v1/rules", rule.clone()).await.0, 403);
    let whole = json!({ "title": "All", "scope": "whole", "first": "owner" });
    assert_eq!(fault(&call(&world, &his, "/api/v1/rules", whole).await), (422, "scope_unknown"), "not where others say so");
    let (status, made) = call(&world, &his, "/api/v1/rules", rule).await;
    assert_eq!((status, made["may_change"].as_bool(), length(&made["asks"]["steps"])), (201, Some(true), 2), "{made}");
    assert_eq!(made["applies"]["classification"], json!(["restricted"]));
    let (_, listed) = get(&world, &other, &format!("/api/v1/rules?scope={scope}")).await;
    assert_eq!((length(&listed["rules"]), length(&listed["may_add"])), (1, 0), "{listed}");
    assert_eq!(listed["rules"][0]["may_change"], false);
    let path = format!("/api/v1/rules/{}", made["code"].as_str().unwrap());
    assert_eq!(call(&world, &other, &format!("{path}/retire"), json!({})).await.0, 403);
    assert!(call(&world, &his, &format!("{path}/retire"), json!({})).await.1["retired_at"].is_string());
    assert!(call(&world, &his, &format!("{path}/restore"), json!({})).await.1["retired_at"].is_null());
    assert_eq!(call(&world, &his, "/api/v1/rules/nothing/retire", json!({})).await.0, 404);

    // A trusted centre's curator adds one for the sector, on the page or by a call.
    let sector = "00000000-0000-7000-8000-000000000001";
    let curator = world.visitor("curator", &[(Role::TcCurator, Scope::Sector(sector.parse().unwrap()))]).await;
    assert!(world.get("/rules", Some(&curator.cookie)).await.body.contains(&format!("value=\"sector:{sector}\"")));
    let hers = token(&world, &curator, &["decide"]).await;
    let of_sector = json!({ "title": "Of the sector", "scope": format!("sector:{sector}"), "first": "security" });
    let (status, made) = call(&world, &hers, "/api/v1/rules", of_sector).await;
    assert_eq!((status, made["scope_title"].as_str()), (201, Some("Geospatial")), "{made}");
    assert_eq!(call(&world, &his, &format!("/api/v1/rules/{}/retire", made["code"].as_str().unwrap()), json!({})).await.0, 403);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_reads_drift_and_how_long_sharing_takes(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let sector = |id: &str| Scope::Sector(id.parse().unwrap());
    let own = world.visitor("security", &[(Role::TcSecurityOfficer, sector("00000000-0000-7000-8000-000000000001"))]).await;
    let elsewhere = world.visitor("elsewhere", &[(Role::TcSecurityOfficer, sector("00000000-0000-7000-8000-0000000000ff"))]).await;
    let officer = world.visitor("officer", &[]).await;
    pool.execute(
        "INSERT INTO drift_finding (id, source, agreement_id, product_id, kind, object, found, state, found_at, seen_at) VALUES (gen_random_uuid(),
         'postgres', '00000000-0000-7000-8000-0000000000a2', '00000000-0000-7000-8000-000000000005', 'privilege.elsewhere', 'ssot_a.routes', 'SELECT',
         'open', '2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z')",
    )
    .await
    .unwrap();
    let (hers, theirs) = (token(&world, &own, &["read"]).await, token(&world, &elsewhere, &["read"]).await);
    let (status, found) = get(&world, &hers, "/api/v1/drift").await;
    assert_eq!((status, found["findings"][0]["object"].as_str()), (200, Some("ssot_a.routes")), "{found}");
    assert_eq!(get(&world, &theirs, "/api/v1/drift").await.1, json!({ "findings": [], "failing": [] }), "their sector alone");
    let his = token(&world, &officer, &["read"]).await;
    assert_eq!(get(&world, &his, "/api/v1/drift").await.0, 403);

    let (status, sharing) = get(&world, &his, "/api/v1/sharing?from=2026-11&until=2026-11").await;
    assert_eq!((status, sharing["all"]["funnel"]["submitted"].as_u64()), (200, Some(1)), "{sharing}");
    assert_eq!((sharing["target_days"].as_f64(), length(&sharing["months"])), (Some(7.0), 1));
    assert_eq!(sharing["products"][0]["product"], "ssot-a.busroutes-dp");
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    world.settle().await;
    assert_eq!(get(&world, &his, "/api/v1/sharing").await.1["products"], json!([]), "nothing of what its maker may not know of");
    let csv = world.send(Method::GET, "/api/v1/sharing.csv", None, None, &[("authorization", &format!("Bearer {his}"))]).await;
    assert!(csv.status == 200 && csv.body.starts_with("group,name,address,submitted"), "{}", csv.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_keeps_webhooks_and_sends_again(pool: PgPool) {
    let world = World::with(pool.clone(), "http://localhost:1", &[("PASAR_SECRET", "a secret of the test, 32 letters")]);
    let owner = world.visitor("owner", &[(Role::Owner, domain())]).await;
    let officer = world.visitor("officer", &[]).await;
    let his = token(&world, &owner, &["read", "decide"]).await;
    let other = token(&world, &officer, &["read", "decide"]).await;
    let new = json!({ "url": "https://hooks.example/in", "scope": DOMAIN, "topics": ["product.published"] });
    assert_eq!(fault(&call(&world, &other, "/api/v1/webhooks", new.clone()).await), (422, "scope_missing"));
    let (status, made) = call(&world, &his, "/api/v1/webhooks", new).await;
    assert_eq!((status, made["webhook"]["scope"].as_str()), (201, Some(DOMAIN)), "{made}");
    let secret = made["secret"].as_str().unwrap();
    let path = format!("/api/v1/webhooks/{}", made["webhook"]["id"].as_str().unwrap());
    let (_, listed) = get(&world, &his, "/api/v1/webhooks").await;
    assert!(listed.to_string().contains("hooks.example/in") && !listed.to_string().contains(secret), "{listed}");
    assert_eq!(get(&world, &other, "/api/v1/webhooks").await.1, json!({ "webhooks": [] }));
    for way in ["", "/deliveries"] {
        assert_eq!(get(&world, &other, &format!("{path}{way}")).await.0, 404);
    }
    let id: uuid::Uuid = made["webhook"]["id"].as_str().unwrap().parse().unwrap();
    sqlx::query(
        "INSERT INTO webhook_delivery (id, webhook_id, event_id, body, state, made_at, attempts, status, answer) VALUES
         ('00000000-0000-7000-8000-0000000000f1', $1, '00000000-0000-7000-8000-0000000000e1', '{\"type\": \"agreement.granted\"}', 'failed',
          '2026-11-22T00:00:00Z', 10, 503, 'Down')",
    )
    .bind(id)
    .execute(&pool)
    .await
    .unwrap();
    let (_, sent) = get(&world, &his, &format!("{path}/deliveries")).await;
    assert_eq!(
        (sent["deliveries"][0]["state"].as_str(), sent["deliveries"][0]["body"]["type"].as_str()),
        (Some("failed"), Some("agreement.granted"))
    );
    let again = json!({ "delivery": sent["deliveries"][0]["id"] });
    assert_eq!(call(&world, &other, &format!("{path}/replay"), again.clone()).await.0, 404);
    assert_eq!(call(&world, &his, &format!("{path}/replay"), again.clone()).await.1["deliveries"][0]["state"], "waiting");
    assert_eq!(call(&world, &his, &format!("{path}/replay"), again).await.0, 409, "it waits anyway");
    assert!(call(&world, &his, &format!("{path}/pause"), json!({})).await.1["paused_at"].is_string());
    assert!(call(&world, &his, &format!("{path}/resume"), json!({})).await.1["paused_at"].is_null());
    let (status, left) = call(&world, &his, &format!("{path}/remove"), json!({})).await;
    assert!(status == 200 && !left.to_string().contains("hooks.example/in"), "{left}");
    assert_eq!(get(&world, &his, &path).await.0, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_fills_the_basket_and_begins_what_a_person_ends(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(READABLE).await.unwrap();
    let officer = world.visitor("officer", &[]).await;
    let his = token(&world, &officer, &["read", "request"]).await;
    assert_eq!(call(&world, &his, "/api/v1/basket/add", json!({ "port": "no.such.port.here" })).await.0, 404);
    let (status, filled) = call(&world, &his, "/api/v1/basket/add", json!({ "port": PORT })).await;
    assert_eq!((status, filled["basket"][0]["port"].as_str()), (200, Some(PORT)), "{filled}");
    assert!(world.get("/basket", Some(&officer.cookie)).await.body.contains("Routes"));
    assert_eq!(call(&world, &his, "/api/v1/basket/remove", json!({ "port": PORT })).await.1["basket"], json!([]));

    assert_eq!(get(&world, &his, "/api/v1/purposes").await.1, json!({ "purposes": [{ "code": "planning", "title": "Planning" }] }));
    assert_eq!(get(&world, &his, "/api/v1/requests/draft").await.1, json!({ "draft": null, "saved_at": null }));
    let begun = json!({ "ports": [PORT], "purpose": "planning", "explanation": "Shift lengths", "columns": { PORT: ["route"] }, "rows": { PORT: { "area": ["AM", "BD"] } } });
    let (status, kept) = call(&world, &his, "/api/v1/requests/draft", begun).await;
    assert_eq!((status, &kept["draft"]["rows"][PORT]["area"], &kept["draft"]["columns"][PORT]), (200, &json!(["AM", "BD"]), &json!(["route"])));
    let form = world.get("/requests/new?draft", Some(&officer.cookie)).await;
    assert!(form.status == 200 && form.body.contains("Shift lengths"), "its maker goes on with it: {}", form.body);
    // What was begun can be sent as it was given back, once it is whole.
    let mut whole = kept["draft"].clone();
    for (field, value) in [("legal_basis", "law"), ("team", "us"), ("until", "2027-06-30")] {
        whole[field] = json!(value);
    }
    whole["rows"] = json!({});
    whole["terms"] = json!({ "ssot-a.busroutes-dp": 1 });
    let (status, checked) = call(&world, &his, "/api/v1/requests/check", whole).await;
    assert_eq!(status, 200, "{checked}");
    assert_eq!(call(&world, &his, "/api/v1/requests/draft/throw-away", json!({})).await.1["draft"], Value::Null);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_reads_what_waits_and_says_how_its_maker_is_told(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let jason = world.visitor("jason.lim", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, domain())]).await;
    let his = token(&world, &jason, &["read", "request"]).await;
    let hers = token(&world, &steward, &["read", "request"]).await;
    pool.execute("UPDATE request_part SET state = 'submitted', decided_at = NULL, paused_at = '2026-11-21T00:00:00Z'").await.unwrap();
    let (status, waits) = get(&world, &his, "/api/v1/to-do").await;
    assert_eq!((status, waits["questions"].as_i64(), waits["terms"].is_null()), (200, Some(1), true), "{waits}");
    assert_eq!(get(&world, &hers, "/api/v1/to-do").await.1["questions"], 0);

    let notice = "/api/v1/notices/00000000-0000-7000-8000-0000000000a5/read";
    assert_eq!(call(&world, &hers, notice, json!({})).await.0, 404, "another person's");
    assert_eq!(call(&world, &his, notice, json!({})).await.0, 200);
    let (_, told) = call(&world, &his, "/api/v1/notices/read", json!({})).await;
    assert!(told["notices"].as_array().unwrap().iter().all(|one| one["read_at"].is_string()), "{told}");
    let (_, chosen) = call(&world, &his, "/api/v1/notices/preferences", json!({ "roles": "daily" })).await;
    assert_eq!((chosen["preferences"]["roles"].as_str(), chosen["preferences"]["access"].as_str()), (Some("daily"), Some("at-once")), "{chosen}");
    assert_eq!(fault(&call(&world, &his, "/api/v1/notices/preferences", json!({ "weather": "daily" })).await), (422, "kind_unknown"));
    assert_eq!(fault(&call(&world, &his, "/api/v1/notices/preferences", json!({ "roles": "by pigeon" })).await), (422, "delivery_missing"));
    assert_eq!(get(&world, &hers, "/api/v1/notices/preferences").await.1["preferences"]["roles"], "portal");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_lists_what_was_given_of_what_its_maker_looks_after(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let owner = world.visitor("owner", &[(Role::Owner, domain())]).await;
    let officer = world.visitor("officer", &[]).await;
    let (his, other) = (token(&world, &owner, &["read"]).await, token(&world, &officer, &["read"]).await);
    let (status, given) = get(&world, &his, "/api/v1/agreements/given?state=in-force").await;
    assert_eq!((status, given["agreements"][0]["holder"].as_str(), given["next"].is_null()), (200, Some("Jason Lim"), true), "{given}");
    for path in ["/api/v1/agreements/given?state=held", "/api/v1/agreements/given?product=ssot-a.other"] {
        assert_eq!(get(&world, &his, path).await.1["agreements"], json!([]), "{path}");
    }
    assert_eq!(get(&world, &other, "/api/v1/agreements/given").await.1["agreements"], json!([]));
    assert_eq!(get(&world, &his, "/api/v1/agreements/given?state=gone").await.0, 422);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_reads_the_terms_that_it_is_to_accept(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let his = token(&world, &officer, &["read"]).await;
    pool.execute("UPDATE data_sharing_agreement SET obligations = 'Keep it safe', accept_by = '2026-12-20'").await.unwrap();
    let path = "/api/v1/products/ssot-a.busroutes-dp/agreement";
    let (status, current) = get(&world, &his, path).await;
    assert_eq!((status, current["version"].as_i64(), current["current"].as_bool()), (200, Some(2), Some(true)), "{current}");
    assert_eq!((current["terms"]["text"]["obligations"].as_str(), current["terms"]["longest_days"].as_i64()), (Some("Keep it safe"), Some(365)));
    let former = get(&world, &his, &format!("{path}?version=1")).await.1;
    assert!(former["current"] == false && former["terms"]["text"].is_null(), "{former}");
    assert_eq!(get(&world, &his, &format!("{path}?version=9")).await.0, 404);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(get(&world, &his, path).await.0, 404, "as if it did not exist");
}

/// What pages alone send, and `docs/api.md` says why.
const PAGES_ALONE: [&str; 3] = ["/agreements/{id}/credential", "/agreements/{id}/download", "/agreements/{id}/rotate-key"];

#[test]
fn whatever_a_page_around_access_sends_has_its_call_or_is_said_to_have_none() {
    let around = ["/basket", "/requests", "/work", "/rules", "/delegations", "/agreements", "/suspensions", "/teams", "/notices", "/admin/webhooks"];
    let said = include_str!("../../../docs/api.md");
    let sent: Vec<&str> = server::router::routes().iter().filter(|route| route.method == Method::POST).map(|route| route.path).collect();
    let mut missing = vec![];
    for path in sent.iter().filter(|path| around.iter().any(|start| path.starts_with(start))) {
        let call = format!("/api/v1{}", path.replace("/admin/webhooks", "/webhooks").replace("/suspensions/check", "/suspensions/preview"));
        let told = if PAGES_ALONE.contains(path) { said.contains(&format!("`{path}`")) } else { sent.contains(&call.as_str()) };
        if !told {
            missing.push(*path);
        }
    }
    assert!(missing.is_empty(), "without a call in the API: {missing:#?}");
    let calls = sent.iter().filter_map(|path| path.strip_prefix("/api/v1"));
    for path in calls.filter(|path| path.starts_with("/webhooks") || around.iter().any(|start| path.starts_with(start))) {
        let end = path.rsplit('/').next().unwrap_or_default();
        assert!(said.contains(end), "docs/api.md does not know {path}");
    }
}
