//! The same command twice does one thing, also when both arrive at the same moment: one of them is told, or finds it done.

use crate::common::asking::{PORT, world};
use crate::common::{Visitor, World, owner, page, post};
use sqlx::AssertSqlSafe;
use store::PgPool;
use uuid::Uuid;

async fn submitted(world: &World, officer: &Visitor, key: u128) -> String {
    let form = format!("key={}&ports={PORT}&purpose=planning&explanation=why&legal_basis=law&team=team&until=2027-06-30", Uuid::from_u128(key));
    post(world, officer, "/requests", &form).await.location().trim_end_matches("/submitted").to_owned()
}

/// The path of the one step that somebody may decide.
async fn step(world: &World, who: &Visitor, request: &str) -> String {
    let shown = page(world, who, request).await;
    format!("/work/{}", shown.split("/work?step=").nth(1).unwrap().split('"').next().unwrap())
}

/// What two of the same are answered, the lesser first.
async fn twice(world: &World, who: &Visitor, path: &str, fields: &str) -> [u16; 2] {
    let (one, other) = tokio::join!(post(world, who, path, fields), post(world, who, path, fields));
    let mut both = [one.status.as_u16(), other.status.as_u16()];
    both.sort_unstable();
    both
}

async fn count(pool: &PgPool, of: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {of}"))).fetch_one(pool).await.unwrap()
}

async fn done(pool: &PgPool, action: &str) -> i64 {
    count(pool, &format!("audit_event WHERE action = '{action}'")).await
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn the_same_command_twice_does_one_thing(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let omar = owner(&world).await;
    let request = submitted(&world, &officer, 1).await;
    let part: Uuid = sqlx::query_scalar("SELECT id FROM request_part").fetch_one(&pool).await.unwrap();
    let step_path = step(&world, &steward, &request).await;

    let to_omar = format!("to={}", omar.person);
    assert_eq!(twice(&world, &steward, &format!("{step_path}/hand-over"), &to_omar).await, [303, 303], "it is as both want it");
    assert_eq!(done(&pool, "request.hand-over").await, 1);
    assert_eq!(count(&pool, "event WHERE topic = 'request.handed-over'").await, 1, "told once");

    assert_eq!(twice(&world, &omar, &format!("{step_path}/ask"), "question=Which+years%3F").await, [303, 303], "it is asked already");
    assert_eq!((done(&pool, "request.ask").await, count(&pool, "part_message").await), (1, 1));
    assert_eq!(twice(&world, &officer, &format!("{request}/answer"), &format!("part={part}&text=The+last+two")).await, [303, 409]);
    assert_eq!(done(&pool, "request.answer").await, 1);

    assert_eq!(post(&world, &omar, &format!("{step_path}/approve"), "until=2026-12-20").await.status, 303);
    assert_eq!(twice(&world, &omar, &format!("{request}/undo"), &format!("part={part}")).await, [303, 409]);
    assert_eq!((done(&pool, "request.undo").await, done(&pool, "agreement.undo").await), (1, 1));

    assert_eq!(twice(&world, &officer, &format!("{request}/withdraw"), "").await, [303, 409]);
    assert_eq!(done(&pool, "request.withdraw").await, 1);

    let another = submitted(&world, &officer, 2).await;
    let step_path = step(&world, &steward, &another).await;
    assert_eq!(post(&world, &steward, &format!("{step_path}/approve"), "until=2026-12-20").await.status, 303);
    let agreement: Uuid = sqlx::query_scalar("SELECT id FROM agreement WHERE state = 'active'").fetch_one(&pool).await.unwrap();
    assert_eq!(twice(&world, &steward, &format!("/agreements/{agreement}/revoke"), "reason=why").await, [303, 409]);
    assert_eq!(done(&pool, "agreement.revoke").await, 1);
    assert_eq!(count(&pool, &format!("outbox WHERE topic = 'agreement.end' AND object_id = '{agreement}'")).await, 1);
}
