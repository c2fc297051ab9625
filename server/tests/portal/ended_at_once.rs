//! A command that ends a right has shut its doors at the source when it is answered, whichever way it came, before any work of the outbox.
//! A source that is away, or does not answer, holds no command up for long: the outbox does it later.

use crate::common::{Visitor, World, post};
use crate::granting::Granting;
use axum::http::Method;
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use ports::Credential;
use server::clock;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::{Duration, Instant};
use store::PgPool;
use uuid::Uuid;

const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
/// Two seconds, and what the rest of a command takes on a busy machine.
const ANSWERED: Duration = Duration::from_secs(4);
/// So many agreements more of the same product and holder, to be granted.
const MANY: i64 = 39;
const MORE: &str = "WITH more AS (SELECT gen_random_uuid() AS request, gen_random_uuid() AS part, gen_random_uuid() AS agreement FROM generate_series(1, $1)),
     requests AS (INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
         SELECT m.request, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, gen_random_uuid()
         FROM more m, access_request),
     parts AS (INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
         SELECT m.part, m.request, product_id, state, decided_at, due_on FROM more m, request_part),
     agreements AS (INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
         SELECT m.agreement, m.part, product_id, holder_id, 'active', 'pending', made_at, until FROM more m, agreement),
     datasets AS (INSERT INTO agreement_dataset (agreement_id, dataset_id, output_port_id, view_name, columns, row_scope)
         SELECT m.agreement, dataset_id, output_port_id, view_name, columns, row_scope FROM more m, agreement_dataset)
     INSERT INTO outbox (at, topic, object_id, next_attempt_at) SELECT now(), 'agreement.grant', agreement, '2026-11-20' FROM more";

async fn steward(world: &World) -> Visitor {
    world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await
}

async fn security(world: &World) -> Visitor {
    world.visitor("officer.tsc", &[(Role::TcSecurityOfficer, Scope::Sector(SECTOR.parse().unwrap()))]).await
}

async fn office(world: &World) -> Visitor {
    world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await
}

/// A call by a program of somebody's, who may read and decide.
async fn called(world: &World, who: &Visitor, path: &str, body: &str) {
    let made = post(world, who, "/mine/tokens", "name=Program&until=2026-12-31&scopes=read&scopes=decide&scopes=request").await;
    let token = made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned();
    let answer = world.send(Method::POST, path, None, Some(body), &[("authorization", &format!("Bearer {token}"))]).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
}

/// How often what was pushed for the source was tried, of what waits.
async fn tried(pool: &PgPool) -> Vec<(String, i32)> {
    let waiting =
        "SELECT topic, attempts FROM outbox WHERE done_at IS NULL AND split_part(topic, '.', 1) = ANY('{agreement,credential}') ORDER BY id";
    sqlx::query_as(waiting).fetch_all(pool).await.unwrap()
}

/// Nobody comes in, and whoever was there is out.
async fn everybody_is_out(place: &Granting, token: &str, mut open: PgConnection) {
    assert!(place.session(token).await.is_err(), "a new session at the source, once it was answered");
    let out = async {
        while open.ping().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), out).await.expect("a session that was open is put out");
}

