//! Webhooks against a receiver that takes, fails and redirects: signed, repeated, replayed, and never where they must not go.

use crate::common::{Visitor, World, post};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::ProductId;
use domain::organisation::{Role, Scope};
use domain::webhook::again_after;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sqlx::Executor;
use std::sync::{Arc, Mutex};
use store::{PgPool, audit};
use uuid::Uuid;

const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";
const REQUEST: &str = "00000000-0000-7000-8000-0000000000a1";
const SECRET: &str = "a secret of the test, 32 letters";

type Deliveries = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Answers with these, in order, and then that it has taken it.
struct Receiver {
    url: String,
    got: Deliveries,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn start() -> Self {
        let (got, answers) = (Deliveries::default(), Arc::new(Mutex::new(vec![])));
        let (own_got, own_answers) = (got.clone(), answers.clone());
        let app = Router::new().fallback(async move |headers: HeaderMap, body: String| {
            own_got.lock().unwrap().push((headers, body));
            let status = own_answers.lock().unwrap().pop().unwrap_or(204);
            (StatusCode::from_u16(status).unwrap(), [("location", "/elsewhere")], "x".repeat(100_000)).into_response()
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, got, answers }
    }

    fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }
}

async fn world(pool: &PgPool, demonstration: bool) -> (World, Visitor) {
    let settings: &[(&str, &str)] =
        if demonstration { &[("PASAR_SECRET", SECRET), ("PASAR_DEMONSTRATION", "1")] } else { &[("PASAR_SECRET", SECRET)] };
    let world = World::with(pool.clone(), "http://localhost:1", settings);
    let owner = world.visitor("owner", &[(Role::Owner, Scope::Domain(DOMAIN.parse().unwrap()))]).await;
    (world, owner)
}

