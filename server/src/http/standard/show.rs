//! `GET /standards/{slug}`, one of its versions, and a version whose address was sent to somebody.

use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::form::ran;
use crate::standards::simulate::{NotSimulated, of_products};
use crate::state::AppState;
use app::features::standard::{Acts, Coming, Open, Shown, standard_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::authorise;
use domain::id::StandardId;
use domain::{Action, Violation, calendar};
use rules::{Source, Status};
use serde::Deserialize;
use store::PgConnection;
use store::standard::{self, Filter, Version};
use uuid::Uuid;

/// Products and waivers on one page.
const LISTED: i64 = 200;

/// Every version of a standard that this reader may read: drafts are for those who keep it. Empty when there is none, by slug or id.
pub async fn readable(conn: &mut PgConnection, who: &SignedIn, slug: &str) -> Result<Vec<Version>, HttpError> {
    let filter = match slug.parse::<StandardId>() {
        Ok(id) => Filter { id: Some(id), ..Filter::default() },
        Err(_) => Filter { slug: Some(slug.to_owned()), ..Filter::default() },
    };
    let mut all = standard::versions(conn, &filter).await?;
    all.retain(|version| may_read(who, version));
    Ok(all)
}

/// The same with a draft that somebody sent the key of.
pub async fn readable_by_key(conn: &mut PgConnection, who: &SignedIn, slug: &str, key: Option<Uuid>) -> Result<Vec<Version>, HttpError> {
    let mut all = readable(&mut *conn, who, slug).await?;
    if let Some(key) = key {
        let shared = standard::shared(conn, key).await?.filter(|shared| shared.standard.id == slug);
        let new = shared.filter(|shared| all.iter().all(|other| other.standard.version != shared.standard.version));
        all.extend(new);
        all.sort_by_key(|version| std::cmp::Reverse(version.standard.version));
    }
    Ok(all)
}

pub fn may_read(who: &SignedIn, version: &Version) -> bool {
    let open = version.standard.status == Status::Consultation || version.published_at.is_some();
    open || may(who, version).keeps
}

/// What this person may do with a version.
pub fn may(who: &SignedIn, version: &Version) -> Open {
    Open {
        keeps: authorise(&who.actor, Action::KeepStandard { scope: version.place }).is_ok(),
        may_agree: version.standard.status.is_open()
            && version.agreed_at.is_none()
            && authorise(&who.actor, Action::AgreeStandard { scope: version.place, writer: version.changed_by }).is_ok(),
    }
}

/// The version that stands for a standard: what acts, what will, or what is talked over.
pub fn main(all: &[Version], today: chrono::NaiveDate) -> Option<&Version> {
    let acts = all.iter().find(|version| version.standard.acts(today) != rules::Acting::No);
    acts.or_else(|| all.iter().find(|version| version.standard.status.may_act())).or_else(|| all.first())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

fn done(word: &str) -> Option<String> {
    let text = match word {
        "consulting" => "The consultation is open. Owners of products that would not meet it are told.",
        "agreed" => "You agreed. It can be published now.",
        "published" => "Published. Owners of products that do not meet it are told what to do by when.",
        "already" => "That was done before. Nothing was changed.",
        "commented" => "Your comment is there for everybody. Whoever keeps the standard is told.",
        "answered" => "Your answer is there. Whoever commented is told.",
        "planned" => "The check-in is planned.",
        "noted" => "What was decided is written down.",
        "waived" => "The product is let off. What was stopped serves again within seconds.",
        "ended" => "The waiver is over.",
        "retired" => "The standard is retired and stops acting today.",
        _ => return None,
    };
    Some(text.to_owned())
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let version = main(&all, calendar::day(state.now())).cloned().ok_or(HttpError::NotFound)?;
    page(&state, &who, version, all, Acts::default(), vec![], done(&asked.done)).await
}

pub async fn version(
    State(state): State<AppState>,
    who: SignedIn,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    let number: u32 = number.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let all = readable(&mut conn, &who, &slug).await?;
    drop(conn);
    let version = all.iter().find(|version| version.standard.version == number).cloned().ok_or(HttpError::NotFound)?;
    page(&state, &who, version, all, Acts::default(), vec![], done(&asked.done)).await
}

/// Whoever was sent the address may read a draft.
pub async fn shared(State(state): State<AppState>, who: SignedIn, Path(key): Path<String>) -> Result<Response, HttpError> {
    let key: Uuid = key.parse().map_err(|_| HttpError::NotFound)?;
    let mut conn = state.pool.acquire().await?;
    let version = standard::shared(&mut conn, key).await?.ok_or(HttpError::NotFound)?;
    let mut all = readable(&mut conn, &who, &version.standard.id).await?;
    drop(conn);
    if all.is_empty() {
        all.push(version.clone());
    }
    page(&state, &who, version, all, Acts::default(), vec![], None).await
}

/// What a version that does not act yet will ask of the products that this person looks after; none when it acts, or never will.
async fn coming(state: &AppState, who: &SignedIn, version: &Version) -> Result<Option<Coming>, HttpError> {
    let (standard, today) = (&version.standard, calendar::day(state.now()));
    let ahead = |from: chrono::NaiveDate| from > today && standard.effective_until.is_none_or(|until| until > from);
    if !(standard.status.is_open() || standard.status.may_act() && standard.effective_from.is_some_and(ahead)) {
        return Ok(None);
    }
    let mut conn = state.pool.acquire().await?;
    let mut own = standard::own_products(&mut conn, version.place, who.actor.person, LISTED + 1, state.now()).await?;
    drop(conn);
    let most = usize::try_from(LISTED).unwrap_or(usize::MAX);
    let more = own.len() > most;
    own.truncate(most);
    if own.is_empty() {
        return Ok(Some(Coming::default()));
    }
    match of_products(state, version, &own).await {
        Ok(found) => Ok(Some(Coming { rows: found.impact.rows, judged: own.len(), more, fault: false })),
        Err(NotSimulated::Faults(_)) => Ok(Some(Coming { judged: own.len(), more, fault: true, ..Coming::default() })),
        Err(NotSimulated::Other(error)) => Err(error),
    }
}

pub async fn page(
    state: &AppState,
    who: &SignedIn,
    version: Version,
    all: Vec<Version>,
    acts: Acts,
    wrong: Vec<Violation>,
    done: Option<String>,
) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let now = state.now();
    let affected = standard::affected(&mut conn, version.id, who.actor.person, LISTED, now).await?;
    let waivers = standard::waivers(&mut conn, who.actor.person, Some(version.id), None, LISTED, now).await?;
    let comments = standard::comments(&mut conn, version.id).await?;
    let check_ins = standard::check_ins(&mut conn, version.id).await?;
    let mut changes = standard::changes(&mut conn, version.id, version.standard.version, LISTED).await?;
    let open = may(who, &version);
    let history = standard::history(&mut conn, version.id, open.keeps, LISTED).await?;
    drop(conn);
    // How a draft came about is for those who keep it; what changed under discussion is for everybody.
    changes.retain(|change| change.consulted || open.keeps);
    let tests = ran(Source::Rego(version.rego.clone()), version.standard.cases.clone()).await;
    let coming = Box::pin(coming(state, who, &version)).await?;
    let title = format!("{}{}", if wrong.is_empty() { "" } else { "Error: " }, version.standard.title);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = Shown {
        may: open,
        version,
        all,
        today: calendar::day(now),
        affected,
        coming,
        tests,
        changes,
        history,
        waivers,
        comments,
        check_ins,
        acts,
        wrong,
        done,
    };
    let csrf = who.csrf.clone();
    render::page(state, who, Section::Standards, &title, status, move || standard_page(&csrf, &shown)).await
}
