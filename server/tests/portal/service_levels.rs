//! Promises through the real router and a real source: declared, measured by Pasar and by programs, broken, told, and kept again.

use crate::common::{Visitor, World, owner, page, post, token};
use crate::granting::Granting;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use server::jobs::{events, service_levels};
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const ROWS: &str = "dimension=volume&objective=At+least+thirty+routes&measure=rows&about=routes&comparison=at-least&bound=30&target=90&window_days=30&every_minutes=1440";

async fn measure(world: &World) {
    service_levels::follow(&world.state).await.unwrap();
    events::follow(&world.state).await.unwrap();
}

async fn send(world: &World, token: &str, path: &str, key: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
    let answer = world.send(Method::POST, path, None, Some(&body.to_string()), &headers).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body)))
}

async fn told(world: &World, who: &Visitor) -> Vec<String> {
    let query = "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic LIKE 'service-level.%' ORDER BY e.at, e.id";
    sqlx::query_scalar(query).bind(who.person.0).fetch_all(&world.pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_promise_is_measured_breaks_is_told_and_is_kept_again(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    let (here, holder) = (owner(&place.world).await, place.holder().await);
    let stranger = place.world.visitor("stranger", &[]).await;
    let world = &place.world;
    assert!(page(world, &stranger, &format!("{PRODUCT}/service-levels")).await.contains("No service levels."));
    assert_eq!(world.get(&format!("{PRODUCT}/service-levels/new"), Some(&stranger.cookie)).await.status, 403);
    assert_eq!(post(world, &stranger, &format!("{PRODUCT}/service-levels/new"), ROWS).await.status, 403);
    let wrong = post(world, &here, &format!("{PRODUCT}/service-levels/new"), &ROWS.replace("bound=30", "bound=many")).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#bound\"") && wrong.body.contains("value=\"many\""), "{}", wrong.body);
    let level = post(world, &here, &format!("{PRODUCT}/service-levels/new"), ROWS).await.location();
    assert!(level.starts_with(&format!("{PRODUCT}/service-levels/")), "{level}");
    assert!(page(world, &stranger, &level).await.contains("Nothing was measured in this window"));

    measure(world).await;
    let shown = page(world, &stranger, &level).await;
    assert!(
        shown.contains("All of 1 measurements were good") && shown.contains("40 rows") && shown.contains("100 % of the error budget is left"),
        "{shown}"
    );
    assert!(shown.matches("<svg").count() >= 2 && shown.contains("Objective: at least 30"), "both plots");
    assert!(page(world, &stranger, PRODUCT).await.contains("1 of 1 objective measured"));
    measure(world).await;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM service_level_measurement").fetch_one(&pool).await.unwrap();
    assert_eq!(count, 1, "asked once a day");

    place.source.execute("DELETE FROM ssot_a.routes WHERE route > '110'").await.unwrap();
    let world = &place.world;
    world.later(TimeDelta::days(1));
    measure(world).await;
    let stranger = world.visitor("stranger", &[]).await;
    let shown = page(world, &stranger, &level).await;
    assert!(shown.contains("At risk") && shown.contains("10 times as fast as allowed"), "{shown}");
    assert!(page(world, &stranger, PRODUCT).await.contains("Promises at risk."));
    for who in [&here, &holder] {
        assert_eq!(told(world, who).await, ["service-level.burning-fast"]);
    }
    for _ in 0..3 {
        world.later(TimeDelta::days(1));
        measure(world).await;
    }
    for who in [&here, &holder] {
        assert_eq!(told(world, who).await, ["service-level.burning-fast", "service-level.breached"]);
    }
    assert!(told(world, &stranger).await.is_empty());
    let (stranger, holder) = (world.visitor("stranger", &[]).await, place.holder().await);
    assert!(page(world, &holder, "/notices").await.contains("Bus routes does not keep one of its promises."));
    for path in [PRODUCT.to_owned(), format!("{PRODUCT}/schema"), format!("{PRODUCT}/service-levels")] {
        assert!(page(world, &stranger, &path).await.contains("This product does not keep what it promises."), "{path}");
    }
    let shown = page(world, &stranger, &level).await;
    assert!(shown.contains("Used up: 4 bad periods, 3 allowed") && shown.contains("The error budget is used up"), "{shown}");
    assert!(shown.contains("plot-stroke-beyond"), "the break is marked");
    assert!(page(world, &stranger, "/service-levels").await.contains("At least thirty routes"));
    assert!(page(world, &stranger, "/quality/geospatial/report").await.contains("At least thirty routes"));

    // To stop measuring mends nothing; to be measured well for a window does.
    place.source.execute("INSERT INTO ssot_a.routes SELECT n, 'somebody' FROM generate_series(200, 240) n").await.unwrap();
    let world = &place.world;
    pool.execute("UPDATE service_level SET probe_at = '2030-01-01'; UPDATE agreement SET until = '2027-06-30T00:00:00Z'").await.unwrap();
    world.later(TimeDelta::days(40));
    measure(world).await;
    let stranger = world.visitor("stranger", &[]).await;
    assert!(page(world, &stranger, PRODUCT).await.contains("This product does not keep what it promises."));
    pool.execute("UPDATE service_level SET probe_at = 'epoch'").await.unwrap();
    measure(world).await;
    assert!(!page(world, &stranger, PRODUCT).await.contains("This product does not keep what it promises."));
    for who in [&here, &holder] {
        assert_eq!(told(world, who).await, ["service-level.burning-fast", "service-level.breached", "service-level.recovered"]);
    }
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'service-level.%' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["service-level.declare", "service-level.burn-fast", "service-level.breach", "service-level.recover"]);

    let here = owner(world).await;
    assert_eq!(post(world, &here, &format!("{level}/end"), "reason=no").await.status, 422);
    assert_eq!(post(world, &here, &format!("{level}/end"), "reason=Counted+elsewhere+now").await.status, 303);
    assert_eq!(world.get(&level, Some(&here.cookie)).await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_cannot_be_measured_is_said_and_silence_counts_only_where_it_is_the_question(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    let here = owner(&place.world).await;
    let fields = |measure: &str, about: &str| {
        format!(
            "dimension=availability&objective={measure}&measure={measure}&about={about}&comparison=at-least&bound=1&target=50&window_days=1&every_minutes=60"
        )
    };
    let mut pages = vec![];
    for (measure, about) in [("age", "routes.route"), ("answers", "routes"), ("rows", "routes")] {
        pages.push(post(&place.world, &here, &format!("{PRODUCT}/service-levels/new"), &fields(measure, about)).await.location());
    }
    measure(&place.world).await;
    assert!(page(&place.world, &here, &pages[0]).await.contains("The column is of a type that cannot be measured so."));
    assert!(page(&place.world, &here, &pages[1]).await.contains("All of 1 measurements were good"));
    // Nobody may ask any more: as if the source were gone.
    let asker: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut place.source).await.unwrap();
    place.source.execute(sqlx::AssertSqlSafe(format!("ALTER ROLE {asker} NOLOGIN"))).await.unwrap();
    place.forget_connections().await;
    place.world.later(TimeDelta::hours(1));
    measure(&place.world).await;
    let here = owner(&place.world).await;
    assert!(page(&place.world, &here, &pages[1]).await.contains("1 of 2 measurements were not good"), "that it does not answer was the question");
    let rows = page(&place.world, &here, &pages[2]).await;
    assert!(rows.contains("The source could not be reached.") && rows.contains("All of 1 measurements were good"), "{rows}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_budget_that_burns_slowly_is_told_once_to_the_team_and_to_whoever_holds_an_agreement(pool: PgPool) {
    pool.execute(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, share)
         SELECT '00000000-0000-7000-8000-0000000000c1', id, 'Freshness', 'Every day by 09:00', 90, '% of days', '30 days', 'By its team', 0, 90 FROM product",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let (here, holder) = (owner(&world).await, world.visitor("jason.lim", &[]).await);
    let measures = token(&world, &here, &["measure"]).await;
    let path = "/api/v1/products/ssot-a.busroutes-dp/service-levels/00000000-0000-7000-8000-0000000000c1/measurements";
    // Two bad days of three that a month allows, neither of them today: over a fifth of the window it goes three times too fast.
    for at in ["2026-11-21T02:00:00Z", "2026-11-22T02:00:00Z"] {
        assert!(told(&world, &here).await.is_empty(), "one bad day is nothing to tell of");
        assert_eq!(send(&world, &measures, path, at, &json!({ "good": false, "value": 30.5, "at": at })).await.0, 201);
        events::follow(&world.state).await.unwrap();
    }
    let stranger = world.visitor("stranger", &[]).await;
    for who in [&here, &holder] {
        assert_eq!(told(&world, who).await, ["service-level.burning-slow"]);
    }
    assert!(told(&world, &stranger).await.is_empty(), "it concerns those who read it and those who can do something about it");
    // It goes on burning: nobody is told again.
    let late = "2026-11-22T03:00:00Z";
    assert_eq!(send(&world, &measures, path, late, &json!({ "good": false, "value": 30.5, "at": late })).await.0, 201);
    events::follow(&world.state).await.unwrap();
    assert_eq!(told(&world, &holder).await.len(), 1);
    assert!(page(&world, &here, PRODUCT).await.contains("Promises at risk."));
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'service-level.burn%'").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["service-level.burn-slow"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn programs_report_what_they_measured_once_and_where_they_may(pool: PgPool) {
    pool.execute(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, share)
         SELECT '00000000-0000-7000-8000-0000000000c1', id, 'Freshness', 'Every day by 09:00', 90, '% of days', '30 days', 'By its team', 0, 90 FROM product",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let (here, stranger) = (owner(&world).await, world.visitor("stranger", &[]).await);
    let (measures, reads, theirs) =
        (token(&world, &here, &["measure"]).await, token(&world, &here, &["read"]).await, token(&world, &stranger, &["measure"]).await);
    let path = "/api/v1/products/ssot-a.busroutes-dp/service-levels/00000000-0000-7000-8000-0000000000c1/measurements";
    assert_eq!(send(&world, &reads, path, "1", &json!({ "good": true })).await.1["code"], "token_scope");
    assert_eq!(send(&world, &theirs, path, "1", &json!({ "good": true })).await.0, 403);
    assert_eq!(send(&world, &measures, path, "", &json!({ "good": true })).await.1["code"], "idempotency_key_missing");
    assert_eq!(send(&world, &measures, path, "1", &json!({ "value": 3 })).await.1["errors"][0]["code"], "good_missing");
    assert_eq!(send(&world, &measures, path, "1", &json!({ "good": true, "at": "2020-01-01T00:00:00Z" })).await.1["errors"][0]["code"], "at_wrong");
    let first = send(&world, &measures, path, "1", &json!({ "good": true, "tool": "loader" })).await;
    assert!(first.0 == 201 && first.1["state"] == "met", "{first:?}");
    assert_eq!(send(&world, &measures, path, "1", &json!({ "good": false })).await.0, 200, "the same run says nothing new");
    for day in 19..23 {
        let at = format!("2026-11-{day}T02:00:00Z");
        assert_eq!(send(&world, &measures, path, &at, &json!({ "good": false, "value": 30.5, "at": at })).await.0, 201);
    }
    let answer = world.send(Method::GET, path.trim_end_matches("/measurements"), None, None, &[("authorization", &format!("Bearer {reads}"))]).await;
    let level: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&level["state"], &level["periods"]["bad"], level["measurements"].as_array().unwrap().len()), (&json!("breached"), &json!(4), 5));
    assert!(
        level["budget_left"].as_f64().unwrap() < 0.0 && level["changes"].as_array().unwrap().iter().any(|change| change["to"] == "breached"),
        "{level}"
    );
    assert!(page(&world, &stranger, PRODUCT).await.contains("This product does not keep what it promises."));
    // A product that is not known of has no promises either.
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(send(&world, &theirs, path, "2", &json!({ "good": true })).await.0, 404);
    assert!(!page(&world, &stranger, "/service-levels").await.contains("Every day by 09:00"));
    assert!(page(&world, &here, "/service-levels").await.contains("Every day by 09:00"));
}
