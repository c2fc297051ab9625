//! Agreements on what somebody looks after: who sees which, filtered and page by page.

use crate::common::World;
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const AGREEMENT: &str = "/agreements/00000000-0000-7000-8000-0000000000a2";

/// Sixty more, each of a request of its own, ended but for the first.
const MANY: &str = "
    INSERT INTO access_request (id, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by, submission_key)
    SELECT ('00000000-0000-7000-8001-' || lpad(n::text, 12, '0'))::uuid, requester_id, purpose, explanation, legal_basis, team, until, submitted_at, decide_by,
        gen_random_uuid() FROM access_request, generate_series(1, 60) n;
    INSERT INTO request_part (id, request_id, product_id, state, decided_at, due_on)
    SELECT r.id, r.id, q.product_id, 'approved', q.decided_at, q.due_on FROM access_request r, request_part q WHERE r.id <> q.request_id;
    INSERT INTO agreement (id, part_id, product_id, holder_id, state, grant_state, made_at, until, ended_at)
    SELECT q.id, q.id, q.product_id, a.holder_id, 'revoked', 'ended', a.made_at, a.until, a.until
    FROM request_part q, agreement a WHERE a.part_id <> q.id";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_looks_after_a_product_finds_its_agreements(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    let elsewhere = world.visitor("elsewhere", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-0000000000ff".parse().unwrap()))]).await;
    let officer = world.visitor("officer", &[]).await;
    assert!(world.get("/agreements", Some(&steward.cookie)).await.body.contains("href=\"/agreements/given\""));
    assert!(!world.get("/agreements", Some(&officer.cookie)).await.body.contains("/agreements/given"));

    let all = world.get("/agreements/given", Some(&steward.cookie)).await.body;
    assert!(all.contains(AGREEMENT) && all.contains("Jason Lim") && all.contains("Planning") && all.contains("In force"), "{all}");
    for nobody in [&elsewhere, &officer] {
        assert!(!world.get("/agreements/given", Some(&nobody.cookie)).await.body.contains("Jason Lim"));
    }
    for (query, found) in [
        ("state=in-force", true),
        ("state=held", false),
        ("state=ended", false),
        ("state=nonsense", true),
        ("product=ssot-a.busroutes-dp", true),
        ("product=ssot-a.nothing-dp", false),
    ] {
        let page = world.get(&format!("/agreements/given?{query}"), Some(&steward.cookie)).await.body;
        assert_eq!(page.contains(AGREEMENT), found, "{query}: {page}");
    }

    pool.execute(MANY).await.unwrap();
    let first = world.get("/agreements/given?state=ended", Some(&steward.cookie)).await.body;
    let (_, rest) = first.split_once("rel=\"next\" href=\"").unwrap();
    let next = rest.split_once('"').unwrap().0.replace("&amp;", "&");
    let second = world.get(&next, Some(&steward.cookie)).await.body;
    assert_eq!((first.matches("<a href=\"/agreements/0").count(), second.matches("<a href=\"/agreements/0").count()), (50, 10), "{next}");
    assert!(!second.contains("Older agreements") && second.contains("Revoked"));
}
