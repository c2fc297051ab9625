//! Asking and deciding through the real router: what is typed twice, decided twice, or decided by the wrong person.

use crate::common::{Visitor, World};
use domain::audit::Outcome;
use domain::id::AgreementId;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;
use store::access::{self, DirectRead};

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

/// One readable dataset of the fixture's product, and nothing asked for yet.
async fn world(pool: PgPool) -> (World, Visitor, Visitor) {
    pool.execute(
        "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
         INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
         INSERT INTO data_column VALUES
             ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', NULL, false, false,
              'official-open', 'non-sensitive', 'none'),
             ('00000000-0000-7000-8000-0000000000b4', '00000000-0000-7000-8000-0000000000b1', 1, 'driver', 'text', NULL, false, false,
              'restricted', 'sensitive-normal', 'direct');
         INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
         INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1')",
    )
    .await
    .unwrap();
    let world = World::new(pool, "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    (world, officer, steward)
}

fn form(who: &Visitor, key: &str, until: &str) -> String {
    format!(
        "csrf={}&key={key}&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=team&until={until}",
        who.csrf
    )
}

const KEY: &str = "00000000-0000-4000-8000-00000000000f";

/// Submits and gives the request's path and the path of its one step.
async fn submitted(world: &World, officer: &Visitor, steward: &Visitor) -> (String, String) {
    let answer = world.post("/requests", Some(&officer.cookie), &form(officer, KEY, "2026-12-31")).await;
    let path = answer.location().trim_end_matches("/submitted").to_owned();
    let page = world.get(&path, Some(&steward.cookie)).await.body;
    let step = page.split("/work?step=").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    (path, format!("/work/{step}"))
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_same_form_twice_is_one_request(pool: PgPool) {
    let (world, officer, _) = world(pool.clone()).await;
    let first = world.post("/requests", Some(&officer.cookie), &form(&officer, KEY, "2026-12-31")).await;
    let second = world.post("/requests", Some(&officer.cookie), &form(&officer, KEY, "2026-12-31")).await;
    assert_eq!(first.status, 303);
    assert_eq!(first.location(), second.location());
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM access_request").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn changed_answers_are_not_taken_for_the_request_of_before(pool: PgPool) {
    let (world, officer, _) = world(pool.clone()).await;
    let send = async |form: String| world.post("/requests", Some(&officer.cookie), &form).await;
    let first = send(form(&officer, KEY, "2026-12-31")).await;
    let made = first.location().trim_end_matches("/submitted").to_owned();
    let changed = send(form(&officer, KEY, "2026-12-30").replace("explanation=why", "explanation=Another+thought")).await;
    assert_eq!(changed.status, 422, "{}", changed.body);
    assert!(changed.body.contains("with other answers") && changed.body.contains(&format!("href=\"{made}\"")), "{}", changed.body);
    assert!(changed.body.contains("Another thought") && changed.body.contains("value=\"2026-12-30\"") && !changed.body.contains(KEY));
    let kept: String = sqlx::query_scalar("SELECT form FROM request_draft").fetch_one(&pool).await.unwrap();
    assert!(kept.contains("Another thought") && !kept.contains(KEY), "{kept}");
    let key = changed.body.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert_eq!(send(form(&officer, KEY, "2026-12-31")).await.location(), first.location(), "what did not change is still one request");
    assert_ne!(send(form(&officer, &key, "2026-12-30")).await.location(), first.location());
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM access_request").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 2);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_typed_is_kept_when_something_is_wrong(pool: PgPool) {
    let (world, officer, _) = world(pool).await;
    let answer = world.post("/requests/check", Some(&officer.cookie), &form(&officer, KEY, "2020-01-01")).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("Enter a day after today."));
    assert!(answer.body.contains("value=\"law\"") && answer.body.contains("value=\"2020-01-01\""));
    let checked = world.post("/requests/check", Some(&officer.cookie), &form(&officer, KEY, "2026-12-31")).await;
    assert!(checked.body.contains("Check your answers") && checked.body.contains("driver"), "the absent column is said");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_form_knows_what_is_known_and_asks_for_what_is_needed(pool: PgPool) {
    let (world, officer, steward) = world(pool.clone()).await;
    let new = "/requests/new?product=ssot-a.busroutes-dp";
    pool.execute("UPDATE purpose SET legal_source = 'Act, section 6'").await.unwrap();
    let first = world.get(new, Some(&officer.cookie)).await.body;
    assert!(first.contains("value=\"planning\" selected") && first.contains("value=\"Act, section 6\""), "the only purpose, and its basis: {first}");
    assert!(!first.contains("Legal basis (optional)"));
    submitted(&world, &officer, &steward).await;
    let again = world.get(new, Some(&officer.cookie)).await.body;
    assert!(again.contains("value=\"law\"") && !again.contains("Act, section 6"), "as they said it last: {again}");

    pool.execute("INSERT INTO purpose VALUES ('policy', 'Policy', 2)").await.unwrap();
    assert!(!world.get(new, Some(&officer.cookie)).await.body.contains("value=\"planning\" selected"), "there is something to choose");
    let short = form(&officer, KEY, "2026-12-31").replace("explanation=why&legal_basis=law&team=team", "explanation=&legal_basis=&team=");
    let refused = world.post("/requests/check", Some(&officer.cookie), &short).await;
    assert!(refused.status == 422 && refused.body.contains("Say which law or direction allows this sharing."), "{}", refused.body);
    pool.execute("UPDATE data_sharing_agreement SET sharing = 'open'").await.unwrap();
    assert!(world.get(new, Some(&officer.cookie)).await.body.contains("Legal basis (optional)"));
    let checked = world.post("/requests/check", Some(&officer.cookie), &short).await;
    assert!(checked.status == 200 && checked.body.contains("Not said") && checked.body.contains("Agency"), "{}", checked.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_two_decisions_one_wins_and_the_other_is_told(pool: PgPool) {
    let (world, officer, steward) = world(pool.clone()).await;
    let (_, step) = submitted(&world, &officer, &steward).await;
    let decision = format!("csrf={}&until=2026-12-01", steward.csrf);
    assert_eq!(world.post(&format!("{step}/approve"), Some(&steward.cookie), &decision).await.status, 303);
    let refusal = format!("csrf={}&reason=late", steward.csrf);
    let late = world.post(&format!("{step}/refuse"), Some(&steward.cookie), &refusal).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("approved by steward"), "{}", late.body);
    let columns: Vec<String> = sqlx::query_scalar("SELECT unnest(columns) FROM agreement_dataset").fetch_all(&pool).await.unwrap();
    assert_eq!(columns, ["route"], "the personal column is not in the agreement");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_decides_their_own_request(pool: PgPool) {
    let (world, officer, steward) = world(pool.clone()).await;
    let own = world.post("/requests", Some(&steward.cookie), &form(&steward, KEY, "2026-12-31")).await;
    let path = own.location().trim_end_matches("/submitted").to_owned();
    let page = world.get(&path, Some(&steward.cookie)).await.body;
    assert!(!page.contains("/work?step="));
    let steps: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM part_step").fetch_all(&pool).await.unwrap();
    assert_eq!(steps.len(), 1);
    let decision = format!("csrf={}&until=2026-12-01", steward.csrf);
    assert_eq!(world.post(&format!("/work/{}/approve", steps[0]), Some(&steward.cookie), &decision).await.status, 403);
    let (_, step) = submitted(&world, &officer, &steward).await;
    let by_officer = format!("csrf={}&until=2026-12-01", officer.csrf);
    assert_eq!(world.post(&format!("{step}/approve"), Some(&officer.cookie), &by_officer).await.status, 403);
    let stranger = world.visitor("stranger", &[]).await;
    let by_stranger = format!("csrf={}&until=2026-12-01", stranger.csrf);
    assert_eq!(world.post(&format!("{step}/approve"), Some(&stranger.cookie), &by_stranger).await.status, 404, "it tells nobody that it exists");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_hidden_product_is_nowhere(pool: PgPool) {
    let (world, officer, steward) = world(pool.clone()).await;
    world.settle().await;
    let listed = world.get("/api/v1/search", Some(&officer.cookie)).await.body;
    assert!(listed.contains("\"total\":1"), "{listed}");
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    let hidden = world.get("/api/v1/search?q=bus", Some(&officer.cookie)).await.body;
    assert!(hidden.contains("\"total\":0"), "{hidden}");
    for path in ["/products/ssot-a.busroutes-dp", "/products/ssot-a.busroutes-dp/schema", "/requests/new?product=ssot-a.busroutes-dp"] {
        let nothing = world.get(path, Some(&officer.cookie)).await;
        let never = world.get(&path.replace("busroutes-dp", "never-was"), Some(&officer.cookie)).await;
        assert_eq!((nothing.status.as_u16(), never.status.as_u16()), (404, 404), "{path}");
    }
    assert_eq!(world.get("/products/ssot-a.busroutes-dp", Some(&steward.cookie)).await.status, 200);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_token_must_be_right_to_learn_anything(pool: PgPool) {
    let (world, ..) = world(pool.clone()).await;
    let path = "/api/v1/ports/ssot-a.busroutes-dp.output-port1.routes/rows";
    let made_up = format!("Bearer pasar_{}_{}", "0".repeat(32), "A".repeat(43));
    for token in ["Bearer x", made_up.as_str()] {
        let answer = world.send(axum::http::Method::GET, path, None, None, &[("authorization", token)]).await;
        assert_eq!(answer.status, 401);
        assert!(answer.body.contains("token_invalid"), "{}", answer.body);
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'port.read'").fetch_one(&pool).await.unwrap();
    assert_eq!(rows, 0, "a stranger writes nothing into the trail");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_read_at_the_source_is_written_down_once(pool: PgPool) {
    let agreement = AgreementId("00000000-0000-7000-8000-0000000000a2".parse().unwrap());
    let at = "2026-11-23T02:00:00Z".parse().unwrap();
    let read = |session: &str, outcome: Outcome, agreement: AgreementId| DirectRead {
        reader: agreement.0,
        at,
        session: session.into(),
        remote: Some("192.0.2.7".into()),
        statement: Some("SELECT 1".into()),
        outcome,
        reason: None,
    };
    let stranger = AgreementId("00000000-0000-7000-8000-0000000000ff".parse().unwrap());
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(access::log_position(&mut tx, "source", at).await.unwrap(), Some(None));
    access::note_api_session(&mut tx, "own", at).await.unwrap();
    let refused = || read("reader", Outcome::Refused, agreement);
    let reads = [
        read("reader", Outcome::Done, agreement),
        read("own", Outcome::Done, agreement),
        read("reader", Outcome::Done, stranger),
        refused(),
        refused(),
    ];
    assert_eq!(
        access::note_direct_reads(&mut tx, &reads).await.unwrap(),
        2,
        "neither Pasar's own session nor an unknown role, and one row for equal refusals"
    );
    access::log_read(&mut tx, "source", "a.json", 7, at).await.unwrap();
    let mut other = pool.acquire().await.unwrap();
    drop(tx.commit().await);
    assert_eq!(access::log_position(&mut other, "source", at).await.unwrap(), Some(Some(("a.json".into(), 7))));
    let details: Vec<String> =
        sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = 'port.read' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(details, ["directly at the source: SELECT 1", "directly at the source: 2 times: SELECT 1"]);
    assert!(access::sources_without_log(&mut other).await.unwrap().is_empty());
    assert!(access::log_kept(&mut other, "source", false, at).await.unwrap());
    let world = World::new(pool, "http://localhost:1");
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    assert!(world.get("/audit", Some(&auditor.cookie)).await.body.contains("Not recorded"), "what is missing is said");
}
