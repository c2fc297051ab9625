//! `GET /audit/report`: who read what in a sector or a domain, for its security officer and for auditors; each of its tables as CSV at
//! `/audit/report.csv`.

use super::list::begins;
use crate::http::csv::quoted;
use crate::http::error::HttpError;
use crate::http::render;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use app::features::audit::{CUT, Cell, Report, ReportAsked, ReportTable, report_page, report_tables};
use app::shell::Section;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use domain::access::WorkingDays;
use domain::access_review::ReviewState;
use domain::audit::report::{anomalies, role_due};
use domain::authorisation::authorise;
use domain::{Action, Month, calendar};
use serde::Deserialize;
use store::audit::{self, REPORT_LINES, Surveyed};

/// Days that a report covers at most.
const MOST_DAYS: u64 = 366;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    area: String,
    /// A whole month, instead of days: `2026-11`.
    month: String,
    from: String,
    until: String,
    table: String,
}

/// First and last day. What is no day is left out rather than refused: then it is the month so far. Days in the wrong order are turned round.
fn period(typed: &Typed, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let day = |text: &str| text.trim().parse::<NaiveDate>().ok().filter(|day| (2000..2200).contains(&day.year()));
    if let Ok(month) = typed.month.trim().parse::<Month>() {
        let last = calendar::day(month.next().begins()).pred_opt().unwrap_or_default();
        return (calendar::day(month.begins()), last);
    }
    let until = day(&typed.until).unwrap_or_else(|| calendar::day(now));
    let from = day(&typed.from).unwrap_or_else(|| until.with_day(1).unwrap_or(until));
    let (from, until) = if from <= until { (from, until) } else { (until, from) };
    (from.max(until.checked_sub_days(Days::new(MOST_DAYS - 1)).unwrap_or(from)), until)
}

/// As many lines as a table holds; where there are more, the table is one that says so.
fn short<T>(mut lines: Vec<T>, table: &'static str, cut: &mut Vec<&'static str>) -> Vec<T> {
    if lines.len() > REPORT_LINES {
        lines.truncate(REPORT_LINES);
        cut.push(table);
    }
    lines
}

pub(super) async fn read(state: &AppState, who: &SignedIn, typed: &Typed) -> Result<Report, HttpError> {
    authorise(&who.actor, Action::ReadAudit)?;
    let now = state.now();
    let mut conn = state.pool.acquire().await?;
    let mut areas = audit::report_areas(&mut conn).await?;
    areas.retain(|area| authorise(&who.actor, Action::ReadAuditReport { sector: area.sector }).is_ok());
    let choices = areas.iter().map(|area| (area.words.clone(), area.title.clone())).collect();
    let (from, until) = period(typed, now);
    let wanted = typed.area.trim();
    // The first that may be read, when none is named; what may not be read is not there.
    let area = areas.into_iter().find(|area| wanted.is_empty() || area.words == wanted).ok_or(HttpError::NotFound)?;
    let surveyed = Surveyed { domains: area.domains, from: begins(from), until: calendar::end_of(until) };
    let holidays = store::access::holidays(&mut conn).await?;
    let days = WorkingDays::new(&holidays);
    let mut cut = vec![];
    let decisions = short(audit::decisions(&mut conn, &surveyed).await?, "decisions", &mut cut);
    let roles = short(audit::roles_held(&mut conn, &surveyed.domains, now).await?, "roles", &mut cut);
    let reads = short(audit::personal_reads(&mut conn, &surveyed).await?, "reads", &mut cut);
    let waivers = short(audit::standing_waivers(&mut conn, &surveyed.domains, now).await?, "waivers", &mut cut);
    let reviews = short(audit::held_reviews(&mut conn, &surveyed, now).await?, "reviews", &mut cut);
    let period = from..=until;
    let mut found = vec![];
    for reader in audit::reader_acts(&mut conn, &surveyed).await? {
        found.extend(anomalies(&reader.acts, &period, &holidays).into_iter().map(|one| (reader.reader.clone(), one)));
    }
    found.sort_by_key(|(_, one)| std::cmp::Reverse(one.day));
    Ok(Report {
        asked: ReportAsked { area: area.words, from, until },
        areas: choices,
        title: area.title,
        reads,
        decisions: decisions
            .into_iter()
            .map(|one| {
                let took = days.between(one.submitted_at, one.decided_at, &one.pauses);
                (one, took)
            })
            .collect(),
        waivers,
        roles: roles.into_iter().filter_map(|role| role_due(role.granted_at, role.until, role.disabled, now).map(|why| (role, why))).collect(),
        reviews: reviews.into_iter().map(|one| (ReviewState::on(calendar::day(now), one.due_on, one.done_at.is_some()), one)).collect(),
        anomalies: found,
        cut,
    })
}

pub async fn page(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &typed).await?;
    let title = format!("Who read what: {}", report.title);
    render::page(&state, &who, Section::Audit, &title, StatusCode::OK, move || report_page(&report)).await
}

pub async fn csv(State(state): State<AppState>, who: SignedIn, Query(typed): Query<Typed>) -> Result<Response, HttpError> {
    let report = read(&state, &who, &typed).await?;
    let table = report_tables(&report).into_iter().find(|table| table.word == typed.table).ok_or(HttpError::NotFound)?;
    let text = lines(&table);
    let name = format!("attachment; filename=\"{}-{}-{}.csv\"", table.word, report.asked.from, report.asked.until);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// A table that is cut ends in a line that says so, whoever is sent the file.
fn lines(table: &ReportTable) -> String {
    let line = |cells: Vec<&str>| cells.into_iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
    let mut text = line(table.heads.to_vec());
    text.extend(table.rows.iter().map(|row| line(row.iter().map(|cell: &Cell| cell.text.as_str()).collect())));
    if table.cut {
        text.push_str(&line(vec![CUT]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_cut_says_so_in_its_download() {
        let mut cut = vec![];
        assert_eq!(short(vec![0; REPORT_LINES], "reads", &mut cut).len(), REPORT_LINES);
        assert_eq!((short(vec![0; REPORT_LINES + 1], "waivers", &mut cut).len(), &cut), (REPORT_LINES, &vec!["waivers"]));
        let tables = report_tables(&Report { cut, ..Report::default() });
        for table in tables {
            assert_eq!((table.cut, lines(&table).contains("There is more than is here")), (table.word == "waivers", table.word == "waivers"));
        }
    }

    #[test]
    fn a_report_is_of_the_month_so_far_unless_days_are_named() {
        let days = |month: &str, from: &str, until: &str| {
            let typed = Typed { month: month.into(), from: from.into(), until: until.into(), ..Typed::default() };
            let (from, until) = period(&typed, "2026-11-23T16:00:00Z".parse().unwrap());
            format!("{from} {until}")
        };
        assert_eq!(days("", "", ""), "2026-11-01 2026-11-24");
        assert_eq!(days("2026-02", "2026-05-01", ""), "2026-02-01 2026-02-28");
        assert_eq!(days("no", "2026-10-05", "2026-10-01"), "2026-10-01 2026-10-05");
        assert_eq!(days("", "2001-01-01", "2026-10-01"), "2025-10-01 2026-10-01");
        assert_eq!(days("", "99999-01-01", "never"), "2026-11-01 2026-11-24");
    }
}
