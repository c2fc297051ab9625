//! What the page of a version that is tried says beside its figures: narrower standards that it would leave behind, and what is masked or asked
//! for by those that stop nothing.

use crate::common::{Visitor, World, page, post};
use crate::standards_gates::rego;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const HEADING: &str = "Narrower standards that say something looser";

async fn administrators(world: &World) -> (Visitor, Visitor) {
    let one = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    (one, world.visitor("admin.ong", &[(Role::GdoAdministrator, Scope::Whole)]).await)
}

/// A longest agreement, as its template's form sends it.
fn longest(title: &str, days: u32, scope: &str) -> String {
    format!(
        "template=maximum-duration&p-days={days}&p-from=restricted&title={title}&text=No+longer&scope={scope}&severity=block-serving&kind=access-policy&grace=0&owner={title}+office&contact={title}%40example.invalid"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_keeps_a_wider_one_sees_which_narrower_ones_it_leaves_behind(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    world.settle().await;
    let (daniel, other) = administrators(&world).await;
    let curator = world.visitor("curator.lee", &[(Role::TcCurator, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    for (slug, days) in [("Ours", 400), ("Short", 50)] {
        let made = post(&world, &curator, "/standards", &longest(slug, days, "sector%3Ageospatial")).await;
        assert_eq!(made.status, 303, "{}", made.body);
        let at = format!("/standards/{}", slug.to_lowercase());
        assert_eq!(post(&world, &other, &format!("{at}/agree"), "version=1").await.status, 303);
        let done = post(&world, &curator, &format!("{at}/publish"), "version=1&from=2026-12-31").await;
        assert!(done.location().ends_with("done=published"), "{} {}", done.status, done.body);
    }
    let made = post(&world, &daniel, "/standards", &longest("All", 100, "whole")).await;
    assert_eq!(made.status, 303, "a wider one is not held to narrower ones: {}", made.body);
    let shown = page(&world, &daniel, "/standards/all/simulate?version=1").await;
    for part in [HEADING, "/standards/ours/1", "400 days is longer than the 100", "Geospatial", "Ours office", "Ours@example.invalid"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("/standards/short/1"), "what is stricter stays as it is: {shown}");

    // Whoever was sent its address reads what it would do, and is not asked to have others changed.
    let key: uuid::Uuid =
        sqlx::query_scalar("SELECT v.share_key FROM standard_version v JOIN standard s ON s.id = v.standard_id WHERE s.slug = 'all'")
            .fetch_one(&pool)
            .await
            .unwrap();
    let officer = world.visitor("officer", &[]).await;
    let sent = page(&world, &officer, &format!("/standards/all/simulate?version=1&key={key}")).await;
    assert!(sent.contains("What version 1 would do") && !sent.contains(HEADING), "{sent}");

    // What is over binds nobody.
    assert_eq!(post(&world, &curator, "/standards/ours/retire", "retire_reason=Over").await.status, 303);
    assert!(!page(&world, &daniel, "/standards/all/simulate?version=1").await.contains(HEADING));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_would_be_masked_or_asked_for_is_said_in_words_and_in_the_table(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(
        "INSERT INTO dataset (id, product_id, name, title, position) SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 0 FROM product;
         INSERT INTO data_column (id, dataset_id, position, name, column_type, nullable, is_key, classification, sensitivity, personal)
             VALUES (gen_random_uuid(), '00000000-0000-7000-8000-0000000000b1', 0, 'driver', 'text', false, false, 'restricted', 'sensitive-normal', 'direct')",
    )
    .await
    .unwrap();
    world.settle().await;
    let (daniel, _) = administrators(&world).await;
    let direct = "some dataset in input.datasets\n\tsome column in dataset.columns\n\tcolumn.personal == \"direct\"";
    let clear = rego("driver_clear", "datasets.routes.columns.driver", direct);
    let cases = [
        ("require-mask", "Products with columns masked", "masked", "driver_clear", clear),
        ("require-step", "Products whose requests need a step", "one more step", "office", rego("office", "", "input.product.personal")),
        ("advise", "Products advised", "advised", "told", rego("told", "", "input.product.personal")),
    ];
    for (severity, figure, mark, code, rule) in cases {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("rego", rule.as_str()), ("title", severity), ("severity", severity), ("text", "Text"), ("scope", "whole")] {
            form.append_pair(name, value);
        }
        for (name, value) in [("kind", "anonymisation"), ("grace", "0"), ("owner", "Office"), ("contact", "office@example.invalid")] {
            form.append_pair(name, value);
        }
        let made = post(&world, &daniel, "/standards", &form.finish()).await;
        assert_eq!(made.location(), format!("/standards/{severity}/simulate?version=1"), "{}", made.body);
        let shown = page(&world, &daniel, &made.location()).await;
        for part in [figure, mark, "It is so", "Change it", "Bus routes", "One agreement on it"] {
            assert!(shown.contains(part), "{severity}: {part}: {shown}");
        }
        assert!(!shown.contains("port stops") && !shown.contains("agreement stops"), "{severity} stops nothing: {shown}");
        let csv = page(&world, &daniel, &format!("/standards/{severity}/simulate.csv?version=1")).await;
        let line = |agreement: bool| {
            csv.lines().any(|line| {
                line.starts_with("ssot-a.busroutes-dp,Bus routes,land-transport,")
                    && line.contains(&format!(",violated,new,{code},"))
                    && line.contains("00000000-0000-7000-8000-0000000000a2") == agreement
            })
        };
        assert!(line(false) && line(true), "{severity}: {csv}");
    }
}
