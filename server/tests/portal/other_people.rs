//! Nobody reaches what is not theirs. The test walks the router's own list: each route's audience says what must be
//! refused, and a route that this test does not know how to try makes it fail.

use crate::common::{Answer, Visitor, World};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use domain::id::DomainId;
use domain::organisation::{Role, Scope};
use server::routes::{Audience, Route};
use store::PgPool;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
/// Of another person, written by `common/rows.sql`, `common/downstream.sql`, `common/trust.sql` and `common/reviews.sql`.
const REQUEST: &str = "00000000-0000-7000-8000-0000000000a1";
const AGREEMENT: &str = "00000000-0000-7000-8000-0000000000a2";
const SAVED_SEARCH: &str = "00000000-0000-7000-8000-0000000000a3";
const STEP: &str = "00000000-0000-7000-8000-0000000000a8";
const DELEGATION: &str = "00000000-0000-7000-8000-0000000000a9";
const WANTED: &str = "00000000-0000-7000-8000-0000000000a4";
const NOTICE: &str = "00000000-0000-7000-8000-0000000000a5";
const WEBHOOK: &str = "00000000-0000-7000-8000-0000000000a6";
const LINKAGE: &str = "00000000-0000-7000-8000-0000000000ac";
const PROBLEM: &str = "00000000-0000-7000-8000-0000000000ad";
const QUALITY_TASK: &str = "00000000-0000-7000-8000-0000000000d4";
const SUBJECT_TASK: &str = "00000000-0000-7000-8000-0000000000aa";
const REVIEW: &str = "00000000-0000-7000-8000-0000000000b7";
const QUESTION: &str = "00000000-0000-7000-8000-0000000000b8";
const TEAM: &str = "00000000-0000-7000-8000-0000000000aa";
const TOKEN: &str = "00000000-0000-7000-8000-0000000000a7";

/// Every field that any form asks for, so that a form is refused for who sends it and not for what it lacks.
const FIELDS: &str = "part=00000000-0000-7000-8000-000000000007&reason=no&until=2026-12-31&email=jason.lim%40example.invalid&role=auditor&scope=whole&port=x.y.z.w&key=00000000-0000-7000-8000-000000000000&product=ssot-a.busroutes-dp&name=Buses&query=q%3Dbus&words=Taxis&explanation=why&domain=00000000-0000-7000-8000-000000000003&kind=exists&text=here&url=https%3A%2F%2Fhooks.example%2F&scopes=read";

/// The path with nothing that exists in it.
fn unknown(route: &Route) -> Option<String> {
    let path = route
        .path
        .replace("{id}", NOBODY)
        .replace("{urn}", "nowhere.nothing")
        .replace("{slug}", "nowhere")
        .replace("{kind}", "nowhere")
        .replace("{code}", "nowhere")
        .replace("{tab}", "schema")
        .replace("{version}", "1")
        .replace("{code}", "nothing")
        .replace("{dataset}", "nothing")
        .replace("{column}", "nothing")
        .replace("{key}", "nothing")
        .replace("{question}", "nothing")
        .replace("{day}", "2020-01-02")
        .replace("{size}", "999999");
    (!path.contains('{')).then_some(path)
}

/// The path of what belongs to somebody else.
fn anothers(route: &Route, noun: &str) -> Option<String> {
    let id = match noun {
        "request" => REQUEST,
        "agreement" => AGREEMENT,
        "saved search" => SAVED_SEARCH,
        "wanted data" => WANTED,
        "step" => STEP,
        "delegation" => DELEGATION,
        "notice" => NOTICE,
        "webhook" => WEBHOOK,
        "team" => TEAM,
        "token" => TOKEN,
        "subject task" => SUBJECT_TASK,
        "linkage" => LINKAGE,
        "problem" => PROBLEM,
        "access review" => REVIEW,
        "review question" => QUESTION,
        "quality task" => QUALITY_TASK,
        _ => return None,
    };
    Some(route.path.replace("{id}", id)).filter(|path| !path.contains('{'))
}

async fn send(world: &World, route: &Route, path: &str, visitor: Option<&Visitor>) -> Answer {
    let cookie = visitor.map(|visitor| visitor.cookie.as_str());
    if route.method == Method::GET {
        world.get(path, cookie).await
    } else if route.path.starts_with("/api/v1/") || route.path.starts_with("/v1/") {
        // Programs change things with a token of their person, and with JSON.
        let bearer = match visitor {
            Some(visitor) => format!("Bearer {}", token(world, visitor).await),
            None => String::new(),
        };
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", "1"), ("content-type", "application/json")];
        let json = r#"{"part": "00000000-0000-7000-8000-000000000007"}"#;
        let of_part = path.starts_with("/api/v1/requests/") && (path.ends_with("/undo") || path.ends_with("/answer"));
        let body = if of_part { json } else { "" };
        world.send(route.method.clone(), path, None, Some(body).filter(|_| visitor.is_some()), &headers[usize::from(visitor.is_none())..]).await
    } else {
        let csrf = visitor.map(|visitor| visitor.csrf.as_str()).unwrap_or_default();
        world.post(path, cookie, &format!("csrf={csrf}&{FIELDS}")).await
    }
}

/// An access token of this person that may be used for everything, and runs out with their session.
async fn token(world: &World, visitor: &Visitor) -> String {
    let token = format!("pasar_t_{}", visitor.person);
    sqlx::query(
        "INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at)
         VALUES (gen_random_uuid(), $1, 'all', '{read,request,decide,measure,keep,credential}', $2, '2026-11-23T02:00:00Z', '2026-11-23T13:00:00Z') ON CONFLICT DO NOTHING",
    )
    .bind(visitor.person.0)
    .bind(server::clock::hash(&token))
    .execute(&world.pool)
    .await
    .unwrap();
    token
}

