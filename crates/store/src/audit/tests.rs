//! The trail under attack: whoever owns the database does what rights and triggers cannot stop, and an export tells.

use super::*;
use crate::{PgPool, StoreError};
use chrono::TimeDelta;
use domain::audit::{AuditAction, Origin};
use seal::{Fault, Head, Line, Note, Report, SALTS, SigningKey, Trust, verify};
use sqlx::{Acquire, AssertSqlSafe, Executor};

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn key(n: u8) -> SigningKey {
    SigningKey::new("pasar.example", [n; 32]).unwrap()
}

fn event(detail: &str) -> AuditEvent {
    let origin = Origin { address: Some("192.0.2.7".into()), request: None };
    AuditEvent { detail: Some(detail.into()), ..AuditEvent::done(None, AuditAction::SignIn, "person", None, origin) }
}

/// Seals all that waits and signs with these keys, as the job does.
async fn seal_and_sign(conn: &mut PgConnection, keys: &[SigningKey]) -> usize {
    let mut tx = conn.begin().await.unwrap();
    let mut head = lock_head(&mut tx, true).await.unwrap().unwrap();
    let public: Vec<_> = keys.iter().map(SigningKey::public).collect();
    begin_keys(&mut tx, &public, start()).await.unwrap();
    let sealed = seal_waiting(&mut tx, &mut head, 1000, || [3; SALTS], start()).await.unwrap();
    checkpoint(&mut tx, &head, keys, start()).await.unwrap();
    tx.commit().await.unwrap();
    sealed
}

/// As the portal's role: a key's beginning and five events, signed after each two.
async fn trail(conn: &mut PgConnection) {
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    seal_and_sign(conn, &[key(1)]).await;
    for n in 1..=5 {
        append(conn, &event(&format!("the {n}th")), start() + TimeDelta::seconds(n)).await.unwrap();
        if n % 2 == 0 {
            seal_and_sign(conn, &[key(1)]).await;
        }
    }
    seal_and_sign(conn, &[]).await;
    conn.execute("RESET ROLE").await.unwrap();
}

async fn lines(conn: &mut PgConnection) -> Vec<String> {
    let mut lines = vec![];
    export::<StoreError>(conn, |line| {
        lines.push(line.text().unwrap());
        Ok(())
    })
    .await
    .unwrap();
    lines
}

async fn verified(conn: &mut PgConnection, trust: &Trust) -> std::result::Result<Report, Fault> {
    verify(lines(conn).await.iter().map(Ok::<_, std::io::Error>), trust)
}

/// What an owner of the database does with triggers and foreign keys out of the way.
async fn attack(conn: &mut PgConnection, sql: &str) {
    conn.execute("SET session_replication_role = replica").await.unwrap();
    conn.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    conn.execute("RESET session_replication_role").await.unwrap();
}

