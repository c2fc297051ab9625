//! The review of access, through the real router: opened once a quarter, decided by owners, seen by those who watch.

use crate::common::{Visitor, World, post};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use store::PgPool;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const SECTOR: &str = "00000000-0000-7000-8000-000000000001";

struct Office {
    world: World,
    owner: Visitor,
    steward: Visitor,
    administrator: Visitor,
    /// The path of the one review.
    at: String,
}

async fn office(pool: &PgPool) -> Office {
    let world = World::new(pool.clone(), "http://localhost:1");
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let owner = world.visitor("owner", &[(Role::Owner, domain)]).await;
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    for _ in 0..2 {
        server::jobs::access_reviews::follow(&world.state).await.unwrap();
    }
    let reviews: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT id FROM access_review").fetch_all(pool).await.unwrap();
    assert_eq!(reviews.len(), 1, "once for each domain and quarter");
    Office { at: format!("/reviews/{}", reviews[0]), world, owner, steward, administrator }
}

/// The item of a person's role or agreement.
async fn item(pool: &PgPool, email: &str) -> String {
    let query =
        "SELECT i.id FROM access_review_item i LEFT JOIN role_grant r ON r.id = i.role_grant_id LEFT JOIN agreement a ON a.id = i.agreement_id
                 JOIN person p ON p.id = coalesce(r.person_id, a.holder_id) WHERE p.email = $1";
    sqlx::query_scalar::<_, uuid::Uuid>(query).bind(email).fetch_one(pool).await.unwrap().to_string()
}

