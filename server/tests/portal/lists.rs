//! The lists that the data office keeps, through the real router: purposes and public holidays.

use crate::common::{Visitor, World, post};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::PgPool;

async fn world(pool: &PgPool) -> (World, Visitor) {
    let world = World::new(pool.clone(), "http://localhost:1");
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    (world, administrator)
}

/// What the trail says of a list.
async fn trail(pool: &PgPool, action: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT detail FROM audit_event WHERE action = $1 ORDER BY id").bind(action).fetch_all(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn an_administrator_adds_and_changes_a_purpose(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let fields = "code=own-use&title=Own+use&explanation=&legal_source=An+existing+%3Cb%3Edirection&position=8";
    let added = post(&world, &administrator, "/admin/purposes", fields).await;
    assert_eq!((added.status.as_u16(), added.location()), (303, "/admin/purposes?done=added".to_owned()));
    let page = world.get("/admin/purposes", Some(&administrator.cookie)).await.body;
    assert!(page.contains("An existing &lt;b&gt;direction") && page.contains("1 agreement in force"), "{page}");
    for (fields, field) in [(fields, "code"), ("code=Own&title=kept&legal_source=x&position=1", "code"), ("code=a&title=kept&position=x", "position")]
    {
        let wrong = post(&world, &administrator, "/admin/purposes", fields).await;
        assert!(wrong.status == 422 && wrong.body.contains(&format!("href=\"#{field}\"")), "{fields}");
    }
    let kept = post(&world, &administrator, "/admin/purposes", "code=a&title=kept&position=x").await.body;
    assert!(kept.contains("value=\"kept\"") && kept.contains("value=\"x\""));
    let at = "/admin/purposes/own-use";
    assert!(world.get(at, Some(&administrator.cookie)).await.body.contains("value=\"Own use\""));
    assert_eq!(post(&world, &administrator, at, "code=other&title=&legal_source=x&position=9").await.status, 422);
    for _ in 0..2 {
        assert_eq!(post(&world, &administrator, at, "code=other&title=Own+work&legal_source=x&position=9").await.status, 303);
    }
    let said = trail(&pool, "purpose.change").await;
    assert_eq!(
        said,
        ["added own-use: Own use", "changed own-use: Own use |  | An existing <b>direction | place 8 to: Own work |  | x | place 9"],
        "its code stays, and a change of nothing leaves no trace"
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_purpose_that_open_requests_name_is_not_retired_unawares(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let officer = world.visitor("officer", &[]).await;
    pool.execute("DELETE FROM agreement; UPDATE request_part SET state = 'submitted', decided_at = NULL").await.unwrap();
    let at = "/admin/purposes/planning/retire";
    let question = world.get(at, Some(&administrator.cookie)).await.body;
    assert!(question.contains("1 open request names it"), "{question}");
    let refused = post(&world, &administrator, at, "").await;
    assert!(refused.status == 422 && refused.body.contains("href=\"#known\""));
    let retired = post(&world, &administrator, at, "known=yes").await;
    assert_eq!(retired.location(), "/admin/purposes?done=retired&code=planning");
    let list = world.get(&retired.location(), Some(&administrator.cookie)).await.body;
    assert!(list.contains("Retired") && list.contains("/admin/purposes/planning/restore") && list.contains("Undo"));
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(store::organisation::purposes(&mut conn).await.unwrap(), [], "nobody can choose it");
    assert_eq!(world.get("/requests/00000000-0000-7000-8000-0000000000a1", Some(&officer.cookie)).await.status, 404);
    assert_eq!(post(&world, &administrator, "/admin/purposes/planning/restore", "").await.location(), "/admin/purposes?done=restored");
    assert_eq!(store::organisation::purposes(&mut conn).await.unwrap().len(), 1);
    assert_eq!(trail(&pool, "purpose.change").await, ["retired planning, named by 1 open request", "offered planning again"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn holidays_are_added_pasted_removed_and_put_back(pool: PgPool) {
    let (world, administrator) = world(&pool).await;
    let list = "/admin/holidays";
    let cookie = Some(administrator.cookie.as_str());
    assert!(world.get(list, cookie).await.body.contains("No holidays in 2026."));
    let added = post(&world, &administrator, list, "day=2027-08-09&title=National+Day").await;
    assert_eq!(added.location(), "/admin/holidays?year=2027&added=1");
    let pasted = "pasted=2027-08-09+National+Day%0D%0A25+December+2027%2C+Christmas+Day";
    let added = post(&world, &administrator, "/admin/holidays/paste", pasted).await;
    assert_eq!(added.location(), "/admin/holidays?year=2027&added=1", "what is there already is not added again");
    let page = world.get(&added.location(), cookie).await.body;
    assert!(page.contains("One holiday was added.") && page.contains("Sat 25 Dec 2027") && page.contains("National Day"), "{page}");
    let wrong = post(&world, &administrator, "/admin/holidays/paste", "pasted=2027-01-01+New+Year%0A%3Cb%3E").await;
    assert!(wrong.status == 422 && wrong.body.contains("Line 2") && wrong.body.contains("&lt;b&gt;</textarea>"), "{}", wrong.body);
    let wrong = post(&world, &administrator, list, "day=soon&title=Kept").await;
    assert!(wrong.status == 422 && wrong.body.contains("value=\"Kept\"") && wrong.body.contains("href=\"#day\""));
    let removed = post(&world, &administrator, "/admin/holidays/2027-08-09/remove", "").await;
    let page = world.get(&removed.location(), cookie).await.body;
    assert!(page.contains("National Day was removed.") && page.contains("Undo") && !page.contains("Mon 9 Aug 2027"), "{page}");
    for nothing in ["2027-08-09", "soon"] {
        assert_eq!(post(&world, &administrator, &format!("/admin/holidays/{nothing}/remove"), "").await.status, 404);
    }
    post(&world, &administrator, list, "day=2027-08-09&title=National+Day").await;
    let mut conn = pool.acquire().await.unwrap();
    assert_eq!(store::access::holidays(&mut conn).await.unwrap().len(), 2, "the clock reads the same list");
    assert_eq!(
        trail(&pool, "holiday.change").await,
        ["added 2027-08-09: National Day", "added 2027-12-25: Christmas Day", "removed 2027-08-09: National Day", "added 2027-08-09: National Day"]
    );
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn nobody_else_reads_or_changes_the_lists(pool: PgPool) {
    let (world, _) = world(&pool).await;
    let others = [world.visitor("officer", &[]).await, world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await];
    for other in &others {
        for path in ["/admin/purposes", "/admin/purposes/planning", "/admin/purposes/planning/retire", "/admin/holidays"] {
            assert_eq!(world.get(path, Some(&other.cookie)).await.status, 403, "{path}");
            assert_eq!(post(&world, other, path, "known=yes&day=2027-08-09&title=x").await.status, 403, "{path}");
        }
    }
    assert_eq!(trail(&pool, "purpose.change").await, Vec::<String>::new());
}
