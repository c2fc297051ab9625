//! Terms through the real router: what a reader sees of versions, who writes another, and who must accept it.

#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

#[expect(dead_code, reason = "each test file uses its own part of what they share")]
mod common;

use common::{Answer, Visitor, World};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const AT: &str = "/products/ssot-a.busroutes-dp/agreement";

async fn world(pool: &PgPool) -> (World, Visitor, Visitor) {
    pool.execute("UPDATE request_part SET accepted_terms = 1; INSERT INTO purpose VALUES ('policy', 'Policy <making>', 2)").await.unwrap();
    let world = World::new(pool.clone(), "http://localhost:1");
    let officer = world.visitor("officer", &[]).await;
    let steward = world.visitor("steward", &[(Role::Steward, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    (world, officer, steward)
}

async fn post(world: &World, who: &Visitor, path: &str, fields: &str) -> Answer {
    world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await
}

/// A form that changes the text and the purposes, made from a version.
fn form(over: i32, obligations: &str) -> String {
    format!(
        "over={over}&sharing=approval&distribution=none&longest_days=365&purposes=policy&agencies_may=land-transport&obligations={obligations}&change_note=Said+in+words&accept_by=2026-12-31"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_steward_publishes_a_version_after_seeing_what_it_changes(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let first = world.get(AT, Some(&officer.cookie)).await.body;
    assert!(first.contains("Version 1 of") && first.contains("Any listed purpose") && !first.contains("/edit"), "{first}");
    assert!(world.get(&format!("{AT}/edit"), Some(&steward.cookie)).await.body.contains("Write version 2"));

    let preview = post(&world, &steward, &format!("{AT}/edit"), &form(1, "Keep+it%0D%0Asafe")).await;
    assert_eq!(preview.status, 200);
    assert!(preview.body.contains("<ins>Keep it\nsafe</ins>") && preview.body.contains("Policy &lt;making&gt;"), "{}", preview.body);
    assert!(preview.body.contains("One person, who holds"));
    assert!(world.get(AT, Some(&officer.cookie)).await.body.contains("Version 1 of"), "a look publishes nothing");

    let done = post(&world, &steward, &format!("{AT}/publish"), &form(1, "Keep+it%0D%0Asafe")).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, AT.to_owned()));
    let now = world.get(AT, Some(&officer.cookie)).await.body;
    assert!(now.contains("Version 2 of") && now.contains("by steward") && now.contains("Said in words") && now.contains("Land transport"), "{now}");
    let old = world.get(&format!("{AT}/1"), Some(&officer.cookie)).await.body;
    assert!(old.contains("no longer holds") && old.contains("Any listed purpose"));
    let compared = world.get(&format!("{AT}/compare?from=1&to=2"), Some(&officer.cookie)).await.body;
    assert!(compared.contains("<del>Any listed purpose</del>") && compared.contains("<ins>Keep it\nsafe</ins>"), "{compared}");
    assert_eq!(world.get(&format!("{AT}/compare"), Some(&officer.cookie)).await.body.matches("<ins>").count(), compared.matches("<ins>").count());
    for nothing in ["/3", "/0", "/x", "/compare?from=1&to=9"] {
        assert_eq!(world.get(&format!("{AT}{nothing}"), Some(&officer.cookie)).await.status, 404, "{nothing}");
    }
    let (who, said): (uuid::Uuid, String) =
        sqlx::query_as("SELECT actor_id, detail FROM audit_event WHERE action = 'terms.publish'").fetch_one(&pool).await.unwrap();
    assert_eq!((who, said.as_str()), (steward.person.0, "version 2, to be accepted by 2026-12-31"));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_was_typed_is_kept_when_it_is_wrong_or_too_late(pool: PgPool) {
    let (world, _, steward) = world(&pool).await;
    let soon = form(1, "Kept").replace("2026-12-31", "2026-12-01");
    for path in ["edit", "publish"] {
        let wrong = post(&world, &steward, &format!("{AT}/{path}"), &soon).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("href=\"#accept_by\"") && wrong.body.contains("Kept</textarea>") && wrong.body.contains("value=\"2026-12-01\""));
    }
    let back = post(&world, &steward, &format!("{AT}/edit"), &format!("{}&change=1", form(1, "Kept"))).await;
    assert!(back.status == 200 && back.body.contains("Kept</textarea>"), "a way back keeps it too");
    pool.execute("UPDATE data_sharing_agreement SET longest_days = 30").await.unwrap();
    for path in ["edit", "publish"] {
        let stale = post(&world, &steward, &format!("{AT}/{path}"), &form(1, "Kept")).await;
        assert_eq!(stale.status, 409, "{path}");
        assert!(stale.body.contains("Version 2 was published by the product") && stale.body.contains("Kept</textarea>"), "{}", stale.body);
        assert!(stale.body.contains("compare?from=1&amp;to=2") && stale.body.contains("name=\"over\" value=\"2\""));
    }
    assert_eq!(post(&world, &steward, &format!("{AT}/publish"), &form(2, "Kept")).await.status, 303);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn terms_are_their_domains_to_write_and_hidden_with_their_product(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let pages = ["", "/1", "/compare", "/edit"];
    for other in [&officer, &administrator] {
        assert_eq!(world.get(&format!("{AT}/edit"), Some(&other.cookie)).await.status, 403);
        for path in ["edit", "publish"] {
            assert_eq!(post(&world, other, &format!("{AT}/{path}"), &form(1, "Mine")).await.status, 403);
        }
    }
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    for page in pages {
        let path = format!("{AT}{page}");
        assert_eq!(world.get(&path, Some(&officer.cookie)).await.status, 404, "{path}");
        assert_eq!(world.get(&path, Some(&steward.cookie)).await.status, 200, "{path}");
    }
    assert_eq!(post(&world, &officer, &format!("{AT}/publish"), &form(1, "Mine")).await.status, 404);
    pool.execute("UPDATE product SET visibility = 'listed', address = 'ssot-a.buses-dp'; INSERT INTO former_address SELECT 'ssot-a.busroutes-dp', id FROM product")
        .await
        .unwrap();
    let moved = world.get(&format!("{AT}/1"), Some(&officer.cookie)).await;
    assert_eq!((moved.status.as_u16(), moved.location()), (308, "/products/ssot-a.buses-dp/agreement/1".to_owned()));
    let versions: i64 = sqlx::query_scalar("SELECT count(*) FROM agreement_terms").fetch_one(&pool).await.unwrap();
    assert_eq!(versions, 1);
}