/// The last checkpoint, as somebody kept it.
async fn kept(conn: &mut PgConnection) -> Trust {
    let line = checkpoints(conn, None, 1).await.unwrap().remove(0);
    Trust { checkpoints: vec![Note::read(&line.note).unwrap()], keys: vec![key(1).public()] }
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_trail_is_sealed_signed_and_proved(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    trail(&mut conn).await;
    let trust = kept(&mut conn).await;
    let report = verified(&mut conn, &trust).await.unwrap();
    assert_eq!((report.events, report.proved, report.checkpoints), (6, 5, 3));
    let state = seal_state(&mut conn).await.unwrap();
    assert_eq!((state.sealed, state.waiting, state.signed), (6, 0, Some((5, start()))));
    assert_eq!((state.sealed_at, keys(&mut conn).await.unwrap().len()), (Some(start()), 1));
    let again = lines(&mut conn).await;
    assert_eq!(again.iter().filter(|line| line.contains("\"checkpoint\"")).count(), 3);
}

const PUT_BACK: &str = "TRUNCATE audit_event, audit_seal, audit_checkpoint; INSERT INTO audit_event OVERRIDING SYSTEM VALUE TABLE e;
    INSERT INTO audit_seal TABLE s; INSERT INTO audit_checkpoint TABLE c";

/// Each attack on the same trail, and the line and words that tell of it. Lines: form, the key's event, its checkpoint, events
/// 2 and 3, checkpoint, 4 and 5, checkpoint, 6, end.
#[sqlx::test(migrations = "../../migrations")]
async fn whatever_the_owner_does_to_the_rows_is_found(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    trail(&mut conn).await;
    let trust = kept(&mut conn).await;
    conn.execute("CREATE TABLE e AS TABLE audit_event; CREATE TABLE s AS TABLE audit_seal; CREATE TABLE c AS TABLE audit_checkpoint").await.unwrap();
    let of = |seq: i64| format!("(SELECT event_id FROM audit_seal WHERE seq = {seq})");
    for (sql, line, said) in [
        (format!("UPDATE audit_event SET detail = 'nothing' WHERE id = {}", of(3)), 5, "event 3"),
        (format!("UPDATE audit_event SET at = at + interval '1 microsecond' WHERE id = {}", of(2)), 4, "not what was sealed"),
        (format!("UPDATE audit_event SET client_address = NULL WHERE id = {}", of(5)), 8, "event 5"),
        (format!("DELETE FROM audit_event WHERE id = {}", of(4)), 7, "is gone"),
        ("DELETE FROM audit_seal WHERE seq = 4".into(), 7, "event 5 stands where event 4 must be"),
        (format!("DELETE FROM audit_event WHERE id = {}; DELETE FROM audit_seal WHERE seq = 4", of(4)), 7, "where event 4 must be"),
        (
            format!("DELETE FROM audit_event WHERE id >= {}; DELETE FROM audit_seal WHERE seq >= 4", of(4)),
            7,
            "checkpoint of event 5 stands after event 3",
        ),
        (
            "INSERT INTO audit_event (at, action, object_kind, outcome) VALUES (now(), 'session.sign-in', 'person', 'done')".into(),
            11,
            "without ever waiting",
        ),
        (
            "INSERT INTO audit_event (at, action, object_kind, outcome) VALUES (now(), 'session.sign-in', 'person', 'done');
             UPDATE audit_seal SET seq = seq + 10 WHERE seq > 3; UPDATE audit_seal SET seq = seq - 9 WHERE seq > 3;
             INSERT INTO audit_seal SELECT 4, (SELECT max(id) FROM audit_event), salts, leaf, chain FROM audit_seal WHERE seq = 3"
                .into(),
            7,
            "event 4",
        ),
        ("UPDATE audit_seal SET seq = seq + 100 WHERE seq IN (2, 3); UPDATE audit_seal SET seq = 105 - seq WHERE seq > 100".into(), 4, "event 2"),
        ("UPDATE audit_checkpoint SET size = 4 WHERE size = 3".into(), 7, "a checkpoint of event 3 stands after event 4"),
        ("UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 3) WHERE size = 5".into(), 9, "of event 3 stands after"),
        ("UPDATE audit_seal SET salts = overlay(salts PLACING '\\x00' FROM 1) WHERE seq = 6".into(), 10, "event 6"),
        ("UPDATE audit_seal SET chain = leaf WHERE seq = 2".into(), 4, "does not follow"),
        (
            format!(
                "UPDATE audit_event a SET at = b.at, detail = b.detail FROM audit_event b WHERE (a.id, b.id) IN (({two}, {three}), ({three}, {two}))",
                two = of(2),
                three = of(3)
            ),
            4,
            "event 2",
        ),
        ("DELETE FROM audit_event".into(), 2, "event 1"),
        ("DELETE FROM audit_event; DELETE FROM audit_seal".into(), 2, "a checkpoint of event 1 stands after event 0"),
        // Its seals and checkpoints go with it.
        ("TRUNCATE audit_event CASCADE".into(), 2, "the file ends with event 0, and the checkpoint that was kept is of event 5"),
        // Alone, with what ties seals to events cut through.
        ("ALTER TABLE audit_seal DROP CONSTRAINT audit_seal_event_id_fkey; TRUNCATE audit_event".into(), 2, "is gone"),
    ] {
        attack(&mut conn, &sql).await;
        let fault = verified(&mut conn, &trust).await.expect_err(&sql);
        assert!(fault.line == line && fault.what.contains(said), "{sql}: {fault}");
        attack(&mut conn, PUT_BACK).await;
    }
    assert!(verified(&mut conn, &trust).await.is_ok());
}

/// Everything after an event is computed anew, and even signed by the right key: a kept checkpoint still tells.
#[sqlx::test(migrations = "../../migrations")]
async fn a_history_that_was_made_anew_does_not_fit_what_was_kept(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    trail(&mut conn).await;
    let trust = kept(&mut conn).await;
    attack(
        &mut conn,
        "UPDATE audit_event SET detail = 'nothing' WHERE id = (SELECT event_id FROM audit_seal WHERE seq = 3);
         TRUNCATE audit_seal, audit_checkpoint; INSERT INTO audit_unsealed SELECT id FROM audit_event;
         UPDATE audit_seal_head SET size = 0, chain = decode(repeat('00', 32), 'hex'), peaks = ''",
    )
    .await;
    seal_and_sign(&mut conn, &[key(1)]).await;
    assert!(verified(&mut conn, &Trust { keys: vec![key(1).public()], ..Trust::default() }).await.is_ok(), "the signature alone is right");
    let fault = verified(&mut conn, &trust).await.unwrap_err();
    assert!(fault.line == 6 && fault.what.contains("not those of the checkpoint that was kept"), "{fault}");
    // With a key of the attacker's own.
    attack(&mut conn, "DELETE FROM audit_checkpoint").await;
    seal_and_sign(&mut conn, &[key(9)]).await;
    seal_and_sign(&mut conn, &[key(9)]).await;
    let fault = verified(&mut conn, &Trust { keys: vec![key(1).public()], ..Trust::default() }).await.unwrap_err();
    assert!(fault.what.contains("no trusted key vouches") || fault.what.contains("no key that the trail"), "{fault}");
}

/// Numbers are given before transactions end: the smaller one becomes visible last, and is sealed all the same.
#[sqlx::test(migrations = "../../migrations")]
async fn an_event_that_becomes_visible_late_is_not_skipped(pool: PgPool) {
    let mut slow = pool.acquire().await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    let mut late = slow.begin().await.unwrap();
    append(&mut late, &event("slow"), start()).await.unwrap();
    append(&mut conn, &event("quick"), start()).await.unwrap();
    let mut lost = pool.begin().await.unwrap();
    append(&mut lost, &event("never"), start()).await.unwrap();
    lost.rollback().await.unwrap();
    assert_eq!(seal_and_sign(&mut conn, &[]).await, 1);
    append(&mut conn, &event("third"), start()).await.unwrap();
    assert_eq!(seal_and_sign(&mut conn, &[]).await, 1);
    late.commit().await.unwrap();
    assert_eq!(seal_and_sign(&mut conn, &[]).await, 1);
    assert_eq!(seal_and_sign(&mut conn, &[]).await, 0);
    let order: Vec<String> = sqlx::query_scalar("SELECT e.detail FROM audit_seal s JOIN audit_event e ON e.id = s.event_id ORDER BY s.seq")
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    assert_eq!(order, ["quick", "third", "slow"]);
    assert_eq!(verified(&mut conn, &Trust::default()).await.unwrap().events, 3);
}

/// Many write at once while one seals again and again: each event gets one place.
#[sqlx::test(migrations = "../../migrations")]
async fn nothing_is_lost_between_many_writers(pool: PgPool) {
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for n in 0..25 {
                    let mut tx = pool.begin().await.unwrap();
                    append(&mut tx, &event(&format!("{writer} {n}")), start()).await.unwrap();
                    if n % 7 == 0 { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
                }
            })
        })
        .collect();
    let mut conn = pool.acquire().await.unwrap();
    let mut sealed = 0;
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        sealed += seal_and_sign(&mut conn, &[]).await;
    }
    sealed += seal_and_sign(&mut conn, &[]).await;
    assert_eq!(sealed, 4 * 21);
    let report = verified(&mut conn, &Trust::default()).await.unwrap();
    assert_eq!((report.events, report.proved), (84, 0));
}

