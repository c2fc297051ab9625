//! How long sharing takes, through the real router: the page, its download, the home page, and what nobody must learn from them.

use crate::common::World;
use axum::http::StatusCode;
use chrono::TimeDelta;
use domain::id::DomainId;
use domain::organisation::{Role, Scope};
use store::PgPool;

/// Four requests for a listed product, read after 1, 2, 9 and not yet any working days, and one for a hidden product; the clock
/// stands at Monday 23 November 2026, 10:00.
const REQUESTS: &str = "
    INSERT INTO product (id, domain_id, name, address, title, product_type, version, status, visibility, digest, created_at, changed_at)
        VALUES ('00000000-0000-7000-8000-0000000000b5', '00000000-0000-7000-8000-000000000003', 'secret-dp', 'ssot-a.secret-dp', 'Depots nobody lists',
        'source-aligned', '1.0.0', 'published', 'hidden', '', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z');
    DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
    INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
        SELECT ('00000000-0000-7000-8000-0000000001' || n)::uuid, '00000000-0000-7000-8000-000000000004', 'planning', 'Why', 'Law', 'Team', '2026-12-31',
            '2026-10-05T02:00:00Z', '2026-10-14', gen_random_uuid() FROM generate_series(11, 15) n;
    INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
        SELECT ('00000000-0000-7000-8000-0000000002' || n)::uuid, ('00000000-0000-7000-8000-0000000001' || n)::uuid,
            CASE n WHEN 15 THEN '00000000-0000-7000-8000-0000000000b5' ELSE '00000000-0000-7000-8000-000000000005' END::uuid,
            CASE n WHEN 14 THEN 'submitted' ELSE 'approved' END, CASE n WHEN 14 THEN NULL ELSE timestamptz '2026-10-05T08:00:00Z' END, '2026-10-14'
        FROM generate_series(11, 15) n;
    INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until, ended_at, first_read_at)
        SELECT gen_random_uuid(), q.id, q.product_id, '00000000-0000-7000-8000-000000000004', 'expired', 'ended', q.decided_at, '2026-11-01', '2026-11-01', k.read::timestamptz
        FROM request_part q JOIN (VALUES ('11', '2026-10-06T02:00:00Z'), ('12', '2026-10-07T02:00:00Z'), ('13', '2026-10-16T02:00:00Z'), ('15', '2026-10-30T02:00:00Z')) k (n, read)
            ON right(q.id::text, 2) = k.n";

async fn world(pool: PgPool) -> World {
    sqlx::raw_sql(include_str!("common/rows.sql")).execute(&pool).await.unwrap();
    sqlx::raw_sql(REQUESTS).execute(&pool).await.unwrap();
    let world = World::new(pool, "http://127.0.0.1:1");
    world.settle().await;
    world
}

#[sqlx::test(migrations = "../migrations")]
async fn plots_say_the_finding_and_have_their_tables(pool: PgPool) {
    let world = world(pool).await;
    let siti = world.visitor("siti.yusof", &[]).await;
    let answer = world.get("/sharing", Some(&siti.cookie)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = &answer.body;
    assert!(page.contains("Half of the requests were read within 2 working days; the target is 7"), "{page}");
    assert!(page.contains("1 request has been on the way for longer than 7 working days."), "{page}");
    assert!(page.contains("Of 4 requests, 3 approved and 3 read"), "{page}");
    assert_eq!((page.matches("<svg class=\"plot\" role=\"img\"").count(), page.matches("<caption").count()), (4, 4), "each plot has its table");
    assert_eq!(page.matches("<h1").count(), 1);
    // The content security policy forbids them.
    assert!(!page.contains("style=") && !page.contains("<style"), "{page}");
}

#[sqlx::test(migrations = "../migrations")]
async fn nothing_of_a_hidden_product_is_counted(pool: PgPool) {
    let world = world(pool).await;
    let siti = world.visitor("siti.yusof", &[]).await;
    let own = Scope::Domain(DomainId("00000000-0000-7000-8000-000000000003".parse().unwrap()));
    let grace = world.visitor("grace.tan", &[(Role::Steward, own)]).await;
    let csv = |cookie: String, query: &'static str| {
        let world = &world;
        async move { world.get(&format!("/sharing.csv?{query}"), Some(&cookie)).await }
    };
    let answer = csv(siti.cookie.clone(), "").await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert!(answer.body.contains("\"all\",\"\",\"\",4,3,3,3,3,0,1,1,2,0.25,1.00,2.00,9.00\r\n"), "{}", answer.body);
    assert!(!answer.body.contains("secret-dp"), "{}", answer.body);
    assert!(csv(grace.cookie.clone(), "").await.body.contains("\"all\",\"\",\"\",5,4,4,4,4,0,1,1,2,"));
    // Asked for by its address it is like one that does not exist.
    for (asked, many) in
        [("product=ssot-a.secret-dp", [0, 1]), ("product=ssot-a.nothing", [0, 0]), ("requester=Elsewhere", [0, 0]), ("agency=land-transport", [4, 5])]
    {
        for (visitor, expected) in [&siti, &grace].into_iter().zip(many) {
            let answer = csv(visitor.cookie.clone(), asked).await;
            assert!(answer.body.contains(&format!("\"all\",\"\",\"\",{expected},")), "{asked}: {}", answer.body);
        }
    }
    let known = world.get("/sharing?product=ssot-a.secret-dp", Some(&siti.cookie)).await;
    assert!(known.status == StatusCode::OK && known.body.contains("No request fits."), "{}", known.body);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_home_page_shows_the_same_to_everybody_and_leads_there(pool: PgPool) {
    let world = world(pool).await;
    let own = Scope::Domain(DomainId("00000000-0000-7000-8000-000000000003".parse().unwrap()));
    let grace = world.visitor("grace.tan", &[(Role::Steward, own)]).await;
    let before = world.get("/", Some(&grace.cookie)).await.body;
    assert!(before.contains("Half of the requests were read within 2 working days; the target is 7"), "{before}");
    assert!(before.contains("href=\"/sharing?from=2026-06") && before.contains("<svg class=\"plot\""), "{before}");
    assert!(before.contains("1 request has been on the way"), "lateness is visible");
    // What is kept is worked out again in time.
    sqlx::query("UPDATE request_part SET state = 'withdrawn', decided_at = due_on WHERE state = 'submitted'").execute(&world.pool).await.unwrap();
    assert!(world.get("/", Some(&grace.cookie)).await.body.contains("1 request has been on the way"));
    world.later(TimeDelta::minutes(2));
    assert!(world.get("/", Some(&grace.cookie)).await.body.contains("No request has been on its way"));
}

#[sqlx::test(migrations = "../migrations")]
async fn filters_live_in_the_address_and_nonsense_does_no_harm(pool: PgPool) {
    let world = world(pool).await;
    let siti = world.visitor("siti.yusof", &[]).await;
    let page = world.get("/sharing?from=2026-11&until=2026-09&agency=land-transport&product=%00%3Cb%3E", Some(&siti.cookie)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("No request fits.") && !page.body.contains("<b>"), "{}", page.body);
    assert!(page.body.contains("from=2026-09&amp;until=2026-11") || page.body.contains("from=2026-09&until=2026-11"), "{}", page.body);
    for nonsense in ["from=9999-99", "until=%F0%9F%9A%8C", "from=2026-10&from=2026-11", "agency=%27%3B"] {
        let status = world.get(&format!("/sharing?{nonsense}"), Some(&siti.cookie)).await.status;
        assert!(status == StatusCode::OK || status == StatusCode::BAD_REQUEST, "{nonsense}: {status}");
    }
}
