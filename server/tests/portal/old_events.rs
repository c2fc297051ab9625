//! Events of the audit trail stay for ever; who did what in them has a period. The portal may not erase it: the data office is reminded.

use crate::common::World;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use server::jobs::retention;
use sqlx::ConnectOptions;
use std::process::Command;
use store::{PgPool, audit};

const REMINDED: &str = "<a href=\"/admin/retention\">2 events of the audit trail are older than their period: have erased who it was</a>";

/// Somebody joins a team at that moment.
async fn happened(pool: &PgPool, who: PersonId, at: &str) {
    let origin = Origin { address: Some("198.51.100.7".into()), request: Some("a request".into()) };
    let event = AuditEvent { reason: Some("Because".into()), ..AuditEvent::done(Some(who), AuditAction::TeamJoin, "person", None, origin) };
    audit::append(&mut pool.acquire().await.unwrap(), &event, at.parse().unwrap()).await.unwrap();
}

async fn telling(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action = 'team.join' AND actor_id IS NOT NULL").fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn old_events_that_say_who_it_was_wait_for_the_data_office_until_that_is_erased(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let office = world.visitor("office", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    for at in ["2015-03-01T00:00:00Z", "2015-04-01T00:00:00Z", "2026-11-01T00:00:00Z"] {
        happened(&pool, auditor.person, at).await;
    }
    let home = async || world.get("/", Some(&office.cookie)).await.body;
    let page = async || world.get("/admin/retention", Some(&office.cookie)).await.body;
    assert!(page().await.contains("Who did what, in events of the audit trail") && page().await.contains("3660 days"));
    assert!(!home().await.contains("older than their period"), "nobody has looked yet");

    retention::sweep(&world.state).await.unwrap();
    assert_eq!(telling(&pool).await, 3, "nothing in the trail is the portal's to erase");
    assert!(home().await.contains(REMINDED), "{}", home().await);
    let said = page().await;
    assert!(said.contains("2 events of the audit trail are older than their period and still say who did what"), "{said}");
    assert!(said.contains("pasar audit erase --before 2016-11-15 --field actor_id") && said.contains("Not by itself"), "{said}");
    assert!(!world.get("/", Some(&auditor.cookie)).await.body.contains("older than their period"));
    let waits: Value = serde_json::from_str(&world.get("/api/v1/to-do", Some(&office.cookie)).await.body).unwrap();
    assert_eq!(waits["erasure"]["count"], json!(2), "{waits}");
    // Another period counts at once.
    let change = |days: u16, version: u8| format!("csrf={}&what=audit-fields&version={version}&days={days}", office.csrf);
    for (days, version, said) in [(3, 0, "3 events of the audit trail"), (3660, 1, "2 events of the audit trail")] {
        assert_eq!(world.post("/admin/retention", Some(&office.cookie), &change(days, version)).await.status, 303);
        assert!(page().await.contains(said), "{days}");
    }

    let record = pool.connect_options().to_url_lossy();
    let fields = ["--field", "actor_id", "--field", "client_address", "--field", "request_id", "--field", "reason"];
    let erase = Command::new(env!("CARGO_BIN_EXE_pasar"))
        .env_clear()
        .env("PASAR_OWNER_DATABASE_URL", record.as_str())
        .args(["audit", "erase", "--before", "2016-11-15", "--reason", "Kept for 3660 days"])
        .args(fields)
        .output()
        .unwrap();
    assert!(erase.status.success(), "{}", String::from_utf8_lossy(&erase.stderr));
    assert_eq!(telling(&pool).await, 1);
    assert!(!home().await.contains("older than their period") && !page().await.contains("still say"), "{}", page().await);
    world.later(chrono::TimeDelta::days(1));
    retention::sweep(&world.state).await.unwrap();
    assert!(!home().await.contains("older than their period"));
}
