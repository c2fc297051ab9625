//! The queue page by page: nothing twice and nothing left out, however many wait and however few of them are somebody's.

use super::*;
use crate::PgPool;
use crate::testing::{PERSON, prepared, start};
use domain::Actor;
use domain::id::{DomainId, PersonId, ProductId};
use domain::organisation::{Held, Role, Scope};
use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, Postgres};
use uuid::Uuid;

const DOMAIN: DomainId = DomainId(uuid::uuid!("00000000-0000-7000-8000-000000000003"));
const RARE: ProductId = ProductId(uuid::uuid!("00000000-0000-7000-8000-0000000000b2"));
const ASKER: PersonId = PersonId(uuid::uuid!("00000000-0000-7000-8000-00000000000a"));

/// Eight hundred parts on two days, ten of them of a product of its own; each fortieth waits for its requester, each fifth has two steps.
const RECORD: &str = "
    INSERT INTO purpose VALUES ('planning', 'Planning', 1);
    INSERT INTO person (id, email, name, created_at) VALUES ('00000000-0000-7000-8000-00000000000a', 'b@example.invalid', 'B Lim', now());
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        SELECT ('00000000-0000-7000-8000-0000000000b' || n)::uuid, '00000000-0000-7000-8000-000000000003', 'p' || n, 'ssot-a.p' || n, 'Product ' || n,
               'source-aligned', '1.0.0', 'published', 'listed', '', now(), now() FROM generate_series(1, 2) n;
    INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
        SELECT md5('request' || n)::uuid, '00000000-0000-7000-8000-00000000000a', 'planning', 'Why', 'Law', 'Team', '2027-06-30', '2026-11-20', '2026-12-01',
               md5('key' || n)::uuid FROM generate_series(1, 800) n;
    INSERT INTO request_part (id, request_id, product_id, state, due_on, paused_at)
        SELECT md5('part' || n)::uuid, md5('request' || n)::uuid, ('00000000-0000-7000-8000-0000000000b' || CASE WHEN n > 790 THEN 2 ELSE 1 END)::uuid,
               'submitted', date '2026-12-01' + n % 2, CASE WHEN n % 40 = 0 THEN timestamptz '2026-11-22' END FROM generate_series(1, 800) n;
    INSERT INTO part_step (id, part_id, stage, roles, why, state)
        SELECT md5('step' || n || '/' || s)::uuid, md5('part' || n)::uuid, 1, '{steward,owner}', 'The domain decides', 'waiting'
        FROM generate_series(1, 800) n, generate_series(1, 2) s WHERE s = 1 OR n % 5 = 0";

async fn world(pool: &PgPool) -> PoolConnection<Postgres> {
    let mut conn = prepared(pool).await;
    conn.execute(RECORD).await.unwrap();
    conn
}

fn actor(person: PersonId, role: Role, scope: Scope) -> Actor {
    Actor { person, name: String::new(), email: String::new(), agency: None, roles: vec![Held { role, scope }] }
}

/// Every step, one short page after the other.
async fn walked(conn: &mut PgConnection, actor: &Actor, limit: i64) -> Vec<Uuid> {
    let (mut all, mut after) = (vec![], None);
    loop {
        let page = queue(conn, actor, &[], "", after, limit).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(After { paused: last.paused_at.is_some(), due_on: last.due_on, part: last.part, step: last.step });
        all.extend(page.iter().map(|line| line.step.0));
    }
}

/// Every step in the order in which they are shown.
async fn every(conn: &mut PgConnection) -> Vec<Uuid> {
    sqlx::query_scalar("SELECT s.id FROM part_step s JOIN request_part q ON q.id = s.part_id ORDER BY q.paused_at IS NOT NULL, q.due_on, q.id, s.id")
        .fetch_all(conn)
        .await
        .unwrap()
}

async fn counted(conn: &mut PgConnection, actor: &Actor) -> i64 {
    standing(conn, actor, &[], start()).await.unwrap().waiting_for_me
}

#[sqlx::test(migrations = "../../migrations")]
async fn pages_meet_exactly_where_many_have_the_same_day(pool: PgPool) {
    let mut conn = world(&pool).await;
    let steward = actor(PERSON, Role::Steward, Scope::Domain(DOMAIN));
    let every = every(&mut conn).await;
    assert_eq!(every.len(), 960);
    assert_eq!(walked(&mut conn, &steward, 37).await, every);
    assert_eq!(walked(&mut conn, &actor(PERSON, Role::Owner, Scope::Whole), 960).await, every);
    assert_eq!(counted(&mut conn, &steward).await, MOST_COUNTED);
}

#[sqlx::test(migrations = "../../migrations")]
async fn who_may_decide_few_of_many_gets_those_few(pool: PgPool) {
    let mut conn = world(&pool).await;
    let steward = actor(PERSON, Role::Steward, Scope::Product(RARE));
    let found = walked(&mut conn, &steward, 5).await;
    assert_eq!((found.len(), counted(&mut conn, &steward).await), (12, 10), "two wait for their requester");
    let everything = every(&mut conn).await;
    assert_eq!(found, everything.iter().copied().filter(|step| found.contains(step)).collect::<Vec<_>>());
    // Roles that no step names, and whoever asked.
    for nobody in [actor(PERSON, Role::Auditor, Scope::Whole), actor(ASKER, Role::Steward, Scope::Whole)] {
        assert_eq!((walked(&mut conn, &nobody, 50).await.len(), counted(&mut conn, &nobody).await), (0, 0));
    }
    // Everything but the last three went to somebody else.
    let kept = &everything[957..];
    sqlx::query("UPDATE part_step SET handed_to = $1 WHERE id <> ALL($2)").bind(ASKER.0).bind(kept).execute(&mut *conn).await.unwrap();
    let owner = actor(PERSON, Role::Owner, Scope::Domain(DOMAIN));
    assert_eq!(walked(&mut conn, &owner, 2).await, kept);
    assert_eq!(counted(&mut conn, &owner).await, 0, "they wait for their requester");
    let named = queue(&mut conn, &owner, &[], "product 9", None, 50).await.unwrap();
    assert!(named.is_empty());
}
