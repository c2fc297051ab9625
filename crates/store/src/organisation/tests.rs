//! Who may come in as whom, and which roles are in force when.

use super::*;
use crate::session::{self, Limits, NewSession};
use crate::{PgConnection, PgPool, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Ids;
use domain::audit::Origin;
use domain::id::{PersonId, SectorId};
use domain::organisation::{Held, Role, Scope};
use std::sync::atomic::{AtomicU8, Ordering};

const LIMITS: Limits = Limits { idle: TimeDelta::minutes(30), absolute: TimeDelta::hours(12) };

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn ids() -> Ids {
    let next = AtomicU8::new(0);
    Ids::new(move || [next.fetch_add(1, Ordering::Relaxed); 10])
}

const fn grace(subject: &str) -> Arrival<'_> {
    Arrival { issuer: "i", subject, email: "Grace.Tan@example.invalid", email_verified: true, name: "Grace Tan", agency: None }
}

fn role(person: PersonId, role: Role, scope: Scope) -> NewRole {
    NewRole { person, role, scope, by: None, until: None, origin: Origin::default() }
}

async fn events(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar!("SELECT action FROM audit_event ORDER BY id").fetch_all(conn).await.unwrap()
}

/// What the next request of this person would be allowed by.
async fn held(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Option<Vec<Held>> {
    let hash = now.to_rfc3339();
    let new = NewSession { token_hash: hash.as_bytes(), person, csrf: "c", issuer: "i", oidc_sid: None, id_token: None };
    session::create(conn, &new, LIMITS, now).await.unwrap();
    session::find(conn, hash.as_bytes(), LIMITS, now).await.unwrap().map(|session| session.actor.roles)
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_named_person_is_bound_once(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let named = ensure_person(&mut conn, "grace.tan@example.invalid", "G", None, &ids, start()).await.unwrap();
    let unverified = Arrival { email_verified: false, ..grace("1") };
    assert_eq!(arrive(&mut conn, &unverified, &ids, start()).await.unwrap(), Arrived::AddressUnverified);
    assert_eq!(arrive(&mut conn, &grace("1"), &ids, start()).await.unwrap(), Arrived::Person(named));
    assert_eq!(arrive(&mut conn, &grace("1"), &ids, start()).await.unwrap(), Arrived::Person(named));
    assert_eq!(arrive(&mut conn, &grace("2"), &ids, start()).await.unwrap(), Arrived::AddressTaken);
    let elsewhere = Arrival { issuer: "j", ..grace("1") };
    assert_eq!(arrive(&mut conn, &elsewhere, &ids, start()).await.unwrap(), Arrived::AddressTaken);
    let listed = people(&mut conn, "grace", 10).await.unwrap();
    assert!(listed.len() == 1 && listed[0].arrived && listed[0].name == "Grace Tan");
}

#[sqlx::test(migrations = "../../migrations")]
async fn disabling_ends_sessions_and_shuts_the_door(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let Arrived::Person(person) = arrive(&mut conn, &grace("1"), &ids, start()).await.unwrap() else { panic!() };
    assert_eq!(held(&mut conn, person, start()).await, Some(vec![]));
    assert!(set_disabled(&mut conn, person, person, true, Origin::default(), start()).await.unwrap());
    assert_eq!(sqlx::query_scalar!("SELECT count(*) FROM session").fetch_one(&mut *conn).await.unwrap(), Some(0));
    assert_eq!(held(&mut conn, person, start()).await, None);
    assert_eq!(arrive(&mut conn, &grace("1"), &ids, start()).await.unwrap(), Arrived::Disabled(person));
    assert!(set_disabled(&mut conn, person, person, false, Origin::default(), start()).await.unwrap());
    assert_eq!(arrive(&mut conn, &grace("1"), &ids, start()).await.unwrap(), Arrived::Person(person));
    assert!(!set_disabled(&mut conn, person, PersonId(uuid::Uuid::nil()), true, Origin::default(), start()).await.unwrap());
    assert_eq!(events(&mut conn).await, ["person.disable", "person.enable"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn roles_hold_from_grant_to_end(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let person = ensure_person(&mut conn, "a@example.invalid", "A", None, &ids, start()).await.unwrap();
    let auditor = Held { role: Role::Auditor, scope: Scope::Whole };
    let new = role(person, auditor.role, auditor.scope);
    grant_role(&mut conn, &new, &ids, start()).await.unwrap();
    grant_role(&mut conn, &new, &ids, start()).await.unwrap();
    assert_eq!(held(&mut conn, person, start()).await, Some(vec![auditor]));
    let listed = roles_in_force(&mut conn, start()).await.unwrap();
    assert!(listed.len() == 1 && listed[0].scope_title == "Whole of government");
    assert!(end_role(&mut conn, person, listed[0].id, Origin::default(), start()).await.unwrap());
    assert!(!end_role(&mut conn, person, listed[0].id, Origin::default(), start()).await.unwrap());
    assert_eq!(held(&mut conn, person, start() + TimeDelta::seconds(1)).await, Some(vec![]));
    assert_eq!(events(&mut conn).await, ["role.grant", "role.end"]);
    let misfit = grant_role(&mut conn, &role(person, Role::Auditor, Scope::Sector(SectorId(person.0))), &ids, start()).await;
    assert!(matches!(misfit, Err(StoreError::Conflict(_))));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_role_that_has_run_out_can_be_granted_anew(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let person = ensure_person(&mut conn, "a@example.invalid", "A", None, &ids, start()).await.unwrap();
    let until = start() + TimeDelta::days(1);
    grant_role(&mut conn, &NewRole { until: Some(until), ..role(person, Role::Auditor, Scope::Whole) }, &ids, start()).await.unwrap();
    assert_eq!(held(&mut conn, person, until).await, Some(vec![]));
    grant_role(&mut conn, &role(person, Role::Auditor, Scope::Whole), &ids, until).await.unwrap();
    assert_eq!(held(&mut conn, person, until + TimeDelta::seconds(1)).await.map(|roles| roles.len()), Some(1));
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_first_administrator_is_made_once(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    let first = ensure_person(&mut conn, "a@example.invalid", "A", None, &ids, start()).await.unwrap();
    let second = ensure_person(&mut conn, "b@example.invalid", "B", None, &ids, start()).await.unwrap();
    assert!(needs_first_administrator(&mut conn, first, start()).await.unwrap());
    for person in [first, second] {
        grant_role(&mut conn, &role(person, Role::GdoAdministrator, Scope::Whole), &ids, start()).await.unwrap();
    }
    let of_first = roles_in_force(&mut conn, start()).await.unwrap().into_iter().find(|role| role.person == first).unwrap();
    end_role(&mut conn, second, of_first.id, Origin::default(), start()).await.unwrap();
    assert!(!needs_first_administrator(&mut conn, first, start()).await.unwrap(), "an ended role stays ended");
    set_disabled(&mut conn, first, second, true, Origin::default(), start()).await.unwrap();
    assert!(needs_first_administrator(&mut conn, first, start()).await.unwrap(), "somebody must be able to get in");
}

/// The portal's own privileges: it works as this role and must not be able to rewrite history.
#[sqlx::test(migrations = "../../migrations")]
async fn the_portal_cannot_change_the_trail(pool: PgPool) {
    let (mut conn, ids) = (pool.acquire().await.unwrap(), ids());
    sqlx::query!("SET ROLE pasar_portal").execute(&mut *conn).await.unwrap();
    let person = ensure_person(&mut conn, "a@example.invalid", "A", None, &ids, start()).await.unwrap();
    grant_role(&mut conn, &role(person, Role::Auditor, Scope::Whole), &ids, start()).await.unwrap();
    assert!(sqlx::query!("UPDATE audit_event SET detail = ''").execute(&mut *conn).await.is_err());
    assert!(sqlx::query!("DELETE FROM audit_event").execute(&mut *conn).await.is_err());
    assert!(sqlx::query!("DELETE FROM role_grant").execute(&mut *conn).await.is_err());
    sqlx::query!("RESET ROLE").execute(&mut *conn).await.unwrap();
    assert!(sqlx::query!("UPDATE audit_event SET detail = ''").execute(&mut *conn).await.is_err(), "not even its owner");
}
