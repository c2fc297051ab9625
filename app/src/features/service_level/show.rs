//! `/products/{address}/service-levels/{id}`: one promise, how it stands, what was measured.

use super::History;
use super::plots::{burn_down, measured};
use super::words::{budget, burning, could_measure, measured_by, objective, state_badge};
use crate::features::catalogue::ProductTab;
use crate::ui::{breadcrumbs, csrf_field, cut_notice, data_table, moment, notice, summary_list, text_field};
use domain::service_level::LevelState;
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::service_level::{CHANGES, LevelView};

pub fn level_page(csrf: &str, product: &ProductView, level: &LevelView, told: &History, keeps: bool) -> AnyView {
    let back = vec![
        (format!("/products/{}", product.address), product.title.clone()),
        (ProductTab::ServiceLevels.url(&product.address), ProductTab::ServiceLevels.label().to_owned()),
    ];
    let mut facts = vec![
        ("State", view! { {state_badge(level.state)}{level.state_since.map(|at| view! { " since "{moment(at)} })} }.into_any()),
        ("Error budget", budget(&level.standing).into_any()),
        ("About", level.dimension.clone().into_any()),
        ("Objective", objective(level).into_any()),
        ("Measured", measured_by(level).into_any()),
    ];
    facts.extend(could_measure(level).map(|text| ("Pasar itself", text.into_any())));
    facts.extend(level.latest.as_ref().map(|line| ("Latest", view! { {moment(line.at)} }.into_any())));
    let silent = (level.state == LevelState::Breached && level.standing.silent)
        .then(|| notice("Nothing was measured lately. A promise that was broken stays so until something is measured.".into_any()));
    let error = level.probe_error.clone().map(|why| notice(format!("It could not be measured the last time: {why}").into_any()));
    let most = usize::try_from(CHANGES).unwrap_or_default();
    let cut = cut_notice(told.changes.len(), most);
    let rows: Vec<Vec<AnyView>> = told
        .changes
        .iter()
        .take(most)
        .map(|line| {
            let left = if line.budget_left < 0.0 { "none".to_owned() } else { format!("{:.0} %", line.budget_left * 100.0) };
            vec![moment(line.at).into_any(), line.from.label().into_any(), state_badge(line.to), line.burning.label().into_any(), left.into_any()]
        })
        .collect();
    let changes = (!rows.is_empty()).then(|| data_table("How its state changed", &["When", "From", "To", "Burning", "Budget left"], rows));
    view! {
        {breadcrumbs(back)}
        <h1>{level.objective.clone()}</h1>
        {burning(level.burning, &level.standing).map(|text| notice(text.into_any()))}
        {silent}
        {error}
        {summary_list(facts)}
        {measured(level, told)}
        {burn_down(level, told)}
        {cut}
        {changes}
        {keeps.then(|| keep(csrf, product, level))}
    }
    .into_any()
}

fn keep(csrf: &str, product: &ProductView, level: &LevelView) -> AnyView {
    let at = format!("{}/{}", ProductTab::ServiceLevels.url(&product.address), level.id);
    let end = level.declared.then(|| {
        view! {
            <form method="post" action=format!("{at}/end") class="narrow">
                {csrf_field(csrf)}
                {text_field("reason", "Why it ends", "What was measured stays in the record.", "", &[])}
                <button type="submit" class="button button-secondary">"End this promise"</button>
            </form>
        }
    });
    view! {
        <h2>"For its team"</h2>
        <p><a href=format!("{at}/change")>"Change how it is measured"</a></p>
        <p class="muted">"A program reports what it measured with POST to "<code>{format!("/api/v1{at}/measurements")}</code>"."</p>
        {end}
    }
    .into_any()
}
