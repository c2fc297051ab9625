//! Standards at the gates: publishing, submitting and deciding; masks at a port; what was refused is kept with its input; and no gate is
//! passed with a blocking violation unless a valid waiver exists.

use crate::common::{Answer, Visitor, World, post};
use crate::granting::Granting;
use chrono::{NaiveDate, TimeDelta};
use domain::audit::Origin;
use domain::calendar;
use domain::organisation::{Role, Scope};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rules::{Acting, Gate, Input, Rule, Severity, Source, Standard, Status};
use server::jobs::standards;
use server::standards::gate;
use sqlx::Executor;
use store::{PgPool, standard};

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";

/// A standard of the examples with another rule and severity, in force from a day on.
pub async fn in_force(world: &World, id: &str, severity: Severity, rego: &str, from: NaiveDate, until: Option<NaiveDate>) {
    let standard = Standard {
        id: id.to_owned(),
        title: format!("Standard {id}"),
        severity,
        status: Status::Published,
        source: Source::Rego(rego.to_owned()),
        effective_from: Some(from),
        effective_until: until,
        grace_days: 0,
        cases: vec![],
        ..rules::examples::all().remove(0)
    };
    let mut conn = world.pool.acquire().await.unwrap();
    assert!(standard::ensure_sample(&mut conn, &standard, &world.state.ids, world.now()).await.unwrap().is_some());
}

