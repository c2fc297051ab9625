//! Who is judged when a standard is published, ends or begins: what it concerns, and no other product; agreements follow after each batch, and
//! a turn that was cut short is done again. The night judges everything, and writes what changed.

use crate::common::{Visitor, World};
use crate::standards_gates::{day, in_force, rego};
use chrono::TimeDelta;
use domain::audit::Origin;
use domain::calendar;
use domain::organisation::{Role, Scope};
use rules::{Severity, Template};
use server::jobs::standards;
use sqlx::{AssertSqlSafe, Executor};
use store::{PgPool, standard};

/// Another sector with a product of its own.
const ELSEWHERE: &str = "
    INSERT INTO sector VALUES ('00000000-0000-7000-8000-0000000000e1', 'health', 'Health', 'Health trusted centre');
    INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'clinics', 'Clinics', NULL, '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-0000000000e1');
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'queues-dp', 'clinics.queues-dp', 'Queues', 'source-aligned', '1.0.0', 'published', 'listed', '', '2026-11-20', '2026-11-20');
    INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
        VALUES ('00000000-0000-7000-8000-0000000000d2', 'approval', '{}', '{}', 'none', 365)";
/// A product that comes after all others.
const LAST: &str = "ffffffff-ffff-7fff-bfff-ffffffffffff";
const ALWAYS: &str = "input.product.title != \"\"";
const HELD: &str = "SELECT count(*) FROM agreement_hold WHERE kind = 'standard' AND lifted_at IS NULL";
const WAITING: &str = "SELECT count(*) FROM outbox WHERE topic = 'standard.changed' AND done_at IS NULL";

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// A standard that everything violates, of a place, in force from a day on.
async fn of_place(world: &World, slug: &str, (kind, id): (&str, &str), from: &str) {
    in_force(world, slug, Severity::BlockServing, &rego("always", "", ALWAYS), day(from), None).await;
    sqlx::query("UPDATE standard SET scope_kind = $2, scope_id = $3 WHERE slug = $1")
        .bind(slug)
        .bind(kind)
        .bind(id.parse::<uuid::Uuid>().unwrap())
        .execute(&world.pool)
        .await
        .unwrap();
}

/// Products that are judged by the next turn, a minute later.
async fn judged(world: &World) -> Vec<String> {
    world.later(TimeDelta::minutes(1));
    standards::follow(&world.state).await.unwrap();
    sqlx::query_scalar("SELECT p.name FROM standard_judged j JOIN product p ON p.id = j.product_id WHERE j.at >= $1 ORDER BY 1")
        .bind(world.now())
        .fetch_all(&world.pool)
        .await
        .unwrap()
}

