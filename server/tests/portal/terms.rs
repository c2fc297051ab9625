//! Terms through the real router: what a reader sees of versions, who writes another, and who must accept it.

use crate::common::{Visitor, World, post};
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

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_holder_accepts_another_version_after_seeing_what_changed(pool: PgPool) {
    let (world, officer, steward) = world(&pool).await;
    let holder = world.visitor("jason.lim", &[]).await;
    let (list, own) = ("/agreements", "/agreements/00000000-0000-7000-8000-0000000000a2");
    let terms = format!("{own}/terms");
    assert_eq!(world.get(&terms, Some(&holder.cookie)).await.location(), own, "nothing to accept yet");
    post(&world, &steward, &format!("{AT}/publish"), &form(1, "Keep+it+safe")).await;
    for path in [list, own] {
        let page = world.get(path, Some(&holder.cookie)).await.body;
        assert!(page.contains(&terms) && page.contains("then accept version 2") && page.contains("Thu 31 Dec 2026"), "{path}: {page}");
    }
    assert!(!world.get(own, Some(&steward.cookie)).await.body.contains(&terms), "the steward is told, and accepts nothing");
    let page = world.get(&terms, Some(&holder.cookie)).await.body;
    assert!(page.contains("<ins>Keep it safe</ins>") && page.contains("Accept version 2") && page.contains("Said in words"), "{page}");
    for other in [&officer, &steward] {
        assert_eq!(world.get(&terms, Some(&other.cookie)).await.status, 404);
        assert_eq!(post(&world, other, &terms, "version=2").await.status, 404);
    }
    assert_eq!(post(&world, &holder, &terms, "version=1").await.status, 409, "nobody accepts what is no longer current");

    world.later(chrono::TimeDelta::days(60));
    let holder = world.visitor("jason.lim", &[]).await;
    pool.execute("UPDATE agreement SET until = '2027-12-31'").await.unwrap();
    server::jobs::terms::hold(&world.state).await.unwrap();
    assert!(world.get(list, Some(&holder.cookie)).await.body.contains("nothing is read until you accept"));
    let accepted = post(&world, &holder, &terms, "version=2").await;
    assert_eq!((accepted.status.as_u16(), accepted.location()), (303, own.to_owned()));
    assert!(!world.get(list, Some(&holder.cookie)).await.body.contains("accept version"));
    let actions: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit_event WHERE action LIKE 'terms.%' OR action IN ('agreement.hold', 'agreement.lift') ORDER BY id",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(actions, ["terms.publish", "agreement.hold", "terms.accept", "agreement.lift"]);
}

/// One dataset that can be asked for, and nothing asked for yet.
const READABLE: &str = "DELETE FROM agreement; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request;
    INSERT INTO dataset (id, product_id, name, title, table_schema, table_name, position)
        SELECT '00000000-0000-7000-8000-0000000000b1', id, 'routes', 'Routes', 'ssot_a', 'routes', 0 FROM product;
    INSERT INTO data_column VALUES ('00000000-0000-7000-8000-0000000000b2', '00000000-0000-7000-8000-0000000000b1', 0, 'route', 'text', NULL, false,
        false, 'official-open', 'non-sensitive', 'none');
    INSERT INTO output_port SELECT '00000000-0000-7000-8000-0000000000b3', id, 'output-port1', 'postgres', NULL FROM product;
    INSERT INTO output_port_dataset VALUES ('00000000-0000-7000-8000-0000000000b3', '00000000-0000-7000-8000-0000000000b1');
    ALTER TABLE request_part ALTER COLUMN due_on SET DEFAULT '2026-12-31'";

fn asking(accepted: &str) -> String {
    format!(
        "key=00000000-0000-4000-8000-00000000000f&ports=ssot-a.busroutes-dp.output-port1.routes&purpose=planning&explanation=why&legal_basis=law&team=team&until=2026-12-31{accepted}"
    )
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn submitting_accepts_the_version_that_was_shown(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    pool.execute(READABLE).await.unwrap();
    pool.execute("UPDATE data_sharing_agreement SET longest_days = 300").await.unwrap();
    let checked = post(&world, &officer, "/requests/check", &asking("")).await.body;
    assert!(checked.contains(&format!("href=\"{AT}/2\"")) && checked.contains("value=\"ssot-a.busroutes-dp=2\""), "{checked}");
    pool.execute("UPDATE data_sharing_agreement SET longest_days = 200").await.unwrap();
    let late = post(&world, &officer, "/requests", &asking("&accepted=ssot-a.busroutes-dp%3D2")).await;
    assert!(late.status == 422 && late.body.contains("Version 3 of the terms of Bus routes came while you were asking."), "{}", late.body);
    assert_eq!(post(&world, &officer, "/requests", &asking("&accepted=ssot-a.busroutes-dp%3D3")).await.status, 303);
    let accepted: i32 = sqlx::query_scalar("SELECT accepted_terms FROM request_part").fetch_one(&pool).await.unwrap();
    assert_eq!(accepted, 3);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whose_agency_may_not_ask_is_told_when_asking(pool: PgPool) {
    let (world, officer, _) = world(&pool).await;
    pool.execute(READABLE).await.unwrap();
    pool.execute("INSERT INTO agency VALUES ('00000000-0000-7000-8000-0000000000c1', 'health', 'Public health', 'PHA')").await.unwrap();
    for (agency, may, may_not, allowed) in [
        ("Public health", "{health}", "{}", true),
        ("pha", "{land-transport}", "{}", false),
        ("Public health", "{}", "{health}", false),
        ("Elsewhere", "{health}", "{}", false),
        ("Elsewhere", "{}", "{health}", true),
    ] {
        sqlx::query("UPDATE person SET agency = $1 WHERE id = $2").bind(agency).bind(officer.person.0).execute(&pool).await.unwrap();
        sqlx::query("UPDATE data_sharing_agreement SET agencies_may = $1::text[], agencies_may_not = $2::text[]")
            .bind(may)
            .bind(may_not)
            .execute(&pool)
            .await
            .unwrap();
        for path in ["/requests/check", "/requests"] {
            let answer = post(&world, &officer, path, &asking("")).await;
            assert_eq!(answer.status.as_u16() == 422, !allowed, "{path} {agency} {may} {may_not}");
            assert_eq!(answer.body.contains("The agreement of Bus routes"), !allowed, "{path} {agency}");
        }
        pool.execute(
            "DELETE FROM agreement; DELETE FROM request_part_dataset; DELETE FROM part_step; DELETE FROM request_part; DELETE FROM access_request",
        )
        .await
        .unwrap();
    }
}
