//! `GET /fitness/report`: how a sector, or all of them, stood at the end of a month or a quarter, against the day before it. It prints clean.

use super::asked::name;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::fitness::{Report, report_page};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Days;
use domain::calendar;
use domain::fitness::Period;
use serde::Deserialize;
use store::fitness::{self, Announcements, Asked, Within};
use store::quality;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    sector: String,
    period: String,
}

/// Products in each list, and announcements.
const LISTED: i64 = 20;
/// Periods to choose from, of each length.
const BACK: u32 = 8;

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let (now, reader) = (state.now(), who.actor.person);
    let today = calendar::day(now);
    let this_quarter = Period::quarter_of(today);
    // What has not begun is not reported on.
    let period = typed.period.trim().parse::<Period>().ok().filter(|period| period.first() <= today).unwrap_or(this_quarter);
    let until = period.last().min(today);
    let earlier = period.first().checked_sub_days(Days::new(1)).unwrap_or(until);
    let mut conn = state.pool.acquire().await?;
    let sectors: Vec<(String, String)> = quality::sectors(&mut conn).await?.into_iter().map(|(_, slug, title)| (slug, title)).collect();
    let sector = match name(&typed.sector) {
        Some(slug) => Some(sectors.iter().find(|(known, _)| *known == slug).cloned().ok_or(HttpError::NotFound)?),
        None => None,
    };
    let within = Within { sector: sector.as_ref().map(|(slug, _)| slug.clone()), ..Within::default() };
    let asked = Asked { reader, now, day: until, within: &within };
    let of = Announcements {
        sector: within.sector.as_deref(),
        product: None,
        from: Some(calendar::end_of(earlier)),
        until: Some(calendar::end_of(until)),
    };
    let report = Report {
        period,
        until,
        before: fitness::figures(&mut conn, Asked { day: earlier, ..asked }).await?,
        now: fitness::figures(&mut conn, asked).await?,
        improved: fitness::improved(&mut conn, asked, earlier, LISTED).await?,
        least: fitness::least_fit(&mut conn, asked, None, LISTED).await?,
        gains: fitness::gains(&mut conn, asked).await?,
        announcements: fitness::announcements(&mut conn, reader, of, LISTED, now).await?,
        periods: [this_quarter, Period::month_of(today)].into_iter().flat_map(|this| (0..BACK).map(move |back| this.back(back))).collect(),
        sector: sector.clone(),
        sectors,
    };
    drop(conn);
    let title = sector.map_or_else(|| "Fitness audit".to_owned(), |(_, title)| format!("Fitness audit – {title} sector"));
    render::page(&state, &who, Section::Products, &title, StatusCode::OK, move || report_page(&report)).await
}
