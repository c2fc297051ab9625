//! Standards as programs ask for them, talking one over, the editor for Rego, and what stays hidden: nobody learns of a product through what
//! standards found of it. Everything that was found can be found again from its stored input.

use crate::common::{Answer, Visitor, World, page, post, token};
use axum::http::Method;
use domain::organisation::{Role, Scope};
use rules::{Input, Rule, Verdict};
use serde_json::{Value, json};
use server::jobs::{events, standards};
use sqlx::{AssertSqlSafe, Executor};
use store::{PgPool, standard};

const PRODUCT: &str = "ssot-a.busroutes-dp";
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

async fn world(pool: &PgPool) -> World {
    let world = World::new(pool.clone(), "http://localhost:1");
    let mut conn = pool.acquire().await.unwrap();
    for sample in rules::examples::all() {
        assert!(standard::ensure_sample(&mut conn, &sample, &world.state.ids, world.now()).await.unwrap().is_some());
        assert!(standard::ensure_sample(&mut conn, &sample, &world.state.ids, world.now()).await.unwrap().is_none(), "loading again changes nothing");
    }
    world.settle().await;
    world
}

async fn json_of(world: &World, who: &Visitor, path: &str) -> Value {
    serde_json::from_str(&page(world, who, path).await).unwrap()
}

