//! `GET /standards/calendar`: what standards, waivers and working groups have ahead.

use super::show::{main, may_read};
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::standard::{Entry, Turn, calendar_page};
use app::shell::Section;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::calendar;
use domain::id::StandardId;
use std::collections::BTreeMap;
use store::standard::{self, Filter, Version};

/// Waivers, and check-ins, on the page.
const LISTED: i64 = 500;

/// The days of a version that are still to come.
fn turns(version: &Version, today: NaiveDate) -> Vec<(NaiveDate, Turn)> {
    let standard = &version.standard;
    let (from, until) = (standard.effective_from, standard.effective_until);
    // One that was superseded before its first day never acts.
    if !standard.status.may_act() || until.is_some_and(|until| from.is_none_or(|from| until <= from)) {
        return vec![];
    }
    let grace = standard.grace_ends().filter(|ends| from.is_some_and(|from| *ends > from) && until.is_none_or(|until| *ends < until));
    let all = [(from, Turn::Begins), (grace, Turn::GraceEnds), (until, Turn::Ends)];
    all.into_iter().filter_map(|(day, turn)| Some((day.filter(|day| *day >= today)?, turn))).collect()
}

pub async fn show(State(state): State<AppState>, who: SignedIn) -> Result<Response, HttpError> {
    let today = calendar::day(state.now());
    let mut conn = state.pool.acquire().await?;
    let all = standard::versions(&mut conn, &Filter::default()).await?;
    let waivers = standard::waivers(&mut conn, who.actor.person, None, None, LISTED, state.now()).await?;
    let check_ins = standard::coming_check_ins(&mut conn, today, LISTED).await?;
    drop(conn);
    let mut known: BTreeMap<StandardId, Vec<Version>> = BTreeMap::new();
    for version in all.into_iter().filter(|version| may_read(&who, version)) {
        known.entry(version.id).or_default().push(version);
    }
    let mut entries: Vec<Entry> = vec![];
    for version in known.values().flatten() {
        let standard = &version.standard;
        let page = format!("/standards/{}/{}", standard.id, standard.version);
        let of = |(day, turn)| Entry { day, title: standard.title.clone(), page: page.clone(), turn, place: version.place_title.clone() };
        entries.extend(turns(version, today).into_iter().map(of));
    }
    // What is about the standard as a whole stands under the version that stands for it.
    let about = |id: StandardId, day: NaiveDate, turn: Turn| {
        let version = main(known.get(&id)?, today)?;
        let page = format!("/standards/{}", version.standard.id);
        Some(Entry { day, title: version.standard.title.clone(), page, turn, place: version.place_title.clone() })
    };
    let ahead = waivers.into_iter().filter(|waiver| waiver.ended_at.is_none() && waiver.until >= today);
    entries.extend(ahead.filter_map(|one| about(one.standard, one.until, Turn::WaiverEnds(one.product_title, one.product_address))));
    entries.extend(check_ins.into_iter().filter_map(|(id, held_on, agenda)| about(id, held_on, Turn::CheckIn(agenda))));
    entries.sort();
    render::page(&state, &who, Section::Standards, "Calendar of standards", StatusCode::OK, move || calendar_page(&entries)).await
}
