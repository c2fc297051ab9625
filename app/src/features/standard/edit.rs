//! Making a standard: a template's form, or Rego with its checks and tests. Saving leads to what it would do.

use super::guide::{fields_and_functions, starters};
use super::words::each_test;
use crate::ui::{breadcrumbs, csrf_field, data_table, error_summary, escaped, hidden, select_field, summary_list, text_area, text_field};
use domain::Violation;
use leptos::prelude::*;
use rules::template::{FieldInput, FormField, OFFERED};
use rules::{Conflict, Kind, Severity, Template};
use std::collections::BTreeMap;

/// Code, field and message.
pub type Wrong = (String, String, String);

/// What checking a rule gave, before anything is saved.
#[derive(Debug, Clone, Default)]
pub struct Tried {
    /// Name of a test, and what is wrong with it.
    pub tests: Vec<(String, Option<String>)>,
    /// The product that was asked of, and what was found.
    pub product: Option<(String, Vec<Wrong>)>,
    /// The rule has no fault.
    pub compiles: bool,
}

pub struct Editing {
    /// Every field with its values; those of the template begin with `p-`.
    pub typed: BTreeMap<String, Vec<String>>,
    /// Title and slug of the standard that it is a version of.
    pub known: Option<(String, String)>,
    /// Where the reader keeps standards, and wider standards, as (value, label).
    pub scopes: Vec<(String, String)>,
    pub wider: Vec<(String, String)>,
    pub wrong: Vec<Violation>,
    /// Wider standards than which it says something looser.
    pub conflicts: Vec<Conflict>,
    pub tried: Option<Tried>,
}

impl Editing {
    fn one(&self, name: &str) -> &str {
        self.typed.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }
}

/// `/standards/new`: which template to begin with. `keeps` says whether the reader keeps standards of some scope.
pub fn templates_page(keeps: bool) -> AnyView {
    let items = OFFERED
        .iter()
        .map(|(id, title, help)| view! { <li><a href=format!("/standards/new?template={id}")>{*title}</a><p class="muted">{*help}"."</p></li> })
        .collect_view();
    let choose = if keeps {
        view! {
            <p class="lead">"Choose what it is to ask. Each template is a form; what it means is shown before anything is published."</p>
            <ul class="plain-list">{items}</ul>
            <p><a href="/standards/new?rego=1">"Write it in Rego instead"</a></p>
        }
        .into_any()
    } else {
        view! { <p class="lead">"The data office keeps standards of the whole, TC curators those of their sector, and data owners those of their domain. Ask one of them, or comment on a standard that is open for consultation."</p> }.into_any()
    };
    view! { {breadcrumbs(vec![("/standards".into(), "Standards".into())])}<h1>"New standard"</h1>{choose} }.into_any()
}

pub fn edit_page(csrf: &str, editing: &Editing) -> AnyView {
    let (title, action) = match &editing.known {
        Some((title, slug)) => (format!("Edit {title}"), format!("/standards/{slug}/edit")),
        None => ("New standard".to_owned(), "/standards".to_owned()),
    };
    let wrong = &editing.wrong;
    let kinds: Vec<(String, String)> = Kind::ALL.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let severities: Vec<(String, String)> = Severity::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let scope = editing.known.is_none().then(|| {
        select_field("scope", "Where it holds", "A narrower standard adds to the wider ones.", &editing.scopes, editing.one("scope"), wrong)
    });
    let known = editing.known.as_ref().map(|(_, slug)| hidden("slug", slug));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/standards".into(), "Standards".into())])}
        <h1>{title}</h1>
        {editing.tried.as_ref().map(tried)}
        {editing.conflicts.iter().map(let_through).collect_view()}
        <form method="post" action=action class="narrow" novalidate="">
            {csrf_field(csrf)}{known}
            {rule_fields(editing)}
            {text_field("title", "Title", "What people will call it.", editing.one("title"), wrong)}
            {text_area("text", "Text", "What is asked and why, for people.", editing.one("text"), wrong)}
            {scope}
            {select_field("severity", "When it is not met", "", &severities, editing.one("severity"), wrong)}
            {select_field("kind", "What it is about", "", &kinds, editing.one("kind"), wrong)}
            {text_field("grace", "Days of grace", "After its first day it only flags for so long.", editing.one("grace"), wrong)}
            {text_field("owner", "Who answers for it", "", editing.one("owner"), wrong)}
            {text_field("contact", "Mailbox", "", editing.one("contact"), wrong)}
            {text_area("references", "References (optional)", "A section of a law or the id of a control, one a line.", editing.one("references"), wrong)}
            {(!editing.wider.is_empty()).then(|| select_field("tightens", "It tightens (optional)", "A wider standard than which it is nowhere looser; this is checked.", &editing.wider, editing.one("tightens"), wrong))}
            <button type="submit" class="button">"Save and see what it would do"</button>
        </form>
    }
    .into_any()
}

