//! One product: each check with how it stands, what was seen and what to do; and in a line on the product's own page.

use super::announce::one;
use super::plots::{over_time, six_bars};
use super::words::{percent, scores_finding, trend_finding};
use crate::ui::{breadcrumbs, data_table, day, empty_state, status_tag};
use domain::calendar;
use domain::fitness::Characteristic;
use leptos::prelude::*;
use rules::fitness::{Assessed, Checked, State};
use store::catalogue::ProductView;
use store::fitness::{AnnouncementLine, TrendPoint};

/// Things seen that are listed of one check; how many more there are is said.
const LISTED: usize = 8;

#[derive(Debug, Clone)]
pub struct ProductFitness {
    pub product: ProductView,
    /// As it stands now; none while nothing can be checked.
    pub assessed: Option<Assessed>,
    pub trend: Vec<TrendPoint>,
    pub announcements: Vec<AnnouncementLine>,
    /// Its reader may do what checks ask for.
    pub keeps: bool,
}

/// For the product's own page: the score with a link, and what it was honoured for.
pub fn fitness_line(address: &str, score: Option<f64>, honours: &[AnnouncementLine]) -> AnyView {
    let marks = honours
        .iter()
        .filter_map(|line| {
            let award = line.award?;
            Some(view! { <span class="tag">{format!("★ {}, {} sector, ", award.label(), line.sector_title)}{day(calendar::day(line.at))}</span>" " })
        })
        .collect_view();
    let said = score.map_or_else(|| "How fit it is".to_owned(), |score| format!("Fitness {}", percent(score)));
    view! { <p>{marks}<a href=format!("/products/{address}/fitness")>{format!("{said}: each check, and what to do")}</a></p> }.into_any()
}

pub fn product_fitness_page(page: &ProductFitness) -> AnyView {
    let address = &page.product.address;
    let body = match &page.assessed {
        Some(assessed) => checked(page, assessed),
        None => empty_state("Nothing can be checked yet.", "The product has no terms, so nobody could be given it.", ().into_any()).into_any(),
    };
    view! {
        {breadcrumbs(vec![(format!("/products/{address}"), page.product.title.clone()), ("/fitness".to_owned(), "Fitness of data products".to_owned())])}
        <h1>{format!("Fitness of {}", page.product.title)}</h1>
        {page.announcements.iter().map(one).collect_view()}
        {body}
    }
    .into_any()
}

fn checked(page: &ProductFitness, assessed: &Assessed) -> AnyView {
    let address = &page.product.address;
    let mut open: Vec<(&Checked, f64)> = assessed.open().collect();
    open.sort_by(|(one, gain), (other, gains)| gains.total_cmp(gain).then_with(|| one.check.code.cmp(&other.check.code)));
    let rows: Vec<Vec<AnyView>> = open
        .iter()
        .map(|(one, gain)| {
            let what = if page.keeps {
                view! { <a href=one.check.mends.path(address)>{one.check.mend.clone()}</a> }.into_any()
            } else {
                one.check.mend.clone().into_any()
            };
            vec![what, evidence(one), one.check.characteristic.label().into_any(), format!("+ {:.1} points", gain * 100.0).into_any()]
        })
        .collect();
    let next = if rows.is_empty() {
        empty_state("Every check is met.", "There is nothing to gain.", ().into_any()).into_any()
    } else {
        data_table("Checks that are not met, what gains most first", &["What to do", "Why", "Characteristic", "It would gain"], rows).into_any()
    };
    let each = Characteristic::ALL
        .iter()
        .zip(assessed.scores.each)
        .map(|(of, score)| {
            let rows = assessed.checked.iter().filter(|one| one.check.characteristic == *of).map(row).collect();
            let heads = ["Check", "State", "What was seen", "Weight"];
            view! { <h2>{format!("{}: {}", of.label(), percent(score))}</h2><p class="muted">{of.help()}</p>{data_table(&format!("Checks of “{}”", of.label()), &heads, rows)} }
        })
        .collect_view();
    view! {
        <section aria-labelledby="six"><h2 id="six">{scores_finding(&assessed.scores)}</h2>{six_bars(&assessed.scores)}</section>
        <section aria-labelledby="next"><h2 id="next">"What to do next for the most gain"</h2>{next}</section>
        <section aria-labelledby="over-time"><h2 id="over-time">{trend_finding(&page.trend)}</h2>{over_time(&page.trend, false)}</section>
        {each}
    }
    .into_any()
}

fn row(one: &Checked) -> Vec<AnyView> {
    let mark = match one.state {
        State::Met => "✓ ",
        State::Unmet => "✗ ",
        State::CannotTell => "? ",
        State::NotApplicable => "– ",
    };
    let state = status_tag(&format!("{mark}{}", one.state.label()));
    vec![one.check.title.clone().into_any(), state.into_any(), evidence(one), one.check.weight.to_string().into_any()]
}

/// What was seen, in a list when it is more than one thing.
fn evidence(one: &Checked) -> AnyView {
    let cannot = (one.state == State::CannotTell).then_some("It cannot be told, and counts as not met: ");
    match &one.evidence[..] {
        [] => "–".into_any(),
        [only] => view! { {cannot}{only.message.clone()} }.into_any(),
        all => {
            let items = all.iter().take(LISTED).map(|seen| view! { <li>{seen.message.clone()}</li> }).collect_view();
            let more = (all.len() > LISTED).then(|| view! { <li>{format!("and {} more", all.len() - LISTED)}</li> });
            view! { {cannot}<ul>{items}{more}</ul> }.into_any()
        }
    }
}