/// Asks the decision point with an access token that may read.
async fn decide(world: &World, who: &Visitor, slug: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {}", token(world, who, &["read"]).await);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    world.send(Method::POST, &format!("/v1/data/pasar/{slug}"), None, Some(&body.to_string()), &headers).await
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_samples_standards_judge_the_catalogue_and_what_they_found_can_be_found_again(pool: PgPool) {
    let world = world(&pool).await;
    standards::follow(&world.state).await.unwrap();
    let officer = world.visitor("officer", &[]).await;
    let listed = json_of(&world, &officer, "/api/v1/standards").await;
    assert_eq!(listed["standards"].as_array().unwrap().len(), rules::examples::DOCUMENTS.len());
    assert_eq!(json_of(&world, &officer, "/api/v1/standards/metadata").await["versions"][0]["acting"], "whole");

    let found = json_of(&world, &officer, &format!("/api/v1/products/{PRODUCT}/evaluations")).await;
    let metadata = found["evaluations"].as_array().unwrap().iter().find(|one| one["standard"] == "metadata").unwrap().clone();
    assert_eq!((metadata["verdict"].as_str(), metadata["version"].as_i64()), (Some("violated"), Some(1)));
    let codes: Vec<&str> = metadata["violations"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"summary_missing") && codes.contains(&"owner_missing"), "{codes:?}");
    assert!(page(&world, &officer, &format!("/products/{PRODUCT}/standards")).await.contains("summary_missing"));
    assert!(page(&world, &officer, "/standards/metadata").await.contains("Bus routes"));

    // Every row: the version's Rego over the stored input gives the same violations.
    let rows: Vec<(String, String, Value, String)> = sqlx::query_as(
        "SELECT v.rego, e.verdict, e.findings, i.input FROM standard_evaluation e JOIN evaluation_input i ON i.digest = e.input_digest
         JOIN standard_version v ON v.standard_id = e.standard_id AND v.version = e.version",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(rows.len() >= 12, "{}", rows.len());
    for (rego, verdict, findings, input) in rows {
        let again = Rule::compile(&rego).unwrap().evaluate(&Input::read(&input).unwrap().facts().unwrap());
        let codes = |all: &Value| all.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        match again {
            Verdict::Met => assert_eq!((verdict.as_str(), codes(&findings).len()), ("met", 0)),
            Verdict::Violated(found) => assert_eq!(codes(&findings), found.into_iter().map(|one| one.code).collect::<Vec<_>>()),
            Verdict::CannotTell(why) => panic!("{why}"),
        }
    }

    // Looked at again, nothing is written; changed, what stood on that day is still known.
    let count = || async { sqlx::query_scalar::<_, i64>("SELECT count(*) FROM standard_evaluation").fetch_one(&pool).await.unwrap() };
    let before = count().await;
    pool.execute("UPDATE product SET title = title").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    assert_eq!(count().await, before);
    let then = world.now();
    world.later(chrono::TimeDelta::minutes(5));
    pool.execute("UPDATE product SET summary = 'Every route'").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    let of =
        |found: &Value| found["evaluations"].as_array().unwrap().iter().find(|one| one["standard"] == "metadata").unwrap()["violations"].to_string();
    let now = json_of(&world, &officer, &format!("/api/v1/products/{PRODUCT}/evaluations")).await;
    let past = json_of(&world, &officer, &format!("/api/v1/products/{PRODUCT}/evaluations?at={}", then.format("%Y-%m-%dT%H:%M:%SZ"))).await;
    assert!(!of(&now).contains("summary_missing") && of(&past).contains("summary_missing"));
    let input = metadata["input"].as_str().unwrap();
    let path = format!("/api/v1/products/{PRODUCT}/evaluations/{input}/input");
    assert_eq!(world.get(&path, Some(&officer.cookie)).await.status, 404, "inputs are for those who look after the product");
    let owner = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    assert!(page(&world, &owner, &path).await.contains("\"schema_version\":1"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_learns_of_a_hidden_product_through_standards(pool: PgPool) {
    let world = world(&pool).await;
    // Bus routes read from a product that is hidden.
    pool.execute(
        "INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'health', 'Health', NULL, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001');
         INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'patients-dp', 'health.patients-dp', 'Patients by area', 'source-aligned', '1.0.0', 'published', 'hidden', '', now(), now());
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days) VALUES ('00000000-0000-7000-8000-0000000000d2', 'approval', '{}', '{}', 'none', 365);
         INSERT INTO input_port SELECT '00000000-0000-7000-8000-0000000000d4', id, 'from-clinics', NULL, 'health.patients-dp' FROM product WHERE address = 'ssot-a.busroutes-dp'",
    )
    .await
    .unwrap();
    standards::follow(&world.state).await.unwrap();
    let officer = world.visitor("officer", &[]).await;
    for path in [
        "/standards".to_owned(),
        "/standards/metadata".to_owned(),
        "/standards/boundary".to_owned(),
        "/standards/metadata/simulate".to_owned(),
        "/standards/boundary/simulate.csv".to_owned(),
        "/api/v1/standards/metadata/simulate".to_owned(),
        "/api/v1/waivers".to_owned(),
        format!("/products/{PRODUCT}/standards"),
        format!("/products/{PRODUCT}"),
        format!("/api/v1/products/{PRODUCT}/evaluations"),
    ] {
        let body = page(&world, &officer, &path).await;
        assert!(!body.contains("atients"), "{path}: {body}");
    }
    assert!(page(&world, &officer, "/standards/boundary").await.contains("Bus routes"), "that it reads from one is found all the same");
    assert_eq!(world.get("/products/health.patients-dp/standards", Some(&officer.cookie)).await.status, 404);
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert!(page(&world, &admin, "/standards/metadata").await.contains("Patients by area"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_pipeline_asks_before_it_deploys(pool: PgPool) {
    let world = world(&pool).await;
    let officer = world.visitor("officer", &[]).await;
    let mut input = serde_json::to_value(Input::example()).unwrap();
    let met: Value = serde_json::from_str(&decide(&world, &officer, "metadata", &json!({ "input": input })).await.body).unwrap();
    assert_eq!((&met["result"]["allow"], &met["result"]["version"]), (&json!(true), &json!(1)), "{met}");
    input["product"]["summary"] = Value::Null;
    let violated: Value = serde_json::from_str(&decide(&world, &officer, "metadata", &json!({ "input": input })).await.body).unwrap();
    assert_eq!(violated["result"]["violations"][0]["code"], "summary_missing", "{violated}");
    assert_eq!(violated["result"]["allow"], false);
    assert_eq!(decide(&world, &officer, "metadata", &json!({})).await.body, "{}", "nothing asked, nothing decided");
    let unread = decide(&world, &officer, "metadata", &json!({ "input": { "schema_version": 9 } })).await;
    assert!(unread.status == 422 && unread.body.contains("schema version 9"), "{}", unread.body);
    assert_eq!(decide(&world, &officer, "nothing", &json!({ "input": input })).await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_pipeline_is_asked_nothing_by_what_does_not_act_or_does_not_cover_its_product(pool: PgPool) {
    let world = world(&pool).await;
    let officer = world.visitor("officer", &[]).await;
    let mut input = serde_json::to_value(Input::example()).unwrap();
    input["product"]["summary"] = Value::Null;
    let asked = json!({ "input": input });
    let said = async |change: &str| -> Value {
        // What was published never changes but for its end: the trigger stands aside while the clock is turned for it.
        let change = format!("ALTER TABLE standard_version DISABLE TRIGGER keep_standard_version; {change};");
        sqlx::raw_sql(AssertSqlSafe(change)).execute(&pool).await.unwrap();
        let answer: Value = serde_json::from_str(&decide(&world, &officer, "metadata", &asked).await.body).unwrap();
        answer["result"].clone()
    };
    let metadata = "(SELECT id FROM standard WHERE slug = 'metadata')";
    let acts = said("SELECT 1").await;
    assert_eq!((&acts["allow"], &acts["acting"], &acts["covered"]), (&json!(false), &json!("whole"), &json!(true)), "{acts}");
    for (what, change) in [
        ("not yet", "SET effective_from = '2099-01-01'"),
        ("no longer", "SET effective_from = '2020-01-01', effective_until = '2021-01-01'"),
        ("retired", "SET status = 'retired'"),
    ] {
        let none = said(&format!("UPDATE standard_version {change} WHERE standard_id = {metadata}")).await;
        let parts = (&none["allow"], &none["acting"], &none["version"], &none["violations"]);
        assert_eq!(parts, (&json!(true), &json!("no"), &Value::Null, &json!([])), "{what}: {none}");
    }
    let back = "UPDATE standard_version SET status = 'effective', effective_from = '2020-01-01', effective_until = NULL";
    let sector = "UPDATE standard SET scope_kind = 'sector', scope_id = s.id FROM sector s WHERE standard.slug = 'metadata'";
    let other = said(&format!("{back} WHERE standard_id = {metadata}; UPDATE sector SET slug = 'elsewhere'; {sector}")).await;
    assert_eq!((&other["allow"], &other["covered"], &other["acting"]), (&json!(true), &json!(false), &json!("whole")), "of another sector: {other}");
    // A draft is known to those who keep it, and asks nothing of anybody.
    let draft = "UPDATE standard_version SET status = 'draft', published_at = NULL, effective_from = NULL, effective_until = NULL";
    sqlx::raw_sql(AssertSqlSafe(format!(
        "{draft} WHERE standard_id = {metadata}; UPDATE standard SET scope_kind = 'whole', scope_id = NULL WHERE slug = 'metadata'"
    )))
    .execute(&pool)
    .await
    .unwrap();
    assert_eq!(decide(&world, &officer, "metadata", &asked).await.status, 404);
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let drafted: Value = serde_json::from_str(&decide(&world, &admin, "metadata", &asked).await.body).unwrap();
    assert_eq!((&drafted["result"]["allow"], &drafted["result"]["acting"]), (&json!(true), &json!("no")), "{drafted}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_rule_in_rego_is_checked_tried_talked_over_and_retired(pool: PgPool) {
    let world = world(&pool).await;
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let omar = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let rest = "title=Tags&text=Say+what+it+is+about&scope=whole&severity=flag&kind=metadata&owner=Office&contact=o%40example.invalid";
    let rego = |condition: &str| {
        let source = format!(
            "package standard\nimport rego.v1\nviolations contains {{\"code\": \"tags_missing\", \"message\": \"No tags\"}} if {condition}\n"
        );
        url::form_urlencoded::Serializer::new(String::new()).append_pair("rego", &source).finish()
    };
    let wrong = post(&world, &admin, "/standards/check", &format!("{}&{rest}", rego("input.product.tag == 1"))).await;
    assert!(
        wrong.status == 422 && wrong.body.contains("line 3") && wrong.body.contains("tags"),
        "with its line and the names that there are: {}",
        wrong.body
    );
    assert_eq!(post(&world, &admin, "/standards", &format!("{}&{rest}", rego("input.product.tag == 1"))).await.status, 422, "nor is it saved");
    let good = rego("count(input.product.tags) == 0");
    let tests =
        "&cases=%5B%7Bname%3A+none%2C+given%3A+%7Bproduct%3A+%7Btags%3A+%5B%5D%7D%7D%2C+expect%3A+%5Btags_missing%5D%7D%5D&try=ssot-a.busroutes-dp";
    let count = async || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM standard").fetch_one(&pool).await.unwrap();
    let standards = count().await;
    let tried = post(&world, &admin, "/standards/check", &format!("{good}&{rest}{tests}")).await;
    assert!(tried.body.contains("Passed: ") && tried.body.contains("ssot-a.busroutes-dp does not meet it:"), "{}", tried.body);
    assert_eq!(count().await, standards, "checking saves nothing");
    let made = post(&world, &admin, "/standards", &format!("{good}&{rest}{tests}")).await;
    assert_eq!(made.location(), "/standards/tags/simulate?version=1", "{}", made.body);
    let effects = page(&world, &admin, "/standards/tags/simulate?version=1").await;
    assert!(effects.contains("Bus routes") && effects.contains("flagged") && effects.contains("No tags"), "{effects}");
    assert!(page(&world, &admin, "/standards/tags/simulate.csv?version=1").await.contains("tags_missing"));

    // Owners of what would not meet it are asked; whoever comments is answered.
    assert_eq!(post(&world, &admin, "/standards/tags/consult", "version=1").await.status, 303);
    events::follow(&world.state).await.unwrap();
    assert!(page(&world, &omar, "/notices").await.contains("A standard is being talked over that Bus routes would not meet."));
    assert_eq!(post(&world, &omar, "/standards/tags/comment", "version=1&comment=").await.status, 422);
    assert_eq!(post(&world, &omar, "/standards/tags/comment", "version=1&comment=Which+tags%3F").await.status, 303);
    let talked = page(&world, &omar, "/standards/tags").await;
    assert!(talked.contains("Which tags?") && !talked.contains("What changed while it was written"), "{talked}");
    // What becomes of it meanwhile is there to read, word by word.
    let briefer = rest.replace("Say+what", "Say+briefly+what");
    assert_eq!(post(&world, &admin, "/standards/tags/edit", &format!("{good}&{briefer}{tests}")).await.status, 303);
    assert_eq!(post(&world, &admin, "/standards/tags/edit", &format!("{good}&{briefer}{tests}")).await.status, 303, "nothing else");
    let changed = page(&world, &omar, "/standards/tags").await;
    assert!(changed.contains("Change 1: Text. ") && changed.contains("<ins>briefly"), "{changed}");
    assert!(!changed.contains("Change 2") && changed.contains("while it was open for comments"), "{changed}");
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM standard_comment").fetch_one(&pool).await.unwrap();
    assert_eq!(post(&world, &omar, "/standards/tags/answer", &format!("id={id}&answer=Any")).await.status, 403);
    assert_eq!(post(&world, &admin, "/standards/tags/answer", &format!("id={id}&answer=Any")).await.status, 303);
    events::follow(&world.state).await.unwrap();
    assert!(page(&world, &omar, "/notices").await.contains("A comment of yours on a standard was answered."));

    // A sector's or domain's own may only tighten.
    let looser = "template=maximum-duration&p-days=400&p-from=restricted&title=Longer&text=Longer&scope=domain%3Ageospatial%2Fssot-a&severity=flag&kind=access-policy&owner=Us&contact=u%40example.invalid";
    let refused = post(&world, &omar, "/standards", looser).await;
    assert!(refused.status == 422 && refused.body.contains("400 days is longer than the 365 allowed there"), "{}", refused.body);
    assert_eq!(post(&world, &omar, "/standards", &looser.replace("400", "100")).await.status, 303);
    assert_eq!(world.get("/standards/longer", Some(&admin.cookie)).await.status, 404, "a draft of a domain is its owners’");

    // A second version beside the first, and the end of both.
    assert_eq!(
        post(&world, &admin, "/standards/metadata/edit", &format!("{good}&{}", rest.replace("title=Tags", "title=Described"))).await.status,
        303
    );
    let compared = page(&world, &admin, "/standards/metadata/compare?from=1&to=2").await;
    assert!(compared.contains("<ins>") && compared.contains("<del>") && compared.contains("tags_missing"));
    assert_eq!(post(&world, &admin, "/standards/metadata/retire", "retire_reason=").await.status, 422);
    assert_eq!(post(&world, &admin, "/standards/metadata/retire", "retire_reason=Replaced").await.status, 303);
    standards::follow(&world.state).await.unwrap();
    let standing: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id WHERE s.slug = 'metadata' AND e.ended_at IS NULL",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(standing, 0, "what is retired says nothing any more");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn tests_beside_a_rule_stay_with_it_and_are_run(pool: PgPool) {
    let world = world(&pool).await;
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let shown = page(&world, &admin, "/standards/access-policy").await;
    assert!(shown.contains("Tests beside the rule") && shown.contains("Passed: ") && shown.contains("terms of two years"), "{shown}");
    let form = page(&world, &admin, "/standards/access-policy/edit").await;
    assert!(form.contains("name=\"cases\"") && form.contains("terms of two years"), "a template's form has them, too: {form}");

    // What the form shows is what it sends: nothing is lost.
    let known = standard::one(&mut pool.acquire().await.unwrap(), "access-policy", 1).await.unwrap().unwrap();
    let typed = server::standards::form::filled(&known);
    let send = |cases: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, values) in &typed {
            for value in values {
                form.append_pair(name, if name == "cases" { cases } else { value.as_str() });
            }
        }
        form.finish()
    };
    let cases = typed["cases"][0].clone();
    let wrong = post(&world, &admin, "/standards/access-policy/edit", &send("[{name: odd, expect: [nothing_such]}]")).await;
    assert!(wrong.status == 422 && wrong.body.contains("Test “odd” fails: expected nothing_such"), "{}", wrong.body);
    let many = post(&world, &admin, "/standards/access-policy/edit", &send(&"- {name: again}\n".repeat(51))).await;
    assert!(many.status == 422 && many.body.contains("at most 50 tests"), "{}", many.body);
    let saved = post(&world, &admin, "/standards/access-policy/edit", &send(&cases)).await;
    assert_eq!(saved.location(), "/standards/access-policy/simulate?version=2", "{}", saved.body);
    let next = standard::one(&mut pool.acquire().await.unwrap(), "access-policy", 2).await.unwrap().unwrap();
    assert!(next.standard.cases == known.standard.cases && !known.standard.cases.is_empty());

    // A draft whose tests fail, however that came about, is not published.
    let fails = "UPDATE standard_version SET cases = '[{\"name\": \"odd\", \"given\": null, \"expect\": [\"nothing_such\"]}]' WHERE version = 2";
    pool.execute(fails).await.unwrap();
    let other = world.visitor("admin.ng", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert_eq!(post(&world, &other, "/standards/access-policy/agree", "version=2").await.status, 303);
    let refused = post(&world, &admin, "/standards/access-policy/publish", "version=2&from=2027-06-01").await;
    assert!(refused.status == 422 && refused.body.contains("Test “odd” fails"), "{} {}", refused.status, refused.body);
}
