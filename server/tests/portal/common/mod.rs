//! A whole server in a test: the real router over a database of its own, with a clock that the test moves.

pub mod asking;
pub mod provider;
pub mod smtp;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::PersonId;
use domain::organisation::{Role, Scope};
use domain::{Clock, Ids};
use server::clock::{self, system_ids};
use server::config::Config;
use server::router::router;
use server::state::AppState;
use std::sync::{Arc, Mutex};
use store::organisation::{Arrival, Arrived, NewRole};
use store::session::NewSession;
use store::{PgPool, organisation, session};
use tower::ServiceExt;

pub const BASE: &str = "http://localhost:8080";
/// Of the product in `rows.sql`.
const DOMAIN: &str = "00000000-0000-7000-8000-000000000003";

struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub struct World {
    pub pool: PgPool,
    pub issuer: String,
    pub state: AppState,
    pub app: Router,
    ids: Ids,
    clock: Arc<Mutex<DateTime<Utc>>>,
}

/// Somebody with a session.
pub struct Visitor {
    pub person: PersonId,
    pub cookie: String,
    pub csrf: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

impl World {
    pub fn new(pool: PgPool, issuer: &str) -> Self {
        Self::with(pool, issuer, &[])
    }

    /// With settings beside the usual ones.
    pub fn with(pool: PgPool, issuer: &str, settings: &[(&str, &str)]) -> Self {
        let get = |name: &str| {
            if let Some((_, value)) = settings.iter().find(|(known, _)| *known == name) {
                return Some((*value).to_owned());
            }
            let value = match name {
                "PASAR_DATABASE_URL" | "PASAR_SOURCE_URL" => "postgres://nobody@127.0.0.1:1/nowhere",
                "PASAR_BASE_URL" => BASE,
                "PASAR_OIDC_ISSUER" => issuer,
                "PASAR_OIDC_CLIENT_ID" => "pasar",
                "PASAR_OIDC_CLIENT_SECRET" => "of the test",
                "PASAR_FIRST_ADMINISTRATOR" => "admin.teo@example.invalid",
                "PASAR_METRICS_TOKEN" => "a token of the test",
                "PASAR_SITE_ROOT" => "/nonexistent",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let clock = Arc::new(Mutex::new("2026-11-23T02:00:00Z".parse().unwrap()));
        let ids = system_ids();
        let state = server::serve::assemble(Config::read(&get).unwrap(), pool.clone(), Arc::new(TestClock(clock.clone())), ids.clone()).unwrap();
        Self { pool, issuer: issuer.to_owned(), app: router(state.clone()), state, ids, clock }
    }

    /// Lets search catch up with the record.
    pub async fn settle(&self) {
        server::jobs::search::follow(&self.state).await.unwrap();
        server::jobs::search::feed(&self.state).await.unwrap();
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.state.now()
    }

    pub fn later(&self, by: TimeDelta) {
        *self.clock.lock().unwrap() += by;
    }

    /// A person with a session and these roles, as if they had signed in; search is up to date by then.
    pub async fn visitor(&self, subject: &str, roles: &[(Role, Scope)]) -> Visitor {
        let mut conn = self.pool.acquire().await.unwrap();
        let email = format!("{subject}@example.invalid");
        let arrival = Arrival { issuer: &self.issuer, subject, email: &email, email_verified: true, name: subject, agency: None };
        let Arrived::Person(person) = organisation::arrive(&mut conn, &arrival, &self.ids, self.now()).await.unwrap() else { panic!("turned away") };
        for (role, scope) in roles {
            let new = NewRole { person, role: *role, scope: *scope, by: None, until: None, origin: domain::audit::Origin::default() };
            organisation::grant_role(&mut conn, &new, &self.ids, self.now()).await.unwrap();
        }
        self.settle().await;
        let (token, csrf) = (clock::token(), clock::token());
        let hash = clock::hash(&token);
        let new = NewSession { token_hash: &hash, person, csrf: &csrf, issuer: &self.issuer, oidc_sid: Some(subject), id_token: None };
        session::create(&mut conn, &new, self.state.config.sessions, self.now()).await.unwrap();
        Visitor { person, cookie: format!("__Host-pasar={token}"), csrf }
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.send(Method::GET, path, cookie, None, &[]).await
    }

    /// A form from a page of ours.
    pub async fn post(&self, path: &str, cookie: Option<&str>, form: &str) -> Answer {
        self.send(Method::POST, path, cookie, Some(form), &[("origin", BASE)]).await
    }

    pub async fn send(&self, method: Method, path: &str, cookie: Option<&str>, form: Option<&str>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::from(form.unwrap_or_default().to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// An access token of this person for these scopes; the same again, when it is asked for again.
pub async fn token(world: &World, who: &Visitor, scopes: &[&str]) -> String {
    let token = format!("pasar_t_{}_{}", who.person, scopes.join("-"));
    sqlx::query(
        "INSERT INTO access_token (id, person_id, name, scopes, token_hash, made_at, expires_at)
         VALUES (gen_random_uuid(), $1, 'program', $2, $3, '2026-11-20T02:00:00Z', '2027-11-23T13:00:00Z') ON CONFLICT DO NOTHING",
    )
    .bind(who.person.0)
    .bind(scopes)
    .bind(server::clock::hash(&token))
    .execute(&world.pool)
    .await
    .unwrap();
    token
}

/// A form from a page of ours, sent by somebody.
pub async fn post(world: &World, who: &Visitor, path: &str, fields: &str) -> Answer {
    world.post(path, Some(&who.cookie), &format!("csrf={}&{fields}", who.csrf)).await
}

/// A page that somebody is shown.
pub async fn page(world: &World, who: &Visitor, path: &str) -> String {
    let answer = world.get(path, Some(&who.cookie)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// Omar, who answers for the product's domain.
pub async fn owner(world: &World) -> Visitor {
    owner_of(world, "omar", DOMAIN).await
}

/// Somebody who answers for a domain.
pub async fn owner_of(world: &World, subject: &str, domain: &str) -> Visitor {
    world.visitor(subject, &[(Role::Owner, Scope::Domain(domain.parse().unwrap()))]).await
}
