//! Access tokens: what they open, for how long, and that they never open more than their maker may.

use crate::common::{Answer, Visitor, World, post};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use domain::organisation::{Role, Scope};
use server::http::signed_in::SignedIn;
use sqlx::Executor;
use store::PgPool;
use uuid::Uuid;

/// The fixture without its token.
async fn world(pool: &PgPool) -> World {
    pool.execute("DELETE FROM access_token").await.unwrap();
    World::new(pool.clone(), "http://localhost:1")
}

async fn make(world: &World, who: &Visitor, scopes: &str, until: &str) -> String {
    let made = post(world, who, "/mine/tokens", &format!("name=Nightly+report&{scopes}&until={until}")).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let token = made.body.split("<code id=\"token\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(token.starts_with("pasar_t_") && !world.get("/mine/tokens", Some(&who.cookie)).await.body.contains(&token), "shown once");
    token
}

async fn with(world: &World, method: Method, path: &str, token: &str) -> Answer {
    world.send(method, path, None, None, &[("authorization", &format!("Bearer {token}"))]).await
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_token_opens_the_api_and_nothing_else(pool: PgPool) {
    let world = world(&pool).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let other = world.visitor("other", &[]).await;
    let token = make(&world, &jason, "scopes=read", "2026-12-31").await;
    let hashes: i64 =
        sqlx::query_scalar("SELECT count(*) FROM access_token WHERE encode(token_hash, 'escape') LIKE '%pasar_t_%'").fetch_one(&pool).await.unwrap();
    assert_eq!(hashes, 0);
    let notices = with(&world, Method::GET, "/api/v1/notices", &token).await;
    assert!(notices.status == 200 && notices.body.contains("You can read Bus routes now."), "{}", notices.body);
    assert_eq!(with(&world, Method::GET, "/notices", &token).await.status, 303, "pages are for people");
    assert_eq!(with(&world, Method::GET, "/api/v1/ports/ssot-a.busroutes-dp/rows", &token).await.status, 401, "data is read under an agreement");
    assert_eq!(with(&world, Method::GET, "/api/v1/notices", "pasar_t_guess").await.status, 401);
    assert!(world.get("/mine/tokens", Some(&jason.cookie)).await.body.contains("Mon 23 Nov 2026, 10:00"), "last used");

    let writing = make(&world, &jason, "scopes=request", "2026-12-31").await;
    let refused = with(&world, Method::GET, "/api/v1/notices", &writing).await;
    assert!(refused.status == 403 && refused.body.contains("token_scope"), "{}", refused.body);

    let id: Uuid = sqlx::query_scalar("SELECT id FROM access_token WHERE scopes = '{read}'").fetch_one(&pool).await.unwrap();
    assert_eq!(post(&world, &other, &format!("/mine/tokens/{id}/revoke"), "").await.status, 404);
    assert_eq!(post(&world, &jason, &format!("/mine/tokens/{id}/revoke"), "").await.status, 303);
    assert_eq!(post(&world, &jason, &format!("/mine/tokens/{id}/revoke"), "").await.status, 303, "twice is as once");
    assert_eq!(with(&world, Method::GET, "/api/v1/notices", &token).await.status, 401);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_event WHERE object_kind = 'token' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(actions, ["token.make", "token.make", "token.revoke"]);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn a_token_may_what_its_maker_may_at_that_moment(pool: PgPool) {
    let world = world(&pool).await;
    let domain = Scope::Domain("00000000-0000-7000-8000-000000000003".parse().unwrap());
    let steward = world.visitor("steward", &[(Role::Steward, domain)]).await;
    let token = make(&world, &steward, "scopes=read&scopes=request", "2026-11-30").await;
    pool.execute("UPDATE product SET visibility = 'hidden'").await.unwrap();
    world.settle().await;
    let found = async || with(&world, Method::GET, "/api/v1/search?q=bus", &token).await;
    assert!(found().await.body.contains("ssot-a.busroutes-dp"), "{}", found().await.body);
    pool.execute("UPDATE role_grant SET ended_at = granted_at").await.unwrap();
    let without = found().await;
    assert!(without.status == 200 && !without.body.contains("ssot-a.busroutes-dp"), "{}", without.body);

    let request = Request::builder().uri("/api/v1/notices").header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
    let (mut parts, _) = request.into_parts();
    let who = SignedIn::from_request_parts(&mut parts, &world.state).await.unwrap();
    let id: Uuid = sqlx::query_scalar("SELECT id FROM access_token").fetch_one(&pool).await.unwrap();
    assert_eq!(who.origin.address, Some(format!("token {id}")), "the trail says that it was a token");

    pool.execute("UPDATE person SET disabled_at = now() WHERE email LIKE 'steward%'").await.unwrap();
    assert_eq!(found().await.status, 401);
    pool.execute("UPDATE person SET disabled_at = NULL").await.unwrap();
    assert_eq!(found().await.status, 200);
    world.later(TimeDelta::days(7));
    assert_eq!(found().await.status, 200, "its last day");
    world.later(TimeDelta::hours(14));
    assert_eq!(found().await.status, 401);
}

#[sqlx::test(migrations = "../migrations", fixtures(path = "common", scripts("rows")))]
async fn what_is_wrong_with_a_token_is_said(pool: PgPool) {
    let world = world(&pool).await;
    let jason = world.visitor("jason.lim", &[]).await;
    let wrong = post(&world, &jason, "/mine/tokens", "name=&until=2028-01-01").await;
    assert_eq!(wrong.status, 422);
    for text in ["Enter a name of at most", "Choose what the token may be used for.", "at most a year ahead", "value=\"2028-01-01\""] {
        assert!(wrong.body.contains(text), "{text}");
    }
    assert!(world.get("/mine/tokens", Some(&jason.cookie)).await.body.contains("You have no access token."));
}
