//! What the portal's throughput is held against: the product page's queries behind axum and one template, with no frame,
//! no islands, no security headers and no logs. It is never deployed.

use anyhow::Context as _;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Html;
use axum::routing::get;
use axum::{Router, serve};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::fmt::Write;
use store::catalogue::{DatasetView, ProductView};
use store::mine::Candidates;
use store::session::Limits;
use tokio::sync::OnceCell;

/// What may stand beside the one product that is asked for: kept, as the portal keeps it for a while.
static CANDIDATES: OnceCell<Candidates> = OnceCell::const_new();
/// As many as the portal opens, so that neither waits for the other's sake.
const CONNECTIONS: u32 = 20;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("BARE_DATABASE_URL").context("BARE_DATABASE_URL is not set")?;
    let listen = std::env::var("BARE_LISTEN").context("BARE_LISTEN is not set")?;
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(&url).await?;
    let routes = Router::new().route("/healthz", get(|| async { "ok" })).route("/products/{urn}", get(page)).with_state(pool);
    serve(tokio::net::TcpListener::bind(&listen).await?, routes).await?;
    Ok(())
}

async fn page(State(pool): State<PgPool>, headers: HeaderMap, Path(urn): Path<String>) -> Result<Html<String>, StatusCode> {
    answer(&pool, &headers, &urn).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?.ok_or(StatusCode::NOT_FOUND)
}

/// The portal's queries in the portal's order: session, product, datasets, what stands beside it, what waits for the reader,
/// and the note of the look.
async fn answer(pool: &PgPool, headers: &HeaderMap, urn: &str) -> anyhow::Result<Option<Html<String>>> {
    let limits = Limits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(12) };
    let now = now();
    let mut conn = pool.acquire().await?;
    let Some(session) = store::session::find(&mut conn, &cookie(headers), limits, now).await? else {
        return Ok(None);
    };
    let Some(product) = store::catalogue::product(&mut conn, session.actor.person, urn, now).await? else {
        return Ok(None);
    };
    let datasets = store::catalogue::datasets(&mut conn, product.id).await?;
    let candidates = CANDIDATES.get_or_try_init(|| store::mine::candidates(&mut conn, product.id)).await?;
    let others = store::mine::beside(&mut conn, session.actor.person, product.id, candidates, now).await?;
    let follows = store::mine::follows(&mut conn, session.actor.person, product.id).await?;
    let absent = store::access::stood_for(&mut conn, session.actor.person, now).await?;
    let standing = store::access::standing(&mut conn, &session.actor, &absent, now).await?;
    let unread = store::notice::unread(&mut conn, session.actor.person).await?;
    store::mine::note_viewed(&mut conn, session.actor.person, product.id, now).await?;
    drop(conn);
    let mut page = html(&product, &datasets, standing.basket + unread, &session.actor.name)?;
    for one in others {
        write!(page, "<p>{}: {}</p>", escaped(&one.title), escaped(one.summary.as_deref().unwrap_or_default()))?;
    }
    write!(page, "<p>{}</p>", if follows { "Stop following" } else { "Follow" })?;
    Ok(Some(Html(page)))
}

fn cookie(headers: &HeaderMap) -> Vec<u8> {
    let text = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = text.split(';').find_map(|part| part.trim().strip_prefix("__Host-pasar=")).unwrap_or_default();
    Sha256::digest(token.as_bytes()).to_vec()
}

fn html(product: &ProductView, datasets: &[DatasetView], basket: impl std::fmt::Display, reader: &str) -> Result<String, std::fmt::Error> {
    let mut out = String::with_capacity(16 * 1024);
    let title = escaped(&product.title);
    write!(out, "<!doctype html><html lang=en><title>{title}</title><p>{} · basket {basket}</p><h1>{title}</h1>", escaped(reader))?;
    let place = &product.at;
    let lines = [
        ("Address", product.address.as_str()),
        ("Version", product.version.as_str()),
        ("Domain", place.domain_title.as_str()),
        ("Sector", place.sector_title.as_str()),
        ("Agency", place.agency_title.as_str()),
        ("Owner", product.owner.as_deref().unwrap_or_default()),
        ("Steward", product.steward.as_deref().unwrap_or_default()),
        ("Summary", product.summary.as_deref().unwrap_or_default()),
        ("Description", product.description.as_deref().unwrap_or_default()),
    ];
    out.push_str("<dl>");
    for (term, text) in lines {
        write!(out, "<dt>{term}</dt><dd>{}</dd>", escaped(text))?;
    }
    out.push_str("</dl><ul>");
    for purpose in &product.purposes_allowed {
        write!(out, "<li>{}</li>", escaped(purpose))?;
    }
    out.push_str("</ul><table><tbody>");
    for dataset in datasets {
        let description = dataset.description.as_deref().unwrap_or_default();
        write!(out, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", escaped(&dataset.name), escaped(&dataset.title), escaped(description))?;
    }
    out.push_str("</tbody></table></html>");
    Ok(out)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[expect(clippy::disallowed_methods, reason = "a program for measuring: nothing is decided by its clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