async fn trail(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_event WHERE action LIKE 'review.%' OR action IN ('agreement.revoke', 'role.end') ORDER BY id")
        .fetch_all(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn owners_review_who_holds_what_and_end_what_is_not_needed(pool: PgPool) {
    let Office { world, owner, steward, administrator, at } = office(&pool).await;
    let page = world.get(&at, Some(&owner.cookie)).await.body;
    assert!(page.contains("Who has access in Buses, Q4 2026") && page.contains("Jason Lim") && page.contains("Data domain steward, Buses"), "{page}");
    assert!(page.contains("Your own: another owner or the data office decides") && page.contains("Wed 23 Dec 2026"), "{page}");
    let (agreement, role) = (item(&pool, "jason.lim@example.invalid").await, item(&pool, "steward@example.invalid").await);
    for (fields, field) in [
        ("decision=keep".to_owned(), "all"),
        (format!("item={agreement}&note=x"), "decision"),
        (format!("item={agreement}&decision=end"), "note"),
        (format!("item={agreement}&decision=ask&note="), "note"),
    ] {
        let wrong = post(&world, &owner, &format!("{at}/preview"), &fields).await;
        assert!(wrong.status == 422 && wrong.body.contains(&format!("href=\"#{field}\"")), "{fields}: {}", wrong.body);
    }
    // A preview changes nothing.
    let fields = format!("item={agreement}&decision=end&note=Not+read+since+%3Cb%3E");
    let preview = post(&world, &owner, &format!("{at}/preview"), &fields).await;
    assert!(preview.status == 200 && preview.body.contains("End: 1 of them?") && preview.body.contains("since &lt;b&gt;"), "{}", preview.body);
    assert_eq!(trail(&pool).await, ["review.open"]);
    // What is ended is ended as everywhere.
    let decided = post(&world, &owner, &format!("{at}/decide"), &fields).await;
    assert_eq!(decided.location(), format!("{at}?done=1"), "{}", decided.body);
    assert_eq!(post(&world, &owner, &format!("{at}/decide"), &fields).await.location(), format!("{at}?done=0"), "sent twice");
    assert_eq!(trail(&pool).await, ["review.open", "review.end", "agreement.revoke"]);
    let (state, reason): (String, String) = sqlx::query_as("SELECT state, end_reason FROM agreement").fetch_one(&pool).await.unwrap();
    assert_eq!((state.as_str(), reason.as_str()), ("revoked", "Not read since <b>"));
    let waits: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic = 'agreement.end'").fetch_one(&pool).await.unwrap();
    assert_eq!(waits, 1, "the source follows");
    // Half of it is done and stays so. The steward is asked, and reads why.
    let asked = post(&world, &owner, &format!("{at}/decide"), &format!("item={role}&decision=ask&note=Do+you+still+look+after+it")).await;
    assert_eq!(asked.location(), format!("{at}?done=1"));
    server::jobs::events::follow(&world.state).await.unwrap();
    assert!(world.get("/notices", Some(&steward.cookie)).await.body.contains("asks whether you still need your role"));
    let mine = world.get("/roles", Some(&steward.cookie)).await.body;
    assert!(mine.contains("Do you still look after it") && mine.contains("owner@example.invalid"), "{mine}");
    let page = world.get(&at, Some(&owner.cookie)).await.body;
    assert!(page.contains("Asked") && page.contains("Ended") && page.contains("Not read since &lt;b&gt;"), "{page}");
    // The owner does not decide of herself, also not with all the others.
    let all = post(&world, &owner, &format!("{at}/decide"), "all=yes&decision=keep").await;
    assert_eq!(all.location(), format!("{at}?done=0"), "what was asked is not undecided");
    assert_eq!(
        post(&world, &owner, &format!("{at}/decide"), &format!("item={role}&decision=end&note=Moved+on")).await.location(),
        format!("{at}?done=1")
    );
    assert_eq!(post(&world, &administrator, &format!("{at}/decide"), "all=yes&decision=keep").await.location(), format!("{at}?done=1"));
    assert_eq!(
        trail(&pool).await,
        ["review.open", "review.end", "agreement.revoke", "review.ask", "review.end", "role.end", "review.keep", "review.close"]
    );
    let done = world.get(&at, Some(&owner.cookie)).await.body;
    assert!(done.contains("Done") && !done.contains("See what this does"), "{done}");
    let table = world.get(&format!("{at}/csv"), Some(&owner.cookie)).await;
    assert_eq!(table.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<&str> = table.body.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{}", table.body);
    assert!(lines[1..].iter().all(|line| line.matches("\",\"").count() == lines[0].matches(',').count()), "{}", table.body);
    assert!(table.body.contains("\"Jason Lim\"") && table.body.contains("\"end\",\"owner\""), "{}", table.body);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_watches_sees_how_it_stands_and_nobody_else(pool: PgPool) {
    let Office { world, owner, steward, administrator, at } = office(&pool).await;
    let sector = world.visitor("security", &[(Role::TcSecurityOfficer, Scope::Sector(SECTOR.parse().unwrap()))]).await;
    let elsewhere = world.visitor("elsewhere", &[(Role::Owner, Scope::Domain(SECTOR.parse().unwrap()))]).await;
    for who in [&owner, &sector, &administrator] {
        let list = world.get("/reviews", Some(&who.cookie)).await.body;
        assert!(list.contains(&at) && list.contains("Open") && list.contains("Q4 2026"), "{list}");
        assert_eq!(world.get(&at, Some(&who.cookie)).await.status, 200);
    }
    for who in [&steward, &elsewhere] {
        assert!(world.get("/reviews", Some(&who.cookie)).await.body.contains("No reviews."));
        for path in [at.clone(), format!("{at}/csv")] {
            assert_eq!(world.get(&path, Some(&who.cookie)).await.status, 404, "{path}");
        }
        assert_eq!(post(&world, who, &format!("{at}/decide"), "all=yes&decision=keep").await.status, 404);
    }
    // Watching is not deciding.
    assert!(!world.get(&at, Some(&sector.cookie)).await.body.contains("See what this does"));
    for verb in ["preview", "decide"] {
        assert_eq!(post(&world, &sector, &format!("{at}/{verb}"), "all=yes&decision=keep").await.status, 403);
    }
    assert_eq!(trail(&pool).await, ["review.open"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn owners_are_reminded_told_when_it_is_late_and_asked_anew_next_quarter(pool: PgPool) {
    let Office { world, owner, .. } = office(&pool).await;
    server::jobs::events::follow(&world.state).await.unwrap();
    assert!(world.get("/notices", Some(&owner.cookie)).await.body.contains("It is time to review who has access"));
    world.later(TimeDelta::days(22));
    server::jobs::access_reviews::follow(&world.state).await.unwrap();
    assert_eq!(trail(&pool).await, ["review.open"]);
    // Seven days before its last, and the day after that.
    world.later(TimeDelta::days(1));
    for _ in 0..2 {
        server::jobs::access_reviews::follow(&world.state).await.unwrap();
    }
    assert_eq!(trail(&pool).await, ["review.open", "review.remind"]);
    world.later(TimeDelta::days(8));
    for _ in 0..2 {
        server::jobs::access_reviews::follow(&world.state).await.unwrap();
    }
    assert_eq!(trail(&pool).await, ["review.open", "review.remind", "review.late"]);
    let owner = world.visitor("owner", &[]).await;
    assert!(world.get("/reviews", Some(&owner.cookie)).await.body.contains("Late"));
    server::jobs::events::follow(&world.state).await.unwrap();
    assert!(world.get("/notices", Some(&owner.cookie)).await.body.contains("A review of access in a domain of yours is late."));
    // 1 January in Singapore: another review, and the late one stays. What has ended by itself needs no decision.
    sqlx::query("UPDATE agreement SET state = 'expired', ended_at = until").execute(&pool).await.unwrap();
    world.later(TimeDelta::days(8));
    server::jobs::access_reviews::follow(&world.state).await.unwrap();
    let items: Vec<(String, i64)> = sqlx::query_as(
        "SELECT v.quarter::text, count(*) FROM access_review v JOIN access_review_item i ON i.review_id = v.id GROUP BY v.quarter ORDER BY v.quarter",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(items, [("2026-10-01".to_owned(), 3), ("2027-01-01".to_owned(), 2)]);
    sqlx::query("UPDATE role_grant SET ended_at = granted_at").execute(&pool).await.unwrap();
    server::jobs::access_reviews::follow(&world.state).await.unwrap();
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM access_review WHERE done_at IS NULL").fetch_one(&pool).await.unwrap();
    assert_eq!(open, 0, "nothing is left to decide");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn who_is_asked_answers_and_who_reviews_reads_it(pool: PgPool) {
    let Office { world, owner, steward, administrator, at } = office(&pool).await;
    let (agreement, role) = (item(&pool, "jason.lim@example.invalid").await, item(&pool, "steward@example.invalid").await);
    let holder = world.visitor("jason.lim", &[]).await;
    let (theirs, hers) = (format!("/reviews/asked/{agreement}"), format!("/reviews/asked/{role}"));
    // Nobody answers what is not asked.
    assert_eq!(world.get(&theirs, Some(&holder.cookie)).await.status, 404);
    let ask = format!("item={agreement}&item={role}&decision=ask&note=Is+it+%3Cread%3E");
    assert_eq!(post(&world, &owner, &format!("{at}/decide"), &ask).await.location(), format!("{at}?done=2"));
    // Each has the form for their own, and for nobody else's.
    assert!(world.get("/roles", Some(&holder.cookie)).await.body.contains(&theirs));
    let form = world.get(&theirs, Some(&holder.cookie)).await.body;
    assert!(form.contains("The agreement on Bus routes") && form.contains("Is it &lt;read&gt;") && form.contains("Q4 2026"), "{form}");
    let mine = world.get(&hers, Some(&steward.cookie)).await.body;
    assert!(mine.contains("Your role as Data domain steward"), "{mine}");
    for (who, path) in [(&steward, &theirs), (&holder, &hers), (&owner, &theirs), (&administrator, &hers)] {
        assert_eq!(world.get(path, Some(&who.cookie)).await.status, 404, "{path}");
        assert_eq!(post(&world, who, path, "needed=no").await.status, 404, "{path}");
    }
    let wrong = post(&world, &holder, &theirs, "needed=yes&words=+").await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#words\""), "{}", wrong.body);
    assert_eq!(post(&world, &holder, &theirs, "needed=yes&words=Counting+%3Ctrips%3E").await.location(), "/roles");
    assert_eq!(post(&world, &steward, &hers, "needed=no").await.location(), "/roles");
    assert!(world.get("/roles", Some(&holder.cookie)).await.body.contains("Change the answer"));
    assert!(world.get(&theirs, Some(&holder.cookie)).await.body.contains("Counting &lt;trips&gt;"), "it can be changed");
    // Whoever reviews is told, and reads it where they decide.
    server::jobs::events::follow(&world.state).await.unwrap();
    assert!(world.get("/notices", Some(&owner.cookie)).await.body.contains("Somebody whom a review of access asked has answered."));
    let review = world.get(&at, Some(&owner.cookie)).await.body;
    assert!(review.contains("Still needed. Counting &lt;trips&gt;") && review.contains("May end."), "{review}");
    assert!(world.get(&format!("{at}/csv"), Some(&owner.cookie)).await.body.contains("\"yes\",\"Counting <trips>\""));
    assert_eq!(trail(&pool).await, ["review.open", "review.ask", "review.ask", "review.answer", "review.answer"]);
    // The answer ends nothing; once it is decided, nothing is asked any more.
    let decide = format!("item={agreement}&decision=keep");
    assert_eq!(post(&world, &owner, &format!("{at}/decide"), &decide).await.location(), format!("{at}?done=1"));
    assert_eq!(post(&world, &holder, &theirs, "needed=no").await.status, 404);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_review_links_only_to_agreements_that_its_reader_may_open(pool: PgPool) {
    let Office { world, owner, administrator, at, .. } = office(&pool).await;
    let auditor = world.visitor("auditor", &[(Role::Auditor, Scope::Whole)]).await;
    let link = "/agreements/00000000-0000-7000-8000-0000000000a2";
    for (who, opens) in [(&owner, true), (&auditor, true), (&administrator, false)] {
        let page = world.get(&at, Some(&who.cookie)).await.body;
        assert!(page.contains("Bus routes") && page.contains(link) == opens, "{page}");
        assert_eq!(world.get(link, Some(&who.cookie)).await.status, if opens { 200 } else { 404 });
    }
}
