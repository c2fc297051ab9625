//! `GET /standards` and `GET /standards/waivers`.

use super::show::{main, may_read};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::{Line, List, list_page, waivers_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::authorisation::keeps_standard;
use domain::calendar;
use domain::organisation::Scope;
use rules::{Acting, Status};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::standard::{self, Filter, Version};

/// Waivers on one page.
const LISTED: i64 = 500;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    scope: String,
    status: String,
    done: String,
}

/// One version for each standard that the reader may read.
pub fn standing(all: Vec<Version>, who: &SignedIn, today: NaiveDate) -> Vec<Version> {
    let mut by_slug: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for version in all.into_iter().filter(|version| may_read(who, version)) {
        by_slug.entry(version.standard.id.clone()).or_default().push(version);
    }
    by_slug.values().filter_map(|versions| main(versions, today).cloned()).collect()
}

fn state_word(version: &Version, today: NaiveDate) -> &'static str {
    match (version.standard.status, version.standard.acts(today)) {
        (Status::Draft, _) => "draft",
        (Status::Consultation, _) => "consultation",
        (_, Acting::Grace | Acting::Whole) => "force",
        (Status::Retired | Status::Superseded, _) => "past",
        _ if version.standard.effective_from.is_some_and(|from| from > today) => "coming",
        _ => "past",
    }
}

pub async fn show(State(state): State<AppState>, who: SignedIn, Query(asked): Query<Asked>) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let today = calendar::day(state.now());
    let all = standard::versions(&mut conn, &Filter::default()).await?;
    let counts = standard::affected_counts(&mut conn, who.actor.person, state.now()).await?;
    drop(conn);
    let versions = standing(all, &who, today);
    let mut scopes: Vec<(String, String)> =
        versions.iter().map(|version| (version.standard.scope.to_string(), version.place_title.clone())).collect();
    scopes.sort();
    scopes.dedup();
    let keeps = !super::edit::kept_scopes(&state, &who).await?.is_empty();
    let fits = |version: &Version| {
        (asked.kind.is_empty() || version.standard.kind.as_str() == asked.kind)
            && (asked.scope.is_empty() || version.standard.scope.to_string() == asked.scope)
            && (asked.status.is_empty() || state_word(version, today) == asked.status)
    };
    let lines = versions.into_iter().filter(fits).map(|version| Line { affected: counts.get(&version.id).copied().unwrap_or(0), version }).collect();
    let done = (asked.done == "retired").then_some("The standard is retired.");
    let list = List { lines, today, kind: asked.kind, scope: asked.scope, status: asked.status, scopes, keeps, done };
    render::page(&state, &who, Section::Standards, "Standards", StatusCode::OK, move || list_page(&list)).await
}

pub async fn waivers(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let mut conn = state.pool.acquire().await?;
    let waivers = standard::waivers(&mut conn, who.actor.person, None, None, LISTED, state.now()).await?;
    drop(conn);
    let kept: Vec<Scope> = waivers.iter().map(|waiver| waiver.place).filter(|place| keeps_standard(&who.actor, *place)).collect();
    let csrf = who.csrf.clone();
    render::page(&state, &who, Section::Standards, "Waivers", StatusCode::OK, move || {
        waivers_page(&csrf, &waivers, |waiver| kept.contains(&waiver.place))
    })
    .await
}
