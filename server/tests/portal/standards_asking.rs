//! What is asked at gates: it waits when a rule cannot tell, it is found again by its day, and a version that has become looser than what is wider is
//! not published.

use crate::common::{Visitor, World, page, post};
use crate::granting::Granting;
use crate::standards::published;
use crate::standards_gates::{day, in_force, keeper, refused_draft, rego};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use rules::Severity;
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
/// Nothing can be told of a product without a summary: the function gets the wrong kind of value.
const FAILS: &str = "startswith(input.product.summary, \"bad\")";

/// Asks for the routes under this version of their terms; the key is the form's own.
async fn ask(world: &World, who: &Visitor, key: u8, terms: u8) {
    let form = format!(
        "key=00000000-0000-7000-8000-0000000000{key:02x}&offered=ssot-a.busroutes-dp.output-port1.routes&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=Relate+routes+to+incidents&legal_basis=Direction&team=Mobility&until=2027-03-31&accepted=ssot-a.busroutes-dp%3D{terms}"
    );
    let sent = post(world, who, "/requests", &form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
}

/// State of what somebody asked for, with the roles of each step that waits and whether a standard asks for it.
async fn asked(world: &World, who: &Visitor) -> Vec<(String, Option<Vec<String>>, bool)> {
    sqlx::query_as(
        "SELECT q.state, s.roles, s.standard_id IS NOT NULL FROM request_part q JOIN access_request r ON r.id = q.request_id
         LEFT JOIN part_step s ON s.part_id = q.id AND s.state = 'waiting' WHERE r.requester_id = $1 ORDER BY s.stage",
    )
    .bind(who.person.0)
    .fetch_all(&world.pool)
    .await
    .unwrap()
}

/// Approves the one step that waits.
async fn approve(world: &World, who: &Visitor) -> u16 {
    let step: uuid::Uuid = sqlx::query_scalar("SELECT id FROM part_step WHERE state = 'waiting'").fetch_one(&world.pool).await.unwrap();
    post(world, who, &format!("/work/{step}/approve"), "until=2026-12-20").await.status.as_u16()
}

fn waits_for_the_office() -> Vec<(String, Option<Vec<String>>, bool)> {
    vec![("submitted".to_owned(), Some(vec!["gdo-administrator".to_owned()]), true)]
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_request_waits_for_a_person_when_a_rule_cannot_tell(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let (siti, grace) = (world.visitor("siti", &[]).await, keeper(world).await);
    in_force(world, "fails", Severity::BlockServing, &rego("bad", "summary", FAILS), day("2026-06-01"), None).await;
    ask(world, &siti, 0xf1, 1).await;
    assert_eq!(approve(world, &grace).await, 303);
    assert_eq!(asked(world, &siti).await, waits_for_the_office(), "approved by its domain, and not granted");
    assert_eq!(approve(world, &daniel).await, 303);
    assert_eq!(asked(world, &siti).await, [("approved".to_owned(), None, false)], "it waits once");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_would_be_granted_at_once_waits_when_a_rule_cannot_tell(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    pool.execute(
        "UPDATE data_sharing_agreement SET sharing = 'open';
         UPDATE data_column SET classification = 'official-open', sensitivity = 'non-sensitive', personal = 'none'",
    )
    .await
    .unwrap();
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let (siti, mei) = (world.visitor("siti", &[]).await, world.visitor("mei", &[]).await);
    ask(world, &siti, 0xf1, 2).await;
    assert_eq!(asked(world, &siti).await, [("approved".to_owned(), None, false)], "nobody decides on what is open");
    in_force(world, "fails", Severity::BlockServing, &rego("bad", "summary", FAILS), day("2026-06-01"), None).await;
    ask(world, &mei, 0xf2, 2).await;
    assert_eq!(asked(world, &mei).await, waits_for_the_office());
    assert_eq!(approve(world, &daniel).await, 303);
    assert_eq!(asked(world, &mei).await, [("approved".to_owned(), None, false)]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_refused_on_a_day_is_found_however_much_was_asked_since(pool: PgPool) {
    let (world, ..) = refused_draft(&pool).await;
    pool.execute(
        "INSERT INTO gate_judgement (id, gate, product_id, effect, findings, input_digest, at)
             SELECT gen_random_uuid(), 'submitting', product_id, 'flag', findings, input_digest, at + interval '2 days' FROM gate_judgement, generate_series(1, 60)",
    )
    .await
    .unwrap();
    world.later(TimeDelta::days(3));
    let grace = world.visitor("grace", &[]).await;
    let on = async |day: &str| page(&world, &grace, &format!("{PRODUCT}/standards{day}")).await;
    let (now, then, between) = (on("").await, on("?on=2026-11-23").await, on("?on=2026-11-24").await);
    assert!(now.contains("At gates") && !now.contains("refused"), "the latest alone: {now}");
    assert!(then.contains("At gates") && then.contains("refused") && then.contains("summaries version 1: summary_missing"), "{then}");
    assert!(!between.contains("At gates"), "{between}");

    let program = page(&world, &grace, "/api/v1/products/ssot-a.busroutes-dp/evaluations?at=2026-11-24T00:00:00Z").await;
    let said: serde_json::Value = serde_json::from_str(&program).unwrap();
    assert!(said["gates"].as_array().unwrap().len() == 1 && said["gates"][0]["effect"] == "refuse", "{said}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_became_looser_than_a_wider_one_is_not_published(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let curator = world.visitor("curator.lee", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let other = world.visitor("admin.ong", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let form = "template=maximum-duration&p-days=400&p-from=restricted&title=Ours&text=No+longer&scope=sector%3Ageospatial&severity=block-serving&kind=access-policy&grace=0&owner=Geospatial+trusted+centre&contact=tc%40example.invalid";
    let made = post(&world, &curator, "/standards", form).await;
    assert_eq!(made.status, 303, "nothing wider says anything yet: {}", made.body);
    assert_eq!(post(&world, &other, "/standards/ours/agree", "version=1").await.status, 303);

    // A hundred days for all are published before four hundred for the sector are.
    published(&world, "2026-12-31", "").await;
    let refused = post(&world, &curator, "/standards/ours/publish", "version=1&from=2026-12-31").await;
    assert_eq!(refused.status, 422, "{}", refused.location());
    for part in ["A narrower standard tightens, never loosens", "400 days is longer than the 100", "expiry within a hundred days"] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    let status: String = sqlx::query_scalar("SELECT v.status FROM standard_version v JOIN standard s ON s.id = v.standard_id WHERE s.slug = 'ours'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(status, "draft");
}
