//! Standards by program: made, tried, talked over, agreed to and published with tokens of two people; waivers; the decision point over everything
//! in force. And what the editor shows to whoever writes a rule.

use crate::common::{Answer, World, page, post, token};
use crate::standards_gates::{day, in_force, keeper, rego};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use rules::{Input, Severity};
use serde_json::{Value, json};
use sqlx::Executor;
use store::{PgPool, standard};

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";
const API: &str = "/api/v1/standards";

async fn send(world: &World, token: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = body.map(Value::to_string);
    world.send(method, path, None, body.as_deref(), &headers[..=usize::from(body.is_some())]).await
}

async fn call(world: &World, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let answer = send(world, token, Method::POST, path, Some(body)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

async fn read(world: &World, token: &str, path: &str) -> (u16, Value) {
    let answer = send(world, token, Method::GET, path, None).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

fn codes(refused: &Value) -> Vec<&str> {
    refused["errors"].as_array().map(|all| all.iter().filter_map(|one| one["code"].as_str()).collect()).unwrap_or_default()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn programs_of_two_people_bring_a_standard_from_its_draft_to_its_end(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let teo = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let ng = world.visitor("admin.ng", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let officer = world.visitor("officer", &[]).await;
    let (one, two) = (token(&world, &teo, &["read", "keep"]).await, token(&world, &ng, &["read", "keep"]).await);
    let (asking, reading) = (token(&world, &officer, &["read", "request", "keep"]).await, token(&world, &teo, &["read"]).await);
    let draft = json!({
        "title": "Short agreements", "text": "No longer than it is needed.", "kind": "access-policy", "severity": "flag", "scope": "whole",
        "owner": "Office", "contact": "o@example.invalid", "template": "maximum-duration", "parameters": { "days": 30, "from": "official-open" },
        "cases": [{ "name": "a year is too long", "given": {}, "expect": ["terms_too_long"] }],
    });
    assert_eq!(call(&world, &reading, API, &draft).await.1["code"], "token_scope", "a token that may read keeps nothing");
    let (status, empty) = call(&world, &one, API, &json!({})).await;
    assert!(status == 422 && codes(&empty).contains(&"rule_missing") && codes(&empty).contains(&"owner_missing"), "{empty}");
    assert_eq!(codes(&call(&world, &asking, API, &draft).await.1), ["scope_missing"], "an officer keeps no standards");
    let (status, made) = call(&world, &one, API, &draft).await;
    assert_eq!((status, made["id"].as_str(), made["status"].as_str()), (201, Some("short-agreements"), Some("draft")), "{made}");
    assert_eq!(codes(&call(&world, &one, API, &draft).await.1), ["title_taken"]);

    // Tried before anybody reads it, then changed: what is not sent stays.
    let (_, effects) = read(&world, &one, &format!("{API}/short-agreements/simulate?version=1")).await;
    assert_eq!((&effects["counts"]["violated"], &effects["against"]), (&json!(2), &Value::Null), "the product and its agreement: {effects}");
    let odd = json!({ "cases": [{ "name": "odd", "expect": ["nothing_such"] }] });
    assert_eq!(codes(&call(&world, &one, &format!("{API}/short-agreements"), &odd).await.1), ["test_fails"]);
    let moved = json!({ "scope": "sector:geospatial" });
    assert_eq!(codes(&call(&world, &one, &format!("{API}/short-agreements"), &moved).await.1), ["scope_fixed"]);
    let (status, saved) = call(&world, &one, &format!("{API}/short-agreements"), &json!({ "parameters": { "days": 20 } })).await;
    assert_eq!((status, &saved["source"]["parameters"]["days"], &saved["version"]), (200, &json!(["20"]), &json!(1)), "{saved}");
    assert_eq!((&saved["title"], &saved["cases"][0]["name"]), (&json!("Short agreements"), &json!("a year is too long")));

    // Talked over.
    let at = |verb: &str| format!("{API}/short-agreements/{verb}");
    let numbered = json!({ "version": 1 });
    assert_eq!(call(&world, &asking, &at("consult"), &numbered).await.0, 404, "nobody else knows of a draft");
    assert_eq!(call(&world, &one, &at("consult"), &numbered).await.1["done"], true);
    assert_eq!(call(&world, &one, &at("consult"), &numbered).await.1["done"], false);
    assert_eq!(call(&world, &asking, &at("consult"), &numbered).await.0, 403);
    let (status, said) = call(&world, &asking, &at("comments"), &json!({ "text": "Why twenty?" })).await;
    assert_eq!((status, &said["comments"][0]["text"]), (201, &json!("Why twenty?")), "{said}");
    let answer = at(&format!("comments/{}/answer", said["comments"][0]["id"].as_str().unwrap()));
    assert_eq!(call(&world, &asking, &answer, &json!({ "text": "So" })).await.0, 403);
    assert_eq!(call(&world, &one, &answer, &json!({ "text": "Nobody needs more" })).await.0, 200);
    assert_eq!(call(&world, &one, &answer, &json!({ "text": "Again" })).await.0, 409);
    assert_eq!(read(&world, &asking, &at("comments")).await.1["comments"][0]["answer"]["text"], "Nobody needs more");

    let (status, planned) = call(&world, &one, &at("check-ins"), &json!({ "held_on": "2026-11-25", "agenda": "Twenty or thirty" })).await;
    assert_eq!((status, &planned["check_ins"][0]["noted"]), (201, &Value::Null), "{planned}");
    let note = at(&format!("check-ins/{}", planned["check_ins"][0]["id"].as_str().unwrap()));
    assert_eq!(codes(&call(&world, &one, &note, &json!({})).await.1), ["attendance_wrong", "text_missing"]);
    let minutes = json!({ "attendance": ["Admin Teo, data office"], "decisions": "Twenty" });
    assert_eq!(call(&world, &asking, &note, &minutes).await.0, 403);
    assert_eq!(call(&world, &one, &note, &minutes).await.1["check_ins"][0]["noted"]["decisions"], "Twenty");
    assert_eq!(call(&world, &one, &note, &minutes).await.0, 409);
    assert_eq!(read(&world, &asking, &at("check-ins")).await.1["check_ins"][0]["attendance"][0], "Admin Teo, data office");

    // Nobody publishes alone, by program neither.
    let soon = json!({ "version": 1, "from": "2026-12-01", "urgent_reason": "A leak" });
    assert_eq!(codes(&call(&world, &one, &at("publish"), &soon).await.1), ["nobody_agreed"]);
    assert_eq!(call(&world, &one, &at("agree"), &numbered).await.0, 403, "who wrote it is not the second");
    let (status, agreed) = call(&world, &two, &at("agree"), &numbered).await;
    assert_eq!((status, &agreed["agreed"], &agreed["done"]), (200, &json!(true), &json!(true)), "{agreed}");
    assert_eq!(codes(&call(&world, &one, &at("publish"), &json!({ "version": 1, "from": "2026-12-01" })).await.1), ["from_too_soon"]);
    let (status, published) = call(&world, &one, &at("publish"), &soon).await;
    assert_eq!((status, &published["status"], &published["acting"]), (200, &json!("published"), &json!("no")), "{published}");
    assert_eq!(call(&world, &one, &at("publish"), &soon).await.1["done"], false, "published twice is once");
    assert_eq!(codes(&call(&world, &one, &at("retire"), &json!({})).await.1), ["text_missing"]);
    assert_eq!(call(&world, &one, &at("retire"), &json!({ "reason": "Replaced" })).await.1["versions_retired"], 1);
    let (_, shown) = read(&world, &asking, &format!("{API}/short-agreements")).await;
    let of = |shown: &Value| shown["history"].as_array().unwrap().iter().map(|line| line["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        (of(&shown), &shown["history"][0]["reason"]),
        (
            ["standard.retire", "standard.publish", "standard.note-check-in", "standard.plan-check-in", "standard.consult"]
                .map(str::to_owned)
                .to_vec(),
            &json!("Replaced")
        )
    );
    assert_eq!(of(&read(&world, &one, &format!("{API}/short-agreements")).await.1).len(), 8, "drafts and the agreement to those who keep it");
    let history = page(&world, &officer, "/standards/short-agreements").await;
    assert!(history.contains("What became of this standard") && history.contains("Replaced"), "{history}");
    let trail: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit_event WHERE action IN ('standard.draft', 'standard.agree', 'standard.publish', 'standard.retire') ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(trail, ["standard.draft", "standard.draft", "standard.agree", "standard.publish", "standard.retire"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_was_sent_the_key_of_a_draft_reads_tries_and_agrees_to_it(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let omar = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let teo = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let (own, other) = (token(&world, &omar, &["read", "keep"]).await, token(&world, &teo, &["read", "keep"]).await);
    let draft = json!({
        "title": "Tags", "text": "Say what it is about.", "kind": "metadata", "severity": "flag", "scope": "domain:geospatial/ssot-a", "owner": "Us",
        "contact": "u@example.invalid", "rego": rego("tags_missing", "tags", "count(input.product.tags) == 0"),
    });
    let (status, made) = call(&world, &own, API, &draft).await;
    assert_eq!(status, 201, "{made}");
    let key = made["share_key"].as_str().unwrap();
    for path in [format!("{API}/tags"), format!("{API}/tags/simulate?version=1")] {
        assert_eq!(read(&world, &other, &path).await.0, 404, "{path}");
        let with = format!("{path}{}key={key}", if path.contains('?') { '&' } else { '?' });
        assert_eq!(read(&world, &other, &with).await.0, 200, "{with}");
    }
    let compared = page(&world, &teo, &format!("/standards/tags/compare?from=1&to=1&key={key}")).await;
    assert!(compared.contains("Nothing differs") && compared.contains(key), "{compared}");
    assert_eq!(world.get("/standards/tags/compare?from=1&to=1", Some(&teo.cookie)).await.status, 404);
    let (status, agreed) = call(&world, &other, &format!("{API}/tags/agree"), &json!({ "version": 1 })).await;
    assert_eq!((status, &agreed["agreed"], agreed.get("share_key")), (200, &json!(true), None), "{agreed}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_product_is_let_off_longer_and_no_longer_by_program(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    in_force(&world, "summaries", Severity::Flag, &rego("summary_missing", "summary", "is_null(input.product.summary)"), day("2026-06-01"), None)
        .await;
    let teo = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let officer = world.visitor("officer", &[]).await;
    let (keeping, other) = (token(&world, &teo, &["read", "keep"]).await, token(&world, &officer, &["read", "keep"]).await);
    let all = format!("{API}/summaries/waivers");
    let new = json!({ "product": "ssot-a.busroutes-dp", "until": "2026-12-31", "reason": "It is being written" });
    assert_eq!(call(&world, &other, &all, &new).await.0, 403);
    let (status, wrong) = call(&world, &keeping, &all, &json!({ "product": "no.such", "until": "2036-12-31" })).await;
    assert!(status == 422 && codes(&wrong) == ["product_unknown", "until_wrong", "text_missing"], "{wrong}");
    assert_eq!(wrong["errors"][1]["field"], "until", "by the names that were sent");
    let (status, made) = call(&world, &keeping, &all, &new).await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap();
    let again = json!({ "until": "2026-12-30", "reason": "Still" });
    assert_eq!(codes(&call(&world, &keeping, &format!("{all}/{id}/extend"), &again).await.1), ["until_not_later"]);
    assert_eq!(call(&world, &other, &format!("{all}/{id}/extend"), &again).await.0, 403);
    let (status, longer) = call(&world, &keeping, &format!("{all}/{id}/extend"), &json!({ "until": "2027-01-31", "reason": "Still" })).await;
    assert_eq!((status, &longer["instead_of"]), (200, &made["id"]), "{longer}");
    let (_, listed) = read(&world, &other, &all).await;
    assert_eq!((&listed["waivers"][0]["until"], listed["waivers"].as_array().unwrap().len()), (&json!("2027-01-31"), 2), "{listed}");
    let new = longer["id"].as_str().unwrap();
    assert_eq!(call(&world, &other, &format!("{all}/{new}/end"), &json!({})).await.0, 403);
    for _ in 0..2 {
        let (status, ended) = call(&world, &keeping, &format!("{all}/{new}/end"), &json!({})).await;
        assert!(status == 200 && ended["waivers"].as_array().unwrap().iter().all(|one| !one["ended_at"].is_null()), "{ended}");
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_pipeline_asks_all_standards_in_force_at_once(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let missing = rego("summary_missing", "summary", "is_null(input.product.summary)");
    in_force(&world, "tags", Severity::Flag, &rego("tags_missing", "tags", "count(input.product.tags) == 0"), day("2026-06-01"), None).await;
    in_force(&world, "summaries", Severity::BlockPublishing, &missing, day("2026-06-01"), None).await;
    in_force(&world, "later", Severity::BlockPublishing, &missing, day("2027-06-01"), None).await;
    in_force(&world, "elsewhere", Severity::BlockPublishing, &missing, day("2026-06-01"), None).await;
    pool.execute(
        "INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000f9', 'health', 'Health', 'Health trusted centre');
         UPDATE standard SET scope_kind = 'sector', scope_id = '00000000-0000-7000-8000-0000000000f9' WHERE slug = 'elsewhere'",
    )
    .await
    .unwrap();
    let officer = world.visitor("officer", &[]).await;
    let token = token(&world, &officer, &["read"]).await;
    let mut input = serde_json::to_value(Input::example()).unwrap();
    let (status, met) = call(&world, &token, "/v1/data/pasar", &json!({ "input": input })).await;
    assert_eq!((status, &met["result"]["allow"], &met["result"]["refuses"]), (200, &json!(true), &json!([])), "{met}");
    input["product"]["summary"] = Value::Null;
    let (_, said) = call(&world, &token, "/v1/data/pasar", &json!({ "input": input })).await;
    let result = &said["result"];
    assert_eq!((&result["allow"], &result["refuses"]), (&json!(false), &json!(["summaries"])), "{said}");
    let names: Vec<&String> = result["standards"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["summaries", "tags"], "neither what begins later nor what holds elsewhere");
    assert_eq!(result["standards"]["summaries"]["violations"][0]["code"], "summary_missing");
    assert_eq!((&result["standards"]["tags"]["allow"], &result["standards"]["tags"]["acting"]), (&json!(true), &json!("whole")));
    assert_eq!(call(&world, &token, "/v1/data/pasar", &json!({})).await, (200, json!({})), "nothing asked, nothing decided");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whose_agreement_would_stop_is_named_to_those_who_may_open_it(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("UPDATE person SET agency = 'land-transport' WHERE email = 'jason.lim@example.invalid'").await.unwrap();
    in_force(&world, "short", Severity::Flag, &rego("agreement_long", "agreement", "input.agreement.days > 10"), day("2026-06-01"), None).await;
    let (grace, officer) = (keeper(&world).await, world.visitor("officer", &[]).await);
    let (open, closed) = (page(&world, &grace, "/standards/short/simulate").await, page(&world, &officer, "/standards/short/simulate").await);
    assert!(open.contains("An agreement of Land transport") && open.contains(&format!("/agreements/{AGREEMENT}")), "{open}");
    assert!(closed.contains("One agreement on it") && !closed.contains("An agreement of") && !closed.contains("/agreements/0"), "{closed}");
    let table = page(&world, &grace, "/standards/short/simulate.csv").await;
    assert!(table.contains(&format!(",{AGREEMENT},land-transport,")), "{table}");
    assert!(page(&world, &officer, "/standards/short/simulate.csv").await.contains(&format!(",{AGREEMENT},,")));
    let token = token(&world, &officer, &["read"]).await;
    let (_, effects) = read(&world, &token, &format!("{API}/short/simulate")).await;
    assert_eq!((&effects["effects"][0]["agreement"], &effects["effects"][0]["holder_agency"]), (&json!(AGREEMENT), &Value::Null), "{effects}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_writes_a_rule_has_rules_to_begin_from_and_a_guide(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let teo = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let blank = page(&world, &teo, "/standards/new?rego=1").await;
    for part in ["href=\"/standards/guide\"", "Rules to begin from", "Functions and fields that a rule may use", "datasets[].columns[].personal"] {
        assert!(blank.contains(part), "{part}: {blank}");
    }
    let guide = page(&world, &teo, "/standards/guide").await;
    assert!(guide.contains("regex.match") && guide.contains("people.actor") && guide.contains("example=names"), "{guide}");
    let begun = page(&world, &teo, "/standards/new?rego=1&example=names").await;
    assert!(begun.contains("value=\"How something is written\"") && begun.contains("a capital letter and a space"), "{begun}");
    for starter in rules::starters::all() {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("rego", &starter.rego).append_pair("cases", &server::standards::form::as_typed(&starter.cases));
        let tried = post(&world, &teo, "/standards/check", &form.finish()).await;
        assert!(tried.status == 200 && tried.body.contains("Passed: ") && !tried.body.contains("Failed: "), "{}: {}", starter.id, tried.body);
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_product_that_a_narrower_standard_would_let_through_is_shown_whole(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    in_force(&world, "wide", Severity::Flag, &rego("title_there", "title", "input.product.title != \"\""), day("2026-06-01"), None).await;
    let omar = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let form = |condition: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("rego", &rego("ours", "title", condition)).append_pair("tightens", "wide").append_pair("title", "Ours");
        form.append_pair("text", "Ours alone").append_pair("scope", "domain:geospatial/ssot-a").append_pair("severity", "flag");
        form.append_pair("kind", "metadata").append_pair("owner", "Us").append_pair("contact", "u@example.invalid").finish()
    };
    let refused = post(&world, &omar, "/standards", &form("input.product.title == \"\"")).await;
    assert_eq!(refused.status, 422);
    for part in [
        "A product that it would let through",
        "What “Standard wide” version 1 says of it",
        "title_there",
        "Longest agreement",
        "&quot;longest_days&quot;",
    ] {
        assert!(refused.body.replace('"', "&quot;").contains(&part.replace('"', "&quot;")), "{part}: {}", refused.body);
    }
    assert_eq!(post(&world, &omar, "/standards", &form("input.product.title != \"\"")).await.status, 303, "one that is as strict is saved");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_standard_whose_own_tests_fail_is_not_talked_over(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let sample = rules::examples::all().into_iter().find(|one| one.id == "access-policy").unwrap();
    standard::ensure_sample(&mut pool.acquire().await.unwrap(), &sample, &world.state.ids, world.now()).await.unwrap();
    let teo = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let form = page(&world, &teo, "/standards/access-policy/edit").await;
    assert!(form.contains("formaction=\"/standards/check\"") && form.contains("terms of two years"), "a template's tests are tried, too: {form}");
    let known = standard::one(&mut pool.acquire().await.unwrap(), "access-policy", 1).await.unwrap().unwrap();
    let mut typed = url::form_urlencoded::Serializer::new(String::new());
    typed.append_pair("slug", "access-policy");
    for (name, values) in server::standards::form::filled(&known) {
        for value in values {
            typed.append_pair(&name, &value);
        }
    }
    let typed = typed.finish();
    let tried = post(&world, &teo, "/standards/check", &typed).await;
    assert!(tried.body.contains("Passed: ") && tried.body.contains("Nothing was saved"), "{}", tried.body);
    assert_eq!(post(&world, &teo, "/standards/access-policy/edit", &typed).await.status, 303);
    pool.execute("UPDATE standard_version SET cases = '[{\"name\": \"odd\", \"given\": null, \"expect\": [\"nothing_such\"]}]' WHERE version = 2")
        .await
        .unwrap();
    let refused = post(&world, &teo, "/standards/access-policy/consult", "version=2").await;
    assert!(refused.status == 422 && refused.body.contains("Test “odd” fails"), "{} {}", refused.status, refused.body);
    let status: String = sqlx::query_scalar("SELECT status FROM standard_version WHERE version = 2").fetch_one(&pool).await.unwrap();
    assert_eq!(status, "draft");
    pool.execute("UPDATE standard_version SET tightens = 'metadata' WHERE version = 2").await.unwrap();
    let compared = page(&world, &teo, "/standards/access-policy/compare?from=1&to=2").await;
    for part in ["It tightens", "Tests", "nothing_such", "agreement_too_long", "<ins>", "<del>"] {
        assert!(compared.contains(part), "{part}: {compared}");
    }
    assert!(page(&world, &teo, "/standards/access-policy").await.contains("Compare any two versions"));
    let other = world.visitor("admin.ng", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let seen = page(&world, &other, &format!("/standards/shared/{}", share_key(&pool).await)).await;
    assert!(seen.contains("0 of 1 pass.") && seen.contains("Failed: "), "the second person sees how they went: {seen}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_curators_program_keeps_terms_and_announces(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let sector = Scope::Sector("00000000-0000-7000-8000-000000000001".parse().unwrap());
    let (mei, officer) = (world.visitor("mei", &[(Role::TcCurator, sector)]).await, world.visitor("officer", &[]).await);
    let (keeping, other) = (token(&world, &mei, &["read", "keep"]).await, token(&world, &officer, &["read", "keep"]).await);
    let term = json!({ "name": "Bus stop", "definition": "Where a bus stops for people.", "also_called": ["Halt"], "sector": "geospatial" });
    assert_eq!(call(&world, &other, "/api/v1/glossary", &term).await.0, 403);
    assert_eq!(codes(&call(&world, &keeping, "/api/v1/glossary", &json!({ "name": "Bus stop", "sector": "whole" })).await.1).len(), 2);
    let (status, made) = call(&world, &keeping, "/api/v1/glossary", &term).await;
    assert_eq!((status, &made["slug"], &made["also_called"]), (201, &json!("bus-stop"), &json!(["Halt"])), "{made}");
    let at = "/api/v1/glossary/bus-stop";
    let (status, saved) = call(&world, &keeping, at, &json!({ "definition": "A place where a bus stops for people." })).await;
    assert_eq!((status, &saved["also_called"], &saved["sector"]), (200, &json!(["Halt"]), &json!("geospatial")), "what is not sent stays: {saved}");
    let format = json!({ "pattern": "[0-9]{5}", "description": "Five digits", "example": "01012" });
    assert_eq!(call(&world, &other, &format!("{at}/format"), &format).await.0, 403);
    let (status, formatted) = call(&world, &keeping, &format!("{at}/format"), &format).await;
    assert_eq!((status, &formatted["format"]["pattern"]), (200, &json!("[0-9]{5}")), "{formatted}");
    assert_eq!(call(&world, &keeping, &format!("{at}/format/end"), &json!({ "reason": "Written otherwise now" })).await.0, 200);
    assert_eq!(codes(&call(&world, &keeping, &format!("{at}/retire"), &json!({})).await.1), ["reason_missing"]);
    let (status, gone) = call(&world, &keeping, &format!("{at}/retire"), &json!({ "reason": "Nobody says so" })).await;
    assert!(status == 200 && !gone["retired_at"].is_null(), "{gone}");

    let new = json!({ "text": "Read by everybody this month", "award": "example", "product": "ssot-a.busroutes-dp" }).to_string();
    let bearer = format!("Bearer {keeping}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "november")];
    let announce = "/api/v1/fitness/announce/geospatial";
    for expected in [201, 200] {
        let answer = world.send(Method::POST, announce, None, Some(&new), &headers).await;
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.body);
    }
    assert_eq!(call(&world, &keeping, announce, &json!({})).await.1["code"], "idempotency_key_missing");
    let (_, listed) = read(&world, &other, "/api/v1/fitness/announcements?sector=geospatial").await;
    assert_eq!((listed["announcements"].as_array().unwrap().len(), &listed["announcements"][0]["award"]), (1, &json!("example")), "{listed}");
    let withdraw = format!("/api/v1/fitness/withdraw/{}", listed["announcements"][0]["id"].as_str().unwrap());
    assert_eq!(call(&world, &other, &withdraw, &json!({})).await.0, 403);
    assert_eq!(call(&world, &keeping, &withdraw, &json!({})).await.1, json!({ "announcements": [] }));
}

async fn share_key(pool: &PgPool) -> uuid::Uuid {
    sqlx::query_scalar("SELECT share_key FROM standard_version WHERE version = 2").fetch_one(pool).await.unwrap()
}
