//! `/standards/guide`: what a rule looks like, what it may call and look at, what it may use; and rules to begin from. All of it is read from
//! the engine, so that the page says what this build does.

use crate::ui::{breadcrumbs, data_table, summary_list};
use leptos::prelude::*;
use rules::starters::Starter;
use rules::{Limits, MOST_VIOLATIONS};

pub fn guide_page() -> AnyView {
    let limits = Limits::default();
    let bounds = vec![
        ("Its source", format!("{} bytes", rules::LONGEST_SOURCE).into_any()),
        ("Steps", limits.instructions.to_string().into_any()),
        ("What functions make", format!("{} bytes, all together", limits.bytes).into_any()),
        ("Time", format!("{} seconds", limits.time.as_secs()).into_any()),
        ("Violations told", format!("The first {MOST_VIOLATIONS}").into_any()),
    ];
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        <h1>"Guide for rules"</h1>
        <p class="lead">"A rule says what is wrong with a product, as a set of violations in Rego. It reaches nothing but the input: no network, no clock, no file."</p>
        <h2>"A violation"</h2>
        {summary_list(vec![
            ("code", "For programs: small letters, digits and underscores. It stays the same when the words change.".into_any()),
            ("message", "What is wrong, for people.".into_any()),
            ("field", "Where, as a path of the product, such as datasets.staff.columns.nric. It may be left out, as may the two that follow.".into_any()),
            ("mend", "What to do about it.".into_any()),
            ("page", "Where that is done: overview, schema, agreement, service-levels, lineage, ports or request.".into_any()),
        ])}
        <h2>"Rules to begin from"</h2>
        {rules::starters::all().iter().map(|starter| example(starter, true)).collect_view()}
        <h2>"Tests"</h2>
        <p>"Tests stand beside the rule. Each lays a little over the example product, objects field by field and lists whole, and says which codes it expects; none when the standard is met. They are run when you check, when you save, before a consultation is opened and before it is published."</p>
        <h2>"Functions"</h2>
        {functions()}
        <p>"One that is given the wrong kind of value makes the whole answer “cannot tell”: ask is_null first where a field may be absent."</p>
        <h2>"The input"</h2>
        <p>"Classes compare by their rank: 0 for Official (Open) to 4 for Secret. Days are texts such as 2026-11-23, which compare as texts. There is no agreement where none is judged, and no request where nobody asks; a condition on one is not met then. Who acts is empty where nobody does, as by night."</p>
        {fields()}
        <h2>"What a rule may use"</h2>
        {summary_list(bounds)}
        <p>"One that runs out of any of it says “cannot tell”, which passes no gate."</p>
    }
    .into_any()
}

/// Rules to begin from, folded; with links that begin one where there is none yet.
pub(super) fn starters(new: bool) -> AnyView {
    let all = rules::starters::all().iter().map(|starter| example(starter, new)).collect_view();
    view! { <details class="method"><summary>"Rules to begin from"</summary>{all}</details> }.into_any()
}

/// What a rule may call and look at, folded.
pub(super) fn fields_and_functions() -> AnyView {
    view! { <details class="method"><summary>"Functions and fields that a rule may use"</summary>{functions()}{fields()}</details> }.into_any()
}

fn example(starter: &Starter, new: bool) -> AnyView {
    let begin = new.then(|| {
        let aloud = format!(": {}", starter.title);
        view! { <p><a href=format!("/standards/new?rego=1&example={}", starter.id)>"Begin from this one"<span class="sr-only">{aloud}</span></a></p> }
    });
    let label = format!("{} in Rego", starter.title);
    view! {
        <div>
            <p><strong>{starter.title.clone()}</strong></p>
            <pre class="code-block" tabindex="0" role="region" aria-label=label><code>{starter.rego.clone()}</code></pre>
            {begin}
        </div>
    }
    .into_any()
}

fn functions() -> AnyView {
    let all = rules::functions_offered()
        .into_iter()
        .map(|(name, arguments)| view! { <li><code>{name}</code>{format!(" ({arguments})")}</li> })
        .collect_view();
    view! { <p>"Each with the number of values that it takes:"</p><ul>{all}</ul> }.into_any()
}

fn fields() -> AnyView {
    let rows = rules::input::fields()
        .into_iter()
        .map(|(path, value)| vec![view! { <code>{path}</code> }.into_any(), view! { <code>{value}</code> }.into_any()])
        .collect();
    data_table("Fields of the input, with what stands there in the example product", &["Field", "In the example"], rows).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_every_function_and_field_and_rules_that_can_be_begun_from() {
        let page = guide_page().to_html();
        for (name, _) in rules::functions_offered() {
            assert!(page.contains(&format!("<code>{name}</code>")), "{name}");
        }
        for path in rules::input::paths() {
            assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
        }
        for starter in rules::starters::all() {
            assert!(page.contains(&format!("/standards/new?rego=1&amp;example={}", starter.id)), "{}", starter.id);
        }
    }
}
