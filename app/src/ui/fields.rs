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

/// What a standard says beside a field: what is wrong, what mends it, and whose word it is. It stops nobody from saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The field of the form that it stands beside; empty when it is about the whole form.
    pub field: String,
    pub code: String,
    pub message: String,
    pub mend: String,
    /// The standard's title and version, and where it is read.
    pub standard: String,
    pub link: String,
}

/// Pieces of advice as one block that a field names in `aria-describedby`; nothing when there are none.
pub fn advice_block<'a>(id: &str, advice: impl IntoIterator<Item = &'a Advice>) -> Option<AnyView> {
    let said: Vec<AnyView> = advice
        .into_iter()
        .map(|one| {
            let mend = (!one.mend.is_empty()).then(|| format!(" {}.", one.mend.trim_end_matches('.')));
            view! {
                <p>
                    <span class="sr-only">"A standard says: "</span>{format!("{}.", one.message.trim_end_matches('.'))}{mend}
                    " "<span class="muted"><a href=one.link.clone()>{one.standard.clone()}</a>" "<code>{one.code.clone()}</code></span>
                </p>
            }
            .into_any()
        })
        .collect();
    (!said.is_empty()).then(|| view! { <div class="advice" id=id.to_owned()>{said}</div> }.into_any())
}

/// All that stands beside the fields of a form: what is wrong with what was typed, and what standards say of what is saved.
#[derive(Debug, Clone, Copy, Default)]
pub struct Remarks<'a> {
    pub wrong: &'a [Violation],
    pub advice: &'a [Advice],
}

struct Said {
    fault: Option<String>,
    advice: Option<AnyView>,
    described_by: Option<String>,
}

impl Said {
    fn wrong(&self) -> Option<&'static str> {
        self.fault.is_some().then_some("true")
    }

    const fn class(&self) -> &'static str {
        if self.fault.is_some() { "field field-wrong" } else { "field" }
    }
}

fn fault_line(id: &str, fault: Option<String>) -> Option<AnyView> {
    let fault = fault?;
    Some(view! { <p class="fault" id=format!("{id}-error")><span class="sr-only">"Error: "</span>{fault}</p> }.into_any())
}

fn wrapped(id: &'static str, label: &str, hint: &str, said: Said, input: AnyView) -> AnyView {
    let class = said.class();
    view! {
        <div class=class>
            <label for=id>{label.to_owned()}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint.to_owned()}</p> })}
            {fault_line(id, said.fault)}
            {said.advice}
            {input}
        </div>
    }
    .into_any()
}

