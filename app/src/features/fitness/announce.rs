//! What trusted centres announce: shown with what they honour, written with the figures beside it, and taken back.

use super::words::{change, percent};
use crate::ui::{breadcrumbs, csrf_field, data_table, error_summary, hidden, moment, select_field, text_area};
use domain::Violation;
use domain::fitness::{AnnouncementForm, Award};
use leptos::prelude::*;
use store::fitness::{AnnouncementLine, Awarded, Improved, ProductLine};

/// What stands announced; those of `announces` may be taken back by whoever reads this.
pub fn announced(csrf: &str, lines: &[AnnouncementLine], announces: &[(String, String)]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let items = lines
        .iter()
        .map(|line| {
            let withdraw = announces.iter().any(|(slug, _)| *slug == line.sector).then(|| {
                view! {
                    <form method="post" action=format!("/fitness/withdraw/{}", line.id) class="inline">
                        {csrf_field(csrf)}
                        <button type="submit" class="button button-secondary">"Take it back"<span class="sr-only">{format!(": {}", line.text)}</span></button>
                    </form>
                }
            });
            view! { <li>{one(line)}{withdraw}</li> }
        })
        .collect_view();
    view! { <section aria-labelledby="announced"><h2 id="announced">"What trusted centres announce"</h2><ul class="plain-list">{items}</ul></section> }
        .into_any()
}

/// One announcement in words.
pub fn one(line: &AnnouncementLine) -> AnyView {
    let honoured = line.award.zip(line.product.clone()).map(|(award, (address, title))| {
        view! { <strong>{format!("{}: ", award.label())}</strong><a href=format!("/products/{address}")>{title}</a>". " }
    });
    view! { <p>{honoured}{line.text.clone()}<br/><span class="muted">{format!("{} sector, {}, ", line.sector_title, line.by)}{moment(line.at)}</span></p> }
        .into_any()
}

/// The form with what it is chosen from.
#[derive(Debug, Clone)]
pub struct Announce {
    pub slug: String,
    pub title: String,
    /// Given with the form, so that sending it twice announces once.
    pub key: String,
    pub form: AnnouncementForm,
    pub products: Vec<Awarded>,
    pub improved: Vec<Improved>,
    /// The fittest of the sector.
    pub fittest: Vec<ProductLine>,
    pub wrong: Vec<Violation>,
}

pub fn announce_page(csrf: &str, page: &Announce) -> AnyView {
    let Announce { slug, title, key, form, products, improved, fittest, wrong } = page;
    let awards: Vec<(String, String)> = Award::ALL.iter().map(|award| (award.as_str().to_owned(), award.label().to_owned())).collect();
    let offered: Vec<(String, String)> = products.iter().map(|product| (product.address.clone(), product.title.clone())).collect();
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(vec![("/fitness".to_owned(), "Fitness of data products".to_owned()), (format!("/fitness?sector={slug}"), format!("{title} sector"))])}
            <h1>{format!("Announce something for the {title} sector")}</h1>
            <p class="lead">"Everybody reads it. Whoever looks after products of your sector is told."</p>
            <form method="post" action=format!("/fitness/announce/{slug}") novalidate="">
                {csrf_field(csrf)}{hidden("key", key)}
                {text_area("text", "What you announce", "Name no person.", &form.text, wrong)}
                {select_field("award", "Award", "Leave it when no product is honoured.", &awards, &form.award, wrong)}
                {select_field("product", "Product that is honoured", "It carries the mark until you take the announcement back.", &offered, &form.product, wrong)}
                <button type="submit" class="button">"Announce"</button>
            </form>
        </div>
        {improved_table("Most improved this quarter", improved)}
        {fittest_table(fittest)}
    }
    .into_any()
}

/// Who became better, by how much.
pub fn improved_table(caption: &str, improved: &[Improved]) -> AnyView {
    if improved.is_empty() {
        return view! { <h2>{caption.to_owned()}</h2><p>"No product is known to have become fitter."</p> }.into_any();
    }
    let rows = improved
        .iter()
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/fitness", line.address)>{line.title.clone()}</a> }.into_any(),
                line.domain.clone().into_any(),
                percent(line.before).into_any(),
                percent(line.now).into_any(),
                change(line.before, line.now).into_any(),
            ]
        })
        .collect();
    view! { <h2>{caption.to_owned()}</h2>{data_table("Products that became fitter, those that gained most first", &["Product", "Domain", "Before", "Now", "Change"], rows)} }
        .into_any()
}

fn fittest_table(fittest: &[ProductLine]) -> AnyView {
    let rows = fittest
        .iter()
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/fitness", line.address)>{line.title.clone()}</a> }.into_any(),
                line.domain.clone().into_any(),
                percent(line.scores.overall).into_any(),
            ]
        })
        .collect();
    view! { <h2>"Fittest now"</h2>{data_table("Products of the sector, the fittest first", &["Product", "Domain", "On the whole"], rows)} }.into_any()
}
