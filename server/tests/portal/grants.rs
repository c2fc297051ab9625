//! What was agreed is what a real source grants: rows, holds, suspensions, and what somebody changed there by hand.

use crate::common::World;
use crate::granting::Granting;
use domain::id::SectorId;
use domain::organisation::{Role, Scope};
use futures::StreamExt;
use server::jobs::reconcile;
use sqlx::{AssertSqlSafe, Executor};
use std::time::Duration;
use store::PgPool;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";

async fn count(pool: &PgPool, what: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(what.to_owned())).fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn rows_are_those_that_were_agreed(pool: PgPool) {
    let place = Granting::new(pool, r#"{"route": ["101", "103"]}"#, 3).await;
    let holder = place.holder().await;
    assert!(place.world.get(&place.page, Some(&holder.cookie)).await.body.contains("route: 101, 103"));
    let token = place.credential(&holder).await;
    let answer = place.read(&token).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "route\n101\n103\n"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_changed_at_the_source_is_found_repaired_and_recorded_once(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 3).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let auditor = place.world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    reconcile::tidy(&place.world.state).await.unwrap();
    assert!(place.world.get("/admin/drift", Some(&auditor.cookie)).await.body.contains("Nothing was found."));
    let reader = place.reader.clone();
    let tampering = [
        format!("GRANT USAGE ON SCHEMA ssot_a TO {reader}"),
        format!("GRANT SELECT ON ssot_a.routes TO {reader}"),
        format!("ALTER ROLE {reader} CREATEDB"),
        format!("ALTER ROLE {reader} VALID UNTIL 'infinity'"),
        format!("ALTER ROLE {reader} SET search_path = ssot_a"),
        format!("ALTER ROLE {reader} PASSWORD 'mine'"),
        format!("GRANT INSERT ON {reader}.routes TO {reader}"),
        format!("GRANT SELECT ON {reader}.routes TO PUBLIC"),
        format!("CREATE OR REPLACE VIEW {reader}.routes AS SELECT route || driver AS route FROM ssot_a.routes"),
        format!("CREATE TABLE {reader}.copy AS SELECT * FROM ssot_a.routes"),
        "GRANT SELECT ON pasar_source.credential TO PUBLIC".to_owned(),
        "GRANT SELECT ON ssot_a.routes TO PUBLIC".to_owned(),
    ];
    for (done, statement) in tampering.iter().enumerate() {
        place.source.execute(AssertSqlSafe(statement.clone())).await.unwrap();
        reconcile::tidy(&place.world.state).await.unwrap();
        let findings = count(&pool, "SELECT count(*) FROM drift_finding").await;
        assert!(findings > i64::try_from(done).unwrap(), "{statement}");
        assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'open'").await, 0, "{statement}");
        reconcile::tidy(&place.world.state).await.unwrap();
        assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding").await, findings, "{statement}: once");
        for action in ["drift.find", "drift.repair"] {
            assert_eq!(count(&pool, &format!("SELECT count(*) FROM audit_event WHERE action = '{action}'")).await, findings, "{statement}");
        }
        assert_eq!(place.read(&token).await.body, "route\n101\n102\n103\n", "{statement}: with the credential that there was");
    }
    let page = place.world.get("/admin/drift", Some(&auditor.cookie)).await.body;
    assert!(page.contains("What a view shows") && page.contains("Repaired") && !page.contains("Still open"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_cannot_be_taken_back_keeps_the_reader_out(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 1).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let officer = place.world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SectorId(SECTOR.parse().unwrap())))]).await;
    // Somebody who may pass a privilege on gives it: only they can take it back.
    let (other, reader) = (place.other_role().await, place.reader.clone());
    let give = format!(
        "GRANT USAGE ON SCHEMA ssot_a TO {other}; GRANT SELECT ON ssot_a.routes TO {other} WITH GRANT OPTION; SET ROLE {other};
         GRANT SELECT ON ssot_a.routes TO {reader}; RESET ROLE"
    );
    place.source.execute(AssertSqlSafe(give)).await.unwrap();
    for _ in 0..2 {
        reconcile::tidy(&place.world.state).await.unwrap();
        assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'open'").await, 1);
        assert_eq!(place.read(&token).await.status, 403, "the door is shut");
    }
    assert!(place.world.get("/admin/drift", Some(&officer.cookie)).await.body.contains("1 finding is still open"));
    let take = format!("SET ROLE {other}; REVOKE SELECT ON ssot_a.routes FROM {reader}; RESET ROLE");
    place.source.execute(AssertSqlSafe(take)).await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'open'").await, 0);
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding").await, 1);
    assert_eq!(place.read(&token).await.status, 200);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn without_its_rows_an_agreement_leaves_no_permission(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 1).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let reader = place.reader.clone();
    pool.execute("DELETE FROM agreement_dataset").await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    let views: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_views WHERE schemaname = $1").bind(&reader).fetch_one(&mut place.source).await.unwrap();
    assert_eq!(views, 0, "what is not in the agreement any more is not at the source");
    pool.execute("DELETE FROM agreement_hold; DELETE FROM agreement").await.unwrap();
    place.source.execute(AssertSqlSafe(format!("DROP SCHEMA {reader} CASCADE; GRANT SELECT ON ssot_a.routes TO {reader}"))).await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    let roles: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = $1").bind(&reader).fetch_one(&mut place.source).await.unwrap();
    assert_eq!(roles, 0);
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding WHERE kind = 'role.stray' AND state = 'repaired'").await, 1);
    assert_eq!(place.read(&token).await.status, 401);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_open_about_an_agreement_ends_with_it(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 1).await;
    let holder = place.holder().await;
    assert_eq!(place.world.post(&format!("{}/give-up", place.page), Some(&holder.cookie), &format!("csrf={}", holder.csrf)).await.status, 303);
    place.work().await;
    // Found while it stood, and not put right before it ended.
    sqlx::query(
        "INSERT INTO drift_finding (id, source, agreement_id, kind, object, found, state, found_at, seen_at)
         SELECT gen_random_uuid(), $1, id, 'role.login', 'its role', 'may not log in', 'open', $2, $2 FROM agreement",
    )
    .bind(place.world.state.config.source_name())
    .bind(place.world.now())
    .execute(&pool)
    .await
    .unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding WHERE state = 'repaired'").await, 1);
    assert_eq!(count(&pool, "SELECT count(*) FROM audit_event WHERE action = 'drift.repair'").await, 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_suspension_stops_everything_until_it_is_lifted(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 1).await;
    let world = &place.world;
    let holder = place.holder().await;
    pool.execute("UPDATE person SET agency = 'Land Transport' WHERE email = 'jason.lim@example.invalid'").await.unwrap();
    let token = place.credential(&holder).await;
    assert_eq!(place.read(&token).await.status, 200);
    let officer = world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SectorId(SECTOR.parse().unwrap())))]).await;
    let elsewhere = world
        .visitor("officer.other", &[(Role::TcSecurityOfficer, Scope::Sector(SectorId("00000000-0000-7000-8000-0000000000ff".parse().unwrap())))])
        .await;
    assert!(world.get("/suspensions", Some(&officer.cookie)).await.body.contains("Nothing was suspended."));
    let form = |who: &crate::common::Visitor, kind: &str, subject: &str| {
        format!("csrf={}&kind={kind}&subject={subject}&sector={SECTOR}&reason=An+incident+is+looked+into", who.csrf)
    };
    for (kind, subject) in [("person", "jason.lim%40example.invalid"), ("agency", "land+transport"), ("product", "ssot-a.busroutes-dp")] {
        let wrong = world.post("/suspensions/check", Some(&officer.cookie), &form(&officer, kind, "nobody")).await;
        assert!(wrong.status == 422 && wrong.body.contains("nobody"), "what was typed is kept");
        let preview = world.post("/suspensions/check", Some(&officer.cookie), &form(&officer, kind, subject)).await;
        assert!(
            preview.body.contains("Suspend 1 agreement?") && preview.body.contains("Jason Lim") || preview.body.contains("jason.lim"),
            "{}",
            preview.body
        );
        assert_eq!(world.post("/suspensions", Some(&elsewhere.cookie), &form(&elsewhere, kind, subject)).await.status, 422, "not their sector");
        for _ in 0..2 {
            assert_eq!(world.post("/suspensions", Some(&officer.cookie), &form(&officer, kind, subject)).await.status, 303);
        }
        // At once, also before the source has heard of it.
        let refused = place.read(&token).await;
        assert_eq!(refused.status, 403);
        assert!(refused.body.contains("agreement_held") && refused.body.contains("An incident is looked into"), "{}", refused.body);
        place.work().await;
        assert!(place.session(&token).await.is_err(), "nor at the source");
        reconcile::tidy(&world.state).await.unwrap();
        assert_eq!(count(&pool, "SELECT count(*) FROM drift_finding").await, 0, "what is held is as agreed");
        assert_eq!(count(&pool, "SELECT count(*) FROM agreement_hold WHERE lifted_at IS NULL").await, 1);
        let page = world.get(&place.page, Some(&holder.cookie)).await.body;
        assert!(page.contains("This agreement is on hold") && !page.contains("Create credential"));
        assert!(world.get("/agreements", Some(&holder.cookie)).await.body.contains("On hold"));
        let made = world.post(&format!("{}/credential", place.page), Some(&holder.cookie), &format!("csrf={}", holder.csrf)).await;
        assert_eq!(made.status, 409, "no new credential while it is held");
        let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM suspension WHERE lifted_at IS NULL").fetch_one(&pool).await.unwrap();
        let lift = format!("/suspensions/{id}/lift");
        assert_eq!(world.post(&lift, Some(&elsewhere.cookie), &format!("csrf={}&reason=x", elsewhere.csrf)).await.status, 404);
        assert_eq!(world.post(&lift, Some(&officer.cookie), &format!("csrf={}&reason=", officer.csrf)).await.status, 422);
        assert_eq!(world.post(&lift, Some(&officer.cookie), &format!("csrf={}&reason=over", officer.csrf)).await.status, 303);
        assert_eq!(world.post(&lift, Some(&officer.cookie), &format!("csrf={}&reason=over", officer.csrf)).await.status, 409);
        place.work().await;
        assert_eq!(place.read(&token).await.body, "route\n101\n", "with the credential that there was");
    }
    let events: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit_event WHERE action LIKE 'suspension.%' OR action IN ('agreement.hold', 'agreement.lift') ORDER BY id LIMIT 4",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(events, ["agreement.hold", "suspension.place", "agreement.lift", "suspension.lift"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn people_who_come_to_a_suspended_agency_are_held_too(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 1).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let administrator = place.world.visitor("administrator", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    pool.execute("UPDATE person SET agency = 'Works' WHERE email = 'administrator@example.invalid'").await.unwrap();
    let form = format!("csrf={}&kind=agency&subject=works&sector=everywhere&reason=why", administrator.csrf);
    let preview = place.world.post("/suspensions/check", Some(&administrator.cookie), &form).await.body;
    assert!(preview.contains("Suspend 0 agreements?"), "{preview}");
    assert_eq!(place.world.post("/suspensions", Some(&administrator.cookie), &form).await.status, 303);
    assert_eq!(place.read(&token).await.status, 200);
    pool.execute("UPDATE person SET agency = 'WORKS' WHERE email = 'jason.lim@example.invalid'").await.unwrap();
    reconcile::tidy(&place.world.state).await.unwrap();
    assert_eq!(place.read(&token).await.status, 403);
}