fn rule_fields(editing: &Editing) -> AnyView {
    let template = editing.one("template");
    if let Some(fields) = Template::fields(template) {
        let (title, help) = OFFERED.iter().find(|(id, ..)| *id == template).map_or(("", ""), |(_, title, help)| (title, help));
        let fields = fields.iter().map(|field| parameter(field, editing)).collect_view();
        return view! {
            {hidden("template", template)}
            <h2>{title}</h2>
            <p>{help}"."</p>
            {fields}
            {(!editing.one("cases").is_empty()).then(|| view! { {cases(editing)}{trying(editing)} })}
        }
        .into_any();
    }
    view! {
        <h2>"Rule"</h2>
        <p>"A set of violations over a product, in Rego. What a rule looks like, may call, may look at and may use is in the "<a href="/standards/guide">"guide for rules"</a>"."</p>
        {starters(editing.known.is_none())}
        {fields_and_functions()}
        {code_area("rego", "Rego", 18, editing.one("rego"), &editing.wrong)}
        {cases(editing)}
        {trying(editing)}
    }
    .into_any()
}

/// Running the tests, and asking a product, before anything is saved.
fn trying(editing: &Editing) -> AnyView {
    view! {
        {text_field("try", "Try it on a product (optional)", "An address, such as ssot-a.busroutes-dp.", editing.one("try"), &editing.wrong)}
        <button type="submit" class="button button-secondary" formaction="/standards/check">"Check, without saving"</button>
    }
    .into_any()
}

/// A product that a wider standard refuses and this one would let through: what is wrong with it there, and everything that rules see of it.
fn let_through(conflict: &Conflict) -> AnyView {
    let Some(example) = &conflict.example else { return ().into_any() };
    let product = &example.input.product;
    let facts = vec![
        ("Class", product.classification.label().into_any()),
        ("Personal data", if product.personal { "Yes" } else { "No" }.into_any()),
        ("Longest agreement", format!("{} days", product.terms.longest_days).into_any()),
        ("Frequency", product.frequency.clone().unwrap_or_else(|| "Not said".to_owned()).into_any()),
        ("Columns", example.input.datasets.iter().map(|dataset| dataset.columns.len()).sum::<usize>().to_string().into_any()),
    ];
    let rows = example
        .violations
        .iter()
        .map(|one| {
            let field = if one.field.is_empty() { "The whole product".into_any() } else { view! { <code>{one.field.clone()}</code> }.into_any() };
            vec![field, one.message.clone().into_any(), view! { <code>{one.code.clone()}</code> }.into_any()]
        })
        .collect();
    let whole = serde_json::to_string_pretty(&example.input).unwrap_or_default();
    let id = format!("let-through-{}-{}", conflict.id, conflict.version);
    let headed_by = id.clone();
    let wider = format!("What “{}” version {} says of it", conflict.title, conflict.version);
    view! {
        <section aria-labelledby=headed_by>
            <h2 id=id>"A product that it would let through"</h2>
            {summary_list(facts)}
            {data_table(&wider, &["Field", "What is wrong", "Code"], rows)}
            <details class="method"><summary>"Everything that rules see of it"</summary><pre class="code-block" tabindex="0" aria-label="The product as rules see it"><code>{whole}</code></pre></details>
        </section>
    }
    .into_any()
}

/// Tests beside the rule. They are run when it is saved and when it is published.
fn cases(editing: &Editing) -> AnyView {
    view! {
        {code_area("cases", "Tests", 8, editing.one("cases"), &editing.wrong)}
        <p class="hint">"A list: name, what is given on top of the example product, and the codes that are expected. They are run when you check and when you save."</p>
    }
    .into_any()
}

