//! Fitness through the real router: counted by the job that judges standards, shown to whoever may know of the products, announced by
//! trusted centres and taken back, and reported on by quarter.

use crate::common::{Visitor, World, owner, page, post};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use serde_json::Value;
use server::jobs::{events, standards};
use sqlx::Executor;
use store::PgPool;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const PRODUCT: &str = "/products/ssot-a.busroutes-dp";

/// A product of the same domain that nobody lists.
const HIDDEN: &str = "
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        VALUES ('00000000-0000-7000-8000-0000000000b5', '00000000-0000-7000-8000-000000000003', 'secret-dp', 'ssot-a.secret-dp', 'Depots nobody lists',
        'source-aligned', '1.0.0', 'published', 'hidden', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        VALUES ('00000000-0000-7000-8000-0000000000b5', 'approval', '{}', '{}', 'none', 365)";

async fn json(world: &World, who: &Visitor, path: &str) -> Value {
    serde_json::from_str(&page(world, who, path).await).unwrap()
}

async fn curator(world: &World) -> Visitor {
    world.visitor("curator", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await
}

/// The days that are kept of the bus routes, with their whole scores and what is not met.
async fn kept(world: &World) -> Vec<(String, f64, Vec<String>)> {
    let query = "SELECT f.day::text, f.overall, f.unmet FROM product_fitness f JOIN product p ON p.id = f.product_id WHERE p.name = 'busroutes-dp' ORDER BY f.day";
    sqlx::query_as(query).fetch_all(&world.pool).await.unwrap()
}

fn has(codes: &[String], code: &str) -> bool {
    codes.iter().any(|known| known == code)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_mended_counts_at_once_and_each_day_is_kept(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    standards::follow(&world.state).await.unwrap();
    let first = kept(&world).await;
    assert_eq!((first.len(), first[0].0.as_str()), (1, "2026-11-23"));
    assert!(["summary", "description", "tags", "promises"].iter().all(|code| has(&first[0].2, code)) && !has(&first[0].2, "listed"), "{first:?}");

    pool.execute("UPDATE product SET summary = 'Every route', tags = '{bus}'").await.unwrap();
    standards::follow(&world.state).await.unwrap();
    let mended = kept(&world).await;
    assert_eq!(mended.len(), 1, "one row for a day");
    assert!(mended[0].1 > first[0].1 && !has(&mended[0].2, "summary") && !has(&mended[0].2, "tags"), "{mended:?}");

    world.later(TimeDelta::days(1));
    standards::follow(&world.state).await.unwrap();
    let days: Vec<String> = kept(&world).await.into_iter().map(|(day, ..)| day).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-24"]);

    // The gains that are kept are those which the scores then make.
    let (gains, missing): (f64, f64) =
        sqlx::query_as("SELECT (SELECT sum(g) FROM unnest(gains) g), 1 - overall FROM product_fitness ORDER BY day DESC LIMIT 1")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!((gains - missing).abs() < 1e-9, "{gains} {missing}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn each_check_says_what_was_seen_and_what_to_do(pool: PgPool) {
    pool.execute(
        "INSERT INTO service_level (id, product_id, dimension, objective, target, unit, time_window, measured_how, position, share, state,
                                    measured_at, latest_value, latest_good, budget_left)
             SELECT '00000000-0000-7000-8000-0000000000c1', id, 'Freshness', 'Every day by 09:00', 90, '% of days', '30 days', 'By its team', 0, 90, 'breached',
                    '2026-11-22T02:00:00Z', 30, false, -1 FROM product",
    )
    .await
    .unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    standards::follow(&world.state).await.unwrap();
    let (here, stranger) = (owner(&world).await, world.visitor("stranger", &[]).await);
    let said = json(&world, &stranger, "/api/v1/products/ssot-a.busroutes-dp/fitness").await;
    let state = |code: &str| said["checks"].as_array().unwrap().iter().find(|one| one["check"] == code).unwrap()["state"].clone();
    assert_eq!([state("promises"), state("measured"), state("kept"), state("columns_described")], ["met", "met", "unmet", "not-applicable"]);
    assert_eq!(said["trend"].as_array().unwrap().len(), 1, "{said}");
    let shown = page(&world, &stranger, &format!("{PRODUCT}/fitness")).await;
    assert!(shown.contains("“Every day by 09:00” is not kept") && shown.contains("What to do next for the most gain"), "{shown}");
    assert_eq!((shown.matches("<svg class=\"plot\"").count(), shown.matches("<h1").count()), (2, 1), "{shown}");
    // Links that mend are for those who may follow them.
    let mends = format!("href=\"{PRODUCT}/agreement/edit\"");
    pool.execute("UPDATE data_sharing_agreement SET sharing = 'open'; INSERT INTO dataset (id, product_id, name, title, position)
             SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal, classified)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'driver', 'text', false, false, 'restricted', 'non-sensitive', 'none', true)")
        .await
        .unwrap();
    assert!(!page(&world, &stranger, &format!("{PRODUCT}/fitness")).await.contains(&mends));
    let theirs = page(&world, &here, &format!("{PRODUCT}/fitness")).await;
    assert!(theirs.contains(&mends) && theirs.contains("It is closed data, and open to every officer"), "{theirs}");
    assert!(theirs.contains("Column driver of routes has no description"), "{theirs}");
    let own = page(&world, &stranger, PRODUCT).await;
    assert!(own.contains(&format!("href=\"{PRODUCT}/fitness\"")) && own.contains("each check, and what to do"), "{own}");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn means_are_over_what_a_reader_may_know_of(pool: PgPool) {
    pool.execute(HIDDEN).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let (here, stranger) = (owner(&world).await, world.visitor("stranger", &[]).await);
    assert!(page(&world, &stranger, "/fitness").await.contains("Nothing is known of products here."));
    standards::follow(&world.state).await.unwrap();
    for (who, products, knows) in [(&stranger, 1, false), (&here, 2, true)] {
        let shown = page(&world, who, "/fitness").await;
        assert!(shown.contains("What to do next for the most gain") && shown.contains("<svg") && !shown.contains("style="), "{shown}");
        let said = json(&world, who, "/api/v1/fitness?sector=geospatial").await;
        assert_eq!((said["whole"]["products"].as_i64(), said["sectors"][0]["products"].as_i64()), (Some(products), Some(products)), "{said}");
        assert_eq!(said["domains"][0]["name"], "ssot-a");
        assert_eq!(
            (&said["agencies"][0]["name"], said["agencies"][0]["products"].as_i64()),
            (&Value::from("land-transport"), Some(products)),
            "{said}"
        );
        let csv = page(&world, who, "/fitness.csv").await;
        for text in [shown, said.to_string(), csv, page(&world, who, "/fitness?check=summary").await, page(&world, who, "/fitness/report").await] {
            assert_eq!(text.contains("ssot-a.secret-dp") || text.contains("Depots nobody lists"), knows, "{text}");
        }
    }
    assert_eq!(world.get("/products/ssot-a.secret-dp/fitness", Some(&stranger.cookie)).await.status, 404);
    assert_eq!(world.get("/api/v1/products/ssot-a.secret-dp/fitness", Some(&stranger.cookie)).await.status, 404);
    // One check alone: who does not meet it, and where it is mended.
    let one = page(&world, &stranger, "/fitness?check=promises").await;
    assert!(
        one.contains("Products that do not meet “It promises service levels”") && one.contains(&format!("href=\"{PRODUCT}/service-levels/new\"")),
        "{one}"
    );
    assert!(page(&world, &stranger, "/fitness?check=listed").await.contains("Every product that you may know of here meets it."));
    // An old link still shows something, and nothing of what it says is trusted.
    for odd in ["sector=nowhere", "check=%3Cb%3E&over=years", "domain=%00%27%3B", "agency=land-transport&sector=geospatial"] {
        assert!(!page(&world, &stranger, &format!("/fitness?{odd}")).await.contains("<b>"), "{odd}");
    }
    pool.execute("UPDATE product SET status = 'draft' WHERE name = 'busroutes-dp'").await.unwrap();
    assert!(page(&world, &stranger, "/fitness").await.contains("Nothing is known of products here."), "drafts do not count");
}

const WORDS: &str = "text=Well+done%2C+everybody&award=most-improved&product=ssot-a.busroutes-dp&key=00000000-0000-7000-8000-0000000000f1";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_centre_honours_a_product_and_takes_it_back(pool: PgPool) {
    pool.execute(HIDDEN).await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    standards::follow(&world.state).await.unwrap();
    let (here, curator, stranger) = (owner(&world).await, curator(&world).await, world.visitor("stranger", &[]).await);
    let path = "/fitness/announce/geospatial";
    for who in [&here, &stranger] {
        assert_eq!((world.get(path, Some(&who.cookie)).await.status.as_u16(), post(&world, who, path, WORDS).await.status.as_u16()), (403, 403));
    }
    assert!(page(&world, &curator, path).await.contains("Fittest now"));
    let wrong = post(&world, &curator, path, "text=Short&award=most-improved").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#text\"") && wrong.body.contains("href=\"#product\""), "{}", wrong.body);
    let hidden = post(&world, &curator, path, &WORDS.replace("busroutes-dp", "secret-dp")).await;
    assert!(hidden.status == 422 && hidden.body.contains("href=\"#product\""), "everybody reads it: {}", hidden.body);
    // The same form twice is one announcement.
    for _ in 0..2 {
        assert_eq!(post(&world, &curator, path, WORDS).await.status, 303);
    }
    let done: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_event a JOIN fitness_announcement f ON f.id = a.object_id WHERE a.action = 'fitness.announce'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(done, 1);
    events::follow(&world.state).await.unwrap();
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT h.name FROM notice n JOIN event e ON e.id = n.event_id JOIN person h ON h.id = n.person_id WHERE e.topic = 'fitness.announced'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(told, ["omar"], "whoever looks after the sector's products, but who announced it");
    assert!(page(&world, &here, "/notices").await.contains("The trusted centre of your sector honours Bus routes."));
    assert!(page(&world, &stranger, PRODUCT).await.contains("★ Most improved, Geospatial sector, "));
    let shown = page(&world, &stranger, "/fitness").await;
    assert!(shown.contains("Well done, everybody") && !shown.contains("Take it back"), "{shown}");
    assert!(page(&world, &stranger, "/fitness/report?sector=geospatial").await.contains("Well done, everybody"));

    let id: String = sqlx::query_scalar("SELECT id::text FROM fitness_announcement").fetch_one(&pool).await.unwrap();
    let back = format!("/fitness/withdraw/{id}");
    assert!(page(&world, &curator, "/fitness").await.contains(&back));
    assert_eq!(post(&world, &here, &back, "").await.status, 403);
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert!(!page(&world, &stranger, "/fitness").await.contains("Well done"), "of a product that is hidden now");
    pool.execute("UPDATE product SET visibility = 'listed' WHERE name = 'busroutes-dp'").await.unwrap();
    assert_eq!(post(&world, &curator, &back, "").await.status, 303);
    assert_eq!(post(&world, &curator, &back, "").await.status, 409);
    assert!(!page(&world, &stranger, PRODUCT).await.contains('★') && !page(&world, &curator, "/fitness").await.contains("Well done"));
    let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'fitness.withdraw'").fetch_one(&pool).await.unwrap();
    assert_eq!(taken, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_report_holds_a_period_against_the_day_before_it(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    standards::follow(&world.state).await.unwrap();
    pool.execute("INSERT INTO product_fitness SELECT product_id, '2026-09-30', 0, 0, 0, 0, 0, 0, 0, unmet, gains, unclear, at FROM product_fitness")
        .await
        .unwrap();
    let stranger = world.visitor("stranger", &[]).await;
    let report = page(&world, &stranger, "/fitness/report?sector=geospatial&period=2026-Q4").await;
    for part in [
        "Fitness audit of the Geospatial sector",
        "Fourth quarter of 2026, which still runs",
        "Most improved in this period",
        "▲",
        "Checks that are not met",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let before = page(&world, &stranger, "/fitness/report?period=2026-Q3").await;
    assert!(before.contains("Fitness audit of all sectors") && before.contains("0 % on the whole") && before.contains("not known"), "{before}");
    assert!(page(&world, &stranger, "/fitness/report?period=2026-08").await.contains("Nothing is known of this period."));
    // What has not begun is not reported on.
    for odd in ["period=2031-01", "period=soon"] {
        assert!(page(&world, &stranger, &format!("/fitness/report?{odd}")).await.contains("Fourth quarter of 2026"), "{odd}");
    }
    assert_eq!(world.get("/fitness/report?sector=nowhere", Some(&stranger.cookie)).await.status, 404);
    let trend = json(&world, &stranger, "/api/v1/fitness?over=months").await;
    assert_eq!(trend["trend"].as_array().unwrap().len(), 2, "{trend}");
}