#[sqlx::test(migrations = "../../migrations")]
async fn one_seals_at_a_time(pool: PgPool) {
    let mut one = pool.begin().await.unwrap();
    assert_eq!(lock_head(&mut one, false).await.unwrap(), Some(Head::default()));
    let mut other = pool.begin().await.unwrap();
    assert_eq!(lock_head(&mut other, false).await.unwrap(), None);
}

/// The portal's own role adds events and seals, and does nothing else to either.
#[sqlx::test(migrations = "../../migrations")]
async fn the_portal_can_neither_hide_nor_rewrite(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    trail(&mut conn).await;
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    append(&mut conn, &event("waits"), start()).await.unwrap();
    let seal_of = |seq: i64, which: &str| format!("INSERT INTO audit_seal SELECT {seq}, {which}, salts, leaf, chain FROM audit_seal WHERE seq = 1");
    for sql in [
        "UPDATE audit_event SET detail = ''".to_owned(),
        "DELETE FROM audit_event".into(),
        "TRUNCATE audit_event CASCADE".into(),
        "DELETE FROM audit_unsealed".into(),
        "INSERT INTO audit_unsealed VALUES (1)".into(),
        "UPDATE audit_unsealed SET event_id = 0".into(),
        "UPDATE audit_seal SET chain = leaf".into(),
        "DELETE FROM audit_seal".into(),
        "UPDATE audit_checkpoint SET note = ''".into(),
        "DELETE FROM audit_checkpoint".into(),
        "DELETE FROM audit_seal_head".into(),
        "ALTER TABLE audit_event DISABLE TRIGGER ALL".into(),
        "SET session_replication_role = replica".into(),
        seal_of(9, "(SELECT max(id) FROM audit_event)"),
        seal_of(7, "(SELECT min(id) FROM audit_event)"),
    ] {
        let mut tx = conn.begin().await.unwrap();
        assert!(tx.execute(AssertSqlSafe(sql.clone())).await.is_err(), "{sql}");
        tx.rollback().await.unwrap();
    }
    assert_eq!(seal_and_sign(&mut conn, &[key(1)]).await, 1);
    conn.execute("RESET ROLE").await.unwrap();
    for sql in ["UPDATE audit_seal SET chain = leaf", "DELETE FROM audit_seal", "TRUNCATE audit_checkpoint", "DELETE FROM audit_checkpoint"] {
        assert!(conn.execute(sql).await.is_err(), "not even the owner: {sql}");
    }
}