/// A read that is running and a session that is open end when the agreement does, and when it is held.
#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn reads_that_are_running_end(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 200_000).await;
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let steward = place.world.visitor("steward", &[(Role::Steward, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let officer = place.world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SectorId(SECTOR.parse().unwrap())))]).await;
    let suspend = format!("csrf={}&kind=product&subject=ssot-a.busroutes-dp&sector={SECTOR}&reason=why", officer.csrf);
    let revoke = format!("csrf={}&reason=why", steward.csrf);
    let world: &World = &place.world;
    for (path, who, form) in [("/suspensions".to_owned(), &officer, suspend), (format!("{}/revoke", place.page), &steward, revoke)] {
        let mut session = place.session(&token).await.unwrap();
        session.execute("BEGIN; SELECT count(*) FROM routes").await.unwrap();
        let running = tokio::spawn(async move { session.execute("SELECT pg_sleep(120)").await.map(|_| ()) });
        let answer = place.stream(&token).await;
        assert_eq!(answer.status(), 200);
        let mut body = answer.into_body().into_data_stream();
        assert!(body.next().await.unwrap().is_ok(), "it has begun");
        assert_eq!(world.post(&path, Some(&who.cookie), &form).await.status, 303);
        assert_eq!(place.read(&token).await.status, 403, "nothing new begins");
        tokio::time::timeout(Duration::from_secs(30), place.work()).await.unwrap();
        let cut = tokio::time::timeout(Duration::from_secs(30), async {
            while let Some(chunk) = body.next().await {
                if chunk.is_err() {
                    return true;
                }
            }
            false
        });
        assert!(cut.await.unwrap(), "the stream breaks off, it does not seem whole");
        assert!(tokio::time::timeout(Duration::from_secs(30), running).await.unwrap().unwrap().is_err(), "the session is ended");
        assert!(place.session(&token).await.is_err());
        if path == "/suspensions" {
            let id: uuid::Uuid = sqlx::query_scalar("SELECT id FROM suspension").fetch_one(&pool).await.unwrap();
            world.post(&format!("/suspensions/{id}/lift"), Some(&officer.cookie), &format!("csrf={}&reason=over", officer.csrf)).await;
            place.work().await;
        }
    }
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn rows_come_in_the_format_that_is_asked_for(pool: PgPool) {
    let place = Granting::new(pool, "{}", 2).await;
    let holder = place.holder().await;
    let page = place.world.get(&place.page, Some(&holder.cookie)).await.body;
    for example in ["psql", "jdbc:postgresql://", "read_sql_table", "RPostgres", "format=csv", "format=jsonl", "format=parquet", "format=arrow"] {
        assert!(page.contains(example), "{example}");
    }
    let bearer = format!("Bearer {}", place.credential(&holder).await);
    for (query, accept, status, kind, begins) in [
        ("", "*/*", 200, "text/csv; charset=utf-8", "route\n101\n"),
        ("?format=jsonl", "text/csv", 200, "application/x-ndjson", "{\"route\":\"101\"}\n"),
        ("?format=parquet", "*/*", 200, "application/vnd.apache.parquet", "PAR1"),
        ("", "application/vnd.apache.parquet", 200, "application/vnd.apache.parquet", "PAR1"),
        ("", "application/vnd.apache.arrow.stream, */*;q=0.1", 200, "application/vnd.apache.arrow.stream", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        ("?format=xlsx", "*/*", 422, "application/problem+json", "{"),
        ("", "image/png", 406, "application/problem+json", "{"),
    ] {
        let headers = [("authorization", bearer.as_str()), ("accept", accept), ("accept-encoding", "gzip")];
        let answer = place.world.send(axum::http::Method::GET, &format!("{}{query}", crate::granting::ROWS), None, None, &headers).await;
        assert_eq!((answer.status.as_u16(), answer.headers["content-type"].to_str().unwrap()), (status, kind), "{query} {accept}");
        assert!(answer.body.starts_with(begins) || status != 200, "{query} {accept}: {}", answer.body);
    }
}
