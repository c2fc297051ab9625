//! Plots of the figures, each with its table.

use super::words::{agencies_finding, days, days_or_not_yet, finding, funnel_finding, products_finding, whole};
use crate::ui::{data_table, plot_with_table};
use charts::{Bar, Bars, Point, Trend, Words, bars, trend};
use domain::Month;
use domain::access::{Figures, Funnel, ProductFigures, Quartiles, WorkingTime};
use domain::calendar::WORKING_DAYS_TO_SHARE;
use leptos::prelude::*;

/// Bars that a plot shows; the table has all.
const BARS: usize = 12;
/// Products at either end that are shown.
pub const ENDS: usize = 5;
/// Requests that a product needs to be compared: read, or on their way.
pub const ENOUGH: usize = 3;

const HEADS: [&str; 7] =
    ["Submitted", "Read", "On their way", "of them late", "A quarter read within", "Half read within", "Three quarters read within"];

fn target() -> (f64, String) {
    (WorkingTime::TARGET.days(), format!("Target: {WORKING_DAYS_TO_SHARE}"))
}

/// One row of a table: who it is about, then the figures.
fn row(about: AnyView, figures: &Figures) -> Vec<AnyView> {
    let Figures { funnel, lead, running, late, .. } = figures;
    let asked = running + funnel.read > 0;
    let time = |time: Option<WorkingTime>| if asked { days_or_not_yet(time) } else { "–".to_owned() };
    let late_class = if *late > 0 { "deadline-late" } else { "" };
    vec![
        about,
        whole(funnel.submitted).into_any(),
        whole(funnel.read).into_any(),
        whole(*running).into_any(),
        view! { <span class=late_class>{whole(*late)}</span> }.into_any(),
        time(lead.lower).into_any(),
        time(lead.median).into_any(),
        time(lead.upper).into_any(),
    ]
}

fn table(caption: &str, first: &str, rows: Vec<Vec<AnyView>>) -> AnyView {
    let heads: Vec<&str> = std::iter::once(first).chain(HEADS).collect();
    data_table(caption, &heads, rows).into_any()
}

fn point((month, figures): &(Month, Figures)) -> Point {
    let Quartiles { lower, median, upper } = figures.lead;
    let [lower, middle, upper] = [lower, median, upper].map(|time| time.map(WorkingTime::days));
    Point { label: month.short(), lower, middle, upper }
}

/// The median of each month with its quartiles, against the target.
pub fn by_month(all: &Figures, months: &[(Month, Figures)]) -> AnyView {
    let rows = months.iter().map(|(month, figures)| row(month.label().into_any(), figures)).collect();
    plot_with_table(line("plot-months", all, months, false), table("By month of submission, in working days", "Month", rows)).into_any()
}

/// The same in short.
pub fn lately(all: &Figures, months: &[(Month, Figures)]) -> AnyView {
    // The month, how many were read, and what is drawn.
    let short = |(month, figures): &(Month, Figures)| {
        row(month.label().into_any(), figures)
            .into_iter()
            .enumerate()
            .filter(|(index, _)| [0, 2, 5, 6, 7].contains(index))
            .map(|(_, cell)| cell)
            .collect()
    };
    let heads = ["Month", HEADS[1], HEADS[4], HEADS[5], HEADS[6]];
    let table = data_table("By month of submission, in working days", &heads, months.iter().map(short).collect());
    plot_with_table(line("plot-now", all, months, true), table.into_any()).into_any()
}

fn line(id: &str, all: &Figures, months: &[(Month, Figures)], small: bool) -> String {
    let (target, target_label) = target();
    let plot = Trend { points: months.iter().map(point).collect(), unit: "Working days".into(), target, target_label, small };
    let description = "Line: working days within which half of a month’s requests were read. Band: from a quarter to three quarters of them; \
                       it leaves the plot at the top where three quarters are not read yet. The straight line is the target.";
    let title = finding(all);
    trend(Words { id, title: &title, description }, &plot)
}