/// What left with a read is said once; its rows when they were counted.
#[sqlx::test(migrations = "../../migrations")]
async fn what_a_read_took_is_not_rewritten(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    conn.execute(r#"INSERT INTO port_read VALUES (7, '00000000-0000-7000-8000-000000000001', '{route,nric}', '{nric}', NULL, '{"nric": []}')"#)
        .await
        .unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    note_rows(&mut conn, 7, 10, start()).await.unwrap();
    note_rows(&mut conn, 7, 2, start()).await.unwrap();
    let attempts = [
        "UPDATE port_read SET rows = 2",
        "UPDATE port_read SET rows = NULL",
        "UPDATE port_read SET columns = '{route}'",
        "UPDATE port_read SET personal = '{}'",
        "UPDATE port_read SET masks = NULL",
        "UPDATE port_read SET event_id = 8",
        "DELETE FROM port_read",
        "TRUNCATE port_read",
    ];
    for sql in attempts {
        assert!(conn.execute(sql).await.is_err(), "{sql}");
    }
    let add = "INSERT INTO port_read VALUES (8, '00000000-0000-7000-8000-000000000001', '{}', '{}')";
    assert!(conn.execute(add).await.is_err(), "reads are noted by the record alone");
    conn.execute("RESET ROLE").await.unwrap();
    for sql in attempts {
        assert!(conn.execute(sql).await.is_err(), "not even the owner: {sql}");
    }
    let kept: Vec<(i64, i64, Vec<String>, Vec<String>)> =
        sqlx::query_as("SELECT event_id, rows, columns, personal FROM port_read").fetch_all(&mut *conn).await.unwrap();
    assert_eq!(kept, [(7, 10, vec!["route".to_owned(), "nric".to_owned()], vec!["nric".to_owned()])]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn keys_begin_sign_and_retire(pool: PgPool) {
    let mut conn = pool.acquire().await.unwrap();
    trail(&mut conn).await;
    append(&mut conn, &event("before"), start()).await.unwrap();
    seal_and_sign(&mut conn, &[key(1), key(2)]).await;
    assert!(matches!(retire_key(&mut conn, "nobody+00000000", start()).await, Err(StoreError::Conflict(_))));
    retire_key(&mut conn, &key(1).public().label(), start()).await.unwrap();
    assert!(matches!(retire_key(&mut conn, &key(1).public().label(), start()).await, Err(StoreError::Conflict(_))));
    seal_and_sign(&mut conn, &[key(1)]).await;
    assert_eq!(checkpoints(&mut conn, None, 1).await.unwrap()[0].size, 8, "a retired key signs nothing");
    let retired = begin_keys(&mut conn, &[key(1).public(), key(2).public()], start()).await.unwrap();
    assert_eq!((retired, keys(&mut conn).await.unwrap().len()), (vec![key(1).public()], 2));
    append(&mut conn, &event("after"), start()).await.unwrap();
    seal_and_sign(&mut conn, &[key(2)]).await;
    let trust = Trust { keys: vec![key(1).public()], ..Trust::default() };
    let report = verified(&mut conn, &trust).await.unwrap();
    assert_eq!((report.proved, report.signers), (10, vec![key(1).public().label(), key(2).public().label()]));
}

#[test]
fn words_of_the_verifier_are_those_of_the_trail() {
    assert_eq!(AuditAction::AuditKeyBegin.as_str(), seal::KEY_BEGIN);
    assert_eq!(AuditAction::AuditKeyEnd.as_str(), seal::KEY_END);
    assert!(matches!(serde_json::from_str(r#"{"end":{"events":0,"checkpoints":0}}"#), Ok(Line::End { .. })));
}
