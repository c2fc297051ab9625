//! E-mail, against a mail server that takes, postpones, breaks off and refuses.

use crate::common::smtp::{BREAK, Sink};
use crate::common::{Visitor, World};
use chrono::TimeDelta;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::ProductId;
use sqlx::Executor;
use store::{PgPool, audit};
use uuid::Uuid;

const REQUEST: &str = "00000000-0000-7000-8000-0000000000a1";
const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";
const JASON: &str = "jason.lim@example.invalid";

async fn world(pool: &PgPool) -> (World, Sink, Visitor) {
    pool.execute("DELETE FROM notice; DELETE FROM event; DELETE FROM webhook").await.unwrap();
    let sink = Sink::start().await;
    let world = World::with(pool.clone(), "http://localhost:1", &[("PASAR_SMTP_URL", &sink.url), ("PASAR_MAIL_FROM", "Pasar <pasar@pasar.example>")]);
    let jason = world.visitor("jason.lim", &[]).await;
    (world, sink, jason)
}

async fn happens(world: &World, action: AuditAction, kind: &'static str, object: &str) {
    let product: Uuid = "00000000-0000-7000-8000-000000000005".parse().unwrap();
    let event =
        AuditEvent { product: Some(ProductId(product)), ..AuditEvent::done(None, action, kind, Some(object.parse().unwrap()), Origin::default()) };
    let mut tx = world.pool.begin().await.unwrap();
    audit::append(&mut tx, &event, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
}

async fn mail(world: &World, after: TimeDelta) {
    world.later(after);
    server::jobs::mail::follow(&world.state).await.unwrap();
}

async fn state(pool: &PgPool) -> String {
    sqlx::query_scalar("SELECT state FROM mail_message").fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_due_together_goes_into_one_message_once(pool: PgPool) {
    let (world, sink, _) = world(&pool).await;
    happens(&world, AuditAction::RequestApprove, "request", REQUEST).await;
    mail(&world, TimeDelta::seconds(10)).await;
    assert!(sink.received().is_empty(), "it waits a moment for others");
    happens(&world, AuditAction::AgreementGrant, "agreement", AGREEMENT).await;
    mail(&world, TimeDelta::seconds(25)).await;
    mail(&world, TimeDelta::minutes(5)).await;
    let received = sink.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    let (to, text) = (&received[0].to, &received[0].text);
    assert_eq!(to, JASON);
    for part in [
        "Subject: Pasar: 2 notices",
        "From: Pasar <pasar@pasar.example>",
        "Auto-Submitted: auto-generated",
        "- Your request for Bus routes was approved.",
        "- You can read Bus routes now.\n  Create your credential: http://localhost:8080/agreements/00000000-0000-7000-8000-0000000000a2",
        "http://localhost:8080/notices/preferences",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let id: Uuid = sqlx::query_scalar("SELECT id FROM mail_message").fetch_one(&pool).await.unwrap();
    assert!(text.contains(&format!("Message-ID: <{id}@localhost>")), "the same each time: {text}");
    assert_eq!(state(&pool).await, "sent");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_cannot_go_now_goes_later(pool: PgPool) {
    let (world, sink, jason) = world(&pool).await;
    // What is wrong with us is no refusal of the message, even when it says so for good.
    sink.refuse("MAIL", vec!["530 5.7.0 sign in first"]);
    sink.refuse(JASON, vec!["451 try later", BREAK]);
    happens(&world, AuditAction::RequestRefuse, "request", REQUEST).await;
    for (pause, arrived) in [(31, 0), (0, 0), (1, 0), (2, 0), (4, 1), (300, 1)] {
        mail(&world, TimeDelta::seconds(pause)).await;
        assert_eq!(sink.received().len(), arrived, "after {pause} more");
    }
    assert_eq!(state(&pool).await, "sent");
    assert!(!world.get("/notices", Some(&jason.cookie)).await.body.contains("could not be delivered"));
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic LIKE 'mail.%' AND done_at IS NULL").fetch_one(&pool).await.unwrap();
    assert_eq!(waiting, 0);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_refused_for_good_is_shown(pool: PgPool) {
    let (world, sink, jason) = world(&pool).await;
    sink.refuse(JASON, vec!["550 5.1.1 no such mailbox"]);
    happens(&world, AuditAction::RequestApprove, "request", REQUEST).await;
    mail(&world, TimeDelta::minutes(1)).await;
    mail(&world, TimeDelta::minutes(10)).await;
    assert_eq!((sink.received().len(), state(&pool).await.as_str()), (0, "refused"));
    let page = world.get("/notices", Some(&jason.cookie)).await.body;
    assert!(page.contains("could not be delivered") && page.contains("no such mailbox"), "{page}");
    assert!(page.contains("Your request for Bus routes was approved."), "the notice itself is not lost");
    // One that arrives says that all is well again.
    happens(&world, AuditAction::AgreementGrant, "agreement", AGREEMENT).await;
    mail(&world, TimeDelta::minutes(1)).await;
    assert_eq!(sink.received().len(), 1);
    assert!(!world.get("/notices", Some(&jason.cookie)).await.body.contains("could not be delivered"));

    happens(&world, AuditAction::AgreementRevoke, "agreement", AGREEMENT).await;
    pool.execute("UPDATE person SET disabled_at = now()").await.unwrap();
    mail(&world, TimeDelta::minutes(1)).await;
    assert_eq!(sink.received().len(), 1, "whoever may not sign in is not written to");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_digest_goes_at_eight_without_what_was_read(pool: PgPool) {
    let (world, sink, jason) = world(&pool).await;
    let kinds = "decisions=daily&access=daily&ending=portal&to-decide=at-once&domain=off&roles=portal&wanted=daily&personal-data=daily&standards=daily&trust=daily&searches=daily";
    assert_eq!(world.post("/notices/preferences", Some(&jason.cookie), &format!("csrf={}&{kinds}", jason.csrf)).await.status, 303);
    happens(&world, AuditAction::RequestApprove, "request", REQUEST).await;
    pool.execute("UPDATE notice SET read_at = now()").await.unwrap();
    happens(&world, AuditAction::AgreementGrant, "agreement", AGREEMENT).await;
    happens(&world, AuditAction::AgreementExpire, "agreement", AGREEMENT).await;
    // Ten in the morning it is; one minute before eight the next day.
    mail(&world, TimeDelta::minutes(22 * 60 - 1)).await;
    assert!(sink.received().is_empty());
    mail(&world, TimeDelta::minutes(1)).await;
    mail(&world, TimeDelta::hours(30)).await;
    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].text.contains("You can read Bus routes now."), "{}", received[0].text);
    assert!(!received[0].text.contains("approved") && !received[0].text.contains("expired"), "{}", received[0].text);
}
