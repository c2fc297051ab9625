//! What leaves the trail: fields that are erased, while everything else stays proved; and events to a log store outside.

use crate::common::World;
use chrono::TimeDelta;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::PersonId;
use domain::organisation::{Role, Scope};
use seal::SigningKey;
use server::jobs::{audit_seal, audit_stream};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use std::process::{Command, Output};
use store::audit::{self, Erasure, StreamState};
use store::{PgPool, StoreError};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

fn key() -> SigningKey {
    SigningKey::new("pasar.example", [1; 32]).unwrap()
}

fn pasar(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pasar")).env_clear().envs(environment.iter().copied()).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

async fn told(world: &World, actor: Option<PersonId>, object: Option<PersonId>, words: &str) {
    let origin = Origin { address: Some(format!("198.51.100.7 {words}")), request: Some(format!("request {words}")) };
    let event = AuditEvent {
        reason: Some(format!("because {words}")),
        detail: Some(format!("detail {words}")),
        ..AuditEvent::done(actor, AuditAction::TeamJoin, "person", object.map(|id| id.0), origin)
    };
    audit::append(&mut world.pool.acquire().await.unwrap(), &event, world.now()).await.unwrap();
}

/// Rows of the trail's tables in which a word stands.
async fn standing(pool: &PgPool, word: &str) -> i64 {
    let mut many = 0;
    for table in ["audit_event", "audit_seal", "audit_unsealed", "audit_checkpoint", "audit_erasure", "port_read"] {
        let sql = format!("SELECT count(*) FROM {table} AS t WHERE to_jsonb(t)::text LIKE '%' || $1 || '%'");
        many += sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql)).bind(word).fetch_one(pool).await.unwrap();
    }
    many
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_erased_is_gone_and_the_rest_stays_proved(pool: PgPool) {
    let world = World::with(pool.clone(), "http://127.0.0.1:1", &[("PASAR_AUDIT_KEY", &key().secret_text())]);
    let (siti, jason) = (world.visitor("siti.yusof", &[]).await.person, world.visitor("jason.lim", &[]).await.person);
    told(&world, Some(siti), None, "own-4711").await;
    told(&world, Some(jason), Some(siti), "about-4712").await;
    told(&world, Some(jason), None, "other-4713").await;
    audit_seal::follow(&world.state).await.unwrap();
    let before: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event").fetch_one(&pool).await.unwrap();
    let salts: Vec<u8> =
        sqlx::query_scalar("SELECT s.salts FROM audit_seal s JOIN audit_event e ON e.id = s.event_id WHERE e.detail = 'detail own-4711'")
            .fetch_one(&pool)
            .await
            .unwrap();

    // The portal's login cannot.
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let all = Erasure { person: Some(siti), before: None, fields: vec!["detail".into()] };
    assert!(matches!(audit::erase(&mut conn, &all, 0, world.now()).await, Err(StoreError::Database(_))));
    conn.execute("RESET ROLE").await.unwrap();
    // Nor its owner by the way, as long as nothing is noted or more than that would change.
    for sql in [
        "UPDATE audit_event SET detail = NULL",
        "UPDATE audit_seal SET salts = decode(repeat('00', 96), 'hex')",
        "UPDATE audit_event SET action = 'x'",
    ] {
        assert!(conn.execute(AssertSqlSafe(sql.to_owned())).await.is_err(), "{sql}");
    }

    let record = pool.connect_options().to_url_lossy();
    let environment = [("PASAR_OWNER_DATABASE_URL", record.as_str()), ("PASAR_DATABASE_URL", record.as_str())];
    let erased = pasar(&["audit", "erase", "--person", "siti.yusof@example.invalid", "--reason", "Asked for it"], &environment);
    assert!(erased.status.success() && said(&erased).contains("fields of"), "{}", said(&erased));
    assert_eq!((standing(&pool, "own-4711").await, standing(&pool, "detail about-4712").await), (0, 0));
    assert_eq!(standing(&pool, &hex::encode(&salts[32..48])).await, 0, "the salt is gone with the value");
    assert!(standing(&pool, "198.51.100.7 about-4712").await == 1 && standing(&pool, "detail other-4713").await == 1, "what is another's stays");
    let actors: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE actor_id = $1").bind(siti.0).fetch_one(&pool).await.unwrap();
    assert_eq!((actors, standing(&pool, "Asked for it").await), (0, 1));
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE action <> 'audit.erase'").fetch_one(&pool).await.unwrap();
    assert_eq!(events, before);

    let folder = std::env::temp_dir().join(format!("pasar-erase-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("trail.jsonl").to_str().unwrap().to_owned();
    let secret = key().secret_text();
    let exported = pasar(&["audit", "export", &file], &[("PASAR_DATABASE_URL", record.as_str()), ("PASAR_AUDIT_KEY", &secret)]);
    assert!(exported.status.success(), "{}", said(&exported));
    let public = key().public().to_string();
    let verified = pasar(&["audit", "verify", &file, "--key", &public], &[]);
    assert!(verified.status.success() && said(&verified).contains(" events were erased"), "{}", said(&verified));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("{\"commitment\":") && !text.contains("own-4711") && text.contains("other-4713"));

    std::fs::remove_dir_all(folder).unwrap();
    anything_else_is_found(&pool).await;
}

/// As the export says it now.
async fn verified(pool: &PgPool) -> Result<seal::Report, seal::Fault> {
    let mut lines: Vec<std::io::Result<String>> = vec![];
    audit::export::<StoreError>(&mut pool.acquire().await.unwrap(), |line| {
        lines.push(Ok(line.text().unwrap()));
        Ok(())
    })
    .await
    .unwrap();
    seal::verify(lines.into_iter(), &seal::Trust::default())
}

/// What stands beside an erased field, a value in its place, and an erasure with another commitment or none.
async fn anything_else_is_found(pool: &PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("CREATE TABLE e AS TABLE audit_event; CREATE TABLE x AS TABLE audit_erasure").await.unwrap();
    let report = verified(pool).await.unwrap();
    assert!(report.erased == 2 && report.erased_fields == 7, "{report:?}");
    for sql in [
        "UPDATE audit_event SET object_kind = 'team' WHERE id IN (SELECT event_id FROM audit_erasure)",
        "UPDATE audit_event SET detail = 'nothing' WHERE id IN (SELECT event_id FROM audit_erasure WHERE field = 'detail')",
        "UPDATE audit_erasure SET commitment = decode(repeat('11', 32), 'hex')",
        "DELETE FROM audit_erasure",
    ] {
        conn.execute("SET session_replication_role = replica").await.unwrap();
        conn.execute(sql).await.unwrap();
        let fault = verified(pool).await.expect_err(sql);
        assert!(fault.what.contains("is not what was sealed"), "{sql}: {fault}");
        let back = "UPDATE audit_event t SET object_kind = e.object_kind, detail = e.detail FROM e WHERE e.id = t.id; DELETE FROM audit_erasure; INSERT INTO audit_erasure TABLE x";
        conn.execute(back).await.unwrap();
        conn.execute("RESET session_replication_role").await.unwrap();
    }
    assert!(verified(pool).await.is_ok());
}

#[sqlx::test(migrations = "../migrations")]
async fn fields_older_than_a_day_are_erased(pool: PgPool) {
    let world = World::new(pool.clone(), "http://127.0.0.1:1");
    told(&world, None, None, "old-4721").await;
    world.later(TimeDelta::days(2));
    told(&world, None, None, "new-4722").await;
    let record = pool.connect_options().to_url_lossy();
    let environment = [("PASAR_OWNER_DATABASE_URL", record.as_str())];
    let reason = ["--reason", "Kept long enough"];
    let erase = |more: &[&str]| pasar(&[&["audit", "erase"][..], &reason[..], more].concat(), &environment);
    assert!(!erase(&[]).status.success(), "everything at once is not asked for by leaving something out");
    assert!(said(&erase(&["--before", "2026-11-24", "--field", "at"])).contains("at is no field"));
    assert!(said(&erase(&["--person", "nobody@example.invalid"])).contains("nobody has the e-mail address"));
    let done = erase(&["--before", "2026-11-24", "--field", "detail", "--field", "reason"]);
    assert!(done.status.success() && said(&done).contains("fields of"), "{}", said(&done));
    assert_eq!((standing(&pool, "detail old-4721").await, standing(&pool, "because old-4721").await), (0, 0));
    assert_eq!((standing(&pool, "198.51.100.7 old-4721").await, standing(&pool, "detail new-4722").await), (1, 1));
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let page = world.get("/audit?action=team.join", Some(&auditor.cookie)).await.body;
    assert!(page.contains("Erased: detail, reason") && page.contains("detail new-4722"), "{page}");
}

/// What one connection brought, when the store reads to the end: seq and message of each frame.
async fn taken(store: &TcpListener) -> Vec<(u64, String)> {
    let (mut connection, _) = store.accept().await.unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    let (mut rest, mut found) = (text.as_str(), vec![]);
    while let Some((many, after)) = rest.split_once(' ') {
        let (frame, next) = after.split_at(many.parse().unwrap());
        let seq = frame.split("seq=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        found.push((seq, frame.to_owned()));
        rest = next;
    }
    found
}

async fn stands(world: &World) -> StreamState {
    let target = world.state.config.audit_stream.as_ref().unwrap().to_string();
    audit::stream_state(&mut world.pool.acquire().await.unwrap(), &target).await.unwrap().unwrap()
}

#[sqlx::test(migrations = "../migrations")]
async fn a_log_store_that_dies_and_comes_back_misses_nothing(pool: PgPool) {
    let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = store.local_addr().unwrap();
    let world = World::with(pool, "http://127.0.0.1:1", &[("PASAR_AUDIT_STREAM", &format!("syslog+tcp://{address}"))]);
    for n in 1..=3 {
        told(&world, None, None, &format!("line {n}")).await;
    }
    // Nothing is sealed: nothing leaves.
    audit_stream::follow(&world.state).await.unwrap();
    assert_eq!(stands(&world).await, StreamState { seq: 0, failures: 0, sent_at: None, last_error: None });
    audit_seal::follow(&world.state).await.unwrap();

    // It is down.
    drop(store);
    audit_stream::follow(&world.state).await.unwrap();
    let down = stands(&world).await;
    assert!((down.seq, down.failures) == (0, 1) && down.last_error.unwrap().contains("cannot connect"));
    audit_stream::follow(&world.state).await.unwrap();
    assert_eq!(stands(&world).await.failures, 1, "not before its pause is over");

    // It dies while it reads.
    let store = TcpListener::bind(address).await.unwrap();
    world.later(TimeDelta::seconds(3));
    let dies = async {
        let (mut connection, _) = store.accept().await.unwrap();
        connection.read_exact(&mut [0; 20]).await.unwrap();
    };
    tokio::join!(dies, async { audit_stream::follow(&world.state).await.unwrap() });
    assert_eq!((stands(&world).await.seq, stands(&world).await.failures), (0, 2));
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let page = world.get("/audit", Some(&auditor.cookie)).await.body;
    assert!(page.contains("It does not answer") && page.contains("0 of 3 sealed events"), "{page}");

    // It comes back: everything is told, in order.
    world.later(TimeDelta::seconds(5));
    let (found, ()) = tokio::join!(taken(&store), async { audit_stream::follow(&world.state).await.unwrap() });
    assert_eq!(found.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(found[1].1.starts_with("<110>1 2026-11-23T02:00:00.000000Z localhost pasar - team.join [audit@32473 "), "{}", found[1].1);
    assert!(found[1].1.contains("\"detail\":\"detail line 2\""), "{}", found[1].1);
    let up = stands(&world).await;
    assert_eq!((up.seq, up.failures, up.last_error), (3, 0, None));

    // Then what is new alone. What the visitor's making left is among it.
    told(&world, None, None, "line 4").await;
    audit_seal::follow(&world.state).await.unwrap();
    let (found, ()) = tokio::join!(taken(&store), async { audit_stream::follow(&world.state).await.unwrap() });
    assert!(found[0].0 == 4 && found.last().unwrap().1.contains("detail line 4"), "{found:?}");
    assert_eq!(stands(&world).await.seq, i64::try_from(found.last().unwrap().0).unwrap());
}