/// A reader, and a session that is open.
async fn reading(place: &Granting) -> (Visitor, String, PgConnection) {
    let holder = place.holder().await;
    let token = place.credential(&holder).await;
    let open = place.session(&token).await.unwrap();
    assert!(tried(&place.world.pool).await.is_empty(), "nothing waits");
    (holder, token, open)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_that_revokes_has_shut_the_door(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let steward = steward(&place.world).await;
    let (_, token, open) = reading(&place).await;
    called(&place.world, &steward, &format!("/api/v1{}/revoke", place.page), r#"{"reason":"why"}"#).await;
    everybody_is_out(&place, &token, open).await;
    assert_eq!(tried(&pool).await, [("agreement.end".to_owned(), 0)], "the rest is the outbox's");
    place.work().await;
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_program_that_suspends_has_shut_the_door(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let officer = security(&place.world).await;
    let (_, token, open) = reading(&place).await;
    let body = format!(r#"{{"kind":"product","subject":"ssot-a.busroutes-dp","sector":"{SECTOR}","reason":"why"}}"#);
    called(&place.world, &officer, "/api/v1/suspensions", &body).await;
    everybody_is_out(&place, &token, open).await;
    assert_eq!(tried(&pool).await, [("agreement.hold".to_owned(), 0)]);
    // Lifted before the outbox had come to it: what is let in again is what the record says, and nothing was changed by hand.
    let id: Uuid = sqlx::query_scalar("SELECT id FROM suspension").fetch_one(&pool).await.unwrap();
    assert_eq!(post(&place.world, &officer, &format!("/suspensions/{id}/lift"), "reason=over").await.status, 303);
    place.work().await;
    place.session(&token).await.unwrap();
    place.never_differed().await;
}

/// How many of these agreements' roles may log in.
async fn doors_open(place: &mut Granting, agreements: &[Uuid]) -> i64 {
    let roles: Vec<String> = agreements.iter().map(|id| ports::Source::role(*id)).collect();
    let open = sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolcanlogin AND rolname = ANY($1)").bind(roles);
    open.fetch_one(&mut place.source).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_suspension_of_many_has_shut_every_door(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let officer = security(&place.world).await;
    sqlx::query(MORE).bind(MANY).execute(&pool).await.unwrap();
    place.work().await;
    let agreements: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM agreement WHERE grant_state = 'granted'").fetch_all(&pool).await.unwrap();
    for id in &agreements {
        place.world.state.source.set_credential(*id, &Credential::new(*id, clock::random())).await.unwrap();
    }
    pool.execute("UPDATE agreement SET credential_at = '2026-11-23', credential_hash = sha256(id::text::bytea)").await.unwrap();
    assert_eq!(doors_open(&mut place, &agreements).await, MANY + 1);
    let form = format!("kind=product&subject=ssot-a.busroutes-dp&sector={SECTOR}&reason=why");
    assert_eq!(post(&place.world, &officer, "/suspensions", &form).await.status, 303);
    assert_eq!(doors_open(&mut place, &agreements).await, 0, "once it was answered");
    assert_eq!(tried(&pool).await, vec![("agreement.hold".to_owned(), 0); agreements.len()], "the rest is the outbox's");
    place.work().await;
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_closed_account_reads_nothing_until_it_is_opened(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let administrator = office(&place.world).await;
    let (holder, token, open) = reading(&place).await;
    let person = format!("/admin/people/{}", holder.person);
    assert_eq!(post(&place.world, &administrator, &format!("{person}/disable"), "").await.status, 303);
    everybody_is_out(&place, &token, open).await;
    assert_eq!(place.read(&token).await.status, 403);
    place.work().await;
    place.never_differed().await;
    assert!(place.session(&token).await.is_err(), "nor is the door opened by the comparison");
    assert_eq!(post(&place.world, &administrator, &format!("{person}/enable"), "").await.status, 303);
    place.work().await;
    place.session(&token).await.unwrap();
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_closed_account_loses_its_machine_clients(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let administrator = office(&place.world).await;
    let holder = place.holder().await;
    let (_, token, open) = machine(&place, &holder).await;
    assert_eq!(post(&place.world, &administrator, &format!("/admin/people/{}/disable", holder.person), "").await.status, 303);
    everybody_is_out(&place, &token, open).await;
    place.never_differed().await;
    place.work().await;
    place.never_differed().await;
}

/// A machine client with a credential, and a session of its own.
async fn machine(place: &Granting, holder: &Visitor) -> (Uuid, String, PgConnection) {
    let machines = format!("{}/machines", place.page);
    assert_eq!(post(&place.world, holder, &machines, "machine=Nightly+load").await.status, 303);
    let machine: Uuid = sqlx::query_scalar("SELECT id FROM agreement_credential").fetch_one(&place.world.pool).await.unwrap();
    let made = post(&place.world, holder, &format!("{machines}/credential"), &format!("machine_id={machine}")).await;
    let token = made.body.split("<code id=\"token\">").nth(1).unwrap_or_else(|| panic!("{}", made.body)).split('<').next().unwrap().to_owned();
    let open = place.session(&token).await.unwrap();
    (machine, token, open)
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_has_ended_and_waits_is_no_difference(pool: PgPool) {
    let place = Granting::new(pool.clone(), "{}", 2).await;
    let holder = place.holder().await;
    let (machine, token, open) = machine(&place, &holder).await;
    let end = format!("{}/machines/end", place.page);
    assert_eq!(post(&place.world, &holder, &end, &format!("machine_id={machine}")).await.status, 303);
    everybody_is_out(&place, &token, open).await;
    assert_eq!(tried(&pool).await, [("credential.end".to_owned(), 0)]);
    // A comparison that comes before the outbox finds nothing that anybody changed by hand.
    place.never_differed().await;
    assert_eq!(post(&place.world, &holder, &format!("{}/give-up", place.page), "").await.status, 303);
    place.never_differed().await;
    place.work().await;
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_former_credential_begins_nothing(pool: PgPool) {
    let place = Granting::new(pool, "{}", 2).await;
    let (holder, former, open) = reading(&place).await;
    let new = place.credential(&holder).await;
    everybody_is_out(&place, &former, open).await;
    place.session(&new).await.unwrap();
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_source_that_is_away_holds_up_no_answer(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let steward = steward(&place.world).await;
    let (_, token, _) = reading(&place).await;
    place.away(true).await;
    let begun = Instant::now();
    assert_eq!(post(&place.world, &steward, &format!("{}/revoke", place.page), "reason=why").await.status, 303);
    assert!(begun.elapsed() < ANSWERED, "answered after {:?}", begun.elapsed());
    assert_eq!(place.read(&token).await.status, 403, "through the portal at once");
    assert_eq!(tried(&pool).await, [("agreement.end".to_owned(), 0)], "as it was pushed");
    place.session(&token).await.expect("the source has not heard of it");
    place.away(false).await;
    place.work().await;
    assert!(place.session(&token).await.is_err(), "the outbox did it");
    place.never_differed().await;
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_source_that_does_not_answer_is_cut_off(pool: PgPool) {
    let mut place = Granting::new(pool.clone(), "{}", 2).await;
    let steward = steward(&place.world).await;
    let (_, token, _) = reading(&place).await;
    // Somebody has the role in hand, and does not let go of it.
    let reader = place.reader.clone();
    place.source.execute(AssertSqlSafe(format!("BEGIN; ALTER ROLE {reader} CONNECTION LIMIT 10"))).await.unwrap();
    let begun = Instant::now();
    assert_eq!(post(&place.world, &steward, &format!("{}/revoke", place.page), "reason=why").await.status, 303);
    assert!(begun.elapsed() < ANSWERED, "answered after {:?}", begun.elapsed());
    assert_eq!(tried(&pool).await, [("agreement.end".to_owned(), 0)], "as it was pushed");
    place.source.execute("COMMIT").await.unwrap();
    for _ in 0..10 {
        place.work().await;
        if tried(&pool).await.is_empty() {
            break;
        }
        // What was cut off may have been in the way once more.
        place.world.later(TimeDelta::seconds(15));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(tried(&pool).await.is_empty(), "the outbox did it");
    assert!(place.session(&token).await.is_err());
    place.never_differed().await;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_roles WHERE rolname = $1").bind(&reader).fetch_one(&mut place.source).await.unwrap();
    assert_eq!(left, 0);
}
