//! Audits of quality through the real router and job: planned by who keeps the sector, taken once on their day, shown to whoever may know of the
//! products, and followed up until what was expected is met.

use crate::common::{Answer, Visitor, World, token};
use axum::http::Method;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use server::jobs::{events, quality_audits};
use sqlx::Executor;
use store::{PgPool, quality_audit};

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const NEW: &str = "/quality/geospatial/audits/new";
const API: &str = "/api/v1/products/ssot-a.busroutes-dp/quality";
const SECRET: &str = "00000000-0000-7000-8000-0000000000b5";

/// The bus routes with a table, and a product of the same domain that nobody lists.
const ROWS: &str = "
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        VALUES ('00000000-0000-7000-8000-0000000000b5', '00000000-0000-7000-8000-000000000003', 'secret-dp', 'ssot-a.secret-dp', 'Depots nobody lists',
        'source-aligned', '1.0.0', 'published', 'hidden', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        VALUES ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b5', 'depots', 'Depots', 'ssot_a', 'depots', 0);
    INSERT INTO quality_benchmark (id, sector_id, layer, at_least, within_days, reason, set_by, set_at)
        VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-000000000001', 'schema', 90, 60, 'Agreed by the centre',
        '00000000-0000-7000-8000-000000000004', '2026-11-20T00:00:00Z')";

struct Place {
    world: World,
    owner: Visitor,
    curator: Visitor,
    stranger: Visitor,
}