async fn retire(world: &World, admin: &Visitor, slug: &str) {
    let mut conn = world.pool.acquire().await.unwrap();
    let id = standard::one(&mut conn, slug, 1).await.unwrap().unwrap().id;
    let today = calendar::day(world.now());
    assert_eq!(standard::retire(&mut conn, admin.person, id, "Over", &Origin::default(), today, world.now()).await.unwrap(), 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_change_of_a_standard_judges_what_it_concerns_and_nothing_else(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(ELSEWHERE).await.unwrap();
    let admin = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert_eq!(judged(&world).await, ["busroutes-dp", "queues-dp"], "all of them once for the day");
    assert!(judged(&world).await.is_empty());

    for (slug, place) in
        [("of-the-domain", ("domain", "00000000-0000-7000-8000-000000000003")), ("of-the-sector", ("sector", "00000000-0000-7000-8000-000000000001"))]
    {
        of_place(&world, slug, place, "2026-06-01").await;
        assert_eq!(judged(&world).await, ["busroutes-dp"], "{slug}");
        assert_eq!((count(&pool, HELD).await, count(&pool, WAITING).await), (1, 0));
        // What it said is taken back where it was said.
        retire(&world, &admin, slug).await;
        assert_eq!(judged(&world).await, ["busroutes-dp"], "{slug} ended");
        assert_eq!((count(&pool, HELD).await, count(&pool, WAITING).await), (0, 0));
    }
    in_force(&world, "of-all", Severity::Flag, &rego("all", "", ALWAYS), day("2026-06-01"), None).await;
    assert_eq!(judged(&world).await, ["busroutes-dp", "queues-dp"]);

    // Published for a day that has not come concerns nobody yet.
    of_place(&world, "later", ("domain", "00000000-0000-7000-8000-000000000003"), "2026-11-25").await;
    assert!(judged(&world).await.is_empty());
    world.later(TimeDelta::days(2));
    assert_eq!(judged(&world).await, ["busroutes-dp", "queues-dp"], "a new day is everybody's");
    assert_eq!((count(&pool, HELD).await, count(&pool, WAITING).await), (1, 0));
}

/// From now on a run fails at this product, as one that is cut short.
async fn trip(pool: &PgPool, product: &str) {
    pool.execute(AssertSqlSafe(format!("ALTER TABLE standard_judged ADD CONSTRAINT tripped CHECK (product_id <> '{product}') NOT VALID")))
        .await
        .unwrap();
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn on_its_first_day_what_a_domain_asks_comes_before_the_rest_of_the_catalogue(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute(ELSEWHERE).await.unwrap();
    of_place(&world, "of-the-domain", ("domain", "00000000-0000-7000-8000-000000000003"), "2026-11-25").await;
    assert_eq!(judged(&world).await.len(), 2);
    assert_eq!(count(&pool, HELD).await, 0, "never before its day");
    trip(&pool, "00000000-0000-7000-8000-0000000000d2").await;
    world.later(TimeDelta::days(2));
    assert!(standards::follow(&world.state).await.is_err(), "the night stops at somebody else's product");
    assert_eq!(count(&pool, HELD).await, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_turn_that_is_cut_short_has_held_what_it_judged_and_is_done_again(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    assert_eq!(judged(&world).await, ["busroutes-dp"]);
    // More than are judged together; the one with an agreement comes first.
    pool.execute(AssertSqlSafe(format!(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
             SELECT CASE n WHEN 520 THEN '{LAST}' ELSE gen_random_uuid() END, '00000000-0000-7000-8000-000000000003', 'p' || n, 'ssot-a.p' || n, 'P', 'source-aligned', '1.0.0',
                    'published', 'listed', '', '2026-11-20', '2026-11-20' FROM generate_series(1, 520) n;
         INSERT INTO data_sharing_agreement (product_id, sharing, purposes, forbidden, distribution, longest_days)
             SELECT id, 'approval', '{{}}', '{{}}', 'none', 365 FROM product WHERE name LIKE 'p%'"
    )))
    .await
    .unwrap();
    in_force(&world, "all", Severity::BlockServing, &rego("all", "", ALWAYS), day("2026-06-01"), None).await;
    sqlx::query("UPDATE product SET title = 'Bus routes and stops' WHERE name = 'busroutes-dp'").execute(&pool).await.unwrap();
    trip(&pool, LAST).await;
    assert!(standards::follow(&world.state).await.is_err());
    assert_eq!(count(&pool, HELD).await, 1, "held before the last one was judged");
    assert!(count(&pool, WAITING).await > 0, "and not done yet");
    let own = "SELECT count(*) FROM outbox o JOIN product p ON p.id = o.object_id WHERE o.topic = 'standard.product' AND p.name = 'busroutes-dp'";
    assert_eq!(count(&pool, own).await, 0, "that it changed was seen by the same run");

    pool.execute("ALTER TABLE standard_judged DROP CONSTRAINT tripped").await.unwrap();
    assert_eq!(judged(&world).await.len(), 521);
    assert_eq!((count(&pool, HELD).await, count(&pool, WAITING).await), (1, 0));
    let stopped = "SELECT count(*) FROM standard_evaluation WHERE ended_at IS NULL AND serving = 'refuse' AND agreement_id IS NULL";
    assert_eq!(count(&pool, stopped).await, 521);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_night_writes_only_what_is_found_anew(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("UPDATE product SET updated_on = '2026-01-01'").await.unwrap();
    let form = [("days".to_owned(), vec!["30".to_owned()])].into();
    let fresh = Template::read("freshness", &form).unwrap().unwrap();
    in_force(&world, "fresh", Severity::Flag, &fresh.to_rego(), day("2026-06-01"), None).await;
    let rows = async || {
        let all = ["SELECT count(*) FROM standard_evaluation", "SELECT count(*) FROM evaluation_input", "SELECT count(*) FROM product_fitness"];
        [count(&pool, all[0]).await, count(&pool, all[1]).await, count(&pool, all[2]).await]
    };
    for (days, fitness) in [(0, 1), (1, 2), (30, 3)] {
        world.later(TimeDelta::days(days));
        assert_eq!(judged(&world).await, ["busroutes-dp"]);
        assert_eq!(rows().await, [1, 1, fitness], "late is late, however late; {days} days on");
    }
    let said: String = sqlx::query_scalar("SELECT findings -> 0 ->> 'message' FROM standard_evaluation").fetch_one(&pool).await.unwrap();
    assert_eq!(said, "More than 30 days have passed since the last update");
}