/// Makes one over the domain; gives its path and its secret.
async fn make(world: &World, owner: &Visitor, url: &str, topics: &str) -> (String, String) {
    let url = url.replace(':', "%3A").replace('/', "%2F");
    let made = post(world, owner, "/admin/webhooks", &format!("url={url}&scope={DOMAIN}{topics}")).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let secret = made.body.split("<code id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let id = made.body.split("href=\"/admin/webhooks/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(!world.get("/admin/webhooks", Some(&owner.cookie)).await.body.contains(&secret), "shown once");
    (format!("/admin/webhooks/{id}"), secret)
}

async fn happens(world: &World, action: AuditAction, product: Option<&str>) {
    let event = AuditEvent {
        product: product.map(|id| ProductId(id.parse().unwrap())),
        ..AuditEvent::done(None, action, "request", Some(REQUEST.parse().unwrap()), Origin::default())
    };
    let mut tx = world.pool.begin().await.unwrap();
    audit::append(&mut tx, &event, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    server::jobs::events::follow(&world.state).await.unwrap();
    send(world, TimeDelta::zero()).await;
}

async fn send(world: &World, after: TimeDelta) {
    world.later(after);
    server::jobs::webhooks::follow(&world.state).await.unwrap();
}

const PRODUCT: Option<&str> = Some("00000000-0000-7000-8000-000000000005");

/// What a receiver does with what it gets.
fn verify(secret: &str, headers: &HeaderMap, body: &str) -> String {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{body}", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    header("webhook-id")
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_domains_events_arrive_signed(pool: PgPool) {
    let (world, owner) = world(&pool, true).await;
    let receiver = Receiver::start().await;
    let (path, secret) = make(&world, &owner, &receiver.url, "&topics=request.approved").await;
    happens(&world, AuditAction::RequestApprove, PRODUCT).await;
    happens(&world, AuditAction::RequestRefuse, PRODUCT).await;
    happens(&world, AuditAction::RequestApprove, None).await;
    let got = receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 1, "neither another topic nor another domain");
    let (headers, body) = &got[0];
    verify(&secret, headers, body);
    let payload: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((payload["type"].as_str(), payload["data"]["domain"].as_str()), (Some("request.approved"), Some("ssot-a")));
    assert!(!body.contains("Jason") && !body.contains('@'));
    let page = world.get(&path, Some(&owner.cookie)).await.body;
    assert!(page.contains("Delivered") && page.contains("204"), "{page}");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook_delivery WHERE octet_length(answer) > 2000").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 0, "an answer is kept in part");
    let secrets: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_event WHERE detail LIKE '%hook%'").fetch_one(&pool).await.unwrap();
    assert_eq!(secrets, 0, "the trail names the host alone");
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_not_taken_is_sent_again_and_fails_after_a_day(pool: PgPool) {
    let (world, owner) = world(&pool, true).await;
    let receiver = Receiver::start().await;
    let (path, secret) = make(&world, &owner, &receiver.url, "").await;
    // A redirect is not followed.
    *receiver.answers.lock().unwrap() = vec![500, 302];
    happens(&world, AuditAction::RequestApprove, PRODUCT).await;
    send(&world, TimeDelta::zero()).await;
    assert_eq!(receiver.count(), 1, "not before its time");
    send(&world, TimeDelta::seconds(5)).await;
    send(&world, TimeDelta::seconds(60)).await;
    assert_eq!(receiver.count(), 3);
    let ids: Vec<String> = receiver.got.lock().unwrap().iter().map(|(headers, body)| verify(&secret, headers, body)).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "one id each time");

    *receiver.answers.lock().unwrap() = vec![503; 10];
    happens(&world, AuditAction::RequestRefuse, PRODUCT).await;
    for pause in (1..).map_while(again_after) {
        send(&world, pause).await;
    }
    send(&world, TimeDelta::days(2)).await;
    assert_eq!(receiver.count(), 13, "ten attempts");
    // The session has idled out meanwhile.
    let owner = world.visitor("owner", &[]).await;
    let page = world.get(&path, Some(&owner.cookie)).await.body;
    assert!(page.contains("Failed") && page.contains("10 attempts"), "{page}");
    let failed: Uuid = sqlx::query_scalar("SELECT id FROM webhook_delivery WHERE state = 'failed'").fetch_one(&pool).await.unwrap();
    let replay = |id: Uuid| format!("delivery={id}");
    assert_eq!(post(&world, &owner, &format!("{path}/replay"), &replay(Uuid::nil())).await.status, 409);
    assert_eq!(post(&world, &owner, &format!("{path}/replay"), &replay(failed)).await.status, 303);
    assert_eq!(post(&world, &owner, &format!("{path}/replay"), &replay(failed)).await.status, 409, "it waits already");
    send(&world, TimeDelta::zero()).await;
    let (headers, body) = receiver.got.lock().unwrap().last().cloned().unwrap();
    assert_eq!(verify(&secret, &headers, &body), failed.to_string());
    assert_eq!(receiver.count(), 14);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_pause_keeps_what_happens_and_removing_ends_it(pool: PgPool) {
    let (world, owner) = world(&pool, true).await;
    let receiver = Receiver::start().await;
    let (path, _) = make(&world, &owner, &receiver.url, "").await;
    post(&world, &owner, &format!("{path}/pause"), "").await;
    happens(&world, AuditAction::RequestApprove, PRODUCT).await;
    assert_eq!(receiver.count(), 0);
    assert!(world.get(&path, Some(&owner.cookie)).await.body.contains("Paused since"));
    post(&world, &owner, &format!("{path}/resume"), "").await;
    send(&world, TimeDelta::zero()).await;
    assert_eq!(receiver.count(), 1, "nothing is lost");
    post(&world, &owner, &format!("{path}/pause"), "").await;
    happens(&world, AuditAction::RequestRefuse, PRODUCT).await;
    assert_eq!(post(&world, &owner, &format!("{path}/remove"), "").await.location(), "/admin/webhooks");
    send(&world, TimeDelta::hours(1)).await;
    assert_eq!(receiver.count(), 1);
    let owner = world.visitor("owner", &[]).await;
    assert_eq!(world.get(&path, Some(&owner.cookie)).await.status, 404);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'webhook' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["webhook.make", "webhook.pause", "webhook.resume", "webhook.pause", "webhook.remove"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn webhooks_lead_nowhere_they_must_not(pool: PgPool) {
    let (world, owner) = world(&pool, false).await;
    let plain = post(&world, &owner, "/admin/webhooks", &format!("url=http%3A%2F%2Flocalhost%3A1%2F&scope={DOMAIN}")).await;
    assert!(plain.status == 422 && plain.body.contains("begins with https://"), "{}", plain.body);
    let (path, _) = make(&world, &owner, "https://localhost:1/", "").await;
    happens(&world, AuditAction::RequestApprove, PRODUCT).await;
    let page = world.get(&path, Some(&owner.cookie)).await.body;
    assert!(page.contains("this address is not one of the public internet"), "{page}");

    let all = post(&world, &owner, "/admin/webhooks", "url=https%3A%2F%2Fhooks.example%2F&scope=whole").await;
    assert!(all.status == 422 && all.body.contains("Choose whose events"), "an owner gets their domain's events alone");
    let administrator = world.visitor("admin", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    assert_eq!(post(&world, &administrator, "/admin/webhooks", "url=https%3A%2F%2Fhooks.example%2F&scope=whole").await.status, 200);
    let theirs = post(&world, &administrator, "/admin/webhooks", &format!("url=https%3A%2F%2Fhooks.example%2F&scope={DOMAIN}")).await;
    assert_eq!(theirs.status, 422);
    assert_eq!(world.get(&path, Some(&administrator.cookie)).await.status, 404);
    let officer = world.visitor("officer", &[]).await;
    assert!(world.get("/admin/webhooks", Some(&officer.cookie)).await.body.contains("You own no domain."));
    pool.execute("UPDATE role_grant SET ended_at = granted_at WHERE role = 'owner'").await.unwrap();
    assert_eq!(world.get(&path, Some(&owner.cookie)).await.status, 404, "from the next request on");
}
