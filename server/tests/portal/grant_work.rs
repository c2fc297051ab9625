//! Work at a source that fails: its people see how it stands, and nobody reads a secret in it.

use crate::common::World;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const AGREEMENT: &str = "/agreements/00000000-0000-7000-8000-0000000000a2";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_fails_at_the_source_is_shown_without_its_secrets(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let jason = world.visitor("jason.lim", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let elsewhere =
        world.visitor("security", &[(Role::TcSecurityOfficer, Scope::Sector("00000000-0000-7000-8000-0000000000ff".parse().unwrap()))]).await;
    assert!(!world.get(AGREEMENT, Some(&jason.cookie)).await.body.contains("without success"));
    pool.execute(
        "INSERT INTO outbox (at, topic, object_id, attempts, next_attempt_at, last_error) VALUES ('2026-11-23T01:00:00Z', 'agreement.grant',
         '00000000-0000-7000-8000-0000000000a2', 3, '2026-11-23T02:05:00Z', 'granting at the port: postgres://keeper:hunter2@db/x was refused')",
    )
    .await
    .unwrap();
    let holder = world.get(AGREEMENT, Some(&jason.cookie)).await.body;
    assert!(holder.contains("Granting at the port was tried 3 times since ") && holder.contains("10:05"), "{holder}");
    assert!(!holder.contains("was refused"), "why is for whoever looks after it");
    let keeper = world.get(AGREEMENT, Some(&steward.cookie)).await.body;
    assert!(keeper.contains("granting at the port: … was refused") && !keeper.contains("hunter2"), "{keeper}");
    let watched = world.get("/admin/drift", Some(&auditor.cookie)).await.body;
    assert!(watched.contains("Work that fails at the source") && watched.contains(AGREEMENT) && !watched.contains("hunter2"), "{watched}");
    assert!(!world.get("/admin/drift", Some(&elsewhere.cookie)).await.body.contains(AGREEMENT));
    pool.execute("UPDATE outbox SET done_at = now()").await.unwrap();
    assert!(!world.get("/admin/drift", Some(&auditor.cookie)).await.body.contains("Work that fails"));
}
