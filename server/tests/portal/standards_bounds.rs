//! A rule that is slow on each product has so much time over the catalogue and no more: of the rest nobody can tell, other standards are not
//! held up, whoever keeps it is told once, and it is not published.

use crate::common::{World, page, post};
use crate::standards_gates::{day, in_force, rego};
use domain::organisation::{Role, Scope};
use rules::Severity;
use server::jobs::standards;
use sqlx::Executor;
use store::PgPool;

/// So many products more.
async fn more(pool: &PgPool, count: i32) {
    sqlx::query(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT ('00000000-0000-7000-8000-0000000d' || lpad(n::text, 4, '0'))::uuid, '00000000-0000-7000-8000-000000000003', 'p' || n, 'ssot-a.p' || n, 'P', 'source-aligned',
                    '1.0.0', 'published', 'listed', '', '2026-11-20', '2026-11-20' FROM generate_series(1, $1) n",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
    pool.execute(
        "INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             SELECT id, 'approval', '{}', '{}', 'none', 365 FROM product WHERE name LIKE 'p%'",
    )
    .await
    .unwrap();
}

/// Goes round until its steps are over, which takes longer than the thousandth of a second that it has here.
fn slow() -> String {
    let loops = ('a'..='i').map(|name| format!("some {name} in ten")).collect::<Vec<_>>().join("\n\t");
    format!("{}\nten := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n", rego("slow", "", &format!("{loops}\n\ta + b + c > 100")))
}

async fn world(pool: &PgPool, products: i32) -> World {
    let world = World::with(pool.clone(), "http://localhost:1", &[("PASAR_RULE_SECONDS", "0.001")]);
    more(pool, products).await;
    world.settle().await;
    world
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_slow_rule_says_nothing_of_the_rest_and_others_are_asked(pool: PgPool) {
    let world = world(&pool, 6).await;
    in_force(&world, "slow", Severity::BlockServing, &slow(), day("2026-06-01"), None).await;
    in_force(&world, "untitled", Severity::BlockServing, &rego("untitled", "title", "input.product.title == \"\""), day("2026-06-01"), None).await;
    standards::follow(&world.state).await.unwrap();
    let said = async |slug: &str| -> Vec<(String, Option<String>)> {
        sqlx::query_as(
            "SELECT e.verdict, e.why FROM standard_evaluation e JOIN standard s ON s.id = e.standard_id
             WHERE s.slug = $1 AND e.ended_at IS NULL AND e.agreement_id IS NULL ORDER BY e.product_id",
        )
        .bind(slug)
        .fetch_all(&pool)
        .await
        .unwrap()
    };
    let slow = said("slow").await;
    assert_eq!(slow.len(), 7);
    assert!(slow.iter().all(|(verdict, _)| verdict == "cannot-tell"), "{slow:?}");
    let late = |(_, why): &(String, Option<String>)| why.as_ref().unwrap().starts_with("there was no time left");
    assert!(!late(&slow[0]) && slow[1..].iter().all(late), "{slow:?}");
    let other = said("untitled").await;
    assert!(other.len() == 7 && other[0].0 == "met", "{other:?}");
    let unclear: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'standard.unclear' AND detail = 'slow version 1'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(unclear, 2, "that it went round too long, and that its time was over, each once");
    let held: i64 = sqlx::query_scalar("SELECT count(*) FROM agreement_hold WHERE kind = 'standard'").fetch_one(&pool).await.unwrap();
    assert_eq!(held, 0, "what serves serves on");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_there_was_no_time_to_try_is_not_published(pool: PgPool) {
    // More than there are processors: each asks of one.
    let world = world(&pool, 200).await;
    let daniel = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let adeline = world.visitor("admin.ng", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let rule = url::form_urlencoded::Serializer::new(String::new()).append_pair("rego", &slow()).finish();
    let form =
        format!("{rule}&title=Slow&text=Asks+much&scope=whole&severity=flag&kind=metadata&grace=0&owner=Office&contact=office%40example.invalid");
    let made = post(&world, &daniel, "/standards", &form).await;
    assert_eq!(made.location(), "/standards/slow/simulate?version=1", "{}", made.body);
    let shown = page(&world, &daniel, "/standards/slow/simulate?version=1").await;
    assert!(shown.contains("There was no time to ask the rule of ") && shown.contains("of 202 products, agreements and requests"), "{shown}");
    let csv = page(&world, &daniel, "/standards/slow/simulate.csv?version=1").await;
    assert!(csv.contains("there was no time left"), "{csv}");

    assert_eq!(post(&world, &daniel, "/standards/slow/consult", "version=1").await.status, 303, "it may be talked over");
    assert_eq!(post(&world, &adeline, "/standards/slow/agree", "version=1").await.status, 303);
    let refused = post(&world, &daniel, "/standards/slow/publish", "version=1&from=2026-12-31").await;
    assert!(refused.status == 422 && refused.body.contains("Write the rule more simply"), "{} {}", refused.status, refused.body);
    let status: String = sqlx::query_scalar("SELECT status FROM standard_version").fetch_one(&pool).await.unwrap();
    assert_eq!(status, "consultation");
}
