//! The trail from the portal to a verifier: sealed by the job, published for everyone, exported, and verified by a program
//! that has the file alone.

use crate::common::{Visitor, World};
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use seal::SigningKey;
use server::jobs::audit_seal::follow;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use std::path::Path;
use std::process::{Command, Output};
use store::PgPool;

fn key(n: u8) -> SigningKey {
    SigningKey::new("pasar.example", [n; 32]).unwrap()
}

async fn world(pool: &PgPool) -> (World, Visitor) {
    let world = World::with(pool.clone(), "http://127.0.0.1:1", &[("PASAR_AUDIT_KEY", &key(1).secret_text())]);
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    (world, auditor)
}

async fn world_without_key(pool: &PgPool) -> (World, Visitor) {
    let world = World::new(pool.clone(), "http://127.0.0.1:1");
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    (world, auditor)
}

/// The program on another machine: nothing in its environment.
fn pasar(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pasar")).env_clear().envs(environment.iter().copied()).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[sqlx::test(migrations = "../migrations")]
async fn everyone_reads_checkpoints_and_an_export_is_verified_without_a_database(pool: PgPool) {
    let (world, auditor) = world(&pool).await;
    follow(&world.state).await.unwrap();
    let officer = world.visitor("siti.yusof", &[(Role::Auditor, Scope::Whole)]).await;
    let left = world.post("/sign-out", Some(&officer.cookie), &format!("csrf={}", officer.csrf)).await;
    assert!(left.status == StatusCode::SEE_OTHER && !left.location().is_empty());
    follow(&world.state).await.unwrap();
    let page = world.get("/audit/checkpoints", None).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Checkpoints, newest first") && page.body.contains(&key(1).public().to_string()), "{}", page.body);
    assert!(!page.body.contains(&key(1).secret_text()));
    let json: serde_json::Value = serde_json::from_str(&world.get("/api/v1/audit/checkpoints", None).await.body).unwrap();
    assert_eq!((json["checkpoints"].as_array().unwrap().len(), &json["next"]), (1, &serde_json::Value::Null), "at most one a minute");
    let size = json["checkpoints"][0]["size"].as_i64().unwrap();
    assert!(size < json["sealed"].as_i64().unwrap());
    world.later(TimeDelta::minutes(1));
    follow(&world.state).await.unwrap();
    let note = world.get(&format!("/audit/checkpoints/{size}"), None).await;
    assert_eq!(note.body, json["checkpoints"][0]["note"].as_str().unwrap());
    for wrong in ["/audit/checkpoints/0", "/audit/checkpoints/x"] {
        assert_eq!(world.get(wrong, None).await.status, StatusCode::NOT_FOUND);
    }
    let trail = world.get("/audit", Some(&auditor.cookie)).await.body;
    assert!(trail.contains("events are sealed, the last on") && trail.contains("The last checkpoint covers"), "{trail}");
    assert!(!trail.contains("No signing key"));

    let folder = std::env::temp_dir().join(format!("pasar-audit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (file, kept) = (path("trail.jsonl"), path("kept.txt"));
    std::fs::write(&kept, &note.body).unwrap();
    let record = pool.connect_options().to_url_lossy();
    let secret = key(1).secret_text();
    let exported = pasar(&["audit", "export", &file], &[("PASAR_DATABASE_URL", record.as_str()), ("PASAR_AUDIT_KEY", &secret)]);
    assert!(exported.status.success(), "{}", said(&exported));
    assert!(!pasar(&["audit", "export", &file], &[("PASAR_DATABASE_URL", record.as_str())]).status.success(), "never written over");
    let public = key(1).public().to_string();
    let verified = pasar(&["audit", "verify", &file, "--checkpoint", &kept, "--key", &public], &[]);
    assert!(verified.status.success(), "{}", said(&verified));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(&auditor.person.0.to_string()) && text.contains("session.sign-out"), "{text}");
    let events = text.lines().filter(|line| line.contains("{\"event\"")).count();
    assert!(said(&verified).contains(&format!("Events 1 to {events} are as they were sealed")), "{}", said(&verified));
    let other = pasar(&["audit", "verify", &file, "--key", &key(2).public().to_string()], &[]);
    assert!(!other.status.success() && said(&other).contains("no trusted key vouches"), "{}", said(&other));
    tampered(Path::new(&file), &kept, &public);
    std::fs::remove_dir_all(folder).unwrap();
}

/// The file with one word changed, and with its tail cut off.
fn tampered(file: &Path, kept: &str, public: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let at = text.lines().position(|line| line.contains("\"role.grant\"")).unwrap();
    std::fs::write(file, text.replacen("\"role.grant\"", "\"role.end\"", 1)).unwrap();
    let name = file.to_str().unwrap();
    let found = pasar(&["audit", "verify", name, "--key", public], &[]);
    assert!(!found.status.success() && said(&found).contains(&format!("line {}: event", at + 1)), "{}", said(&found));
    let short: String = text.split_inclusive('\n').take(2).collect::<String>() + "{\"end\":{\"events\":1,\"checkpoints\":0}}\n";
    std::fs::write(file, short).unwrap();
    let found = pasar(&["audit", "verify", name, "--checkpoint", kept], &[]);
    assert!(!found.status.success() && said(&found).contains("the file ends with event 1"), "{}", said(&found));
    let found = pasar(&["audit", "verify", name], &[]);
    assert!(!found.status.success() && said(&found).contains("nothing is proved"), "{}", said(&found));
}

#[sqlx::test(migrations = "../migrations")]
async fn without_a_key_the_portal_says_that_nothing_is_signed(pool: PgPool) {
    let (world, auditor) = world_without_key(&pool).await;
    let before = world.get("/audit/checkpoints", None).await.body;
    assert!(before.contains("No event is sealed yet.") && before.contains("No checkpoints.") && before.contains("No keys."), "{before}");
    follow(&world.state).await.unwrap();
    for (path, cookie) in [("/audit", Some(auditor.cookie.as_str())), ("/audit/checkpoints", None)] {
        let body = world.get(path, cookie).await.body;
        assert!(body.contains("No signing key is configured"), "{body}");
    }
    let json: serde_json::Value = serde_json::from_str(&world.get("/api/v1/audit/checkpoints", None).await.body).unwrap();
    assert_eq!((&json["signing"], json["checkpoints"].as_array().unwrap().len()), (&false.into(), 0));
    assert!(json["sealed"].as_i64().unwrap() > 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_server_signs_no_history_that_was_rewritten_while_it_ran(pool: PgPool) {
    let (world, auditor) = world(&pool).await;
    follow(&world.state).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    for sql in [
        "SET session_replication_role = replica",
        "TRUNCATE audit_seal, audit_checkpoint",
        "DELETE FROM audit_event WHERE action = 'role.grant'",
        "INSERT INTO audit_unsealed SELECT id FROM audit_event",
        "UPDATE audit_seal_head SET size = 0, chain = decode(repeat('00', 32), 'hex'), peaks = ''",
        "RESET session_replication_role",
    ] {
        conn.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }
    assert!(follow(&world.state).await.unwrap_err().to_string().contains("was rewritten"));
    let body = world.get("/audit", Some(&auditor.cookie)).await.body;
    assert!(body.contains("The trail was rewritten"), "{body}");
    let json: serde_json::Value = serde_json::from_str(&world.get("/api/v1/audit/checkpoints", None).await.body).unwrap();
    assert_eq!(json["checkpoints"].as_array().unwrap().len(), 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_download_holds_every_line(pool: PgPool) {
    let (world, auditor) = world_without_key(&pool).await;
    sqlx::query("INSERT INTO audit_event (at, action, object_kind, outcome, reason) SELECT now(), 'session.sign-out', 'person', 'done', '=n' FROM generate_series(1, 50001)")
        .execute(&pool)
        .await
        .unwrap();
    let answer = world.get("/audit.csv?action=session.sign-out", Some(&auditor.cookie)).await;
    assert!(answer.status == StatusCode::OK && answer.body.starts_with("id,at,actor_kind,actor,action,"));
    assert_eq!(answer.body.lines().count(), 50_002);
    assert_eq!(answer.body.lines().filter(|line| line.ends_with("\"'=n\",\"\"")).count(), 50_001);
    let nobody = world.get("/audit.csv?person=nobody@example.invalid", Some(&auditor.cookie)).await;
    assert_eq!((nobody.status, nobody.body.lines().count()), (StatusCode::OK, 1));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn one_event_is_proved_elsewhere_to_somebody_who_sees_no_other(pool: PgPool) {
    let (world, auditor) = world(&pool).await;
    let latest: i64 = sqlx::query_scalar("SELECT max(id) FROM audit_event").fetch_one(&pool).await.unwrap();
    let path = format!("/audit/{latest}/proof");
    let early = world.get(&path, Some(&auditor.cookie)).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.body);
    for _ in 0..2 {
        follow(&world.state).await.unwrap();
        world.later(TimeDelta::minutes(2));
    }
    let auditor = world.visitor("auditor.chua", &[(Role::Auditor, Scope::Whole)]).await;
    let officer = world.visitor("siti.yusof", &[]).await;
    assert_eq!(world.get(&path, Some(&officer.cookie)).await.status, StatusCode::FORBIDDEN);
    let elsewhere =
        world.visitor("security.kaur", &[(Role::TcSecurityOfficer, Scope::Sector(domain::id::SectorId(uuid::Uuid::from_u128(99))))]).await;
    assert_eq!(world.get(&path, Some(&elsewhere.cookie)).await.status, StatusCode::NOT_FOUND, "not of a sector that is not theirs");
    let proof = world.get(&path, Some(&auditor.cookie)).await;
    assert_eq!(proof.status, StatusCode::OK, "{}", proof.body);

    let file = std::env::temp_dir().join(format!("pasar-proof-{}.json", std::process::id()));
    let check = |text: &str, key: &SigningKey| {
        std::fs::write(&file, text).unwrap();
        pasar(&["audit", "verify-proof", file.to_str().unwrap(), "--key", &key.public().to_string()], &[])
    };
    let good = check(&proof.body, &key(1));
    assert!(good.status.success() && said(&good).contains("is in the trail as it was sealed"), "{}", said(&good));
    assert!(!check(&proof.body, &key(2)).status.success(), "another key signed nothing");
    let changed = check(&proof.body.replacen("\"outcome\":\"done\"", "\"outcome\":\"failed\"", 1), &key(1));
    assert!(!changed.status.success() && said(&changed).contains("not under the checkpoint"), "{}", said(&changed));
    assert!(!pasar(&["audit", "verify-proof", file.to_str().unwrap()], &[]).status.success(), "nothing is known from elsewhere");
    std::fs::remove_file(file).unwrap();
}
