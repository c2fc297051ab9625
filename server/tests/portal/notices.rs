//! Who is told of what, through the real router: what follows from a change, what its reader sees of it, and what they choose.

use crate::common::{Visitor, World};
use chrono::TimeDelta;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::{PersonId, ProductId};
use domain::organisation::{Role, Scope};
use sqlx::Executor;
use store::{PgPool, audit};
use uuid::Uuid;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const REQUEST: &str = "00000000-0000-7000-8000-0000000000a1";
const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

/// The fixture without its notice.
async fn world(pool: &PgPool) -> World {
    pool.execute("DELETE FROM notice; DELETE FROM event; DELETE FROM webhook").await.unwrap();
    World::new(pool.clone(), "http://localhost:1")
}

fn change(actor: Option<PersonId>, action: AuditAction, kind: &'static str, object: &str) -> AuditEvent {
    AuditEvent {
        product: Some(ProductId(id("00000000-0000-7000-8000-000000000005"))),
        ..AuditEvent::done(actor, action, kind, Some(id(object)), Origin::default())
    }
}

async fn happens(world: &World, event: AuditEvent) {
    let mut tx = world.pool.begin().await.unwrap();
    audit::append(&mut tx, &event, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
}

/// Topics of somebody's notices, oldest first, those of roles left out.
async fn told(world: &World, person: PersonId) -> Vec<String> {
    let query = "SELECT e.topic FROM notice n JOIN event e ON e.id = n.event_id WHERE n.person_id = $1 AND n.kind <> 'roles' ORDER BY e.at, e.id";
    sqlx::query_scalar(query).bind(person.0).fetch_all(&world.pool).await.unwrap()
}

async fn page(world: &World, who: &Visitor) -> String {
    let answer = world.get("/notices", Some(&who.cookie)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_rolled_back_is_never_told(pool: PgPool) {
    let world = world(&pool).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let steward = world.visitor("steward", &[]).await;
    let event = change(Some(steward.person), AuditAction::RequestApprove, "request", REQUEST);
    let mut tx = pool.begin().await.unwrap();
    audit::append(&mut tx, &event, world.now()).await.unwrap();
    tx.rollback().await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
    assert!(told(&world, jason.person).await.is_empty());

    happens(&world, event.clone()).await;
    // A process that died after telling, before noting it.
    pool.execute("UPDATE outbox SET done_at = NULL; UPDATE event SET told_at = NULL").await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
    assert_eq!(told(&world, jason.person).await, ["request.approved"], "once");
    assert!(told(&world, steward.person).await.is_empty(), "never the one who did it");
    let payload: serde_json::Value = sqlx::query_scalar("SELECT payload FROM event WHERE topic = 'request.approved'").fetch_one(&pool).await.unwrap();
    assert_eq!(payload["type"], "request.approved");
    assert_eq!(payload["data"]["person"], jason.person.to_string());
    assert_eq!(payload["data"]["product"]["address"], "ssot-a.busroutes-dp");
    assert!(!payload.to_string().contains("Jason") && !payload.to_string().contains('@'), "ids alone: {payload}");

    let refused = AuditEvent { outcome: domain::audit::Outcome::Refused, ..event };
    happens(&world, refused).await;
    assert_eq!(told(&world, jason.person).await.len(), 1, "what did not happen is not told");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn whoever_may_decide_is_told_of_a_request(pool: PgPool) {
    let world = world(&pool).await;
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    let owner = world.visitor("owner", &[(Role::Owner, domain)]).await;
    let elsewhere = world.visitor("elsewhere", &[(Role::Steward, Scope::Domain("00000000-0000-7000-8000-0000000000ff".parse().unwrap()))]).await;
    let officer =
        world.visitor("security", &[(Role::TcSecurityOfficer, Scope::Sector("00000000-0000-7000-8000-000000000001".parse().unwrap()))]).await;
    let deputy = world.visitor("deputy", &[]).await;
    // The one who asks may hold the role too.
    let jason = world.visitor("jason.lim", &[(Role::Steward, domain)]).await;
    let submitted = || change(Some(jason.person), AuditAction::RequestSubmit, "request", REQUEST);
    happens(&world, submitted()).await;
    assert_eq!(told(&world, steward.person).await, ["request.submitted"]);
    assert_eq!(told(&world, owner.person).await, ["request.submitted"]);
    for nobody in [&elsewhere, &officer, &deputy, &jason] {
        assert!(told(&world, nobody.person).await.is_empty());
    }
    // With steps, those of the stage that is open; and whoever stands in for one of them.
    sqlx::query(
        "INSERT INTO part_step (id, part_id, stage, roles, why, state)
         SELECT gen_random_uuid(), id, s, CASE s WHEN 1 THEN '{tc-security-officer}'::text[] ELSE '{steward}' END, 'why', 'waiting'
         FROM request_part, generate_series(1, 2) s",
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("INSERT INTO delegation VALUES (gen_random_uuid(), $1, $2, $3, $4, NULL, $3)")
        .bind(officer.person.0)
        .bind(deputy.person.0)
        .bind(world.now())
        .bind(world.now() + TimeDelta::days(1))
        .execute(&pool)
        .await
        .unwrap();
    happens(&world, submitted()).await;
    assert_eq!((told(&world, officer.person).await.len(), told(&world, deputy.person).await.len()), (1, 1));
    assert_eq!(told(&world, steward.person).await.len(), 1);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_reader_sees_marks_and_goes_on(pool: PgPool) {
    let world = world(&pool).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let other = world.visitor("other", &[]).await;
    let empty = page(&world, &jason).await;
    assert!(empty.contains("No notices yet.") && empty.contains("1 agreement lets you read data"), "{empty}");
    happens(&world, change(None, AuditAction::AgreementGrant, "agreement", AGREEMENT)).await;
    world.later(TimeDelta::minutes(1));
    happens(&world, change(None, AuditAction::RequestRefuse, "request", REQUEST)).await;
    let unread = page(&world, &jason).await;
    assert!(unread.contains("Unread (2)") && unread.contains("2<span class=\"sr-only\"> unread</span>"), "{unread}");
    assert!(unread.contains("You can read Bus routes now.") && unread.contains(&format!("href=\"/requests/{REQUEST}\"")), "{unread}");
    assert!(unread.contains("Mon 23 Nov 2026"), "by day");

    let one: Uuid = sqlx::query_scalar("SELECT n.id FROM notice n JOIN event e ON e.id = n.event_id WHERE e.topic = 'request.refused'")
        .fetch_one(&pool)
        .await
        .unwrap();
    let mark = format!("/notices/{one}/read");
    assert_eq!(world.post(&mark, Some(&other.cookie), &format!("csrf={}", other.csrf)).await.status, 404);
    assert_eq!(world.post(&mark, Some(&jason.cookie), &format!("csrf={}", jason.csrf)).await.location(), "/notices");
    assert!(page(&world, &jason).await.contains("Unread (1)"));
    // What came after the page was shown stays unread.
    let shown = world.now().to_rfc3339().replace('+', "%2B");
    world.later(TimeDelta::minutes(1));
    happens(&world, change(None, AuditAction::AgreementRevoke, "agreement", AGREEMENT)).await;
    world.post("/notices/read", Some(&jason.cookie), &format!("csrf={}&shown={shown}", jason.csrf)).await;
    let last = page(&world, &jason).await;
    assert!(last.contains("Unread (1)") && last.contains("was revoked"), "{last}");

    pool.execute("UPDATE product SET visibility = 'hidden'; UPDATE agreement SET state = 'revoked', ended_at = now()").await.unwrap();
    let hidden = page(&world, &jason).await;
    assert!(!hidden.contains("Bus routes") && hidden.contains("a product that is not listed any more was revoked"), "{hidden}");
    assert!(page(&world, &other).await.contains("No notices yet."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_turned_off_is_not_told(pool: PgPool) {
    let world = world(&pool).await;
    let domain = Scope::Domain(DOMAIN.parse().unwrap());
    let owner = world.visitor("owner", &[(Role::Owner, domain)]).await;
    let second = world.visitor("second", &[(Role::Owner, domain)]).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let kinds = "decisions=portal&access=portal&ending=daily&to-decide=at-once&roles=portal&wanted=daily&personal-data=daily&standards=daily&trust=daily&searches=daily";
    let unsaid = world.post("/notices/preferences", Some(&owner.cookie), &format!("csrf={}&{kinds}", owner.csrf)).await;
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.body.contains("Choose how you are told: Agreements given up in my domains."), "{}", unsaid.body);
    let kept = world.post("/notices/preferences", Some(&owner.cookie), &format!("csrf={}&{kinds}&domain=off", owner.csrf)).await;
    let shown = world.get(&kept.location(), Some(&owner.cookie)).await.body;
    assert!(shown.contains("Kept.") && shown.contains("value=\"off\" selected") && shown.contains("sends no e-mail"), "{shown}");

    let gone = world.post(&format!("/agreements/{AGREEMENT}/give-up"), Some(&jason.cookie), &format!("csrf={}", jason.csrf)).await;
    assert_eq!(gone.status, 303, "{}", gone.body);
    server::jobs::events::follow(&world.state).await.unwrap();
    assert_eq!(told(&world, second.person).await, ["agreement.given-up"]);
    assert!(told(&world, owner.person).await.is_empty() && told(&world, jason.person).await.is_empty());
    assert!(page(&world, &second).await.contains("You are Data owner now."));
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_holder_is_reminded_once_for_each_number_of_days(pool: PgPool) {
    let world = world(&pool).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let remind = async || {
        server::jobs::events::remind(&world.state).await.unwrap();
        server::jobs::events::follow(&world.state).await.unwrap();
        told(&world, jason.person).await.len()
    };
    assert_eq!(remind().await, 0, "38 days are left");
    world.later(TimeDelta::days(8));
    assert_eq!((remind().await, remind().await), (1, 1));
    let officer = world.visitor("jason.lim", &[]).await;
    assert!(page(&world, &officer).await.contains("Your agreement on Bus routes ends in 30 days on 31 Dec 2026."));
    // Nobody looked for weeks: the nearest is told, the one before it is not.
    world.later(TimeDelta::days(29));
    assert_eq!((remind().await, remind().await), (2, 2));
    let days: Vec<i32> = sqlx::query_scalar("SELECT days FROM event WHERE topic = 'agreement.ending' ORDER BY at").fetch_all(&pool).await.unwrap();
    assert_eq!(days, [30, 1]);
    pool.execute("DELETE FROM agreement_reminder; UPDATE agreement SET made_at = until - interval '12 hours'").await.unwrap();
    assert_eq!(remind().await, 2, "an agreement that was shorter from the start is not spoken of");
}