impl Remarks<'_> {
    fn said(self, id: &str, hint: &str) -> Said {
        let fault = self.wrong.iter().find(|v| v.field == id).map(|v| v.message.clone());
        let advice = advice_block(&format!("{id}-advice"), self.advice.iter().filter(|one| one.field == id));
        let ids = [(!hint.is_empty(), "hint"), (fault.is_some(), "error"), (advice.is_some(), "advice")];
        let ids: Vec<String> = ids.into_iter().filter(|(there, _)| *there).map(|(_, what)| format!("{id}-{what}")).collect();
        Said { fault, advice, described_by: (!ids.is_empty()).then(|| ids.join(" ")) }
    }

    /// What is about the whole form, with the id to name in its `aria-describedby`.
    pub fn of_form(self, id: &'static str) -> (Option<AnyView>, Option<&'static str>) {
        let block = advice_block(id, self.advice.iter().filter(|one| one.field.is_empty()));
        let described = block.is_some().then_some(id);
        (block, described)
    }

    /// One line of text. `id` is also the field's name.
    pub fn text_field(self, id: &'static str, label: &str, hint: &str, value: &str) -> AnyView {
        let said = self.said(id, hint);
        let input = view! { <input type="text" id=id name=id value=value.to_owned() maxlength="2000" aria-invalid=said.wrong() aria-describedby=said.described_by.clone()/> };
        wrapped(id, label, hint, said, input.into_any())
    }

    /// Several lines of text. Leptos does not escape what stands between the tags of a text area, so it is done here.
    pub fn text_area(self, id: &'static str, label: &str, hint: &str, value: &str) -> AnyView {
        let said = self.said(id, hint);
        let input = view! { <textarea id=id name=id rows="4" maxlength="2000" aria-invalid=said.wrong() aria-describedby=said.described_by.clone()>{escaped(value)}</textarea> };
        wrapped(id, label, hint, said, input.into_any())
    }

    /// A calendar day.
    pub fn date_field(self, id: &'static str, label: &str, hint: &str, value: &str) -> AnyView {
        let said = self.said(id, hint);
        let input =
            view! { <input type="date" id=id name=id value=value.to_owned() aria-invalid=said.wrong() aria-describedby=said.described_by.clone()/> };
        wrapped(id, label, hint, said, input.into_any())
    }

    /// One of several, as (value, label).
    pub fn select_field(self, id: &'static str, label: &str, hint: &str, options: &[(String, String)], value: &str) -> AnyView {
        let said = self.said(id, hint);
        let items =
            options.iter().map(|(code, label)| view! { <option value=code.clone() selected=code == value>{label.clone()}</option> }).collect_view();
        let input = view! {
            <select id=id name=id aria-invalid=said.wrong() aria-describedby=said.described_by.clone()>
                <option value="">"Choose"</option>
                {items}
            </select>
        };
        wrapped(id, label, hint, said, input.into_any())
    }

    /// Any of several, as (value, label, note, chosen), under one legend.
    pub fn choice_list(self, id: &'static str, legend: &str, options: Vec<(String, String, String, bool)>) -> AnyView {
        let said = self.said(id, "");
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
        let (class, described) = (said.class(), said.described_by.clone());
        view! {
            <fieldset class=class aria-describedby=described>
                <legend>{legend.to_owned()}</legend>
                {fault_line(id, said.fault)}
                {said.advice}
                {items}
            </fieldset>
        }
        .into_any()
    }
}

/// The same fields for forms of which standards say nothing.
const fn typed(wrong: &[Violation]) -> Remarks<'_> {
    Remarks { wrong, advice: &[] }
}

/// See [`Remarks::text_field`].
pub fn text_field(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    typed(violations).text_field(id, label, hint, value)
}

/// See [`Remarks::text_area`].
pub fn text_area(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    typed(violations).text_area(id, label, hint, value)
}

/// See [`Remarks::date_field`].
pub fn date_field(id: &'static str, label: &str, hint: &str, value: &str, violations: &[Violation]) -> AnyView {
    typed(violations).date_field(id, label, hint, value)
}

/// See [`Remarks::select_field`].
pub fn select_field(id: &'static str, label: &str, hint: &str, options: &[(String, String)], value: &str, violations: &[Violation]) -> AnyView {
    typed(violations).select_field(id, label, hint, options, value)
}

/// See [`Remarks::choice_list`].
pub fn choice_list(id: &'static str, legend: &str, options: Vec<(String, String, String, bool)>, violations: &[Violation]) -> AnyView {
    typed(violations).choice_list(id, legend, options)
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

    #[test]
    fn what_a_standard_says_is_read_out_with_its_field_and_does_not_make_it_wrong() {
        let advice = [Advice {
            field: "longest_days".into(),
            code: "terms_too_long".into(),
            message: "The terms allow <730> days".into(),
            mend: "Shorten it".into(),
            standard: "A year at most, version 1".into(),
            link: "/standards/a-year/1".into(),
        }];
        let remarks = Remarks { wrong: &[], advice: &advice };
        let html = remarks.text_field("longest_days", "Longest term", "In days.", "730").to_html();
        for part in [
            r#"aria-describedby="longest_days-hint longest_days-advice""#,
            r#"id="longest_days-advice""#,
            "The terms allow &lt;730",
            " Shorten it.",
            r#"<a href="/standards/a-year/1">A year at most, version 1</a>"#,
            "<code>terms_too_long</code>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("aria-invalid") && !html.contains("field-wrong"), "{html}");
        let other = remarks.text_field("who_may", "Who may", "", "").to_html();
        assert!(!other.contains("advice") && !other.contains("aria-describedby"), "{other}");
        assert!(remarks.of_form("whole").0.is_none());
    }
}
