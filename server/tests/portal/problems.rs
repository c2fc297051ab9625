//! Problems through the real router: reported from a column, answered by the product's team, part of an incident, mended, told, and measured;
//! and how a product is used.

use crate::common::{Visitor, World, owner, page, post};
use crate::granting::Granting;
use chrono::TimeDelta;
use server::jobs::events;
use store::PgPool;

const PRODUCT: &str = "/products/ssot-a.busroutes-dp";
const REPORT: &str = "place=routes.route&about=values&words=Half+of+the+routes+have+no+number&key=00000000-0000-7000-8000-0000000000f1";

async fn told(world: &World, who: &Visitor) -> Vec<String> {
    events::follow(&world.state).await.unwrap();
    let query = "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1
                 AND (e.topic LIKE 'problem.%' OR e.topic LIKE 'incident.%') ORDER BY e.at, e.id";
    sqlx::query_scalar(query).bind(who.person.0).fetch_all(&world.pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_problem_is_reported_answered_and_mended_with_its_incident(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 5).await;
    let world = &place.world;
    let (here, holder, officer, stranger) =
        (owner(world).await, place.holder().await, world.visitor("officer", &[]).await, world.visitor("stranger", &[]).await);
    let schema = page(world, &officer, &format!("{PRODUCT}/schema")).await;
    let link = format!("{PRODUCT}/problems/new?place=routes.route&amp;about=values");
    assert!(schema.contains(&link), "{schema}");
    assert!(page(world, &officer, &link.replace("&amp;", "&")).await.contains("value=\"routes.route\" selected"));
    let wrong = post(world, &officer, &format!("{PRODUCT}/problems/new"), "place=gone.away&about=values&words=short").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#place\"") && wrong.body.contains("href=\"#words\""), "{}", wrong.body);
    let problem = post(world, &officer, &format!("{PRODUCT}/problems/new"), REPORT).await.location();
    assert_eq!(post(world, &officer, &format!("{PRODUCT}/problems/new"), REPORT).await.location(), problem, "sent twice, it is one");
    assert_eq!(told(world, &here).await, ["problem.reported"]);
    assert!(told(world, &officer).await.is_empty());

    // Who uses or looks after the product reads it; others learn how many there are.
    for who in [&officer, &holder, &here] {
        assert!(page(world, who, &problem).await.contains("Half of the routes have no number"));
    }
    assert_eq!(world.get(&problem, Some(&stranger.cookie)).await.status, 403);
    let list = page(world, &stranger, &format!("{PRODUCT}/problems")).await;
    assert!(!list.contains("Half of the routes") && list.contains("You see what you reported yourself"), "{list}");
    for path in ["/work", "/problems"] {
        assert!(page(world, &here, path).await.contains("Half of the routes have no number"), "{path}");
        assert!(!page(world, &stranger, path).await.contains("Half of the routes"), "{path}");
    }

    assert_eq!(post(world, &holder, &format!("{problem}/answer"), "to=accepted&text=We+look+into+it").await.status, 403);
    assert_eq!(post(world, &here, &format!("{problem}/answer"), "to=&text=").await.status, 422);
    assert_eq!(post(world, &stranger, &format!("{PRODUCT}/incidents"), "title=Numbers+are+missing").await.status, 403);
    assert_eq!(post(world, &here, &format!("{PRODUCT}/incidents"), "title=no").await.status, 422);
    assert_eq!(post(world, &here, &format!("{PRODUCT}/incidents"), "title=Numbers+are+missing").await.status, 303);
    assert_eq!(told(world, &holder).await, ["incident.opened"], "whoever uses the data is told");
    let form = page(world, &here, &problem).await;
    let incident =
        form.split("Numbers are missing</option>").next().unwrap().rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    world.later(TimeDelta::minutes(20));
    assert_eq!(post(world, &here, &format!("{problem}/answer"), &format!("to=accepted&text=We+look+into+it&incident={incident}")).await.status, 303);
    assert_eq!(told(world, &officer).await, ["problem.answered"]);
    world.later(TimeDelta::hours(5));
    let here = owner(world).await;
    assert_eq!(post(world, &here, &format!("{PRODUCT}/incidents/{incident}/mend"), "cause=A+load+was+repeated").await.status, 303);
    assert_eq!(told(world, &officer).await, ["problem.answered", "problem.ended"]);
    assert_eq!(told(world, &holder).await, ["incident.opened", "incident.mended"]);
    let (officer, stranger) = (world.visitor("officer", &[]).await, world.visitor("stranger", &[]).await);
    let shown = page(world, &officer, &problem).await;
    assert!(shown.contains("Mended") && shown.contains("A load was repeated") && shown.contains("5 hours"), "{shown}");
    assert!(page(world, &stranger, &format!("{PRODUCT}/problems")).await.contains("Half within 5 hours"), "how long mending takes is for everybody");
    assert_eq!(post(world, &here, &format!("{problem}/answer"), "to=declined&text=After+all+not").await.status, 409, "it ends once");
    assert_eq!(post(world, &here, &format!("{PRODUCT}/incidents/{incident}/mend"), "cause=Once+more+please").await.status, 409);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'problem.%' OR action LIKE 'incident.%' ORDER BY id")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert_eq!(actions, ["problem.report", "incident.open", "problem.answer", "problem.end", "incident.mend"]);
    sqlx::query("UPDATE product SET visibility = 'hidden'").execute(&pool).await.unwrap();
    assert_eq!(world.get(&problem, Some(&officer.cookie)).await.status, 404, "also for who reported it");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn use_is_counted_and_who_read_says_how_it_was(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 5).await;
    let world = &place.world;
    let (here, holder, stranger) = (owner(world).await, place.holder().await, world.visitor("stranger", &[]).await);
    assert!(page(world, &stranger, &format!("{PRODUCT}/usage")).await.contains("Nobody has read it in twelve months"));
    assert!(!page(world, &holder, &format!("{PRODUCT}/usage")).await.contains("Two questions to you"), "after use");
    assert_eq!(post(world, &holder, &format!("{PRODUCT}/usage"), "useful=4&trusted=2").await.status, 409);
    let token = place.credential(&holder).await;
    for _ in 0..2 {
        assert_eq!(place.read(&token).await.status, 200);
    }
    let shown = page(world, &stranger, &format!("{PRODUCT}/usage")).await;
    assert!(shown.contains("Read 2 times in twelve months") && shown.contains("November 2026") && !shown.contains("Jason"), "{shown}");
    // Rows are counted once the answer is through, if its format can be counted: here by then, and by five each in any case.
    sqlx::query("UPDATE port_read SET rows = 5 WHERE rows IS NULL").execute(&pool).await.unwrap();
    let said: serde_json::Value = serde_json::from_str(&page(world, &stranger, "/api/v1/products/ssot-a.busroutes-dp/usage").await).unwrap();
    let month = said["months"].as_array().unwrap().last().unwrap().clone();
    assert!(month["reads"] == 2 && month["people"] == 1 && month["machines"] == 0 && month["agreements"] == 1, "{month}");
    assert!(month["rows"] == 10 && month["reads_counted"] == 2, "{month}");
    let left: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT c FROM port_read CROSS JOIN LATERAL unnest(columns) AS c").fetch_all(&pool).await.unwrap();
    assert_eq!((month["columns"].as_u64(), left.as_slice()), (Some(1), ["route".to_owned()].as_slice()));
    for one in said["columns"].as_array().unwrap() {
        assert_eq!(one["reads"] == 2, one["column"] == "route", "what left is counted, and nothing else: {one}");
    }
    // Whoever has read is asked where they look anyhow, until they answer; nobody else is.
    let asks = format!("<a href=\"{}\">1 product that you read: say how useful it was</a>", place.page);
    assert!(page(world, &holder, "/").await.contains(&asks) && page(world, &holder, &place.page).await.contains("Two questions to you"));
    assert!(!page(world, &stranger, "/").await.contains("say how useful") && !page(world, &here, &place.page).await.contains("Two questions"));
    assert!(page(world, &holder, &format!("{PRODUCT}/usage")).await.contains("Two questions to you"));
    assert_eq!(post(world, &holder, &format!("{PRODUCT}/usage"), "useful=9&trusted=2").await.status, 422);
    assert_eq!(post(world, &stranger, &format!("{PRODUCT}/usage"), "useful=5&trusted=5").await.status, 409, "only who has read");
    for said in ["useful=1&trusted=1", "useful=4&trusted=2"] {
        assert_eq!(post(world, &holder, &format!("{PRODUCT}/usage"), said).await.status, 303);
    }
    assert!(!page(world, &holder, "/").await.contains("say how useful"), "asked once");
    assert!(!page(world, &holder, &place.page).await.contains("Two questions to you"));
    assert!(page(world, &stranger, &format!("{PRODUCT}/usage")).await.contains("useful by 4.0 of 5 and trusts it by 2.0 of 5"));
    assert!(page(world, &here, "/usage").await.contains("Every product that you look after is read."), "a product that is new is not unused");
    world.later(TimeDelta::days(200));
    let (here, stranger) = (owner(world).await, world.visitor("stranger", &[]).await);
    // Whoever knocks in vain uses nothing.
    let refused = "INSERT INTO audit_event (at, action, object_kind, object_id, product_id, outcome)
                   SELECT $1, 'port.read', 'agreement', id, product_id, 'refused' FROM agreement";
    sqlx::query(refused).bind(world.now()).execute(&pool).await.unwrap();
    assert!(page(world, &here, "/usage").await.contains("Bus routes"));
    assert!(!page(world, &stranger, "/usage").await.contains("Bus routes"));
    // Read again, but not liked: it is listed for that.
    let read = "INSERT INTO audit_event (at, action, object_kind, object_id, product_id, outcome)
                SELECT $1, 'port.read', 'agreement', id, product_id, 'done' FROM agreement";
    sqlx::query(read).bind(world.now()).execute(&pool).await.unwrap();
    assert!(page(world, &here, "/usage").await.contains("Bus routes"), "trusted by 2 of 5");
    sqlx::query("UPDATE satisfaction SET trusted = 4").execute(&pool).await.unwrap();
    assert!(!page(world, &here, "/usage").await.contains("Bus routes"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_list_that_is_cut_says_so(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let keeper = owner(&world).await;
    let add = async |n: i32| {
        sqlx::query(
            "INSERT INTO problem (id, product_id, about, words, submission_key, reported_by, reported_at, state)
             SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000005', 'values', 'It is wrong', gen_random_uuid(), '00000000-0000-7000-8000-000000000004',
                    '2026-11-22T00:00:00Z', 'reported' FROM generate_series(1, $1)",
        )
        .bind(n)
        .execute(&pool)
        .await
        .unwrap();
    };
    add(200).await;
    for path in [format!("{PRODUCT}/problems"), "/problems".to_owned()] {
        assert!(!page(&world, &keeper, &path).await.contains("Only the first 200 are shown"), "{path}");
    }
    add(1).await;
    for path in [format!("{PRODUCT}/problems"), "/problems".to_owned()] {
        let shown = page(&world, &keeper, &path).await;
        assert!(shown.contains("Only the first 200 are shown") && shown.matches("It is wrong").count() == 200, "{path}: {shown}");
    }
    assert!(page(&world, &keeper, "/work").await.contains("There are more reported problems"));
    let said = page(&world, &keeper, &format!("/api/v1{PRODUCT}/problems")).await;
    assert!(said.contains("\"problems_truncated\":true") && said.contains("\"incidents_truncated\":false"), "{said}");
}
