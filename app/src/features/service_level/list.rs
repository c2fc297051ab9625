//! Promises of a product, what is said of broken ones at its head, and those that are broken anywhere.

use super::words::{budget, measured_by, objective, state_badge};
use crate::ui::{cut_notice, data_table, empty_state, moment};
use chrono::{DateTime, Utc};
use domain::id::ServiceLevelId;
use domain::service_level::LevelState;
use leptos::prelude::*;
use store::service_level::{BreachLine, LevelView};

/// The tab of a product: each promise with its state and what is left of its budget.
pub fn levels_tab(address: &str, levels: &[LevelView], keeps: bool) -> AnyView {
    let at = format!("/products/{address}/service-levels");
    let declare = keeps.then(|| view! { <p><a class="button button-secondary" href=format!("{at}/new")>"Declare a service level"</a></p> });
    let quality = view! { <p><a href=format!("/products/{address}/quality")>"Quality checks of this product"</a>" · "<a href=format!("/products/{address}/problems")>"Reported problems and incidents"</a>" · "<a href=format!("/products/{address}/usage")>"Usage"</a></p> };
    if levels.is_empty() {
        let text = "Nothing is promised about this product. Its owner can say what to expect.";
        return view! { {empty_state("No service levels.", text, ().into_any())}{declare}{quality} }.into_any();
    }
    let rows = levels
        .iter()
        .map(|level| {
            let link =
                view! { <a href=format!("{at}/{}", level.id)>{level.objective.clone()}</a><br/><span class="muted">{level.dimension.clone()}</span> };
            let since = level.state_since.filter(|_| level.state != LevelState::NotMeasured);
            vec![
                link.into_any(),
                view! { {state_badge(level.state)}{since.map(|at| view! { <br/><span class="muted">"since "{moment(at)}</span> })} }.into_any(),
                budget(&level.standing).into_any(),
                objective(level).into_any(),
                measured_by(level).into_any(),
            ]
        })
        .collect();
    view! {
        {data_table("What the product's team promises", &["Promise", "State", "Error budget", "Objective", "How it is measured"], rows)}
        {declare}
        {quality}
    }
    .into_any()
}

/// At the head of every page of a product: what it does not keep just now.
pub fn broken(address: &str, worst: &[(ServiceLevelId, String, LevelState, Option<DateTime<Utc>>)]) -> AnyView {
    let line = |state: LevelState, words: &'static str| {
        let items = worst
            .iter()
            .filter(|one| one.2 == state)
            .map(|(id, said, _, since)| {
                let since = since.map(|at| view! { ", since "{moment(at)} });
                view! { <li><a href=format!("/products/{address}/service-levels/{id}")>{said.clone()}</a>{since}</li> }
            })
            .collect::<Vec<_>>();
        (!items.is_empty()).then(|| view! { <p><strong>{words}</strong></p><ul>{items}</ul> })
    };
    if worst.is_empty() {
        return ().into_any();
    }
    let style = if worst.iter().any(|one| one.2 == LevelState::Breached) { "notice notice-care" } else { "notice" };
    view! {
        <div class=style role="note">
            {line(LevelState::Breached, "This product does not keep what it promises.")}
            {line(LevelState::AtRisk, "Promises at risk.")}
        </div>
    }
    .into_any()
}

/// `/service-levels`: what is broken or at risk, for whoever watches over products.
/// `most` are shown.
pub fn breaches_page(lines: &[BreachLine], sector: Option<&str>, most: usize) -> AnyView {
    let cut = cut_notice(lines.len(), most);
    let rows = lines
        .iter()
        .take(most)
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/service-levels/{}", line.address, line.level)>{line.objective.clone()}</a> }.into_any(),
                view! { <a href=format!("/products/{}", line.address)>{line.title.clone()}</a> }.into_any(),
                line.domain.clone().into_any(),
                line.sector.clone().into_any(),
                state_badge(line.state),
                line.since.map_or_else(|| "–".into_any(), |at| moment(at).into_any()),
            ]
        })
        .collect();
    let table = if lines.is_empty() {
        empty_state("Every promise that is measured is kept.", "What is broken or at risk would be listed here, the worst first.", ().into_any())
            .into_any()
    } else {
        data_table("Promises that are broken or at risk", &["Promise", "Product", "Domain", "Sector", "State", "Since"], rows).into_any()
    };
    view! {
        <h1>"Promises that are not kept"</h1>
        {sector.map(|slug| view! { <p>"In one sector. "<a href="/service-levels">"See all"</a><span class="muted">{format!(" ({slug})")}</span></p> })}
        {cut}
        {table}
        <p><a href="/quality">"Quality of sectors"</a></p>
    }
    .into_any()
}
