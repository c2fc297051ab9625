//! Signing in and out, whole: against a provider that answers well, wrongly, or not at all.

use crate::common::provider::{KEY, OTHER_KEY, Provider};
use crate::common::{Answer, World};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use serde_json::{Value, json};
use store::PgPool;
use url::Url;

/// A sign-in that has begun: its cookie, and what the browser carried to the provider.
struct Begun {
    cookie: String,
    state: String,
    nonce: String,
    to: Url,
}

/// Makes good claims bad.
type Spoil = fn(&mut Value);

fn cookie_of(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with(&format!("{name}="))).map(str::to_owned)
}

async fn begin(world: &World, return_to: &str) -> Begun {
    let answer = world.post("/sign-in", None, &format!("return_to={return_to}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let to: Url = answer.location().parse().unwrap();
    let carried = |name: &str| to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap();
    Begun { cookie: cookie_of(&answer, "__Host-pasar-sign-in").unwrap(), state: carried("state"), nonce: carried("nonce"), to }
}

fn claims(world: &World, subject: &str, nonce: &str) -> Value {
    json!({
        "iss": world.issuer, "aud": "pasar", "sub": subject, "email": format!("{subject}@example.invalid"), "email_verified": true,
        "name": subject, "agency": "Public Health Agency", "sid": format!("sid-{subject}"), "nonce": nonce,
        "iat": world.now().timestamp(), "exp": world.now().timestamp() + 300,
    })
}

async fn come_back(world: &World, begun: &Begun) -> Answer {
    world.get(&format!("/sign-in/callback?code=c&state={}", begun.state), Some(&begun.cookie)).await
}

/// The cookie of a session after the whole circle.
async fn sign_in(world: &World, provider: &Provider, subject: &str) -> String {
    let begun = begin(world, "/organisations").await;
    provider.gives(Provider::sign(&claims(world, subject, &begun.nonce), KEY));
    let answer = come_back(world, &begun).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    cookie_of(&answer, "__Host-pasar").unwrap()
}

fn csrf_in(page: &str) -> String {
    page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

#[sqlx::test(migrations = "../migrations")]
async fn in_and_out_again(pool: PgPool) {
    let provider = Provider::start().await;
    let world = World::new(pool, &provider.issuer);
    let sent = world.get("/organisations?x=1", None).await;
    assert_eq!(sent.location(), "/sign-in?return_to=%2Forganisations%3Fx%3D1");
    assert!(world.get(&sent.location(), None).await.body.contains("Sign in"));

    let begun = begin(&world, "%2Forganisations").await;
    assert!(begun.to.as_str().starts_with(&format!("{}/authorize?", provider.issuer)));
    assert!(begun.to.query().unwrap().contains("code_challenge_method=S256"));
    provider.gives(Provider::sign(&claims(&world, "jason.lim", &begun.nonce), KEY));
    let answer = come_back(&world, &begun).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/organisations"));
    let session = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).find(|c| c.starts_with("__Host-pasar=")).unwrap();
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(flag), "{session}");
    }
    assert!(!session.contains("Domain"));

    let cookie = cookie_of(&answer, "__Host-pasar").unwrap();
    let page = world.get("/organisations", Some(&cookie)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");

    // The answer of the provider is good once.
    provider.gives(Provider::sign(&claims(&world, "jason.lim", &begun.nonce), KEY));
    assert_eq!(come_back(&world, &begun).await.status, StatusCode::BAD_REQUEST);

    let out = world.post("/sign-out", Some(&cookie), &format!("csrf={}", csrf_in(&page.body))).await;
    assert!(out.location().starts_with(&format!("{}/end?", provider.issuer)), "{}", out.location());
    assert_eq!(world.get("/organisations", Some(&cookie)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("/signed-out", None).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../migrations")]
async fn each_refusal_says_what_to_do(pool: PgPool) {
    let provider = Provider::start().await;
    let world = World::new(pool, &provider.issuer);
    let cases: [(&str, Spoil, [u8; 32]); 6] = [
        ("sign_in_nonce_mismatch", |claims| claims["nonce"] = json!("another"), KEY),
        ("sign_in_wrong_audience", |claims| claims["aud"] = json!("another"), KEY),
        ("sign_in_wrong_issuer", |claims| claims["iss"] = json!("http://another.example"), KEY),
        ("sign_in_token_expired", |claims| claims["exp"] = json!(1), KEY),
        ("sign_in_key_unknown", |_| {}, OTHER_KEY),
        ("sign_in_address_unverified", |claims| claims["email_verified"] = json!(false), KEY),
    ];
    for (code, spoil, key) in cases {
        let begun = begin(&world, "/").await;
        let mut said = claims(&world, "grace.tan", &begun.nonce);
        spoil(&mut said);
        provider.gives(Provider::sign(&said, key));
        let answer = come_back(&world, &begun).await;
        assert!(answer.body.contains(code), "{code}: {} {}", answer.status, answer.body);
        assert!(answer.status.is_client_error() || answer.status.is_server_error());
        assert!(cookie_of(&answer, "__Host-pasar").is_none());
        assert!(answer.body.contains(answer.headers["x-request-id"].to_str().unwrap()), "the page names its reference");
    }

    let begun = begin(&world, "/").await;
    assert!(come_back(&world, &begun).await.body.contains("sign_in_code_rejected"));
    let begun = begin(&world, "/").await;
    let other_state = Begun { state: "another".into(), ..begun };
    assert!(come_back(&world, &other_state).await.body.contains("sign_in_state_mismatch"));
    let begun = begin(&world, "/").await;
    let refused = world.get(&format!("/sign-in/callback?error=access_denied&state={}", begun.state), Some(&begun.cookie)).await;
    assert!(refused.body.contains("sign_in_refused"));
    let begun = begin(&world, "/").await;
    let no_cookie = world.get(&format!("/sign-in/callback?code=c&state={}", begun.state), None).await;
    assert!(no_cookie.body.contains("sign_in_state_mismatch"));
    world.later(TimeDelta::minutes(11));
    assert!(come_back(&world, &begun).await.body.contains("sign_in_state_mismatch"));

    // What had begun here is in the trail, and of whoever it was no more than where it came from.
    let kept: Vec<String> = sqlx::query_scalar(
        "SELECT reason FROM audit_event WHERE action = 'session.sign-in' AND outcome = 'refused' AND actor_id IS NULL AND object_id IS NULL
         AND detail IS NULL AND client_address IS NOT NULL ORDER BY id",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    let expected = cases.map(|(code, _, _)| code).into_iter().chain(["sign_in_code_rejected", "sign_in_state_mismatch", "sign_in_refused"]);
    assert_eq!(kept, expected.collect::<Vec<_>>());
}

#[sqlx::test(migrations = "../migrations")]
async fn who_was_disabled_is_refused_by_name(pool: PgPool) {
    let provider = Provider::start().await;
    let world = World::new(pool, &provider.issuer);
    sign_in(&world, &provider, "grace.tan").await;
    sqlx::query("UPDATE person SET disabled_at = now()").execute(&world.pool).await.unwrap();
    let begun = begin(&world, "/").await;
    provider.gives(Provider::sign(&claims(&world, "grace.tan", &begun.nonce), KEY));
    assert!(come_back(&world, &begun).await.body.contains("sign_in_account_disabled"));
    let refused: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.email, e.reason FROM audit_event e JOIN person p ON p.id = e.actor_id WHERE e.action = 'session.sign-in' AND e.outcome = 'refused'",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert_eq!(refused, [("grace.tan@example.invalid".to_owned(), "sign_in_account_disabled".to_owned())]);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_provider_that_is_down_is_named(pool: PgPool) {
    let world = World::new(pool, "http://127.0.0.1:1");
    let answer = world.post("/sign-in", None, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("sign_in_provider_unreachable"));
}

#[sqlx::test(migrations = "../migrations")]
async fn attempts_are_limited(pool: PgPool) {
    let world = World::new(pool, "http://127.0.0.1:1");
    let mut last = world.post("/sign-in", None, "").await;
    for _ in 0..70 {
        last = world.post("/sign-in", None, "").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.body.contains("too_many_requests"));
}

#[sqlx::test(migrations = "../migrations")]
async fn the_provider_may_end_a_session(pool: PgPool) {
    let provider = Provider::start().await;
    let world = World::new(pool, &provider.issuer);
    let cookie = sign_in(&world, &provider, "jason.lim").await;
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let token = |sid: &str, jti: &str| json!({ "iss": provider.issuer, "aud": "pasar", "iat": world.now().timestamp(), "jti": jti, "sid": sid, "events": event });
    let tell = async |token: String| {
        world.send(Method::POST, "/sign-in/back-channel-logout", None, Some(&format!("logout_token={token}")), &[]).await.status
    };

    let sign = |claims: &Value, key: [u8; 32]| Provider::sign_typed(claims, key, Some("logout+jwt"));
    assert_eq!(tell(sign(&token("sid-jason.lim", "1"), OTHER_KEY)).await, StatusCode::BAD_REQUEST);
    assert_eq!(tell(sign(&token("sid-somebody", "2"), KEY)).await, StatusCode::OK);
    for typ in ["JWT", "at+jwt", ""] {
        let other = Provider::sign_typed(&token("sid-jason.lim", "4"), KEY, Some(typ));
        assert_eq!(tell(other).await, StatusCode::BAD_REQUEST, "a token of another kind: {typ}");
    }
    assert_eq!(world.get("/organisations", Some(&cookie)).await.status, StatusCode::OK);
    let ending = sign(&token("sid-jason.lim", "3"), KEY);
    assert_eq!(tell(ending.clone()).await, StatusCode::OK);
    assert_eq!(world.get("/organisations", Some(&cookie)).await.status, StatusCode::SEE_OTHER);

    // The same token again ends no later session.
    let cookie = sign_in(&world, &provider, "jason.lim").await;
    assert_eq!(tell(ending).await, StatusCode::OK);
    assert_eq!(world.get("/organisations", Some(&cookie)).await.status, StatusCode::OK);

    // Some providers name no type.
    assert_eq!(tell(Provider::sign_typed(&token("sid-jason.lim", "5"), KEY, None)).await, StatusCode::OK);
    assert_eq!(world.get("/organisations", Some(&cookie)).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = "../migrations")]
async fn the_first_administrator_manages_people_until_the_role_ends(pool: PgPool) {
    let provider = Provider::start().await;
    let world = World::new(pool, &provider.issuer);
    let cookie = sign_in(&world, &provider, "admin.teo").await;
    let page = world.get("/admin/people", Some(&cookie)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let csrf = csrf_in(&page.body);

    let officer = world.visitor("siti.yusof", &[]).await;
    let grant = format!("csrf={csrf}&email=siti.yusof%40example.invalid&role=auditor&scope=whole");
    assert_eq!(world.get("/audit-nothing", Some(&officer.cookie)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post("/admin/roles", Some(&cookie), &grant).await.status, StatusCode::SEE_OTHER);
    assert!(world.get("/admin/people", Some(&cookie)).await.body.contains("Auditor, Whole of government"));
    let misfit = format!("csrf={csrf}&email=siti.yusof%40example.invalid&role=steward&scope=whole");
    let again = world.post("/admin/roles", Some(&cookie), &misfit).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("siti.yusof@example.invalid"), "what was typed is kept");

    // Disabling ends the session at once and keeps the door shut.
    let path = format!("/admin/people/{}/disable", officer.person);
    assert_eq!(world.post(&path, Some(&cookie), &format!("csrf={csrf}")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("/organisations", Some(&officer.cookie)).await.status, StatusCode::SEE_OTHER);
    let form = format!("csrf={}", officer.csrf);
    assert_eq!(world.post("/basket/add", Some(&officer.cookie), &form).await.status, StatusCode::UNAUTHORIZED);
    let begun = begin(&world, "/").await;
    provider.gives(Provider::sign(&claims(&world, "siti.yusof", &begun.nonce), KEY));
    assert!(come_back(&world, &begun).await.body.contains("sign_in_account_disabled"));

    // Once another administrator has ended the role, signing in does not bring it back.
    world.visitor("second.admin", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    sqlx::query("UPDATE role_grant SET ended_at = now() FROM person p WHERE p.id = person_id AND p.subject = 'admin.teo'")
        .execute(&world.pool)
        .await
        .unwrap();
    let cookie = sign_in(&world, &provider, "admin.teo").await;
    assert_eq!(world.get("/admin/people", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrations = "../migrations")]
async fn sessions_run_out(pool: PgPool) {
    let world = World::new(pool, "http://127.0.0.1:1");
    let visitor = world.visitor("jason.lim", &[]).await;
    let status = async || world.get("/organisations", Some(&visitor.cookie)).await.status;
    for _ in 0..28 {
        world.later(TimeDelta::minutes(25));
        assert_eq!(status().await, StatusCode::OK);
    }
    // Twelve hours from signing in, however busy.
    world.later(TimeDelta::minutes(25));
    assert_eq!(status().await, StatusCode::SEE_OTHER);
    let idle = world.visitor("jason.lim", &[]).await;
    world.later(TimeDelta::minutes(31));
    assert_eq!(world.get("/organisations", Some(&idle.cookie)).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = "../migrations")]
async fn machines_see_health_and_only_with_the_token_metrics(pool: PgPool) {
    let world = World::new(pool, "http://127.0.0.1:1");
    assert_eq!(world.get("/healthz", None).await.status, StatusCode::OK);
    assert_eq!(world.get("/readyz", None).await.status, StatusCode::OK);
    assert_eq!(world.get("/metrics", None).await.status, StatusCode::NOT_FOUND);
    let bearer = [("authorization", "Bearer a token of the test")];
    assert_eq!(world.send(Method::GET, "/metrics", None, None, &bearer).await.status, StatusCode::OK);
    world.pool.close().await;
    assert_eq!(world.get("/readyz", None).await.status, StatusCode::SERVICE_UNAVAILABLE);
}
