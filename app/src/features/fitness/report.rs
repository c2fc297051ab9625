//! The periodic audit of fitness, of one sector or of all, for paper.

use super::announce::{improved_table, one};
use super::dashboard::means_table;
use super::plots::six_bars;
use super::words::{change, percent, scores_finding};
use crate::ui::{breadcrumbs, count, data_table, day, empty_state, select_field};
use chrono::NaiveDate;
use domain::fitness::Period;
use leptos::prelude::*;
use rules::fitness::check;
use store::fitness::{AnnouncementLine, Figures, Gain, Improved, Mean, ProductLine};

#[derive(Debug, Clone)]
pub struct Report {
    /// Short name and title; none for all sectors.
    pub sector: Option<(String, String)>,
    pub period: Period,
    /// Its last day, or today while it runs.
    pub until: NaiveDate,
    pub before: Figures,
    pub now: Figures,
    pub improved: Vec<Improved>,
    pub least: Vec<ProductLine>,
    pub gains: Vec<Gain>,
    pub announcements: Vec<AnnouncementLine>,
    /// To choose from: short names and titles.
    pub sectors: Vec<(String, String)>,
    pub periods: Vec<Period>,
}

/// Checks that a report names.
const NAMED: usize = 10;

pub fn report_page(report: &Report) -> AnyView {
    let of = report.sector.as_ref().map_or_else(|| "all sectors".to_owned(), |(_, title)| format!("the {title} sector"));
    let body = match &report.now.whole {
        Some(now) => figures(report, now),
        None => empty_state("Nothing is known of this period.", "Products have been looked at since a later day.", ().into_any()).into_any(),
    };
    let running = if report.until < report.period.last() { ", which still runs" } else { "" };
    view! {
        {breadcrumbs(vec![("/fitness".to_owned(), "Fitness of data products".to_owned())])}
        <h1>{format!("Fitness audit of {of}")}</h1>
        <p class="lead">{format!("{}{running}. As of the end of ", report.period.label())}{day(report.until)}"."</p>
        {body}
        {chooser(report)}
    }
    .into_any()
}

fn figures(report: &Report, now: &Mean) -> AnyView {
    let before = report.before.whole.as_ref();
    let mut rows: Vec<Vec<AnyView>> = vec![compared("On the whole", before.map(|before| before.scores.overall), now.scores.overall)];
    rows.extend(
        now.scores
            .by_characteristic()
            .enumerate()
            .map(|(at, (of, score))| compared(of.label(), before.and_then(|before| before.scores.each.get(at).copied()), score)),
    );
    let places =
        [("sector", "Sectors", &report.now.sectors), ("agency", "Agencies", &report.now.agencies), ("domain", "Domains", &report.now.domains)]
            .into_iter()
            .filter(|(name, _, means)| !means.is_empty() && (report.sector.is_none() || *name != "sector"))
            .map(|(name, caption, means)| view! { <h2>{caption}</h2>{means_table(name, caption, means)} })
            .collect_view();
    let announced = (!report.announcements.is_empty())
        .then(|| view! { <h2>"Announced in this period"</h2>{report.announcements.iter().map(one).collect_view()} });
    view! {
        <h2>{scores_finding(&now.scores)}</h2>
        <p>{format!("The mean of {} products that you may know of.", count(now.products))}</p>
        {six_bars(&now.scores)}
        {data_table("Against the day before this period", &["Characteristic", "Before", "Now", "Change"], rows)}
        {places}
        {improved_table("Most improved in this period", &report.improved)}
        {open_checks(&report.gains)}
        {least(&report.least)}
        {announced}
    }
    .into_any()
}

fn compared(of: &'static str, before: Option<f64>, now: f64) -> Vec<AnyView> {
    let (then, how) = before.map_or_else(|| ("not known".to_owned(), "–".to_owned()), |before| (percent(before), change(before, now)));
    vec![of.into_any(), then.into_any(), percent(now).into_any(), how.into_any()]
}

fn open_checks(gains: &[Gain]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = gains
        .iter()
        .filter_map(|gain| Some((gain, check(&gain.code)?)))
        .take(NAMED)
        .map(|(gain, check)| {
            vec![
                check.title.clone().into_any(),
                check.characteristic.label().into_any(),
                count(gain.products).into_any(),
                check.mend.clone().into_any(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return view! { <h2>"Checks that are not met"</h2><p>"Every check is met."</p> }.into_any();
    }
    view! { <h2>"Checks that are not met"</h2>{data_table("What gains most first", &["Check", "Characteristic", "Products", "What to do"], rows)} }
        .into_any()
}

fn least(lines: &[ProductLine]) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/fitness", line.address)>{line.title.clone()}</a> }.into_any(),
                line.domain.clone().into_any(),
                percent(line.scores.overall).into_any(),
                line.unmet.len().to_string().into_any(),
            ]
        })
        .collect();
    view! { <h2>"The least fit products"</h2>{data_table("Products, the least fit first", &["Product", "Domain", "On the whole", "Checks not met"], rows)} }
        .into_any()
}

/// Another sector, another period; not on paper.
fn chooser(report: &Report) -> AnyView {
    let periods: Vec<(String, String)> = report.periods.iter().map(|period| (period.to_string(), period.label())).collect();
    let sector = report.sector.as_ref().map(|(slug, _)| slug.clone()).unwrap_or_default();
    view! {
        <form method="get" action="/fitness/report" class="narrow no-print" aria-label="Another report">
            {select_field("sector", "Sector", "None for all sectors.", &report.sectors, &sector, &[])}
            {select_field("period", "Month or quarter", "", &periods, &report.period.to_string(), &[])}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
    }
    .into_any()
}