async fn world(pool: PgPool) -> World {
    sqlx::raw_sql(include_str!("common/rows.sql")).execute(&pool).await.unwrap();
    sqlx::raw_sql(include_str!("common/downstream.sql")).execute(&pool).await.unwrap();
    sqlx::raw_sql(include_str!("common/trust.sql")).execute(&pool).await.unwrap();
    sqlx::raw_sql(include_str!("common/reviews.sql")).execute(&pool).await.unwrap();
    let world = World::new(pool, "http://127.0.0.1:1");
    world.settle().await;
    world
}

/// A portal at a time when every session is over.
fn later(pool: PgPool) -> World {
    let world = World::new(pool, "http://127.0.0.1:1");
    world.later(TimeDelta::hours(12));
    world
}

#[sqlx::test(migrations = "../migrations")]
async fn without_a_session_only_public_routes_answer(pool: PgPool) {
    let outdated = world(pool.clone()).await.visitor("omar.rahman", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let mut wrong = vec![];
    let mut world = later(pool.clone());
    for (at, (visitor, route)) in
        [None, Some(&outdated)].into_iter().flat_map(|visitor| server::router::routes().into_iter().map(move |route| (visitor, route))).enumerate()
    {
        // One address may try so many tokens in a minute.
        if at % 50 == 49 {
            world = later(pool.clone());
        }
        let what = format!("{} {}", route.method, route.path);
        let Some(path) = unknown(&route) else {
            wrong.push(format!("{what}: this test does not know what to put into the path"));
            continue;
        };
        let answer = send(&world, &route, &path, visitor).await;
        let api = route.path.starts_with("/api/") || route.path.starts_with("/v1/");
        let right = match route.audience {
            Audience::Public => !matches!(answer.status.as_u16(), 401 | 403 | 500) && !answer.location().contains("return_to"),
            Audience::Token => answer.status == StatusCode::UNAUTHORIZED,
            _ if api || route.method != Method::GET => answer.status == StatusCode::UNAUTHORIZED,
            _ => answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/sign-in?return_to="),
        };
        if !right {
            wrong.push(format!("{what}: {} {}", answer.status, answer.location()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn an_officer_reaches_nothing_of_others(pool: PgPool) {
    let world = world(pool).await;
    let officer = world.visitor("siti.yusof", &[]).await;
    let elsewhere = Scope::Domain(DomainId(NOBODY.parse().unwrap()));
    let steward = world.visitor("steward.elsewhere", &[(Role::Steward, elsewhere), (Role::Owner, elsewhere)]).await;
    let administrator = world.visitor("admin.teo", &[(Role::GdoAdministrator, Scope::Whole)]).await;
    let mut wrong = vec![];
    for route in server::router::routes() {
        let what = format!("{} {}", route.method, route.path);
        let tried = match route.audience {
            Audience::Owning(noun) => {
                let Some(theirs) = anothers(&route, noun) else {
                    wrong.push(format!("{what}: this test does not know a {noun} of another person"));
                    continue;
                };
                vec![(theirs, vec![403, 404]), (unknown(&route).unwrap(), vec![404])]
            }
            Audience::Role => vec![(unknown(&route).unwrap(), vec![403])],
            Audience::Everyone if route.path.contains('{') => vec![(unknown(&route).unwrap(), vec![404])],
            Audience::Everyone if route.path != "/sign-out" => {
                let answer = send(&world, &route, route.path, Some(&officer)).await;
                if matches!(answer.status.as_u16(), 401 | 403 | 500..) {
                    wrong.push(format!("{what}: {} for everyone", answer.status));
                }
                continue;
            }
            Audience::Everyone | Audience::Public | Audience::Token => continue,
        };
        for (path, expected) in tried {
            for visitor in [&officer, &steward, &administrator] {
                // Who has the role, and who looks after all teams and sees all reviews and what audits of quality found.
                let sees = matches!(route.audience, Audience::Role | Audience::Owning("team" | "access review" | "quality task"));
                if visitor.person == administrator.person && sees {
                    continue;
                }
                let answer = send(&world, &route, &path, Some(visitor)).await;
                let tells = answer.body.contains("Jason Lim");
                if tells || !expected.contains(&answer.status.as_u16()) {
                    wrong.push(format!("{} {path}: {} instead of {expected:?}, tells: {tells}", route.method, answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_form_from_elsewhere_changes_nothing(pool: PgPool) {
    let world = world(pool).await;
    let officer = world.visitor("siti.yusof", &[]).await;
    let cookie = Some(officer.cookie.as_str());
    let mut wrong = vec![];
    for route in server::router::routes().into_iter().filter(|route| route.method == Method::POST) {
        // Neither the provider nor a query engine has a page of ours; a token, and a key in the path, are the proof.
        if route.path == "/sign-in/back-channel-logout" || route.path.starts_with("/v1/data/") {
            continue;
        }
        let path = unknown(&route).unwrap();
        let good = format!("csrf={}&{FIELDS}", officer.csrf);
        let foreign = world.send(Method::POST, &path, cookie, Some(&good), &[("origin", "https://elsewhere.example")]).await;
        let cross = world.send(Method::POST, &path, cookie, Some(&good), &[("sec-fetch-site", "cross-site")]).await;
        let mut statuses = vec![foreign.status, cross.status];
        if route.audience != Audience::Public {
            statuses.push(world.post(&path, cookie, FIELDS).await.status);
            statuses.push(world.post(&path, cookie, &format!("csrf=guess&{FIELDS}")).await.status);
        }
        if statuses.iter().any(|status| *status != StatusCode::FORBIDDEN) {
            wrong.push(format!("{}: {statuses:?}", route.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
