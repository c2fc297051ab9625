//! What people keep for themselves, through the real router: it says what is new, it can be undone, and it tells nobody
//! of what is hidden.

use crate::common::{Visitor, World, post};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use server::http::mine::note;
use server::http::signed_in::SignedIn;
use sqlx::Executor;
use std::time::Duration;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";

/// The fixture's product can be found by its words; a second one stands beside it.
async fn world(pool: &PgPool) -> (World, Visitor) {
    pool.execute(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT '00000000-0000-7000-8000-0000000000c1', domain_id, 'depots-dp', 'ssot-a.depots-dp', 'Bus depots', product_type, '1.0.0', 'published',
                    'listed', '', created_at, changed_at FROM product;
         INSERT INTO data_sharing_agreement SELECT '00000000-0000-7000-8000-0000000000c1', sharing, purposes, forbidden, who_may, who_may_not, distribution,
                    retention, longest_days FROM data_sharing_agreement",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let officer = world.visitor("officer", &[]).await;
    (world, officer)
}

async fn page(world: &World, who: &Visitor, path: &str) -> String {
    let answer = world.get(path, Some(&who.cookie)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    main_part(&answer.body)
}

fn main_part(body: &str) -> String {
    body.split("<main").nth(1).unwrap().to_owned()
}

/// What is noted beside an answer is there a moment after it.
async fn until_noted(pool: &PgPool, table: &str, rows: i64) {
    for _ in 0..200 {
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(pool).await.unwrap();
        if rows == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{table} does not come to hold {rows}");
}

/// Saves a search and gives the path of its page.
async fn save(world: &World, who: &Visitor, name: &str, query: &str) -> String {
    let answer = post(world, who, "/mine/searches", &format!("name={name}&query={query}")).await;
    let id = answer.location().strip_prefix("/mine?saved=").unwrap().to_owned();
    assert!(page(world, who, &answer.location()).await.contains(&format!("“{name}” is saved.")));
    format!("/mine/searches/{id}")
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_empty_says_what_it_would_hold(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    let mine = page(&world, &officer, "/mine").await;
    for text in ["No saved searches yet.", "You follow no product yet.", "Nothing viewed yet.", "No past searches."] {
        assert!(mine.contains(text), "{text}: {mine}");
    }
    assert!(!page(&world, &officer, "/").await.contains("New in what you follow"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_followed_product_says_what_has_changed(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    assert!(page(&world, &officer, PRODUCT).await.contains("action=\"/mine/followed\""));
    until_noted(&pool, "viewed_product", 1).await;
    assert_eq!(post(&world, &officer, "/mine/followed", "product=ssot-a.busroutes-dp").await.location(), PRODUCT);
    assert!(page(&world, &officer, "/").await.contains("Nothing new in 1 followed product and 0 saved searches."));
    world.later(TimeDelta::minutes(5));
    sqlx::query("UPDATE product SET version = '2.0.0', changed_at = $1 WHERE name = 'busroutes-dp'").bind(world.now()).execute(&pool).await.unwrap();
    let changed = ": version 1.0.0 became 2.0.0";
    assert!(page(&world, &officer, "/mine").await.contains(changed) && page(&world, &officer, "/").await.contains(changed));
    world.later(TimeDelta::minutes(5));
    assert!(page(&world, &officer, PRODUCT).await.contains("Stop following"));
    until_noted(&pool, "followed_product WHERE seen_version = '2.0.0'", 1).await;
    let mine = page(&world, &officer, "/mine").await;
    assert!(mine.contains("No change since you saw it, version 2.0.0") && mine.contains("Forget what I viewed"), "{mine}");

    let gone = post(&world, &officer, "/mine/unfollowed", "product=ssot-a.busroutes-dp&back=mine").await.location();
    assert!(page(&world, &officer, &gone).await.contains("You no longer follow Bus routes."));
    assert_eq!(post(&world, &officer, "/mine/followed", "product=ssot-a.busroutes-dp&back=mine").await.location(), "/mine");
    assert!(!page(&world, &officer, &gone).await.contains("You no longer follow"), "an old address says nothing untrue");
    assert_eq!(post(&world, &officer, "/mine/followed", "product=ssot-a.never-was").await.status, 404);
    assert_eq!(post(&world, &officer, "/mine/viewed/clear", "").await.location(), "/mine");
    assert!(page(&world, &officer, "/mine").await.contains("Nothing viewed yet."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_saved_search_tells_what_it_finds_anew(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    pool.execute("UPDATE product SET status = 'draft' WHERE name = 'depots-dp'").await.unwrap();
    world.settle().await;
    let path = save(&world, &officer, "Buses", "q%3Dbus%26type%3Dsource-aligned%26page%3D2").await;
    server::jobs::new_matches::count(&world.state).await.unwrap();
    let mine = page(&world, &officer, "/mine").await;
    assert!(mine.contains("href=\"/products?q=bus&amp;type=source-aligned\"") && mine.contains("Nothing new since"), "{mine}");

    pool.execute("UPDATE product SET status = 'published' WHERE name = 'depots-dp'").await.unwrap();
    world.settle().await;
    world.later(TimeDelta::minutes(15));
    server::jobs::new_matches::count(&world.state).await.unwrap();
    assert!(page(&world, &officer, "/mine").await.contains("1 new match"));
    assert!(page(&world, &officer, "/").await.contains("1 new match"));
    let one = page(&world, &officer, &path).await;
    assert!(one.contains("“bus”, type: source-aligned") && one.contains("/products/ssot-a.depots-dp") && !one.contains("busroutes-dp"), "{one}");
    assert_eq!(post(&world, &officer, &format!("{path}/seen"), "").await.location(), "/mine");
    assert!(page(&world, &officer, "/mine").await.contains("Nothing new since"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_saved_a_search_is_told_once_until_they_look_and_once_a_day(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    // A webhook that hears of everything.
    pool.execute("UPDATE webhook SET domain_id = NULL, topics = '{}'; UPDATE product SET status = 'draft' WHERE name = 'depots-dp'").await.unwrap();
    world.settle().await;
    let told = async |expected: i64, why: &str| {
        world.later(TimeDelta::minutes(15));
        world.settle().await;
        server::jobs::new_matches::count(&world.state).await.unwrap();
        server::jobs::events::follow(&world.state).await.unwrap();
        let count: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND e.topic = 'search.matched' AND n.kind = 'searches'",
        )
        .bind(officer.person.0)
        .fetch_one(&pool)
        .await
        .unwrap();
        assert_eq!(count, expected, "{why}");
    };
    let path = save(&world, &officer, "Buses", "q%3Dbus").await;
    told(0, "what was there before is not new").await;
    pool.execute("UPDATE product SET status = 'published'").await.unwrap();
    told(1, "something new").await;
    let officer = world.visitor("officer", &[]).await;
    let notices = page(&world, &officer, "/notices").await;
    assert!(notices.contains("A search that you saved finds something new.") && notices.contains(&path), "{notices}");
    pool.execute("UPDATE saved_search SET told_at = told_at - interval '2 days'").await.unwrap();
    told(1, "not again before they looked").await;
    let officer = world.visitor("officer", &[]).await;
    assert_eq!(post(&world, &officer, &format!("{path}/seen"), "").await.location(), "/mine");
    pool.execute("UPDATE saved_search SET known = '{}', told_at = told_at + interval '2 days'").await.unwrap();
    told(1, "less than a day after").await;
    pool.execute("UPDATE saved_search SET told_at = told_at - interval '2 days', counted_at = '2036-01-01'").await.unwrap();
    pool.execute("UPDATE product SET status = 'draft'").await.unwrap();
    told(1, "nothing of what was hidden in the meantime").await;
    pool.execute("UPDATE product SET status = 'published'; UPDATE saved_search SET counted_at = NULL").await.unwrap();
    told(2, "they have not looked, and a day is over").await;
    let sent: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook_delivery d JOIN event e ON e.id = d.event_id WHERE e.topic = 'search.matched'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(sent, 0, "no program hears of what somebody keeps");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_saved_search_keeps_to_its_place(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    pool.execute("UPDATE product SET status = 'draft', place_areas = '{BD}', covered_areas = '{BD}' WHERE name = 'depots-dp'").await.unwrap();
    let square = r#"{"type": "MultiPolygon", "coordinates": [[[[103.9, 1.3], [104, 1.3], [104, 1.4], [103.9, 1.4], [103.9, 1.3]]]]}"#;
    sqlx::query("UPDATE planning_area SET outline = $1::jsonb, west = 103.9, south = 1.3, east = 104, north = 1.4 WHERE code = 'BD'")
        .bind(square)
        .execute(&pool)
        .await
        .unwrap();
    world.settle().await;
    let (here, elsewhere) = ("q%3Dbus%26box%3D103.91%2C1.31%2C103.92%2C1.32", "q%3Dbus%26box%3D103.6%2C1.2%2C103.61%2C1.21");
    let (here, elsewhere) = (save(&world, &officer, "Here", here).await, save(&world, &officer, "Elsewhere", elsewhere).await);
    server::jobs::new_matches::count(&world.state).await.unwrap();
    pool.execute("UPDATE product SET status = 'published' WHERE name = 'depots-dp'").await.unwrap();
    world.settle().await;
    world.later(TimeDelta::minutes(15));
    server::jobs::new_matches::count(&world.state).await.unwrap();
    let one = page(&world, &officer, &here).await;
    assert!(one.contains("/products/ssot-a.depots-dp"), "{one}");
    assert!(!page(&world, &officer, &elsewhere).await.contains("/products/ssot-a.depots-dp"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn words_that_are_nowhere_are_counted_as_found_nowhere(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    let path = save(&world, &officer, "Depot", "q%3Ddepotts").await;
    server::jobs::new_matches::count(&world.state).await.unwrap();
    sqlx::query("UPDATE product SET title = 'Depotts' WHERE name = 'depots-dp'").execute(&pool).await.unwrap();
    world.settle().await;
    world.later(TimeDelta::minutes(15));
    server::jobs::new_matches::count(&world.state).await.unwrap();
    assert!(page(&world, &officer, &path).await.contains("/products/ssot-a.depots-dp"), "what only resembles it was no match before");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_saved_search_is_renamed_and_removed_with_a_way_back(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    let path = save(&world, &officer, "Buses", "q%3Dbus").await;
    let wrong = post(&world, &officer, &format!("{path}/rename"), "name=+").await;
    assert!(wrong.status == 422 && wrong.body.contains("There is a problem") && wrong.body.contains("Enter a name"), "{}", wrong.body);
    let renamed = post(&world, &officer, &format!("{path}/rename"), "name=Bus+data").await.location();
    let told = page(&world, &officer, &renamed).await;
    assert!(told.contains("The search is called “Bus data” now.") && told.contains("name=\"name\" value=\"Buses\""), "{told}");

    let removed = post(&world, &officer, &format!("{path}/remove"), "").await.location();
    let told = page(&world, &officer, &removed).await;
    assert!(told.contains("“Bus data” is removed.") && told.contains("No saved searches yet."), "{told}");
    assert_eq!(world.get(&path, Some(&officer.cookie)).await.status, 404);
    let other = world.visitor("other", &[]).await;
    assert!(!page(&world, &other, &removed).await.contains("Bus data"), "the address tells nobody else what was removed");
    assert_eq!(post(&world, &other, &format!("{path}/restore"), "").await.status, 404);
    assert_eq!(post(&world, &officer, &format!("{path}/restore"), "").await.location(), "/mine");
    assert!(!page(&world, &officer, &removed).await.contains("is removed."));
    assert!(page(&world, &officer, &path).await.contains("Bus data"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_search_that_cannot_be_saved_says_why(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    let nameless = post(&world, &officer, "/mine/searches", "name=&query=q%3Dbus").await;
    assert!(nameless.status == 422 && nameless.body.contains("href=\"#name\"") && nameless.body.contains("value=\"q=bus\""), "{}", nameless.body);
    let nothing = post(&world, &officer, "/mine/searches", "name=Buses&query=page%3D2").await;
    assert!(nothing.status == 422 && nothing.body.contains("This search cannot be saved."), "{}", nothing.body);
    for n in 0..100 {
        post(&world, &officer, "/mine/searches", &format!("name=n&query=q%3D{n}")).await;
    }
    let many = post(&world, &officer, "/mine/searches", "name=Buses&query=q%3Dlast").await;
    assert!(many.status == 422 && many.body.contains("You keep 100 searches already."), "{}", many.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_searched_is_remembered_and_seen(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    save(&world, &officer, "Buses", "q%3Dbus").await;
    server::jobs::new_matches::count(&world.state).await.unwrap();
    let cookie = [(axum::http::header::COOKIE, officer.cookie.parse().unwrap())].into_iter().collect();
    let who = SignedIn::find(&world.state, &cookie).await.unwrap().unwrap();
    world.later(TimeDelta::minutes(1));
    note::searched(&world.state, &who, "q=bus&page=2&type=");
    until_noted(&pool, "saved_search WHERE seen_at > '2026-11-23T02:00:00Z'", 1).await;
    assert!(page(&world, &officer, "/mine").await.contains("href=\"/products?q=bus\""));
    assert_eq!(post(&world, &officer, "/mine/queries/clear", "").await.location(), "/mine");
    assert!(page(&world, &officer, "/mine").await.contains("No past searches."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_hidden_vanishes_for_those_who_may_not_see_it(pool: PgPool) {
    let (world, officer) = world(&pool).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let mut searches = vec![];
    for who in [&officer, &steward] {
        pool.execute("UPDATE product SET visibility = 'hidden', status = 'draft' WHERE name = 'depots-dp'").await.unwrap();
        searches.push(save(&world, who, "Garages", "q%3Ddepots").await);
    }
    pool.execute("DELETE FROM saved_search WHERE query = 'q=bus'; UPDATE saved_search SET known = '{}', counted_at = NULL").await.unwrap();
    pool.execute("UPDATE product SET visibility = 'listed', status = 'published' WHERE name = 'depots-dp'").await.unwrap();
    server::jobs::new_matches::count(&world.state).await.unwrap();
    for who in [&officer, &steward] {
        assert_eq!(post(&world, who, "/mine/followed", "product=ssot-a.depots-dp").await.status, 303);
        page(&world, who, "/products/ssot-a.depots-dp").await;
    }
    until_noted(&pool, "viewed_product", 2).await;
    let pages = ["/", "/mine", searches[0].as_str(), PRODUCT, "/mine?unfollowed=ssot-a.depots-dp"];
    assert!(page(&world, &officer, "/mine").await.contains("1 new match") && page(&world, &officer, PRODUCT).await.contains("ssot-a.depots-dp"));

    sqlx::query("UPDATE product SET visibility = 'hidden', changed_at = $1 WHERE name = 'depots-dp'")
        .bind(world.now() + TimeDelta::minutes(1))
        .execute(&pool)
        .await
        .unwrap();
    for path in pages {
        let seen = page(&world, &officer, path).await.replace("“depots”", "").replace("q=depots", "").to_lowercase();
        assert!(!seen.contains("depots") && !seen.contains("new match<") && !seen.contains("1 followed"), "{path}: {seen}");
    }
    assert_eq!(post(&world, &officer, "/mine/unfollowed", "product=ssot-a.depots-dp").await.status, 404);
    let kept = page(&world, &steward, "/mine").await;
    assert!(kept.matches("/products/ssot-a.depots-dp").count() == 2 && kept.contains("1 new match"), "{kept}");
    assert!(page(&world, &steward, &searches[1]).await.contains("/products/ssot-a.depots-dp"));
    assert!(!page(&world, &steward, PRODUCT).await.contains("/products/ssot-a.depots-dp"), "what is hidden is recommended to nobody");
}
