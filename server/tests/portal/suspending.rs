//! From what a security officer looks at straight to the form that suspends it, filled in; nobody else is shown the way.

use crate::common::{World, page};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

const AGREEMENT: &str = "/agreements/00000000-0000-7000-8000-0000000000a2";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";
const PERSON: &str = "/suspensions/new?kind=person&amp;subject=jason.lim%40example.invalid";

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_agreement_leads_whoever_may_suspend_to_the_form_filled_in(pool: PgPool) {
    let world = World::new(pool.clone(), "http://localhost:1");
    pool.execute("UPDATE person SET agency = 'Land transport' WHERE email LIKE 'jason%'").await.unwrap();
    let security = world.visitor("security", &[(Role::TcSecurityOfficer, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let office = world.visitor("office", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap()))]).await;
    let jason = world.visitor("jason.lim", &[]).await;
    for who in [&jason, &owner, &auditor] {
        assert!(!page(&world, who, AGREEMENT).await.contains("/suspensions/new"));
    }
    let seen = page(&world, &security, AGREEMENT).await;
    for way in [
        "kind=person&amp;subject=jason.lim%40example.invalid",
        "kind=agency&amp;subject=Land%20transport",
        "kind=product&amp;subject=ssot-a.busroutes-dp",
    ] {
        assert!(seen.contains(&format!("/suspensions/new?{way}&amp;sector={SECTOR}")), "{way}: {seen}");
    }
    let form = page(&world, &security, &format!("/suspensions/new?kind=person&subject=jason.lim%40example.invalid&sector={SECTOR}")).await;
    assert!(form.contains("value=\"jason.lim@example.invalid\"") && form.contains("value=\"person\" selected"), "{form}");
    assert_eq!(world.get("/suspensions/new?kind=person&subject=x", Some(&jason.cookie)).await.status, 403);
    // Nothing has happened yet, and what is typed into an address is checked like what is typed into the form.
    let held: i64 = sqlx::query_scalar("SELECT count(*) FROM suspension").fetch_one(&pool).await.unwrap();
    assert_eq!(held, 0);
    let strange = page(&world, &security, "/suspensions/new?kind=%3Cb%3E&subject=%3Cb%3E&sector=everywhere").await;
    assert!(!strange.contains("<b>"), "{strange}");

    let of_person = page(&world, &office, "/admin/people/00000000-0000-7000-8000-000000000004").await;
    assert!(of_person.contains(PERSON), "{of_person}");
    pool.execute("UPDATE agreement SET state = 'revoked', ended_at = now(), end_reason = 'Over', grant_state = 'ended'").await.unwrap();
    assert!(!page(&world, &security, AGREEMENT).await.contains("/suspensions/new"), "there is nothing to stop");
}
