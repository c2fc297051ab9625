//! `/admin/purposes`: what data may be asked for, one purpose to change, and the question before one is retired.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{
    breadcrumbs, choice_list, count, csrf_field, data_table, empty_state, error_summary, hidden, moment, notice, status_tag, summary_list, text_area,
    text_field,
};
use domain::Violation;
use domain::organisation::PurposeForm;
use leptos::prelude::*;
use store::organisation::{PurposeLine, PurposeUse};

/// What was just done, said on the page that follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurposeDone {
    Added,
    Changed,
    /// With the code, so that it can be undone at once.
    Retired(String),
    Restored,
    /// Its pseudonyms are others from now on.
    Rotated,
    /// No agreement in force was made for it.
    NoKey,
}

fn said(csrf: &str, done: &PurposeDone) -> AnyView {
    let text = match done {
        PurposeDone::Added => "The purpose was added. It can be chosen from now on.",
        PurposeDone::Changed => "The purpose was changed.",
        PurposeDone::Retired(_) => "The purpose was retired. What names it already keeps it; nobody chooses it any longer.",
        PurposeDone::Restored => "The purpose is offered again.",
        PurposeDone::Rotated => "Its pseudonyms are made with another key from now on.",
        PurposeDone::NoKey => "No agreement in force was made for it, so that no pseudonyms are either. Nothing was changed.",
    };
    let undo = match done {
        PurposeDone::Retired(code) => Some(restore(csrf, code, "Undo")),
        _ => None,
    };
    notice(view! { {text}" "{undo} }.into_any()).into_any()
}

fn restore(csrf: &str, code: &str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=format!("/admin/purposes/{code}/restore") class="inline">
            {csrf_field(csrf)}
            <button type="submit" class="link-button">{label}<span class="sr-only">{format!(": offer {code}")}</span></button>
        </form>
    }
    .into_any()
}

pub fn purposes_page(csrf: &str, purposes: &[PurposeLine], done: Option<&PurposeDone>, form: &PurposeForm, wrong: &[Violation]) -> AnyView {
    let list = if purposes.is_empty() {
        empty_state("No purposes yet.", "Nobody can ask for data until there is one. Add the first below.", ().into_any()).into_any()
    } else {
        let rows = purposes.iter().map(|line| row(csrf, line)).collect();
        data_table("Purposes", &["Purpose", "When it fits", "Rests on", "Used by", "State", "Actions"], rows).into_any()
    };
    view! {
        {error_summary(wrong)}
        {done.map(|done| said(csrf, done))}
        <h1>"Purposes"</h1>
        <p class="lead">"Every request names one. A product’s terms say which of them it may be used for."</p>
        {administration_tabs(AdministrationPage::Purposes)}
        {list}
        <section aria-labelledby="add">
            <h2 id="add">"Add a purpose"</h2>
            <form method="post" action="/admin/purposes" class="narrow">
                {csrf_field(csrf)}
                {text_field("code", "Code", "Small letters, digits and hyphens. It stands in requests for ever and cannot be changed.", &form.code, wrong)}
                {fields(form, wrong)}
                <button type="submit" class="button">"Add purpose"</button>
            </form>
        </section>
    }
    .into_any()
}

fn fields(form: &PurposeForm, wrong: &[Violation]) -> AnyView {
    view! {
        {text_field("title", "Title", "What the data is used for, as requesters read it.", &form.title, wrong)}
        {text_area("explanation", "When it fits (optional)", "For whoever chooses between it and another.", &form.explanation, wrong)}
        {text_field("legal_source", "Rests on", "The law or direction, such as Public Sector (Governance) Act 2018.", &form.legal_source, wrong)}
        {text_field("position", "Place in the list", "A number; the lowest comes first.", &form.position, wrong)}
    }
    .into_any()
}

