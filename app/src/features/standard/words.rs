//! Words for what standards are and do.

use chrono::NaiveDate;
use leptos::prelude::*;
use rules::template::{FieldInput, OFFERED};
use rules::{Acting, Effect, Severity, Source, Status, Template};
use store::standard::Version;

/// The state of a version on a day: its dates say it, whatever the record calls it yet.
pub(super) fn state_of(version: &Version, today: NaiveDate) -> String {
    let standard = &version.standard;
    match (standard.status, standard.acts(today)) {
        (Status::Draft | Status::Consultation | Status::Retired, _) => standard.status.label().to_owned(),
        (_, Acting::Grace) => "In force, in its grace".to_owned(),
        (Status::Superseded, Acting::Whole) => "In force until the next version".to_owned(),
        (_, Acting::Whole) => "In force".to_owned(),
        (_, Acting::No) if standard.effective_from.is_some_and(|from| from > today) => "Published, not in force yet".to_owned(),
        (_, Acting::No) => "No longer in force".to_owned(),
    }
}

/// What a violation leads to, in one sentence.
pub(super) const fn consequence(severity: Severity) -> &'static str {
    match severity {
        Severity::BlockServing => "A product that does not meet it stops serving: its agreements stay, and resume when it is mended or waived.",
        Severity::BlockPublishing => "A product that does not meet it cannot be published.",
        Severity::RequireStep => "A request that does not meet it needs one more approval.",
        Severity::RequireMask => "A column that does not meet it stays at its source until it is protected.",
        Severity::Flag => "A product that does not meet it is flagged.",
        Severity::Advise => "Whoever describes the product is advised.",
    }
}

/// What follows at the port or a gate, as a mark: shape, word and colour, never colour alone.
pub(super) fn effect_mark(effect: Effect, stopped: &str) -> AnyView {
    let (shape, style, words) = match effect {
        Effect::Refuse => ("■", "class-badge class-confidential", stopped),
        Effect::Mask => ("◆", "class-badge class-restricted", "masked"),
        Effect::AddStep => ("▲", "class-badge class-restricted", "one more step"),
        Effect::Flag => ("▲", "class-badge class-restricted", "flagged"),
        Effect::Advise => ("●", "class-badge class-closed", "advised"),
        Effect::Nothing => ("●", "class-badge class-closed", "nothing follows"),
    };
    view! { <span class=style><span aria-hidden="true">{shape}" "</span>{words.to_owned()}</span> }.into_any()
}

/// The rule as people read it: a template with its parameters.
pub(super) fn parameters(template: &Template) -> Vec<(&'static str, String)> {
    let form = template.form();
    let fields = Template::fields(template.id()).unwrap_or_default();
    fields
        .iter()
        .map(|field| {
            let values = form.get(field.name).cloned().unwrap_or_default();
            let said = match &field.input {
                FieldInput::Check => if values.is_empty() { "No" } else { "Yes" }.to_owned(),
                FieldInput::One(choices) | FieldInput::Several(choices) => {
                    let label = |value: &String| {
                        choices.iter().find(|(word, _)| word == value).map_or_else(|| value.clone(), |(_, label)| (*label).to_owned())
                    };
                    values.iter().map(label).collect::<Vec<_>>().join(", ")
                }
                FieldInput::Number { .. } | FieldInput::Lines => values.join(", "),
            };
            (field.label, if said.is_empty() { "–".to_owned() } else { said })
        })
        .collect()
}

/// The rule in words, with its Rego for those who read it.
pub(super) fn rule(version: &Version) -> AnyView {
    let rego = view! { <pre class="code-block" tabindex="0" aria-label="The rule in Rego"><code>{version.rego.clone()}</code></pre> };
    match &version.standard.source {
        Source::Template(template) => {
            let help = OFFERED.iter().find(|(id, ..)| *id == template.id()).map_or("", |(_, _, help)| help);
            let rows = parameters(template).into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
            view! {
                <p>{format!("{}: {}.", template.title(), help.to_lowercase())}</p>
                <dl class="summary">{rows}</dl>
                <details class="method"><summary>"What is run"</summary>{rego}</details>
            }
            .into_any()
        }
        Source::Rego(_) => view! { <p>"Written in Rego."</p>{rego} }.into_any(),
    }
}

/// The tests beside a rule and how they went; nothing when there are none.
pub(super) fn tests(went: &[(String, Option<String>)]) -> AnyView {
    if went.is_empty() {
        return ().into_any();
    }
    let passed = went.iter().filter(|(_, wrong)| wrong.is_none()).count();
    view! { <h3>"Tests beside the rule"</h3><p>{format!("{passed} of {} pass.", went.len())}</p>{each_test(went)} }.into_any()
}

pub(super) fn each_test(went: &[(String, Option<String>)]) -> AnyView {
    let items = went
        .iter()
        .map(|(name, wrong)| match wrong {
            None => view! { <li>"Passed: "{name.clone()}</li> }.into_any(),
            Some(wrong) => view! { <li>"Failed: "{name.clone()}": "{wrong.clone()}</li> }.into_any(),
        })
        .collect_view();
    view! { <ul>{items}</ul> }.into_any()
}
