//! `GET /standards/{slug}/simulate` and the same as CSV: what a version would do to the products that its reader may know of.

use super::show::{main, may, readable};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::standards::narrower::looser_than;
use crate::standards::simulate::{NotSimulated, Simulated, simulate};
use crate::state::AppState;
use app::features::standard::{Simulation, simulate_page};
use app::shell::Section;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::authorise;
use domain::{Action, calendar};
use rules::Impact;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use store::catalogue;
use store::standard::{self, Filter, Version};
use uuid::Uuid;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<u32>,
    all: String,
    /// Of the address that was shared.
    key: Option<Uuid>,
}

/// The version that is asked for, or the newest. Whoever was sent the address of a draft opens what it would do, too.
pub async fn chosen(state: &AppState, who: &SignedIn, slug: &str, number: Option<u32>, key: Option<Uuid>) -> Result<Version, HttpError> {
    let mut conn = state.pool.acquire().await?;
    if let Some(key) = key {
        let shared = standard::shared(&mut conn, key).await?.filter(|version| version.standard.id == slug);
        return shared.ok_or(HttpError::NotFound);
    }
    let all = readable(&mut conn, who, slug).await?;
    let found = match number {
        Some(number) => all.iter().find(|version| version.standard.version == number),
        None => all.first().or_else(|| main(&all, calendar::day(state.now()))),
    };
    found.cloned().ok_or(HttpError::NotFound)
}

/// Leaves of whoever holds an agreement only what its reader may know: the agency is named to those who may open the agreement.
pub async fn as_it_may_be_read(state: &AppState, who: &SignedIn, impact: &mut Impact) -> Result<(), HttpError> {
    let asked: Vec<Uuid> = impact.rows.iter().filter_map(|row| row.agreement()?.parse().ok()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let found = standard::agreements_to(&mut *state.pool.acquire().await?, who.actor.person, &asked).await?;
    let open = found.into_iter().filter(|(_, holder, place)| authorise(&who.actor, Action::ReadAgreement { holder: *holder, place: *place }).is_ok());
    let open: BTreeSet<String> = open.map(|(id, ..)| id.to_string()).collect();
    for row in &mut impact.rows {
        if row.agreement().is_none_or(|id| !open.contains(id)) {
            row.holder = None;
        }
    }
    Ok(())
}

const fn nothing() -> Impact {
    Impact {
        all: rules::Counts { looked_at: 0, met: 0, violated: 0, cannot_tell: 0, newly_violated: 0, newly_met: 0 },
        by_agency: BTreeMap::new(),
        rows: Vec::new(),
    }
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let version = chosen(&state, &who, &slug, asked.version, asked.key).await?;
    let (simulated, faults) = match simulate(&state, &version, Some(who.actor.person)).await {
        Ok(simulated) => (Some(simulated), vec![]),
        Err(NotSimulated::Faults(faults)) => (None, faults),
        Err(NotSimulated::Other(error)) => return Err(error),
    };
    let empty = Simulated { impact: nothing(), against: None, products: 0, agreements: 0, requests: 0, milliseconds: 0, ids: BTreeMap::new() };
    let Simulated { mut impact, against, products, agreements, requests, milliseconds, .. } = simulated.unwrap_or(empty);
    as_it_may_be_read(&state, &who, &mut impact).await?;
    let mut conn = state.pool.acquire().await?;
    let names = catalogue::terms_names(&mut conn).await?;
    let keeps = may(&who, &version).keeps;
    let beneath = if keeps { standard::versions(&mut conn, &Filter::default()).await? } else { vec![] };
    drop(conn);
    let narrower = looser_than(&version, beneath, calendar::day(state.now())).await?;
    let number = version.standard.version;
    let key = asked.key.map(|key| format!("&key={key}")).unwrap_or_default();
    let simulation = Simulation {
        against: against.map(|other| (other.standard.version, other.standard.effective_from)),
        impact,
        products,
        agreements,
        requests,
        milliseconds,
        at: state.now(),
        all: !asked.all.is_empty(),
        keeps,
        narrower,
        faults,
        agencies: names.agencies.into_iter().collect(),
        here: format!("/standards/{}/simulate?version={number}{key}", version.standard.id),
        table: format!("/standards/{}/simulate.csv?version={number}{key}", version.standard.id),
        back: if key.is_empty() {
            format!("/standards/{}/{number}", version.standard.id)
        } else {
            format!("/standards/shared/{}", version.share_key)
        },
        version,
    };
    let title = format!("What version {number} would do – {}", simulation.version.standard.title);
    render::page(&state, &who, Section::Standards, &title, StatusCode::OK, move || simulate_page(&simulation)).await
}

pub async fn csv(State(state): State<AppState>, who: SignedIn, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let version = chosen(&state, &who, &slug, asked.version, asked.key).await?;
    let mut simulated = match simulate(&state, &version, Some(who.actor.person)).await {
        Ok(simulated) => simulated,
        Err(NotSimulated::Faults(faults)) => return Err(HttpError::Malformed(faults.join("; "))),
        Err(NotSimulated::Other(error)) => return Err(error),
    };
    as_it_may_be_read(&state, &who, &mut simulated.impact).await?;
    let name = format!("attachment; filename=\"{}-{}.csv\"", version.standard.id, version.standard.version);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, simulated.impact.csv()).into_response())
}
