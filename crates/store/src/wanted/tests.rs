//! A question is asked once, answered once, by the people of its domain, and tells nobody of what is hidden from them.

use super::*;
use crate::catalogue::titles_by_domain;
use crate::organisation::{NewRole, domains, ensure_agency, ensure_domain, ensure_person, ensure_sector, grant_role, set_disabled};
use crate::{PgConnection, PgPool, StoreError, access};
use chrono::{DateTime, Utc};
use domain::audit::Origin;
use domain::authorisation::Answering;
use domain::id::{DomainId, PersonId, ProductId, SectorId, WantedId};
use domain::organisation::{DomainArea, Held, Role, Scope};
use domain::wanted::{AnswerKind, MOST_OPEN, NewAnswer, NewWanted, WantedState};
use domain::{Actor, Ids};
use sqlx::Executor;
use std::sync::atomic::{AtomicU16, Ordering};
use uuid::Uuid;

const PRODUCT: ProductId = ProductId(Uuid::from_u128(9));

fn start() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

struct World {
    conn: sqlx::pool::PoolConnection<sqlx::Postgres>,
    ids: Ids,
    area: DomainArea,
    asker: PersonId,
    steward: PersonId,
}

/// Two domains of one sector, a steward of the first, a product in it, and somebody who asks; as the portal's own role.
async fn world(pool: &PgPool) -> World {
    let next = AtomicU16::new(0);
    let ids = Ids::new(move || {
        let mut bytes = [0; 10];
        bytes[8..].copy_from_slice(&next.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    });
    let mut conn = pool.acquire().await.unwrap();
    conn.execute("SET ROLE pasar_portal").await.unwrap();
    let sector = ensure_sector(&mut conn, "s", "Geospatial", "Centre", &ids, start()).await.unwrap();
    let agency = ensure_agency(&mut conn, "a", "Transport agency", Some("TRA"), &ids, start()).await.unwrap();
    let domain = ensure_domain(&mut conn, "buses", "Buses", agency, sector, &ids, start()).await.unwrap();
    ensure_domain(&mut conn, "rail", "Rail", agency, sector, &ids, start()).await.unwrap();
    let asker = ensure_person(&mut conn, "jason@example.invalid", "Jason Lim", Some("Health"), &ids, start()).await.unwrap();
    let steward = ensure_person(&mut conn, "grace@example.invalid", "Grace Tan", None, &ids, start()).await.unwrap();
    sqlx::query(
        "INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
         VALUES ($1, $2, 'stops-dp', 'buses.stops-dp', 'Stops of buses', 'source-aligned', '1.0.0', 'published', 'listed', '', $3, $3)",
    )
    .bind(PRODUCT.0)
    .bind(domain.0)
    .bind(start())
    .execute(&mut *conn)
    .await
    .unwrap();
    let mut world = World { conn, ids, area: DomainArea { domain, sector }, asker, steward };
    world.grant(steward, Role::Steward, Scope::Domain(domain)).await;
    world
}

impl World {
    async fn grant(&mut self, person: PersonId, role: Role, scope: Scope) {
        let new = NewRole { person, role, scope, by: None, until: None, origin: Origin::default() };
        grant_role(&mut self.conn, &new, &self.ids, start()).await.unwrap();
    }

    async fn ask(&mut self, asker: PersonId, key: u128) -> crate::Result<WantedId> {
        let new = NewWanted { words: "Taxi ranks".into(), explanation: "Plan shelters".into(), domain: self.area.domain };
        ask(&mut self.conn, asker, &new, Uuid::from_u128(key), &Origin::default(), &self.ids, start()).await
    }

    async fn answer(&mut self, id: WantedId, product: Option<ProductId>) -> crate::Result<()> {
        let new = NewAnswer { kind: AnswerKind::Exists, text: "Here it is.".into(), product: product.map(|_| "buses.stops-dp".into()) };
        answer(&mut self.conn, self.steward, id, &new, product, &Origin::default(), start()).await
    }

    /// Actions of the trail, save those that made the world.
    async fn trail(&mut self) -> Vec<String> {
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'wanted-data' ORDER BY id").fetch_all(&mut *self.conn).await.unwrap()
    }

    async fn waits_for(&mut self, person: PersonId, held: &[(Role, Scope)]) -> (usize, i64) {
        let roles = held.iter().map(|(role, scope)| Held { role: *role, scope: *scope }).collect();
        let actor = Actor { person, name: String::new(), email: String::new(), agency: None, roles };
        let listed = open_for(&mut self.conn, person, &Answering::of(&actor), 9).await.unwrap();
        (listed.len(), access::standing(&mut self.conn, &actor, &[], start()).await.unwrap().wanted_of_me)
    }
}

async fn view(conn: &mut PgConnection, id: WantedId, reader: PersonId) -> WantedView {
    wanted(conn, id, reader, start()).await.unwrap().unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_same_form_twice_is_one_question(pool: PgPool) {
    let mut world = world(&pool).await;
    let (asker, steward) = (world.asker, world.steward);
    let first = world.ask(asker, 1).await.unwrap();
    assert_eq!(world.ask(asker, 1).await.unwrap(), first);
    assert_ne!(world.ask(steward, 1).await.unwrap(), first, "another person's form is another form");
    assert_eq!(world.trail().await, ["wanted.ask", "wanted.ask"]);
    let own = asked_by(&mut world.conn, asker).await.unwrap();
    assert_eq!((own.len(), own[0].state, own[0].domain_title.as_str()), (1, WantedState::Open, "Buses"));
    for key in 2..=u128::try_from(MOST_OPEN).unwrap() {
        world.ask(asker, key).await.unwrap();
    }
    let message = world.ask(asker, 99).await.unwrap_err();
    assert!(matches!(&message, StoreError::Conflict(text) if text.contains("20 of your questions")), "{message}");
    assert_eq!(world.ask(asker, 1).await.unwrap(), first, "sent again it is found, however many wait");
    withdraw(&mut world.conn, asker, first, &Origin::default(), start()).await.unwrap();
    assert!(world.ask(asker, 99).await.is_ok());
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_answer_comes_once_and_a_withdrawal_too(pool: PgPool) {
    let mut world = world(&pool).await;
    let asker = world.asker;
    let id = world.ask(asker, 1).await.unwrap();
    world.answer(id, Some(PRODUCT)).await.unwrap();
    let seen = view(&mut world.conn, id, asker).await;
    let answer = seen.answer.unwrap();
    assert_eq!((seen.state, answer.kind, answer.by.as_str()), (WantedState::Answered, AnswerKind::Exists, "Grace Tan"));
    assert_eq!(answer.product, Some(("buses.stops-dp".into(), "Stops of buses".into())));
    let late = world.answer(id, None).await.unwrap_err().to_string();
    assert_eq!(late, "This was answered by Grace Tan before it could be answered. Nothing was changed.");
    let late = withdraw(&mut world.conn, asker, id, &Origin::default(), start()).await.unwrap_err().to_string();
    assert_eq!(late, "This was answered by Grace Tan before it could be withdrawn. Nothing was changed.");
    let other = world.ask(asker, 2).await.unwrap();
    withdraw(&mut world.conn, asker, other, &Origin::default(), start()).await.unwrap();
    assert_eq!(world.answer(other, None).await.unwrap_err().to_string(), "This was withdrawn before it could be answered. Nothing was changed.");
    assert_eq!(world.trail().await, ["wanted.ask", "wanted.answer", "wanted.ask", "wanted.withdraw"]);
    assert!(wanted(&mut world.conn, WantedId(Uuid::nil()), asker, start()).await.unwrap().is_none());
    assert!(world.conn.execute("DELETE FROM wanted_data").await.is_err(), "what was said stays");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_product_that_was_hidden_since_is_shown_to_nobody_else(pool: PgPool) {
    let mut world = world(&pool).await;
    let (asker, steward) = (world.asker, world.steward);
    let id = world.ask(asker, 1).await.unwrap();
    world.answer(id, Some(PRODUCT)).await.unwrap();
    world.conn.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    assert_eq!(view(&mut world.conn, id, asker).await.answer.unwrap().product, None);
    assert!(view(&mut world.conn, id, steward).await.answer.unwrap().product.is_some());
    world.conn.execute("DELETE FROM product").await.unwrap();
    assert_eq!(view(&mut world.conn, id, steward).await.answer.unwrap().text, "Here it is.");
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_waits_is_listed_and_counted_for_those_who_may_answer(pool: PgPool) {
    let mut world = world(&pool).await;
    let (asker, steward, area) = (world.asker, world.steward, world.area);
    let id = world.ask(asker, 1).await.unwrap();
    let elsewhere = DomainId(Uuid::from_u128(77));
    for (role, scope, expected) in [
        (Role::Steward, Scope::Domain(area.domain), 1),
        (Role::Owner, Scope::Sector(area.sector), 1),
        (Role::ProductOwner, Scope::Whole, 1),
        (Role::ProductOwner, Scope::Product(PRODUCT), 0),
        (Role::Owner, Scope::Domain(elsewhere), 0),
        (Role::Owner, Scope::Sector(SectorId(elsewhere.0)), 0),
        (Role::GdoAdministrator, Scope::Whole, 0),
    ] {
        let waits = world.waits_for(steward, &[(role, scope)]).await;
        assert_eq!(waits, (expected, i64::try_from(expected).unwrap()), "{role} {scope:?}");
        assert_eq!(world.waits_for(asker, &[(role, scope)]).await, (0, 0), "never one's own");
    }
    world.answer(id, None).await.unwrap();
    assert_eq!(world.waits_for(steward, &[(Role::Steward, Scope::Domain(area.domain))]).await, (0, 0));
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_will_answer_is_who_may(pool: PgPool) {
    let mut world = world(&pool).await;
    let (asker, steward, area) = (world.asker, world.steward, world.area);
    let domain = Scope::Domain(area.domain);
    world.grant(steward, Role::Owner, domain).await;
    world.grant(asker, Role::Owner, domain).await;
    let priya = ensure_person(&mut world.conn, "priya@example.invalid", "Priya Nair", None, &world.ids, start()).await.unwrap();
    world.grant(priya, Role::ProductOwner, Scope::Product(PRODUCT)).await;
    let gone = ensure_person(&mut world.conn, "gone@example.invalid", "Gone", None, &world.ids, start()).await.unwrap();
    world.grant(gone, Role::Steward, domain).await;
    set_disabled(&mut world.conn, steward, gone, true, Origin::default(), start()).await.unwrap();
    let who = answerers(&mut world.conn, area, asker, start()).await.unwrap();
    assert_eq!(who, [Answerer { name: "Grace Tan".into(), role: Role::Owner }], "once each, without the asker");
    let rail = domains(&mut world.conn).await.unwrap().into_iter().find(|one| one.title == "Rail").unwrap();
    assert_eq!((rail.agency.as_str(), rail.abbreviation.as_deref()), ("Transport agency", Some("TRA")));
    assert!(answerers(&mut world.conn, DomainArea { domain: rail.id, ..area }, asker, start()).await.unwrap().is_empty());
}

#[sqlx::test(migrations = "../../migrations")]
async fn hidden_products_suggest_no_domain(pool: PgPool) {
    let mut world = world(&pool).await;
    let (asker, steward, area) = (world.asker, world.steward, world.area);
    let conn = &mut world.conn;
    let words = |text: &str| domain::wanted::telling_words(text);
    assert_eq!(titles_by_domain(conn, asker, &words("nearest bus stop"), start()).await.unwrap(), [(area.domain, 1)]);
    assert_eq!(titles_by_domain(conn, asker, &words("rain or not"), start()).await.unwrap(), []);
    assert_eq!(titles_by_domain(conn, asker, &[], start()).await.unwrap(), []);
    for change in ["UPDATE product SET visibility = 'hidden'", "UPDATE product SET visibility = 'listed', status = 'draft'"] {
        conn.execute(change).await.unwrap();
        for reader in [asker, steward] {
            assert_eq!(titles_by_domain(conn, reader, &words("bus stop"), start()).await.unwrap(), [], "not even for who may know of it");
        }
    }
}
