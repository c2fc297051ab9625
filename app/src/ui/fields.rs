//! Form fields with their hint and fault tied to them, and the summary of faults at the top of a page.

use super::text::escaped;
use domain::Violation;
use leptos::prelude::*;

/// All faults of a form, each a link to its field.
pub fn error_summary(violations: &[Violation]) -> AnyView {
    if violations.is_empty() {
        return ().into_any();
    }
    let items = violations.iter().map(|v| view! { <li><a href=format!("#{}", v.field)>{v.message.clone()}</a></li> }).collect_view();
    view! {
        <div class="error-summary" role="alert" tabindex="-1">
            <h2>"There is a problem"</h2>
            <ul>{items}</ul>
        </div>
    }
    .into_any()
}

pub fn csrf_field(token: &str) -> impl IntoView + use<> {
    hidden("csrf", token)
}

pub fn hidden(name: &'static str, value: &str) -> impl IntoView + use<> {
    view! { <input type="hidden" name=name value=value.to_owned()/> }
}

struct Said {
    fault: Option<String>,
    described_by: Option<String>,
}

fn said(id: &str, hint: &str, violations: &[Violation]) -> Said {
    let fault = violations.iter().find(|v| v.field == id).map(|v| v.message.clone());
    let mut ids = vec![];
    if !hint.is_empty() {
        ids.push(format!("{id}-hint"));
    }
    if fault.is_some() {
        ids.push(format!("{id}-error"));
    }
    Said { fault, described_by: (!ids.is_empty()).then(|| ids.join(" ")) }
}

fn wrapped(id: &'static str, label: &str, hint: &str, fault: Option<String>, input: AnyView) -> AnyView {
    let class = if fault.is_some() { "field field-wrong" } else { "field" };
    view! {
        <div class=class>
            <label for=id>{label.to_owned()}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint.to_owned()}</p> })}
            {fault.map(|fault| view! { <p class="fault" id=format!("{id}-error")><span class="sr-only">"Error: "</span>{fault}</p> })}
            {input}
        </div>
    }
    .into_any()
}

fn wrong(said: &Said) -> Option<&'static str> {
    said.fault.is_some().then_some("true")
}

/// One line of text. `id` is also the field's name.
pub fn text_field(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    let said = said(id, hint, violations);
    let input = view! { <input type="text" id=id name=id value=value.to_owned() maxlength="2000" aria-invalid=wrong(&said) aria-describedby=said.described_by.clone()/> };
    wrapped(id, label, hint, said.fault, input.into_any())
}

/// Several lines of text. Leptos does not escape what stands between the tags of a text area, so it is done here.
pub fn text_area(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    let said = said(id, hint, violations);
    let input = view! { <textarea id=id name=id rows="4" maxlength="2000" aria-invalid=wrong(&said) aria-describedby=said.described_by.clone()>{escaped(value)}</textarea> };
    wrapped(id, label, hint, said.fault, input.into_any())
}

/// A calendar day.
pub fn date_field(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    let said = said(id, hint, violations);
    let input =
        view! { <input type="date" id=id name=id value=value.to_owned() aria-invalid=wrong(&said) aria-describedby=said.described_by.clone()/> };
    wrapped(id, label, hint, said.fault, input.into_any())
}

/// One of several, as (value, label).
pub fn select_field(id: &'static str, label: &str, hint: &str, options: &[(String, String)], value: &str, violations: &[Violation]) -> AnyView {
    let said = said(id, hint, violations);
    let items =
        options.iter().map(|(code, label)| view! { <option value=code.clone() selected=code == value>{label.clone()}</option> }).collect_view();
    let input = view! {
        <select id=id name=id aria-invalid=wrong(&said) aria-describedby=said.described_by.clone()>
            <option value="">"Choose"</option>
            {items}
        </select>
    };
    wrapped(id, label, hint, said.fault, input.into_any())
}

/// Any of several, as (value, label, note, chosen), under one legend.
pub fn choice_list(id: &'static str, legend: &str, options: Vec<(String, String, String, bool)>, violations: &[Violation]) -> AnyView {
    let fault = violations.iter().find(|v| v.field == id).map(|v| v.message.clone());
    let described = fault.as_ref().map(|_| format!("{id}-error"));
    let items = options
        .into_iter()
        .enumerate()
        .map(|(index, (value, label, note, chosen))| {
            // The first carries the field's own id, so that the summary's link leads to it.
            let input_id = if index == 0 { id.to_owned() } else { format!("{id}-{index}") };
            view! {
                <div class="choice">
                    <input type="checkbox" id=input_id.clone() name=id value=value checked=chosen/>
                    <label for=input_id>{label}<span class="hint">{note}</span></label>
                </div>
            }
        })
        .collect_view();
    let class = if fault.is_some() { "field field-wrong" } else { "field" };
    view! {
        <fieldset class=class aria-describedby=described>
            <legend>{legend.to_owned()}</legend>
            {fault.map(|fault| view! { <p class="fault" id=format!("{id}-error")><span class="sr-only">"Error: "</span>{fault}</p> })}
            {items}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_stays_inside_its_field() {
        let typed = "</textarea><script>1 && \"2\"</script>";
        for html in [text_area("why", "Why", "", typed, &[]).to_html(), text_field("why", "Why", "", typed, &[]).to_html()] {
            assert!(!html.contains("<script") && html.matches("</textarea>").count() <= 1, "{html}");
            assert!(html.contains("&lt;script"), "{html}");
        }
    }
}
