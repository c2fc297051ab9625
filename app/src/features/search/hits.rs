//! Results, as a list that says what one needs to choose, or as a compact table.

use crate::ui::{classification_badge, data_table, day};
use domain::catalogue::Sharing;
use leptos::prelude::*;
use search::{Hit, Inside, Promises, Reason, Score};

pub(super) fn list(hits: &[Hit]) -> impl IntoView + use<> {
    view! { <ol class="hits">{hits.iter().map(hit).collect_view()}</ol> }
}

pub(super) fn table(hits: &[Hit]) -> impl IntoView + use<> {
    let rows = hits
        .iter()
        .map(|hit| {
            vec![
                view! { <a href=format!("/products/{}", hit.address)>{title(hit)}</a> }.into_any(),
                hit.agency_abbreviation.clone().unwrap_or_else(|| hit.agency.clone()).into_any(),
                hit.classification.map(classification_badge).into_any(),
                short_access(hit).into_any(),
                hit.updated_on.map(day).into_any(),
            ]
        })
        .collect();
    data_table("Products", &["Product", "Agency", "Classification", "Access", "Updated"], rows)
}

fn title(hit: &Hit) -> impl IntoView + use<> {
    let piece = |(text, mark): &(String, bool)| if *mark { view! { <mark>{text.clone()}</mark> }.into_any() } else { text.clone().into_any() };
    hit.marked.iter().map(piece).collect_view()
}

fn access(hit: &Hit) -> &'static str {
    if hit.mine { "You have it" } else { hit.sharing.label() }
}

fn short_access(hit: &Hit) -> &'static str {
    match hit.sharing {
        _ if hit.mine => "You have it",
        Sharing::Open => "Open",
        Sharing::Approval => "Ask",
    }
}

/// Whether it keeps what it promises, of what anybody measured.
fn promises(promises: &Promises) -> Option<String> {
    let Promises { made, measured, broken } = *promises;
    let levels = |many: i64| if many == 1 { "service level" } else { "service levels" };
    let said = match (made, measured, broken) {
        (0, ..) => return None,
        (_, 0, _) => return Some(format!("{made} {}, not measured", levels(made))),
        (.., 0) => format!("keeps {measured} of {measured} {}", levels(measured)),
        _ => format!("breaks {broken} of {measured} {}", levels(measured)),
    };
    Some(if measured < made { format!("{said} measured, {} not measured yet", made - measured) } else { said })
}

fn hit(hit: &Hit) -> impl IntoView + use<> {
    let mut facts = vec![access(hit).to_owned(), hit.agency.clone(), hit.product_type.label().to_lowercase()];
    facts.extend(hit.frequency.as_ref().map(|frequency| frequency.replace('_', " ")));
    facts.extend(promises(&hit.promises));
    if hit.used_by > 0 {
        facts.push(format!("used by {}", hit.used_by));
    }
    view! {
        <li class="hit">
            <div class="hit-head">
                <h2><a href=format!("/products/{}", hit.address)>{title(hit)}</a></h2>
                {hit.classification.map(classification_badge)}
            </div>
            <p class="address">{hit.address.clone()}{hit.exact.then_some(" · exactly what you typed")}</p>
            {match &hit.summary {
                Some(summary) => view! { <p>{summary.clone()}</p> }.into_any(),
                None => view! { <p class="muted"><em>"No description from its owner yet."</em></p> }.into_any(),
            }}
            {(!hit.inside.is_empty()).then(|| view! { <p class="inside">"Has "{hit.inside.iter().map(inside).collect::<Vec<_>>().join(", ")}</p> })}
            <p class="muted">{facts.join(" · ")}{hit.updated_on.map(|on| view! { " · updated "{day(on)} })}</p>
            {hit.score.as_ref().map(|score| why(hit, score))}
        </li>
    }
}

fn inside(inside: &Inside) -> String {
    match &inside.column {
        Some(column) => format!("column {column} in {}", inside.dataset_title),
        None => format!("dataset {}", inside.dataset_title),
    }
}

/// How the place in the list came about, in words.
fn why(hit: &Hit, score: &Score) -> impl IntoView + use<> {
    let words = score
        .found
        .iter()
        .map(|found| match found.field {
            None => format!("“{}” is nowhere in it", found.typed),
            Some(field) => {
                let stood_for = match found.reason {
                    Reason::AsTyped => String::new(),
                    Reason::Completed => format!(" (taken as “{}”)", found.shown),
                    Reason::Synonym => format!(" (also called “{}”)", found.shown),
                    Reason::Corrected => format!(" (read as “{}”)", found.shown),
                };
                format!("“{}”{stood_for} is in {}", found.typed, field.label())
            }
        })
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let percent = |share: f32| format!("{:.0} %", share * 100.0);
    let standing = format!(
        "Words {}, trust {}, freshness {}, access for you {}.",
        percent(score.words),
        percent(score.standing.trust),
        percent(score.standing.freshness),
        percent(score.standing.access)
    );
    view! {
        <details class="why" id=format!("why-{}", hit.id)>
            <summary>"Why this result"<span class="sr-only">{format!(": {}", hit.title)}</span></summary>
            <ul>{words}</ul>
            <p>{standing}" Words count first; the rest tells apart what they leave equal."</p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_measured_is_neither_kept_nor_broken() {
        let said = |made, measured, broken| promises(&Promises { made, measured, broken });
        assert_eq!(said(0, 0, 0), None);
        for (said, wanted) in [
            (said(3, 0, 0), "3 service levels, not measured"),
            (said(3, 3, 0), "keeps 3 of 3 service levels"),
            (said(3, 1, 0), "keeps 1 of 1 service level measured, 2 not measured yet"),
            (said(3, 2, 1), "breaks 1 of 2 service levels measured, 1 not measured yet"),
            (said(1, 1, 1), "breaks 1 of 1 service level"),
        ] {
            assert_eq!(said.as_deref(), Some(wanted));
        }
    }
}