pub fn rego(code: &str, field: &str, condition: &str) -> String {
    format!(
        "package standard\n\nimport rego.v1\n\nviolations contains {{\n\t\"code\": \"{code}\",\n\t\"field\": \"{field}\",\n\t\"message\": \"It is so\",\n\t\"mend\": \"Change it\",\n\t\"page\": \"overview\",\n}} if {{\n\t{condition}\n}}\n"
    )
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub async fn keeper(world: &World) -> Visitor {
    let here = Scope::Domain(DOMAIN.parse().unwrap());
    world.visitor("grace", &[(Role::Steward, here), (Role::Owner, here)]).await
}

/// A draft without a summary, which a standard asks for: whoever keeps it, and how its publishing was refused.
pub async fn refused_draft(pool: &PgPool) -> (World, Visitor, Answer) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("UPDATE product SET status = 'draft'").await.unwrap();
    let missing = rego("summary_missing", "summary", "is_null(input.product.summary)");
    in_force(&world, "summaries", Severity::BlockPublishing, &missing, day("2026-06-01"), None).await;
    let grace = keeper(&world).await;
    let refused = post(&world, &grace, &format!("{PRODUCT}/classify/publish"), "").await;
    assert_eq!(refused.status, 422);
    (world, grace, refused)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_draft_that_does_not_meet_a_standard_is_not_published_and_is_told_why(pool: PgPool) {
    let (world, grace, refused) = refused_draft(&pool).await;
    for part in ["It is so.", "Change it.", "Standard summaries", "version 1", "standards@example.invalid"] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    let (gate, effect, outcome): (String, String, String) = sqlx::query_as(
        "SELECT g.gate, g.effect, a.outcome FROM gate_judgement g JOIN audit_event a ON a.action = 'standard.refuse' AND a.reason = 'summaries version 1: summary_missing'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((gate.as_str(), effect.as_str(), outcome.as_str()), ("publishing", "refuse", "refused"));
    // Why it was refused on that day has an exact answer: the same rule over the stored input.
    let (input, source): (String, String) =
        sqlx::query_as("SELECT i.input, v.rego FROM evaluation_input i, standard_version v").fetch_one(&pool).await.unwrap();
    let again = Rule::compile(&source).unwrap().evaluate(&Input::read(&input).unwrap().facts().unwrap());
    assert_eq!(again.violations()[0].code, "summary_missing");

    pool.execute("UPDATE product SET summary = 'Every route'").await.unwrap();
    assert_eq!(post(&world, &grace, &format!("{PRODUCT}/classify/publish"), "").await.status, 303);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_rule_may_ask_who_acts(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("UPDATE product SET status = 'draft'").await.unwrap();
    let alone = rego("owner_alone", "", "not \"owner\" in input.people.actor");
    in_force(&world, "owners-publish", Severity::BlockPublishing, &alone, day("2026-06-01"), None).await;
    let here = Scope::Domain(DOMAIN.parse().unwrap());
    let steward = world.visitor("siti", &[(Role::Steward, here)]).await;
    let owner = keeper(&world).await;
    let product = sqlx::query_scalar::<_, uuid::Uuid>("SELECT id FROM product").fetch_one(&pool).await.unwrap();
    for (who, refuses) in [(&steward, true), (&owner, false)] {
        let mut conn = pool.acquire().await.unwrap();
        let judged = gate::of_product(&world.state, &mut conn, who.person, Gate::Publishing, product.into()).await.unwrap().unwrap();
        assert_eq!(!judged.refusing(Gate::Publishing).is_empty(), refuses, "{:?}", judged.input.people);
        assert!(judged.input.stored().unwrap().contains(if refuses { "\"actor\":[\"steward\"]" } else { "\"actor\":[\"" }));
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_request_gets_the_steps_that_a_standard_asks_for_and_is_not_decided_against_one(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    in_force(world, "office-agrees", Severity::RequireStep, &rego("office", "", "input.request.purpose == \"planning\""), day("2026-06-01"), None)
        .await;
    in_force(world, "short", Severity::BlockServing, &rego("request_too_long", "until", "input.request.days > 30"), day("2026-06-01"), None).await;
    let (siti, grace) = (world.visitor("siti", &[]).await, keeper(world).await);
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let form = "key=00000000-0000-7000-8000-0000000000f1&offered=ssot-a.busroutes-dp.output-port1.routes&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=Relate+routes+to+incidents&legal_basis=Direction&team=Mobility&until=2027-03-31&accepted=ssot-a.busroutes-dp%3D1";
    let checked = post(world, &siti, "/requests/check", form).await;
    assert!(checked.status == 200 && checked.body.contains("Standard: Standard office-agrees"), "shown before it is sent: {}", checked.body);
    let sent = post(world, &siti, "/requests", form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let steps: Vec<(i16, Vec<String>, bool)> =
        sqlx::query_as("SELECT stage, roles, standard_id IS NOT NULL FROM part_step WHERE state = 'waiting' ORDER BY stage")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(steps, [(1, vec!["owner".to_owned(), "steward".to_owned()], false), (2, vec!["gdo-administrator".to_owned()], true)]);

    // What waits for a decision is part of what a version would do.
    let request: uuid::Uuid = sqlx::query_scalar("SELECT request_id FROM request_part WHERE state = 'submitted'").fetch_one(&pool).await.unwrap();
    let would = world.get("/standards/short/simulate.csv?version=1", Some(&daniel.cookie)).await;
    assert!(would.body.contains(&format!(",{request},violated,new,request_too_long,until,")), "{}", would.body);
    let page = world.get("/standards/short/simulate?version=1", Some(&daniel.cookie)).await;
    assert!(page.body.contains("1 open request were judged") && page.body.contains("One open request for it"), "{}", page.body);

    let step = |stage: i16| {
        let pool = pool.clone();
        async move {
            sqlx::query_scalar::<_, uuid::Uuid>("SELECT id FROM part_step WHERE state = 'waiting' AND stage = $1")
                .bind(stage)
                .fetch_one(&pool)
                .await
                .unwrap()
        }
    };
    let first = step(1).await;
    let long = post(world, &grace, &format!("/work/{first}/approve"), "until=2027-03-31").await;
    assert!(long.status == 422 && long.body.contains("Standard short"), "{}: {}", long.status, long.body);
    let short = post(world, &grace, &format!("/work/{first}/approve"), "until=2026-12-20").await;
    assert_eq!(short.status, 303, "{}", short.body);
    let second = step(2).await;
    assert_eq!(post(world, &grace, &format!("/work/{second}/approve"), "until=2026-12-20").await.status, 403, "only who is named");
    assert_eq!(post(world, &daniel, &format!("/work/{second}/approve"), "until=2026-12-20").await.status, 303);
    let made: i64 = sqlx::query_scalar("SELECT count(*) FROM agreement WHERE state = 'active'").fetch_one(&pool).await.unwrap();
    assert_eq!(made, 2);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_a_standard_wants_masked_stays_at_its_source_until_it_is_protected(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let holder = place.holder().await;
    pool.execute("UPDATE agreement_dataset SET columns = '{route,driver}'; UPDATE data_column SET personal = 'none', classification = 'official-open'; UPDATE agreement SET grant_state = 'pending'; INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT now(), 'agreement.grant', id, timestamptz '2026-11-20' FROM agreement UNION ALL SELECT now(), 'preview.settle', id, timestamptz '2026-11-20' FROM dataset").await.unwrap();
    place.work().await;
    let token = place.credential(&holder).await;
    assert!(place.read(&token).await.body.starts_with("route,driver\n"));
    let sample = async || place.world.get(&format!("{PRODUCT}/sample"), Some(&place.holder().await.cookie)).await.body;
    let grace = keeper(&place.world).await;
    let chosen = async || place.world.get(&format!("{PRODUCT}/protection/routes/driver"), Some(&grace.cookie)).await.body;
    assert!(sample().await.contains("somebody") && chosen().await.contains("somebody"));
    let masks = rego("driver_clear", "datasets.routes.columns.driver", "input.product.title != \"\"");
    in_force(&place.world, "drivers", Severity::RequireMask, &masks, day("2026-06-01"), Some(day("2026-11-25"))).await;
    standards::follow(&place.world.state).await.unwrap();
    place.work().await;
    assert_eq!(place.read(&token).await.body, "route\n101\n102\n", "the column is left out");
    // Sample rows are what everybody sees without an agreement, and the same holds for them.
    let shown = sample().await;
    assert!(shown.contains("101") && !shown.contains("somebody"), "{shown}");
    assert!(!chosen().await.contains("somebody"), "nor does its steward see it as a reader would");
    place.world.later(TimeDelta::days(3));
    standards::follow(&place.world.state).await.unwrap();
    place.work().await;
    assert!(place.read(&token).await.body.starts_with("route,driver\n"), "nothing after its end");
    assert!(sample().await.contains("somebody"));
    place.forget_connections().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn of_many_at_once_those_are_approved_that_standards_allow(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    in_force(world, "short", Severity::BlockServing, &rego("request_too_long", "until", "input.request.days > 30"), day("2026-06-01"), None).await;
    let (siti, grace) = (world.visitor("siti", &[]).await, keeper(world).await);
    for (n, until) in ["2026-12-20", "2027-03-31", "2026-12-19"].iter().enumerate() {
        let form = format!(
            "key=00000000-0000-7000-8000-0000000000f{n}&offered=ssot-a.busroutes-dp.output-port1.routes&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=Relate+routes+to+incidents&legal_basis=Direction&team=Mobility&until={until}&accepted=ssot-a.busroutes-dp%3D1"
        );
        let sent = post(world, &siti, "/requests", &form).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
    }
    let steps: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM part_step WHERE state = 'waiting'").fetch_all(&pool).await.unwrap();
    let fields: Vec<String> = steps.iter().map(|step| format!("steps={step}")).collect();
    let done = post(world, &grace, "/work/approve", &fields.join("&")).await;
    assert_eq!(done.location(), "/work?done=many-2-3", "{}", done.body);
    let left: Vec<String> =
        sqlx::query_scalar("SELECT r.until::text FROM request_part q JOIN access_request r ON r.id = q.request_id WHERE q.state = 'submitted'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(left, ["2027-03-31"]);
    let kept: Vec<String> =
        sqlx::query_scalar("SELECT effect FROM gate_judgement WHERE gate = 'deciding' ORDER BY effect").fetch_all(&pool).await.unwrap();
    assert_eq!(kept.iter().filter(|effect| *effect == "refuse").count(), 1, "{kept:?}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_rule_that_fails_lets_nothing_new_through_keeps_what_serves_and_is_told_to_its_owner(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let world = &place.world;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    // A function that is given the wrong kind of value: no verdict.
    let fails = rego("never", "", "startswith(input.product.summary, \"x\")");
    in_force(world, "serving", Severity::BlockServing, &fails, day("2026-06-01"), None).await;
    in_force(world, "publishing", Severity::BlockPublishing, &fails, day("2026-06-01"), None).await;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    standards::follow(&world.state).await.unwrap();
    place.work().await;
    assert_eq!(place.read(&token).await.status, 200, "what serves is not taken away");
    server::jobs::events::follow(&world.state).await.unwrap();
    let notices = world.get("/notices", Some(&daniel.cookie)).await.body;
    assert!(notices.contains("A standard that you answer for could not be judged."), "{notices}");
    pool.execute("UPDATE product SET status = 'draft'").await.unwrap();
    let grace = keeper(world).await;
    let refused = post(world, &grace, &format!("{PRODUCT}/classify/publish"), "").await;
    assert!(refused.status == 422 && refused.body.contains("cannot be told"), "{}", refused.body);
}

/// Any dates, grace and waiver, and any moment: what blocks is refused exactly while the standard acts whole and no waiver holds.
#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn no_gate_is_passed_with_a_blocking_violation_unless_a_valid_waiver_exists(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let always = rego("always", "", "input.product.title != \"\"");
    in_force(&world, "always", Severity::BlockPublishing, &always, day("2026-01-01"), None).await;
    let (id, product): (uuid::Uuid, uuid::Uuid) = sqlx::query_as("SELECT s.id, p.id FROM standard s, product p").fetch_one(&pool).await.unwrap();
    pool.execute("ALTER TABLE standard_version DISABLE TRIGGER keep_standard_version").await.unwrap();
    let mut runner = TestRunner::deterministic();
    let cases = (0_i64..60, 1_i64..60, 0_i32..40, proptest::option::of(0_i64..90), 0_i64..120);
    let begin = day("2026-11-23");
    let at = |days: i64| begin + TimeDelta::days(days);
    for _ in 0..60 {
        let (from, length, grace, waived, now) = cases.new_tree(&mut runner).unwrap().current();
        sqlx::query("UPDATE standard_version SET effective_from = $1, effective_until = $2, grace_days = $3")
            .bind(at(from))
            .bind(at(from + length))
            .bind(grace)
            .execute(&pool)
            .await
            .unwrap();
        sqlx::query("UPDATE standard_waiver SET ended_at = now() WHERE ended_at IS NULL").execute(&pool).await.unwrap();
        let mut conn = pool.acquire().await.unwrap();
        if let Some(last) = waived {
            let new = standard::NewWaiver {
                standard: id.into(),
                slug: "always",
                product: product.into(),
                address: "ssot-a.busroutes-dp",
                reason: "why",
                until: at(last),
            };
            standard::grant_waiver(&mut conn, admin.person, &new, &Origin::default(), &world.state.ids, world.now()).await.unwrap();
        }
        let moment = begin.and_hms_opt(2, 0, 0).unwrap().and_utc() + TimeDelta::days(now);
        world.later(moment - world.now());
        let judged = gate::of_product(&world.state, &mut conn, admin.person, Gate::Publishing, product.into()).await.unwrap();
        let refused = judged.is_some_and(|judged| !judged.refusing(Gate::Publishing).is_empty());
        let acts = now >= from + i64::from(grace) && now < from + length;
        let let_off = waived.is_some_and(|last| now <= last);
        assert_eq!(refused, acts && !let_off, "from {from} for {length}, grace {grace}, waived {waived:?}, on {now}");
    }
    let today = calendar::day(world.now());
    let found = standard::acting(&mut pool.acquire().await.unwrap(), today).await.unwrap();
    assert!(found.iter().all(|version| version.standard.acts(today) != Acting::No));
}