async fn place(pool: &PgPool) -> Place {
    pool.execute(ROWS).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let owner = world.visitor("omar", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let curator = world.visitor("curator", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let stranger = world.visitor("stranger", &[]).await;
    Place { world, owner, curator, stranger }
}

impl Place {
    /// Days and hours go by, after which everybody signs in again.
    async fn later(&mut self, by: TimeDelta) {
        self.world.later(by);
        self.owner = self.world.visitor("omar", &[]).await;
        self.curator = self.world.visitor("curator", &[]).await;
        self.stranger = self.world.visitor("stranger", &[]).await;
    }

    async fn follow(&self) {
        quality_audits::follow(&self.world.state).await.unwrap();
    }

    async fn page(&self, who: &Visitor, path: &str) -> String {
        let answer = self.world.get(path, Some(&who.cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    async fn post(&self, who: &Visitor, path: &str, fields: &str) -> Answer {
        self.world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await
    }

    /// Plans an audit, and gives its page.
    async fn plan(&self, name: &str, fields: &str) -> String {
        let made = self.post(&self.curator, NEW, &format!("name={name}&announce_days=3&mend_days=3&{fields}")).await;
        assert_eq!(made.status, 303, "{}", made.body);
        made.location()
    }

    /// The latest audit of a plan.
    async fn audit(&self, name: &str) -> String {
        let query = "SELECT q.id FROM quality_audit q JOIN quality_audit_plan a ON a.id = q.plan_id WHERE a.name = $1 ORDER BY q.due_on DESC LIMIT 1";
        let id: uuid::Uuid = sqlx::query_scalar(query).bind(name).fetch_one(&self.world.pool).await.unwrap();
        format!("/quality-audits/{id}")
    }

    async fn told(&self, who: &Visitor) -> Vec<String> {
        events::follow(&self.world.state).await.unwrap();
        let query =
            "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic LIKE 'quality-%' ORDER BY e.at, e.id";
        sqlx::query_scalar(query).bind(who.person.0).fetch_all(&self.world.pool).await.unwrap()
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.world.pool).await.unwrap()
    }

    /// A run of dbt in which one of two checks of the schema passes, or both do.
    async fn run(&self, name: &str, at: &str, all: bool) {
        let token = token(&self.world, &self.owner, &["read", "measure"]).await;
        let mut run: Value = serde_json::from_str(include_str!("../../../crates/formats/examples/dbt_run_results.json")).unwrap();
        run["run_results"]["metadata"]["invocation_id"] = name.into();
        run["run_results"]["metadata"]["generated_at"] = at.into();
        if all {
            run["run_results"]["results"][2]["status"] = "pass".into();
        }
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        let answer = self.world.send(Method::POST, API, None, Some(&run.to_string()), &headers).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_audit_is_announced_and_taken_once_on_its_day_in_singapore(pool: PgPool) {
    let mut place = place(&pool).await;
    let plan = place.plan("Quarterly", "scope=sector&criteria=schema&rhythm=quarter&first_on=2026-11-30&told=curators").await;
    place.follow().await;
    assert!(place.told(&place.owner).await.is_empty(), "a week is too early");
    place.later(TimeDelta::days(4)).await;
    for _ in 0..2 {
        place.follow().await;
    }
    assert_eq!(place.told(&place.owner).await, ["quality-audit.announced"]);
    assert_eq!(place.told(&place.curator).await, ["quality-audit.announced"], "whom the plan names, too");
    assert!(place.told(&place.stranger).await.is_empty());

    // Midnight in Singapore is 16:00 of the day before elsewhere.
    place.later(TimeDelta::days(2) + TimeDelta::minutes(13 * 60 + 59)).await;
    place.follow().await;
    assert_eq!(place.count("SELECT count(*) FROM quality_audit").await, 0);
    place.world.later(TimeDelta::minutes(1));
    // A process that dies leaves nothing behind.
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(quality_audit::begin_due(&mut tx, &place.world.state.ids, place.world.now()).await.unwrap(), 1);
    tx.rollback().await.unwrap();
    assert_eq!(place.count("SELECT count(*) FROM quality_audit").await, 0);
    // One that dies when it has begun leaves the rest to the next.
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(quality_audit::begin_due(&mut tx, &place.world.state.ids, place.world.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let (one, other) = tokio::join!(quality_audits::follow(&place.world.state), quality_audits::follow(&place.world.state));
    one.unwrap();
    other.unwrap();
    place.follow().await;
    let trail: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'quality-audit.%' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(trail, ["quality-audit.plan", "quality-audit.announce", "quality-audit.begin", "quality-audit.finish"]);
    assert_eq!(place.count("SELECT count(*) FROM quality_audit WHERE done_at IS NOT NULL").await, 1);
    assert_eq!(place.count("SELECT count(*) FROM outbox WHERE topic LIKE '%quality-audit.done'").await, 1);
    assert_eq!(place.told(&place.owner).await, ["quality-audit.announced", "quality-audit.done"]);
    let shown = place.page(&place.curator, &plan).await;
    assert!(shown.contains("Sun 28 Feb 2027"), "{shown}");
    assert!(place.page(&place.stranger, "/quality-audits").await.contains("The one product that was looked at falls short"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_falls_short_is_followed_up_until_a_later_result_meets_it(pool: PgPool) {
    let mut place = place(&pool).await;
    place.run("first", "2026-11-22T19:00:00Z", false).await;
    place
        .plan("Monthly", "scope=domain&domain=00000000-0000-7000-8000-000000000003&criteria=all&criteria=schema&rhythm=month&first_on=2026-11-23")
        .await;
    pool.execute("UPDATE product SET status = 'retired' WHERE name = 'secret-dp'").await.unwrap();
    place.follow().await;
    let first = place.audit("Monthly").await;
    let report = place.page(&place.stranger, &first).await;
    assert!(report.contains("1 of 2, 50 %") && report.contains("Falls short: too few pass") && report.contains("Nothing is expected"), "{report}");
    assert!(!report.contains("/quality-tasks/0"), "what becomes of it is not for everybody");
    assert!(place.page(&place.owner, &first).await.contains("/quality-tasks/0"));
    let product = place.page(&place.stranger, "/products/ssot-a.busroutes-dp").await;
    assert!(product.contains("falls short of 1 of 1 things that are expected") && product.contains(&first), "{product}");

    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM quality_task").fetch_one(&pool).await.unwrap();
    let task = format!("/quality-tasks/{id}");
    for path in ["/work", "/quality-tasks"] {
        assert!(place.page(&place.owner, path).await.contains(&task), "{path}");
        assert!(!place.page(&place.curator, path).await.contains(&task), "{path}: it is neither late nor disagreed with");
    }
    assert_eq!(place.world.get(&task, Some(&place.stranger.cookie)).await.status, 403);
    let wrong = place.post(&place.owner, &format!("{task}/answer"), "to=promised&on=2026-11-22&text=no").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#on\"") && wrong.body.contains("href=\"#text\""), "{}", wrong.body);
    assert_eq!(place.post(&place.curator, &format!("{task}/answer"), "to=mended&text=Not+theirs").await.status, 403);
    let answer = "to=promised&on=2026-11-28&text=The+load+is+rewritten";
    assert_eq!(place.post(&place.owner, &format!("{task}/answer"), answer).await.status, 303);
    assert_eq!(place.told(&place.curator).await, ["quality-task.answered"]);

    // The plan's own day is over by then; what counts is the one that was promised.
    place.later(TimeDelta::days(5)).await;
    place.follow().await;
    assert_eq!(place.told(&place.owner).await, ["quality-audit.done"]);
    place.later(TimeDelta::days(1)).await;
    for _ in 0..2 {
        place.follow().await;
    }
    assert_eq!(place.told(&place.owner).await, ["quality-audit.done", "quality-task.late"]);
    let watched = place.page(&place.curator, "/work").await;
    assert!(watched.contains(&task) && watched.contains("Late, or disagreed with"), "{watched}");

    assert_eq!(place.post(&place.owner, &format!("{task}/answer"), "to=mended&text=The+load+runs+again").await.status, 303);
    place.run("no better", "2026-11-28T20:00:00Z", false).await;
    place.later(TimeDelta::hours(1)).await;
    place.follow().await;
    assert_eq!(place.count("SELECT count(*) FROM quality_task WHERE closed_at IS NULL").await, 1, "saying so mends nothing");
    place.later(TimeDelta::hours(1)).await;
    place.run("mended", "2026-11-28T22:00:00Z", true).await;
    place.follow().await;
    assert_eq!(place.told(&place.owner).await.last().unwrap(), "quality-task.met");
    let over = place.page(&place.owner, &task).await;
    assert!(over.contains("Met again") && over.contains("The load runs again") && !over.contains("<textarea"), "{over}");
    assert_eq!(place.post(&place.owner, &format!("{task}/answer"), "to=mended&text=Once+more").await.status, 409);

    // The next audit says what has changed.
    place.later(TimeDelta::days(24)).await;
    place.follow().await;
    let next = place.audit("Monthly").await;
    let report = place.page(&place.stranger, &next).await;
    assert!(next != first && report.contains(&first) && report.contains("1 of 2, 50 %; mended") && report.contains("2 of 2, 100 %"), "{report}");
    assert!(report.contains("The one product that was looked at meets what is expected"), "{report}");
    assert_eq!(place.count("SELECT count(*) FROM quality_task").await, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_curator_lets_off_or_asks_again_and_nobody_lets_themselves_off(pool: PgPool) {
    let mut place = place(&pool).await;
    place.plan("Once", "scope=products&products=00000000-0000-7000-8000-000000000005&criteria=schema&rhythm=once&first_on=2026-11-23").await;
    place.follow().await;
    let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM quality_task").fetch_one(&pool).await.unwrap();
    let task = format!("/quality-tasks/{id}");
    assert_eq!(place.post(&place.owner, &format!("{task}/decide"), "to=excused&text=It+is+fine").await.status, 403);
    assert_eq!(place.post(&place.owner, &format!("{task}/answer"), "to=excused&text=It+is+fine").await.status, 422);
    assert_eq!(place.post(&place.owner, &format!("{task}/answer"), "to=disputed&text=The+checks+are+wrong").await.status, 303);
    assert!(!place.page(&place.owner, "/quality-tasks").await.contains(&task) && place.page(&place.curator, "/quality-tasks").await.contains(&task));
    assert_eq!(place.post(&place.curator, &format!("{task}/decide"), "to=open&text=They+are+not").await.status, 303);
    assert!(place.page(&place.owner, "/quality-tasks").await.contains(&task));
    // Who is both answers, and does not decide.
    let both = place.world.visitor("curator", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    assert_eq!(place.post(&both, &format!("{task}/decide"), "to=excused&text=It+is+fine").await.status, 403);
    let office = place.world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert_eq!(place.post(&office, &format!("{task}/decide"), "to=excused&text=Agreed+after+all").await.status, 303);
    assert_eq!(place.told(&place.owner).await, ["quality-audit.done", "quality-task.decided", "quality-task.decided"]);
    assert_eq!(place.post(&office, &format!("{task}/decide"), "to=excused&text=Once+more").await.status, 409);
    place.later(TimeDelta::days(30)).await;
    place.follow().await;
    assert_eq!(place.count("SELECT count(*) FROM quality_audit").await, 1, "once is once");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_products_that_nobody_may_know_of_nothing_is_told_and_nothing_counted(pool: PgPool) {
    let place = place(&pool).await;
    place.plan("Everything", "scope=sector&criteria=schema&rhythm=once&first_on=2026-11-23").await;
    place.follow().await;
    let all = place.audit("Everything").await;
    let hidden = |text: &str| !text.contains("Depots") && !text.contains("secret");
    for path in [all.clone(), format!("{all}/results.csv"), format!("/api/v1{all}")] {
        let (theirs, ours) = (place.page(&place.stranger, &path).await, place.page(&place.curator, &path).await);
        assert!(hidden(&theirs) && !hidden(&ours), "{path}: {theirs}");
    }
    let api = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (theirs, ours) = (place.page(&place.stranger, &format!("/api/v1{all}")).await, place.page(&place.curator, &format!("/api/v1{all}")).await);
    assert_eq!((&api(&theirs)["products"], &api(&ours)["products"]), (&json!(1), &json!(2)));
    assert_eq!((api(&theirs)["findings"].as_array().unwrap().len(), &api(&theirs)["findings"][0]["shortfall"]), (1, &json!("never-checked")));

    let plan = place.plan("Of+depots", &format!("scope=products&products={SECRET}&criteria=schema&rhythm=once&first_on=2026-11-23")).await;
    place.follow().await;
    let secret = place.audit("Of depots").await;
    for path in [&plan, &secret] {
        assert_eq!(place.world.get(path, Some(&place.stranger.cookie)).await.status, 404, "{path}");
        assert!(place.page(&place.curator, path).await.contains("Of depots"), "{path}");
    }
    for path in ["/quality-audits", "/api/v1/quality-audits"] {
        assert!(
            !place.page(&place.stranger, path).await.contains("Of depots") && place.page(&place.curator, path).await.contains("Of depots"),
            "{path}"
        );
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_keeps_the_sector_plans_changes_pauses_and_ends(pool: PgPool) {
    let mut place = place(&pool).await;
    let fields = "name=Monthly&announce_days=0&mend_days=30&scope=sector&criteria=schema&rhythm=month&first_on=2026-12-01&key=00000000-0000-7000-8000-0000000000f1";
    assert_eq!(place.post(&place.owner, NEW, fields).await.status, 403);
    assert_eq!(place.world.get(NEW, Some(&place.owner.cookie)).await.status, 403);
    assert!(place.page(&place.curator, NEW).await.contains("Depots nobody lists"));
    let wrong = place.post(&place.curator, NEW, &fields.replace("2026-12-01", "2026-11-22").replace("criteria=schema&", "")).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#first_on\"") && wrong.body.contains("href=\"#criteria\""), "{}", wrong.body);
    let plan = place.post(&place.curator, NEW, fields).await.location();
    assert_eq!(place.post(&place.curator, NEW, fields).await.location(), plan, "sent twice, it is one");
    assert!(place.page(&place.stranger, &plan).await.contains("Tue 1 Dec 2026"));
    assert!(!place.page(&place.stranger, &plan).await.contains("Pause it") && place.page(&place.curator, &plan).await.contains("Pause it"));
    for who in [&place.owner, &place.stranger] {
        assert_eq!(place.post(who, &format!("{plan}/state"), "to=ended&version=0").await.status, 403);
        assert_eq!(place.post(who, &format!("{plan}/change"), fields).await.status, 403);
    }
    assert_eq!(place.post(&place.curator, &format!("{plan}/state"), "to=paused&version=0").await.status, 303);
    assert_eq!(place.post(&place.curator, &format!("{plan}/state"), "to=ended&version=0").await.status, 409, "changed meanwhile");
    place.later(TimeDelta::days(10)).await;
    place.follow().await;
    assert_eq!(place.count("SELECT count(*) FROM quality_audit").await, 0, "it was paused");
    // What was missed is not made up for.
    assert_eq!(place.post(&place.curator, &format!("{plan}/state"), "to=active&version=1").await.status, 303);
    assert!(place.page(&place.stranger, &plan).await.contains("Fri 1 Jan 2027"));
    let changed =
        place.post(&place.curator, &format!("{plan}/change"), &format!("{}&version=2", fields.replace("rhythm=month", "rhythm=quarter"))).await;
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert!(place.page(&place.stranger, &plan).await.contains("Mon 1 Mar 2027"));
    assert_eq!(place.post(&place.curator, &format!("{plan}/state"), "to=ended&version=3").await.status, 303);
    assert_eq!(place.post(&place.curator, &format!("{plan}/change"), &format!("{fields}&version=4")).await.status, 409);
    let trail = place.count("SELECT count(*) FROM audit_event WHERE action IN ('quality-audit.plan', 'quality-audit.change')").await;
    assert_eq!(trail, 5);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn promises_are_measured_anew_before_they_are_audited(pool: PgPool) {
    let place = place(&pool).await;
    pool.execute(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, measure, dataset_name, comparison,
                                    bound, state, measured_at, probe_at)
             SELECT gen_random_uuid(), id, 'Completeness', 'A thousand rows', 99, '% of days', '30 days', 'By Pasar', 0, 'rows', 'routes', 'at-least', 1000,
                    'breached', '2026-11-22T00:00:00Z', '2026-12-22T00:00:00Z' FROM product WHERE name = 'busroutes-dp'",
    )
    .await
    .unwrap();
    place.plan("Promises", "scope=products&products=00000000-0000-7000-8000-000000000005&criteria=promises&rhythm=once&first_on=2026-11-23").await;
    place.follow().await;
    let audit = place.audit("Promises").await;
    assert!(place.page(&place.stranger, &audit).await.contains("This audit is being taken."));
    assert_eq!(place.count("SELECT count(*) FROM service_level WHERE probe_at <= '2026-11-23T02:00:00Z'").await, 1, "Pasar is asked to measure it");
    place.world.later(TimeDelta::minutes(2));
    place.follow().await;
    assert_eq!(place.count("SELECT count(*) FROM quality_audit WHERE done_at IS NULL").await, 1, "nothing was measured yet");
    // It was measured: its next time lies ahead again.
    pool.execute("UPDATE service_level SET probe_at = '2026-11-24T00:00:00Z', measured_at = '2026-11-23T02:01:00Z'").await.unwrap();
    place.follow().await;
    let report = place.page(&place.stranger, &audit).await;
    assert!(report.contains("Completeness: A thousand rows") && report.contains("Every promise that is measured is kept"), "{report}");
    assert!(report.contains("Falls short: too few pass"), "{report}");
}
