//! `/fitness`: how fit products are together, over time and by place; who is least fit; and what to do next for the most gain.

use super::announce::announced;
use super::plots::{over_time, score_cells, score_heads, six_bars};
use super::words::{scores_finding, trend_finding};
use crate::ui::{breadcrumbs, count, data_table, empty_state, query_string};
use domain::fitness::Over;
use leptos::prelude::*;
use rules::fitness::{Check, check};
use store::fitness::{AnnouncementLine, Figures, Gain, Mean, ProductLine, TrendPoint, Within};

/// What is looked at, as the URL says it.
#[derive(Debug, Clone)]
pub struct View {
    pub within: Within,
    pub over: Over,
    /// Products that do not meet this one alone.
    pub check: Option<&'static Check>,
}

impl View {
    fn query(&self, check: Option<&str>, over: Over) -> String {
        let text = |name: &Option<String>| name.clone().unwrap_or_default();
        let (sector, agency, domain) = (text(&self.within.sector), text(&self.within.agency), text(&self.within.domain));
        let over = if over == Over::Weeks { "" } else { over.as_str() };
        query_string(&[("sector", &sector), ("agency", &agency), ("domain", &domain), ("over", over), ("check", check.unwrap_or_default())])
    }

    fn url(&self, check: Option<&str>, over: Over) -> String {
        format!("/fitness?{}", self.query(check, over))
    }

