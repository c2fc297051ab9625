//! `/admin/webhooks/{id}`: a webhook, what was sent to it, and what it answered.

use super::{topics, whose};
use crate::ui::{breadcrumbs, csrf_field, data_table, empty_state, hidden, moment, notice, status_tag, summary_list};
use domain::webhook::DeliveryState;
use leptos::prelude::*;
use store::webhook::{DeliveryLine, WebhookView};

pub fn webhook_page(csrf: &str, webhook: &WebhookView, deliveries: &[DeliveryLine]) -> AnyView {
    let action = |verb: &str| format!("/admin/webhooks/{}/{verb}", webhook.id);
    let (verb, label) = if webhook.paused_at.is_some() { ("resume", "Let it go on") } else { ("pause", "Pause") };
    let list = if deliveries.is_empty() {
        empty_state("Nothing delivered yet.", "The next event of its kind will be listed here.", ().into_any()).into_any()
    } else {
        let rows = deliveries.iter().map(|one| row(csrf, &action("replay"), one)).collect();
        data_table("Deliveries, newest first", &["Event", "When", "State", "Answer", "What was sent"], rows).into_any()
    };
    let facts = vec![
        ("Address", view! { <code>{webhook.url.clone()}</code> }.into_any()),
        ("Events of", whose(webhook).into_any()),
        ("Which", topics(webhook).into_any()),
        ("Made", view! { {moment(webhook.made_at)}" by "{webhook.made_by.clone()} }.into_any()),
    ];
    view! {
        {breadcrumbs(vec![("/admin/webhooks".into(), "Webhooks".into())])}
        <h1>"Webhook"</h1>
        {webhook.paused_at.map(|at| notice(view! { "Paused since "{moment(at)}". What happens meanwhile waits, and is sent when it goes on." }.into_any()))}
        {summary_list(facts)}
        <div class="actions">
            <form method="post" action=action(verb)>{csrf_field(csrf)}<button type="submit" class="button button-secondary">{label}</button></form>
            <form method="post" action=action("remove")>{csrf_field(csrf)}<button type="submit" class="button button-danger">"Remove this webhook"</button></form>
        </div>
        {list}
    }
    .into_any()
}

fn row(csrf: &str, replay: &str, one: &DeliveryLine) -> Vec<AnyView> {
    let attempts = match one.attempts {
        0 => "not tried yet".to_owned(),
        1 => "1 attempt".to_owned(),
        n => format!("{n} attempts"),
    };
    let again = (one.state != DeliveryState::Waiting).then(|| {
        view! {
            <form method="post" action=replay.to_owned() class="inline">
                {csrf_field(csrf)}{hidden("delivery", &one.id.to_string())}
                <button type="submit" class="link-button">"Send again"<span class="sr-only">{format!(" {} {}", one.topic, one.id)}</span></button>
            </form>
        }
    });
    let answer = match (one.status, one.answer.clone().filter(|text| !text.is_empty())) {
        (Some(status), text) => view! { {status.to_string()}<br/><span class="muted">{text}</span> }.into_any(),
        (None, Some(text)) => text.into_any(),
        (None, None) => "–".into_any(),
    };
    vec![
        view! { {one.topic.as_str()}<br/><span class="muted">{one.id.to_string()}</span> }.into_any(),
        view! { {moment(one.made_at)}{one.tried_at.map(|at| view! { <br/><span class="muted">"tried "{moment(at)}</span> })} }.into_any(),
        view! { {status_tag(one.state.label())}" "{attempts}" "{again} }.into_any(),
        answer,
        view! { <details><summary>"Body"<span class="sr-only">{format!(" of {}", one.id)}</span></summary><pre class="code-block" tabindex="0"><code>{one.body.clone()}</code></pre></details> }
            .into_any(),
    ]
}
