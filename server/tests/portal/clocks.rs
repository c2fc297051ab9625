//! What a request's people see of its clock, and of what its requester holds already.

use crate::common::World;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const REQUEST: &str = "/requests/00000000-0000-7000-8000-0000000000a1";

/// The request waits again; its requester holds data of a product that few may know of, too.
const WAITING: &str = "
    UPDATE request_part SET state = 'submitted', decided_at = NULL, due_on = '2026-11-20';
    INSERT INTO data_domain VALUES ('00000000-0000-7000-8000-0000000000d1', 'health', 'Health', NULL, '00000000-0000-7000-8000-000000000002',
        '00000000-0000-7000-8000-000000000001');
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
    VALUES ('00000000-0000-7000-8000-0000000000d2', '00000000-0000-7000-8000-0000000000d1', 'patients-dp', 'health.patients-dp', 'Patients',
        'source-aligned', '1.0.0', 'published', 'hidden', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on) SELECT '00000000-0000-7000-8000-0000000000d3', request_id,
        '00000000-0000-7000-8000-0000000000d2', 'approved', '2026-11-21T00:00:00Z', due_on FROM request_part;
    INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until)
    SELECT '00000000-0000-7000-8000-0000000000d4', '00000000-0000-7000-8000-0000000000d3', '00000000-0000-7000-8000-0000000000d2', holder_id, state,
        grant_state, made_at, until FROM agreement";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn lateness_and_what_is_held_stand_beside_the_request(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let jason = world.visitor("jason.lim", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let decided = world.get("/requests", Some(&jason.cookie)).await.body;
    assert!(decided.contains("Tue 1 Dec 2026") && !decided.contains("deadline-late"), "{decided}");

    pool.execute(WAITING).await.unwrap();
    for (path, who) in [("/requests", &jason), (REQUEST, &jason), (REQUEST, &steward)] {
        let page = world.get(path, Some(&who.cookie)).await.body;
        assert!(page.contains("1 working day late") && page.contains("deadline-late"), "{path}: {page}");
    }
    let own = world.get(REQUEST, Some(&jason.cookie)).await.body;
    assert!(own.contains("Patients</a>") && own.contains(" for Planning, until "), "{own}");
    let decider = world.get(REQUEST, Some(&steward.cookie)).await.body;
    assert!(decider.contains(" for Planning, until ") && !decider.contains("Patients") && !decider.contains("health.patients-dp"), "{decider}");

    pool.execute("UPDATE request_part SET paused_at = '2026-11-20T02:00:00Z' WHERE state = 'submitted'").await.unwrap();
    assert!(world.get("/requests", Some(&jason.cookie)).await.body.contains("The clock stands until you answer"));
    let paused = world.get(REQUEST, Some(&steward.cookie)).await.body;
    assert!(paused.contains("the clock stands, due today") && !paused.contains("deadline-late"), "{paused}");
}