    /// What is looked at in words: its title when something is known of it.
    fn place(&self, figures: &Figures) -> Option<String> {
        let of = |slug: &Option<String>, means: &[Mean], what: &str| {
            slug.as_ref()
                .map(|slug| format!("{}{what}", means.iter().find(|mean| mean.slug == *slug).map_or(slug.as_str(), |mean| mean.title.as_str())))
        };
        let places = [
            of(&self.within.domain, &figures.domains, " domain"),
            of(&self.within.agency, &figures.agencies, ""),
            of(&self.within.sector, &figures.sectors, " sector"),
        ];
        let said: Vec<String> = places.into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

/// Everything that the page shows.
#[derive(Debug, Clone)]
pub struct Dashboard {
    pub view: View,
    pub figures: Figures,
    pub trend: Vec<TrendPoint>,
    pub least: Vec<ProductLine>,
    pub gains: Vec<Gain>,
    pub announcements: Vec<AnnouncementLine>,
    /// Short names and titles of sectors for which the reader may announce.
    pub announces: Vec<(String, String)>,
}

pub fn dashboard_page(csrf: &str, page: &Dashboard) -> AnyView {
    let place = page.view.place(&page.figures);
    let up = place.is_some().then(|| breadcrumbs(vec![("/fitness".to_owned(), "Fitness of data products".to_owned())]));
    let heading = place.map_or_else(|| "Fitness of data products".to_owned(), |place| format!("Fitness of data products: {place}"));
    let body = if let Some(whole) = &page.figures.whole {
        known(page, whole)
    } else {
        let all = view! { <a href="/fitness">"Show all products"</a> }.into_any();
        let text =
            "When products are published here, the checks of the six characteristics are run on each of them every night and after each change.";
        empty_state("Nothing is known of products here.", text, all).into_any()
    };
    let announce = page
        .announces
        .iter()
        .map(|(slug, title)| view! { <p><a class="button button-secondary" href=format!("/fitness/announce/{slug}")>{format!("Announce something for the {title} sector")}</a></p> })
        .collect_view();
    view! {
        {up}
        <h1>{heading}</h1>
        <p class="lead">"Six characteristics that every data product should have, each counted by checks that run on all of them alike."</p>
        {announced(csrf, &page.announcements, &page.announces)}
        {announce}
        {body}
    }
    .into_any()
}

fn known(page: &Dashboard, whole: &Mean) -> AnyView {
    let view = &page.view;
    let other = if view.over == Over::Weeks { Over::Months } else { Over::Weeks };
    let report = view
        .within
        .sector
        .as_ref()
        .map_or_else(|| "/fitness/report".to_owned(), |slug| format!("/fitness/report?{}", query_string(&[("sector", slug)])));
    let tables =
        [("sector", "Sectors", &page.figures.sectors), ("agency", "Agencies", &page.figures.agencies), ("domain", "Domains", &page.figures.domains)]
            .into_iter()
            // What has but one row says what stands above it.
            .filter(|(_, _, means)| means.len() > 1)
            .map(|(name, caption, means)| view! { <h2>{caption}</h2>{means_table(name, caption, means)} })
            .collect_view();
    let products = if whole.products == 1 { "1 product".to_owned() } else { format!("{} products", count(whole.products)) };
    view! {
        <section aria-labelledby="six">
            <h2 id="six">{scores_finding(&whole.scores)}</h2>
            <p class="muted">{format!("The mean of {products} that you may know of.")}</p>
            {six_bars(&whole.scores)}
        </section>
        <section aria-labelledby="over-time">
            <h2 id="over-time">{trend_finding(&page.trend)}</h2>
            {over_time(&page.trend, true)}
            <p><a href=view.url(None, other)>{format!("Show {}", other.label().to_lowercase())}</a></p>
        </section>
        <section aria-labelledby="next">
            <h2 id="next">"What to do next for the most gain"</h2>
            {gains_table(view, whole, &page.gains)}
        </section>
        <section aria-labelledby="least">
            {least_fit(view, &page.least)}
        </section>
        {tables}
        {method()}
        <p class="actions"><a href=report>"The report of this quarter, to print"</a>" · "<a href=format!("/fitness.csv?{}", view.query(None, view.over))>"Download as CSV"</a></p>
    }
    .into_any()
}

/// Places, the least fit first.
pub fn means_table(name: &str, caption: &str, means: &[Mean]) -> AnyView {
    let rows = means
        .iter()
        .map(|mean| {
            let link = view! { <a href=format!("/fitness?{}", query_string(&[(name, &mean.slug)]))>{mean.title.clone()}</a> };
            let mut row = vec![link.into_any(), count(mean.products).into_any()];
            row.extend(score_cells(&mean.scores));
            row
        })
        .collect();
    let heads: Vec<&str> = ["Name", "Products"].into_iter().chain(score_heads()).collect();
    data_table(&format!("{caption}, the least fit first"), &heads, rows).into_any()
}

#[expect(clippy::cast_precision_loss, reason = "no more products than a float can count")]
fn gains_table(view: &View, whole: &Mean, gains: &[Gain]) -> AnyView {
    // A check that is not run any more has nothing to say.
    let rows: Vec<Vec<AnyView>> = gains
        .iter()
        .filter_map(|gain| Some((gain, check(&gain.code)?)))
        .map(|(gain, check)| {
            let unclear = (gain.unclear > 0)
                .then(|| view! { <br/><span class="muted">{format!("of them {} where it cannot be told", count(gain.unclear))}</span> });
            vec![
                view! { <a href=format!("{}#least", view.url(Some(&check.code), view.over))>{check.mend.clone()}</a> }.into_any(),
                check.title.clone().into_any(),
                check.characteristic.label().into_any(),
                view! { {count(gain.products)}{unclear} }.into_any(),
                format!("+ {:.1} points", gain.gain / whole.products.max(1) as f64 * 100.0).into_any(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return empty_state("Every check is met.", "There is nothing to gain here.", ().into_any()).into_any();
    }
    let heads = ["What to do", "Check", "Characteristic", "Products", "The mean would gain"];
    data_table("Checks that are not met, what gains most first", &heads, rows).into_any()
}

fn least_fit(view: &View, least: &[ProductLine]) -> AnyView {
    let heading = match view.check {
        Some(check) => format!("Products that do not meet “{}”", check.title),
        None => "The least fit products".to_owned(),
    };
    let back =
        view.check.map(|_| view! { <p><a href=format!("{}#least", view.url(None, view.over))>"Show products whatever they do not meet"</a></p> });
    if least.is_empty() {
        let text = "Every product that you may know of here meets it.";
        return view! { <h2 id="least">{heading}</h2>{back}{empty_state("No product.", text, ().into_any())} }.into_any();
    }
    let rows = least
        .iter()
        .map(|line| {
            let open = line.unmet.len();
            let next = match view.check {
                Some(check) => view! { <a href=check.mends.path(&line.address)>{format!("{}: {}", check.mend, line.title)}</a> }.into_any(),
                None => format!("{open} check{}", if open == 1 { "" } else { "s" }).into_any(),
            };
            let mut row = vec![
                view! { <a href=format!("/products/{}/fitness", line.address)>{line.title.clone()}</a> }.into_any(),
                line.domain.clone().into_any(),
                next,
            ];
            row.extend(score_cells(&line.scores));
            row
        })
        .collect();
    let third = if view.check.is_some() { "What to do" } else { "Not met" };
    let heads: Vec<&str> = ["Product", "Domain", third].into_iter().chain(score_heads()).collect();
    view! { <h2 id="least">{heading}</h2>{back}{data_table("Products, the least fit first", &heads, rows)} }.into_any()
}

fn method() -> impl IntoView {
    view! {
        <details class="method">
            <summary>"How this is counted"</summary>
            <ul class="prose">
                <li>"A score is the share of what applies to a product that it meets, by weight: a check of weight 3 counts as much as three of weight 1."</li>
                <li>"On the whole is the mean of the six. Of places it is the mean over their products, as far as you may know of them."</li>
                <li>"Where it cannot be told whether a check is met, it counts as not met, and it says so."</li>
                <li>"Only products that are published or deprecated count. Each is looked at after every change and every night."</li>
            </ul>
            <ul class="prose">
                {rules::fitness::checks()
                    .iter()
                    .map(|check| view! { <li>{format!("{}: {} ({})", check.characteristic.label(), check.title, check.weight)}</li> })
                    .collect_view()}
            </ul>
        </details>
    }
}