fn row(csrf: &str, line: &PurposeLine) -> Vec<AnyView> {
    let purpose = &line.purpose;
    let at = format!("/admin/purposes/{}", purpose.code);
    let to_page =
        |href: String, label: &'static str| view! { <a href=href>{label}<span class="sr-only">{format!(" {}", purpose.title)}</span></a> }.into_any();
    let (shown, next) = match line.retired_at {
        Some(at) => (view! { {status_tag("Retired")}" "{moment(at)} }.into_any(), restore(csrf, &purpose.code, "Offer again")),
        None => ("Offered".into_any(), to_page(format!("{at}/retire"), "Retire")),
    };
    let actions = view! { <div class="row-actions">{to_page(at.clone(), "Change")}{next}</div> };
    vec![
        view! { {purpose.title.clone()}<br/><code>{purpose.code.clone()}</code> }.into_any(),
        purpose.explanation.clone().into_any(),
        purpose.legal_source.clone().into_any(),
        used_by(line.used).into_any(),
        shown,
        actions.into_any(),
    ]
}

fn some(n: i64, one: &str, more: &str) -> Option<String> {
    (n > 0).then(|| format!("{} {}", count(n), if n == 1 { one } else { more }))
}

fn used_by(used: PurposeUse) -> String {
    let all = [
        some(used.open_requests, "open request", "open requests"),
        some(used.agreements, "agreement in force", "agreements in force"),
        some(used.products, "product’s terms", "products’ terms"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    if all.is_empty() { "Nothing now".into() } else { all.join(", ") }
}

fn way_back() -> impl IntoView {
    breadcrumbs(vec![("/admin".into(), "Administration".into()), ("/admin/purposes".into(), "Purposes".into())])
}

/// One purpose, to change.
pub fn purpose_page(csrf: &str, line: &PurposeLine, form: &PurposeForm, wrong: &[Violation]) -> AnyView {
    let at = format!("/admin/purposes/{}", line.purpose.code);
    view! {
        {error_summary(wrong)}
        {way_back()}
        <h1>"Change a purpose"</h1>
        {summary_list(vec![("Code", line.purpose.code.clone().into_any()), ("Now", line.purpose.title.clone().into_any()), ("Used by", used_by(line.used).into_any())])}
        <p>"Requests and agreements show the new words at once: change what it is called, not what it means. For another meaning, retire it and add a new one."</p>
        <form method="post" action=at class="narrow">
            {csrf_field(csrf)}{hidden("code", &line.purpose.code)}
            {fields(form, wrong)}
            <button type="submit" class="button">"Save purpose"</button>
            " "
            <a href="/admin/purposes">"Leave it as it is"</a>
        </form>
        <section aria-labelledby="key">
            <h2 id="key">"Its pseudonyms"</h2>
            <p>"Columns may have pseudonyms that are the same in every agreement for one purpose. Made anew, those before cannot be joined with those after."</p>
            <form method="post" action=format!("/admin/purposes/{}/rotate-key", line.purpose.code)>
                {csrf_field(csrf)}<button type="submit" class="button button-secondary">"Make its pseudonyms anew"</button>
            </form>
        </section>
    }
    .into_any()
}

/// Asks whether a purpose is to be retired, and says what still uses it.
pub fn retire_page(csrf: &str, line: &PurposeLine, wrong: &[Violation]) -> AnyView {
    let at = format!("/admin/purposes/{}/retire", line.purpose.code);
    let open = line.used.open_requests;
    let known = some(open, "open request names it and is decided as before", "open requests name it and are decided as before");
    let known = known.map(|label| {
        choice_list("known", "What waits for a decision", vec![("yes".into(), format!("I know: {label}."), String::new(), false)], wrong)
    });
    view! {
        {error_summary(wrong)}
        {way_back()}
        <h1>{format!("Retire “{}”?", line.purpose.title)}</h1>
        <p class="lead">"Nobody can choose it any longer. What names it already stays as it is, and it can be offered again."</p>
        {summary_list(vec![("Code", line.purpose.code.clone().into_any()), ("Used by", used_by(line.used).into_any())])}
        <form method="post" action=at>
            {csrf_field(csrf)}
            {known}
            <button type="submit" class="button">"Retire purpose"</button>
            " "
            <a href="/admin/purposes">"Keep it"</a>
        </form>
    }
    .into_any()
}