fn code_area(id: &'static str, label: &'static str, rows: u32, value: &str, wrong: &[Violation]) -> AnyView {
    let faults: Vec<String> = wrong.iter().filter(|fault| fault.field == id).map(|fault| fault.message.clone()).collect();
    let described = (!faults.is_empty()).then(|| format!("{id}-error"));
    let said = (!faults.is_empty()).then(|| {
        let items = faults.into_iter().map(|fault| view! { <span class="fault">{fault}</span> }).collect_view();
        view! { <div id=format!("{id}-error")>{items}</div> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {said}
            <textarea id=id name=id rows=rows maxlength="16384" spellcheck="false" class="code" aria-describedby=described>{escaped(value)}</textarea>
        </div>
    }
    .into_any()
}

/// One field of a template's form. Its id is the field's own name, to which the summary of faults leads.
fn parameter(field: &FormField, editing: &Editing) -> AnyView {
    let name = format!("p-{}", field.name);
    let values = editing.typed.get(&name).cloned().unwrap_or_default();
    let fault = editing.wrong.iter().find(|fault| fault.field == field.name).map(|fault| fault.message.clone());
    let (id, described) = (field.name, fault.as_ref().map(|_| format!("{}-error", field.name)));
    let first = values.first().cloned().unwrap_or_default();
    let said = fault.map(|fault| view! { <p class="fault" id=format!("{id}-error")><span class="sr-only">"Error: "</span>{fault}</p> });
    let hint = (!field.hint.is_empty()).then(|| view! { <p class="hint">{field.hint}</p> });
    let above = view! { {hint}{said} }.into_any();
    let labelled = |above: AnyView, input: AnyView| view! { <div class="field"><label for=id>{field.label}</label>{above}{input}</div> }.into_any();
    match &field.input {
        FieldInput::Number { least, most } => {
            labelled(above, view! { <input type="number" id=id name=name min=*least max=*most value=first aria-describedby=described/> }.into_any())
        }
        FieldInput::Lines => labelled(above, view! { <textarea id=id name=name rows="4" maxlength="4000" aria-describedby=described>{escaped(&values.join("\n"))}</textarea> }.into_any()),
        FieldInput::One(choices) => {
            let options = choices.iter().map(|(word, label)| view! { <option value=*word selected=first == *word>{*label}</option> }).collect_view();
            labelled(above, view! { <select id=id name=name aria-describedby=described><option value="">"Choose"</option>{options}</select> }.into_any())
        }
        FieldInput::Check => view! {
            <div class="field"><div class="choice"><input type="checkbox" id=id name=name value="yes" checked=!first.is_empty()/><label for=id>{field.label}</label></div></div>
        }
        .into_any(),
        FieldInput::Several(choices) => {
            let items = choices
                .iter()
                .enumerate()
                .map(|(at, (word, label))| {
                    let own = if at == 0 { id.to_owned() } else { format!("{id}-{at}") };
                    view! { <div class="choice"><input type="checkbox" id=own.clone() name=name.clone() value=*word checked=values.iter().any(|value| value == word)/><label for=own>{*label}</label></div> }
                })
                .collect_view();
            view! { <fieldset class="field" aria-describedby=described><legend>{field.label}</legend>{above}{items}</fieldset> }.into_any()
        }
    }
}

fn tried(tried: &Tried) -> AnyView {
    let product = tried.product.as_ref().map(|(address, found)| {
        let items = found
            .iter()
            .map(|(code, field, message)| view! { <li>{message.clone()}" "<code>{code.clone()}</code>" "<code>{field.clone()}</code></li> })
            .collect_view();
        let says = if found.is_empty() { format!("{address} meets it.") } else { format!("{address} does not meet it:") };
        view! { <p>{says}</p><ul>{items}</ul> }
    });
    let head = if tried.compiles { "The rule can be run. Nothing was saved." } else { "The rule cannot be run. Nothing was saved." };
    view! { <div class="notice" role="status"><p>{head}</p>{each_test(&tried.tests)}{product}</div> }.into_any()
}
