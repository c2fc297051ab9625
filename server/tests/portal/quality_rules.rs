//! Rules of quality through the real router and a real source: declared before anything ran them, run by Pasar where it can measure, matched with
//! what tools send by their names; and what Pasar measures of promises in the same way.

use crate::common::{World, owner, page, post, token};
use crate::granting::Granting;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use server::jobs::{quality_rules, service_levels};
use sqlx::Executor;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const API: &str = "/api/v1/products/ssot-a.busroutes-dp/quality";

async fn send(world: &World, token: &str, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = body.map(Value::to_string);
    let answer = world.send(method, path, None, body.as_deref(), &headers).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body)))
}

/// A rule as a program declares it.
fn rule(name: &str, measure: &str, column: Option<&str>, bound: f64) -> Value {
    json!({ "name": name, "title": format!("What {name} says"), "layer": "schema", "measure": measure, "dataset": "routes", "column": column,
            "comparison": "at-least", "bound": bound })
}

/// Outcome and number of each declared rule, by name; null where nothing ran it.
async fn standing(world: &World, token: &str) -> Vec<(String, Value, Value)> {
    let (_, said) = send(world, token, Method::GET, API, None).await;
    let one = |line: &Value| (line["name"].as_str().unwrap().to_owned(), line["latest"]["outcome"].clone(), line["latest"]["value"].clone());
    said["rules"].as_array().unwrap().iter().map(one).collect()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_rule_is_declared_and_waits_until_it_is_run(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 40).await;
    let world = &place.world;
    let (here, stranger) = (owner(world).await, world.visitor("stranger", &[]).await);
    let new = format!("{PRODUCT}/quality/rules/new");
    let fields = "name=routes+filled&title=Every+route+has+a+number&layer=schema&measure=filled&about=routes.route&comparison=at-least&bound=99.5";
    assert_eq!(world.get(&new, Some(&stranger.cookie)).await.status, 403);
    assert_eq!(post(world, &stranger, &new, fields).await.status, 403);
    let wrong = post(world, &here, &new, &fields.replace("routes.route", "routes").replace("99.5", "many")).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#about\"") && wrong.body.contains("value=\"many\""), "{}", wrong.body);
    assert_eq!(post(world, &here, &new, fields).await.status, 303);
    let shown = page(world, &stranger, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("Declared, never run") && shown.contains("Every route has a number") && shown.contains("at least 99.5"), "{shown}");
    let schema = page(world, &stranger, &format!("{PRODUCT}/schema")).await;
    assert!(schema.contains("1 rule of quality") && schema.contains(&format!("{PRODUCT}/quality#rules")), "beside its column: {schema}");
    assert!(shown.contains("No checks yet.") && !shown.contains("Declare a rule"), "declaring is its team’s: {shown}");

    quality_rules::follow(&world.state).await.unwrap();
    let shown = page(world, &stranger, &format!("{PRODUCT}/quality")).await;
    assert!(!shown.contains("never run") && shown.contains("100 %") && shown.contains("1 of 1 passed"), "{shown}");
    let run = shown.split("/quality/").find_map(|rest| rest.split('"').next().filter(|id| id.len() == 36)).unwrap().to_owned();
    assert!(page(world, &stranger, &format!("{PRODUCT}/quality/{run}")).await.contains("Pasar asked the source"));
    quality_rules::follow(&world.state).await.unwrap();
    let runs: i64 = sqlx::query_scalar("SELECT count(*) FROM quality_run").fetch_one(&pool).await.unwrap();
    assert_eq!(runs, 1, "once a day");

    // What it said changes with the data, and what is changed is run again soon.
    place.source.execute("UPDATE ssot_a.routes SET route = NULL WHERE route > '120'").await.unwrap();
    let world = &place.world;
    assert_eq!(post(world, &here, &new, &fields.replace("99.5", "51")).await.status, 303, "of the same name, it is changed");
    world.later(TimeDelta::minutes(1));
    quality_rules::follow(&world.state).await.unwrap();
    let shown = page(world, &stranger, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("50 %") && shown.contains("0 of 1 passed") && shown.contains("at least 51"), "{shown}");

    // A source that is down says nothing of its data.
    let asker: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut place.source).await.unwrap();
    place.source.execute(sqlx::AssertSqlSafe(format!("ALTER ROLE {asker} NOLOGIN"))).await.unwrap();
    place.forget_connections().await;
    place.world.later(TimeDelta::days(1));
    let world = &place.world;
    quality_rules::follow(&world.state).await.unwrap();
    let here = owner(world).await;
    let shown = page(world, &here, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("Pasar could not run its rules the last time: The source could not be reached.") && shown.contains("50 %"), "{shown}");
    place.source.execute(sqlx::AssertSqlSafe(format!("ALTER ROLE {asker} LOGIN"))).await.unwrap();
    let world = &place.world;
    world.later(TimeDelta::hours(1));
    quality_rules::follow(&world.state).await.unwrap();
    let here = owner(world).await;
    assert!(!page(world, &here, &format!("{PRODUCT}/quality")).await.contains("could not run its rules"), "tried again within the hour");

    // What is ended counts no more; what was said of it stays in the runs.
    let shown = page(world, &here, &format!("{PRODUCT}/quality")).await;
    let end = shown.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/end"))).unwrap().to_owned();
    assert_eq!(post(world, &here, &end, "reason=no").await.status, 422);
    assert_eq!(post(world, &here, &end, "reason=Counted+elsewhere+now").await.status, 303);
    assert_eq!(post(world, &here, &end, "reason=Counted+elsewhere+now").await.status, 409);
    world.later(TimeDelta::minutes(1));
    quality_rules::follow(&world.state).await.unwrap();
    let shown = page(world, &here, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("No rule is declared of this product.") && shown.contains("Nothing that counts"), "{shown}");
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'quality%' ORDER BY id").fetch_all(&pool).await.unwrap();
    let (declared, run, ended) = ("quality-rule.declare", "quality.report", "quality-rule.end");
    assert_eq!(actions, [declared, run, declared, run, run, ended, run]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn pasar_runs_what_it_can_measure_and_tools_the_rest_by_name(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 40).await;
    let world = &place.world;
    let (here, stranger) = (owner(world).await, world.visitor("stranger", &[]).await);
    let (ours, theirs) = (token(world, &here, &["read", "request", "measure"]).await, token(world, &stranger, &["read", "request", "measure"]).await);
    let rules = format!("{API}/rules");
    assert_eq!(send(world, &theirs, Method::POST, &rules, Some(&rule("any", "rows", None, 1.0))).await.0, 403);
    assert_eq!(send(world, &ours, Method::POST, &rules, Some(&json!({}))).await.1["errors"].as_array().unwrap().len(), 4);
    let with = |mut rule: Value, more: Value| {
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let declared = [
        rule("a rows", "rows", None, 50.0),
        rule("b filled", "filled", Some("route"), 100.0),
        rule("c unique", "unique", Some("driver"), 100.0),
        with(rule("d pattern", "written", Some("route"), 95.0), json!({ "pattern": "[0-9]{3}" })),
        with(rule("e codes", "written", Some("route"), 95.0), json!({ "codes": ["101", "102"] })),
        with(rule("f range", "in-range", Some("route"), 95.0), json!({ "low": 0, "high": 200 })),
        // Whose answer could tell who is in a column that holds personal data.
        with(rule("g personal", "written", Some("driver"), 95.0), json!({ "codes": ["somebody", "nobody"] })),
        json!({ "name": "expect_column_values_to_not_be_null", "title": "Routes have numbers", "layer": "business", "measure": "reported",
                "dataset": "routes", "column": "route" }),
    ];
    for one in &declared {
        let (status, said) = send(world, &ours, Method::POST, &rules, Some(one)).await;
        assert_eq!(status, 200, "{one}: {said}");
    }
    assert!(standing(world, &ours).await.iter().all(|(_, outcome, _)| outcome.is_null()));
    quality_rules::follow(&world.state).await.unwrap();
    let said = standing(world, &ours).await;
    let expected = [
        ("a rows", json!("failed"), json!(40.0)),
        ("b filled", json!("passed"), json!(100.0)),
        ("c unique", json!("failed"), json!(0.0)),
        ("d pattern", json!("passed"), json!(100.0)),
        // Two of forty are so few that none is said.
        ("e codes", json!("failed"), json!(0.0)),
        ("expect_column_values_to_not_be_null", Value::Null, Value::Null),
        ("f range", json!("error"), Value::Null),
        ("g personal", json!("error"), Value::Null),
    ];
    assert_eq!(said, expected.map(|(name, outcome, value)| (name.to_owned(), outcome, value)));
    let shown = page(world, &stranger, &format!("{PRODUCT}/quality")).await;
    assert!(shown.contains("type that cannot be measured so") && shown.contains("could tell who is in it"), "{shown}");

    // A tool runs the last: it is the same rule by its name, in the layer that was declared.
    let example: Value = serde_json::from_str(include_str!("../../../crates/formats/examples/great_expectations_1.json")).unwrap();
    assert_eq!(send(world, &ours, Method::POST, API, Some(&example)).await.0, 201);
    let said = standing(world, &ours).await;
    assert!(said.iter().any(|(name, outcome, _)| name.starts_with("expect_") && outcome.is_string()), "{said:?}");
    let (_, whole) = send(world, &ours, Method::GET, API, None).await;
    let told =
        whole["checks"].as_array().unwrap().iter().find(|check| check["title"].as_str().is_some_and(|title| title.contains("not be null"))).unwrap();
    assert_eq!(told["layer"], "business", "{told}");
    // No value of the data in any of it.
    for table in ["quality_declared", "quality_rule", "quality_result", "audit_event"] {
        let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")))
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(table == "quality_declared" || !text.contains("somebody"), "{table}: {text}");
    }
    let id = whole["rules"][0]["id"].as_str().unwrap();
    assert_eq!(send(world, &theirs, Method::POST, &format!("{rules}/{id}/end"), Some(&json!({ "reason": "not mine" }))).await.0, 403);
    assert_eq!(send(world, &ours, Method::POST, &format!("{rules}/{id}/end"), Some(&json!({ "reason": "counted elsewhere" }))).await.0, 200);
    assert_eq!(standing(world, &ours).await.len(), 7);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(send(world, &theirs, Method::POST, &rules, Some(&declared[0])).await.0, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn promises_are_measured_by_format_by_lineage_and_through_the_port(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 40).await;
    let world = &place.world;
    let here = owner(world).await;
    let new = format!("{PRODUCT}/service-levels/new");
    let form = page(world, &here, &new).await;
    assert!(form.contains("What Pasar measures itself") && form.contains("A tool or a person reports"), "{form}");
    let declare = |dimension: &str, measure: &str, about: &str, comparison: &str, bound: u32| {
        format!(
            "dimension={dimension}&objective={measure}&measure={measure}&about={about}&comparison={comparison}&bound={bound}&target=90&window_days=30&every_minutes=60"
        )
    };
    let mut pages = vec![];
    for fields in [
        declare("validity", "written", "routes.route", "at-least", 95),
        declare("lineage", "traced", "", "at-least", 100),
        declare("latency", "read", "routes", "at-most", 4000),
        declare("accuracy", "reported", "", "at-least", 90),
    ] {
        let answer = post(world, &here, &new, &fields).await;
        assert_eq!(answer.status, 303, "{fields}: {}", answer.body);
        pages.push(answer.location());
    }
    service_levels::follow(&world.state).await.unwrap();
    assert!(page(world, &here, &pages[0]).await.contains("Nobody has said how values of the column are written."));
    assert!(page(world, &here, &pages[3]).await.contains("Pasar has no measure of its own for this"));
    let measured = "SELECT m.value, m.good FROM service_level_measurement m JOIN service_level l ON l.id = m.level_id WHERE l.measure = $1 ORDER BY m.at DESC LIMIT 1";
    let of = async |measure: &str| sqlx::query_as::<_, (f64, bool)>(measured).bind(measure.to_owned()).fetch_optional(&pool).await.unwrap();
    assert_eq!(of("traced").await, Some((0.0, false)), "nobody knows where it comes from");
    assert!(of("read").await.unwrap().1, "through the view of whoever was granted last");

    // Once a rule says how values are written, and something is known to write them.
    let written =
        "name=three+digits&title=Three+digits&layer=schema&measure=written&about=routes.route&pattern=%5B0-9%5D%7B3%7D&comparison=at-least&bound=95";
    assert_eq!(post(world, &here, &format!("{PRODUCT}/quality/rules/new"), written).await.status, 303);
    pool.execute(
        "WITH job AS (INSERT INTO lineage_job (namespace, name, first_at, last_at) VALUES ('loader', 'nightly', '2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z') RETURNING id),
              node AS (INSERT INTO lineage_node (namespace, name, dataset_id, first_at) VALUES ('here', 'routes', '00000000-0000-7000-8000-0000000000b1', '2026-11-22T00:00:00Z'),
                           ('there', 'plans', NULL, '2026-11-22T00:00:00Z') RETURNING id, name)
         INSERT INTO lineage_edge (job_id, output_id, from_id, to_id, since)
         SELECT job.id, x.id, y.id, x.id, '2026-11-22T00:00:00Z' FROM job, node x, node y WHERE x.name = 'routes' AND y.name = 'plans'",
    )
    .await
    .unwrap();
    world.later(TimeDelta::hours(1));
    service_levels::follow(&world.state).await.unwrap();
    assert_eq!(of("written").await, Some((100.0, true)));
    assert_eq!(of("traced").await, Some((100.0, true)));

    // What Pasar ran stands at the dataset's stage of the lineage, as what tools ran does.
    quality_rules::follow(&world.state).await.unwrap();
    let here = owner(world).await;
    let graph: Value = serde_json::from_str(&page(world, &here, "/api/v1/lineage?node=ssot-a.busroutes-dp").await).unwrap();
    let stage = graph["nodes"].as_array().unwrap().iter().find(|node| node["address"] == "ssot-a.busroutes-dp.routes").unwrap();
    assert_eq!((&stage["checks"]["met"], &stage["checks"]["missed"]), (&json!(1), &json!(0)), "{graph}");

    // Nobody may read any more: there is nothing to read through, and nothing is said to be slow.
    let before: i64 = sqlx::query_scalar("SELECT count(*) FROM service_level_measurement").fetch_one(&pool).await.unwrap();
    pool.execute("UPDATE agreement SET until = '2026-11-22T00:00:00Z'").await.unwrap();
    world.later(TimeDelta::hours(1));
    service_levels::follow(&world.state).await.unwrap();
    let here = owner(world).await;
    assert!(page(world, &here, &pages[2]).await.contains("there is no view to read through"));
    let after: i64 = sqlx::query_scalar("SELECT count(*) FROM service_level_measurement").fetch_one(&pool).await.unwrap();
    assert_eq!(after - before, 2, "format and lineage alone");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_number_of_rows_is_reported_and_incidents_count_without_a_report(pool: PgPool) {
    let place = Granting::new(pool, "{}", 5).await;
    let world = &place.world;
    let (here, officer) = (owner(world).await, world.visitor("officer", &[]).await);
    let schema = page(world, &officer, &format!("{PRODUCT}/schema")).await;
    assert!(schema.contains("The number of rows is not said."), "also where nobody declared one: {schema}");
    for link in ["place=routes&amp;about=rows", "place=routes.route&amp;about=values"] {
        assert!(schema.contains(&format!("{PRODUCT}/problems/new?{link}")), "{link}: {schema}");
    }
    let form = page(world, &officer, &format!("{PRODUCT}/problems/new?place=routes&about=rows")).await;
    assert!(form.contains("value=\"routes\" selected") && form.contains("value=\"rows\" selected"), "{form}");
    let report = "place=routes&about=rows&words=There+were+forty+rows+yesterday&key=00000000-0000-7000-8000-0000000000f2";
    let problem = post(world, &officer, &format!("{PRODUCT}/problems/new"), report).await.location();
    assert!(page(world, &here, &problem).await.contains("There were forty rows yesterday"));

    assert_eq!(post(world, &here, &format!("{PRODUCT}/incidents"), "title=Half+of+the+rows+are+gone").await.status, 303);
    assert!(!page(world, &officer, &format!("{PRODUCT}/problems")).await.contains("Half within"), "nothing is mended yet");
    let shown = page(world, &here, &format!("{PRODUCT}/problems")).await;
    let mend = shown.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.ends_with("/mend"))).unwrap().to_owned();
    world.later(TimeDelta::hours(3));
    let here = owner(world).await;
    assert_eq!(post(world, &here, &mend, "cause=A+load+stopped+halfway").await.status, 303);
    assert!(page(world, &here, &format!("{PRODUCT}/problems")).await.contains("Half within 3 hours"), "nobody reported it, and it took its time");
}
