//! Rules that a product's team declares: on the product's quality page, with what the latest run said of each, and the form that declares one.

use super::outcome_badge;
use crate::features::catalogue::ProductTab;
use crate::ui::{breadcrumbs, csrf_field, data_table_under_heading, error_summary, moment, notice, select_field, text_area, text_field};
use domain::Violation;
use domain::glossary::Rule;
use domain::quality::{Layer, MEASURES, NewRule, RuleForm};
use domain::service_level::{Comparison, Measure};
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::quality::DeclaredLine;

/// What is declared of a product, as one reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    pub declared: Vec<DeclaredLine>,
    /// Why Pasar could not run them the last time.
    pub error: Option<String>,
    /// The reader looks after the product.
    pub keeps: bool,
}

fn place(rule: &NewRule) -> AnyView {
    match (&rule.dataset, &rule.column) {
        (Some(dataset), Some(column)) => view! { <code>{format!("{dataset}.{column}")}</code> }.into_any(),
        (Some(dataset), None) => view! { <code>{dataset.clone()}</code> }.into_any(),
        (None, _) => "The product".into_any(),
    }
}

/// "Rows that have a value in the column, in %: at least 99.5".
fn expected(rule: &NewRule) -> String {
    let Some((comparison, bound)) = rule.bound else { return "What its tool expects".into() };
    let what = match (rule.measure, rule.range, &rule.format) {
        (Measure::InRange, Some((low, high)), _) => format!("Values from {low} to {high}, in %"),
        (Measure::Written, _, Some(Rule::Pattern(pattern))) => format!("Values written as {}, in %", pattern.as_str()),
        (Measure::Written, _, Some(Rule::Codes(codes))) => format!("Values that are one of {}, in %", codes.join(", ")),
        (measure, ..) => measure.label().to_owned(),
    };
    format!("{what}: {} {bound}", comparison.label())
}

fn latest(address: &str, line: &DeclaredLine) -> AnyView {
    let Some(latest) = &line.latest else {
        return view! { <span class="level-state level-unknown"><span aria-hidden="true">"○ "</span>"Declared, never run"</span> }.into_any();
    };
    let unit = line.rule.measure.unit();
    let found = match (latest.value, &latest.why) {
        (Some(value), _) => Some(format!("{value} {unit}")),
        (None, Some(why)) => Some(why.clone()),
        (None, None) => None,
    };
    view! {
        {outcome_badge(latest.outcome)}
        {found.map(|found| view! { <br/>{found} })}
        <br/><span class="muted"><a href=format!("/products/{address}/quality/{}", latest.run)>{moment(latest.at)}</a>{format!(", {}", latest.tool.label())}</span>
    }
    .into_any()
}

/// On the product's quality page.
pub(super) fn rules_section(csrf: &str, product: &ProductView, rules: &Rules) -> AnyView {
    let at = format!("/products/{}/quality/rules", product.address);
    let rows: Vec<Vec<AnyView>> = rules
        .declared
        .iter()
        .map(|line| {
            let rule = &line.rule;
            let change = rules.keeps.then(|| {
                let href = format!("{at}/new?rule={}", line.id);
                view! { <br/><a href=href>"Change"<span class="sr-only">{format!(" the rule {}", rule.name)}</span></a> }
            });
            let who = if rule.measure.is_probed() { "Pasar, each day" } else { "A tool of the team" };
            vec![
                view! { {rule.title.clone()}<br/><code>{rule.name.clone()}</code>{change} }.into_any(),
                place(rule),
                rule.layer.label().into_any(),
                expected(rule).into_any(),
                who.into_any(),
                latest(&product.address, line),
            ]
        })
        .collect();
    let table = if rows.is_empty() {
        view! { <p>"No rule is declared of this product."</p> }.into_any()
    } else {
        let heads = ["Rule", "Of what", "Layer", "Expected", "Run by", "Latest result"];
        data_table_under_heading("Rules that the product’s team declares", &heads, rows).into_any()
    };
    let error = rules.error.clone().map(|why| notice(format!("Pasar could not run its rules the last time: {why}").into_any()));
    let keep = rules.keeps.then(|| {
        let ending = rules.declared.iter().filter(|line| line.on_page).map(|line| end_form(csrf, &at, line)).collect_view();
        view! {
            <p><a class="button button-secondary" href=format!("{at}/new")>"Declare a rule"</a></p>
            {ending}
        }
    });
    view! {
        <section id="rules">
            <h2>"Rules of the product’s team"</h2>
            {error}
            {table}
            {keep}
        </section>
    }
    .into_any()
}