fn lead_bar(label: &str, figures: &Figures) -> Bar {
    let median = figures.lead.median;
    let late = if median.is_some_and(|time| !time.within_target()) { ", beyond the target" } else { "" };
    Bar { label: label.to_owned(), value: median.map(WorkingTime::days), said: days_or_not_yet(median) + late }
}

/// The slowest first; those of whom half is not read yet come last.
pub fn by_agency(agencies: &[(String, Figures)]) -> AnyView {
    let mut sorted: Vec<&(String, Figures)> = agencies.iter().collect();
    sorted.sort_by_key(|(_, figures)| (figures.lead.median.is_none(), std::cmp::Reverse(figures.lead.median)));
    let plot = Bars { bars: sorted.iter().take(BARS).map(|(name, figures)| lead_bar(name, figures)).collect(), target: Some(target()) };
    let title = agencies_finding(agencies);
    let description = "Bars: working days within which half of the requests for an agency’s products were read, the slowest first.";
    let rows = sorted.iter().map(|(name, figures)| row(name.clone().into_any(), figures)).collect();
    let svg = bars(Words { id: "plot-agencies", title: &title, description }, &plot);
    plot_with_table(svg, table("By agency that shares, in working days", "Agency", rows)).into_any()
}

/// Products that can be compared, quickest first: those at either end when there are many.
pub fn ends(products: &[ProductFigures]) -> Vec<&ProductFigures> {
    let enough = |product: &&ProductFigures| product.figures.funnel.read + product.figures.running >= ENOUGH && product.figures.lead.median.is_some();
    let mut known: Vec<&ProductFigures> = products.iter().filter(enough).collect();
    known.sort_by_key(|product| product.figures.lead.median);
    if known.len() > 2 * ENDS {
        known.drain(ENDS..known.len() - ENDS);
    }
    known
}

pub fn by_product(ends: &[&ProductFigures]) -> AnyView {
    let plot = Bars { bars: ends.iter().map(|product| lead_bar(&product.title, &product.figures)).collect(), target: Some(target()) };
    let title = products_finding(ends);
    let description = "Bars: working days within which half of the requests for a product were read, the quickest first.";
    let link = |product: &ProductFigures| view! { <a href=format!("/products/{}", product.address)>{product.title.clone()}</a> }.into_any();
    let rows = ends.iter().map(|product| row(link(product), &product.figures)).collect();
    let svg = bars(Words { id: "plot-products", title: &title, description }, &plot);
    plot_with_table(svg, table("The quickest and the slowest products, in working days", "Product", rows)).into_any()
}

/// How far requests came.
pub fn funnel(figures: &Figures) -> AnyView {
    let Funnel { submitted, decided, approved, granted, read, .. } = figures.funnel;
    let steps = [("Submitted", submitted), ("Decided", decided), ("Approved", approved), ("Granted at the source", granted), ("Read", read)];
    let share = |n: usize| (n * 100 + submitted / 2).checked_div(submitted).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "no more requests than a float can count")]
    let bar = |(name, n): &(&str, usize)| Bar { label: (*name).to_owned(), value: Some(*n as f64), said: format!("{} ({}%)", whole(*n), share(*n)) };
    let title = funnel_finding(&figures.funnel);
    let plot = Bars { bars: steps.iter().map(bar).collect(), target: None };
    let svg = bars(Words { id: "plot-funnel", title: &title, description: "Bars: how many requests came as far as each step." }, &plot);
    let rows = steps.iter().map(|(name, n)| vec![(*name).into_any(), whole(*n).into_any(), format!("{}%", share(*n)).into_any()]).collect();
    let withdrawn =
        (figures.funnel.withdrawn > 0).then(|| format!("{} withdrawn by their requesters before a decision. ", whole(figures.funnel.withdrawn)));
    let decision = figures.decision.median.map(|time| format!("Half of the decisions took at most {} working days.", days(time)));
    let beside = view! {
        {data_table("How far requests came", &["Step", "Requests", "Share"], rows)}
        <p class="muted">{withdrawn}{decision}</p>
    };
    plot_with_table(svg, beside.into_any()).into_any()
}