fn end_form(csrf: &str, at: &str, line: &DeclaredLine) -> AnyView {
    let field = format!("reason-{}", line.id);
    view! {
        <details>
            <summary>{format!("End the rule {}", line.rule.name)}</summary>
            <form method="post" action=format!("{at}/{}/end", line.id) class="narrow">
                {csrf_field(csrf)}
                <div class="field">
                    <label for=field.clone()>"Why it ends"</label>
                    <input type="text" id=field name="reason" maxlength="500"/>
                </div>
                <button type="submit" class="button button-secondary">{format!("End {}", line.rule.name)}</button>
            </form>
        </details>
    }
    .into_any()
}

fn options<T: Copy>(all: &[T], word: fn(T) -> &'static str, label: fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|one| (word(*one).to_owned(), label(*one).to_owned())).collect()
}

/// `/products/{address}/quality/rules/new`.
pub fn rule_page(csrf: &str, product: &ProductView, datasets: &[String], columns: &[String], form: &RuleForm, wrong: &[Violation]) -> AnyView {
    let quality = format!("/products/{}/quality", product.address);
    let about: Vec<(String, String)> = datasets
        .iter()
        .map(|name| (name.clone(), format!("{name}, the whole dataset")))
        .chain(columns.iter().map(|name| (name.clone(), name.clone())))
        .collect();
    let back = vec![
        (format!("/products/{}", product.address), product.title.clone()),
        (ProductTab::ServiceLevels.url(&product.address), ProductTab::ServiceLevels.label().to_owned()),
        (quality.clone(), "Quality checks".to_owned()),
    ];
    let (layers, measures) = (options(Layer::ALL, Layer::as_str, Layer::label), options(MEASURES, Measure::as_str, Measure::label));
    let comparisons = options(Comparison::ALL, Comparison::as_str, Comparison::label);
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(back)}
            <h1>"Declare a rule of quality"</h1>
            <p class="lead">"What the data keeps to, said before anything ran it. Readers see it as declared until a run says how it stands."</p>
            <form method="post" action=format!("{quality}/rules/new") novalidate="">
                {csrf_field(csrf)}
                {text_field("title", "What the data keeps to", "In readers’ words: every stop has a code.", &form.title, wrong)}
                {text_field("name", "What tools call it", "Results are matched by this name: dbt’s name of the test, Great Expectations’ kind of expectation, or the title of a check. A rule of this name that is there is changed.", &form.name, wrong)}
                {select_field("layer", "Layer", "Structure of what arrives, its schema, or a rule of the business.", &layers, &form.layer, wrong)}
                {select_field("about", "Of what", "Nothing is the whole product, where a tool reports.", &about, &form.about, wrong)}
                <h2>"What is measured"</h2>
                {select_field("measure", "Quantity", "All but what a tool reports Pasar runs itself each day: it asks the source for one number and never for values.", &measures, &form.measure, wrong)}
                {text_field("low", "Least right value", "Only for values within a range.", &form.low, wrong)}
                {text_field("high", "Greatest right value", "Only for values within a range.", &form.high, wrong)}
                {text_field("pattern", "How values are written", "Only for values that are written as declared: a pattern such as [0-9]{6}, or the values below.", &form.pattern, wrong)}
                {text_area("codes", "Allowed values", "Instead of a pattern: every value that there is, with commas between them.", &form.codes, wrong)}
                <h2>"What is expected"</h2>
                {select_field("comparison", "The number must be", "Not for what a tool reports: it says itself what passed.", &comparisons, &form.comparison, wrong)}
                {text_field("bound", "this much", "In % or rows, as the quantity says.", &form.bound, wrong)}
                <button type="submit" class="button">"Declare"</button>
            </form>
        </div>
    }
    .into_any()
}
