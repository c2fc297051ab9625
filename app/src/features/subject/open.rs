//! `/subjects/new`.

use crate::ui::{breadcrumbs, csrf_field, error_summary, select_field, text_area, text_field};
use domain::Violation;
use domain::subject::{IdentifierKind, SubjectWish, WORKING_DAYS_TO_ANSWER};
use leptos::prelude::*;

/// What was typed and may be shown again; what names the person is not among it.
#[derive(Debug, Clone, Default)]
pub struct SubjectTyped {
    pub kind: String,
    pub wish: String,
    pub purpose: String,
    pub reason: String,
}

pub fn open_page(csrf: &str, everywhere: bool, typed: &SubjectTyped, wrong: &[Violation]) -> AnyView {
    let kinds: Vec<(String, String)> = IdentifierKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    let wishes: Vec<(String, String)> = SubjectWish::ALL.iter().map(|wish| (wish.as_str().to_owned(), wish.label().to_owned())).collect();
    let again = if wrong.is_empty() { "" } else { " Type it again: it is not shown a second time." };
    let hint = format!("It is looked for and then forgotten. The record keeps a mask, and a hash that only this portal can make.{again}");
    let scope = if everywhere { "in every sector" } else { "in your sector" };
    view! {
        {breadcrumbs(vec![("/subjects".to_owned(), "Requests of people".to_owned())])}
        {error_summary(wrong)}
        <h1>"Look for a person"</h1>
        <p class="lead">{format!("Somebody asks about data of theirs. Pasar asks the sources {scope} which columns hold them, and gives each domain its task. The answer is due in {WORKING_DAYS_TO_ANSWER} working days.")}</p>
        <form method="post" action="/subjects" class="narrow" novalidate="" autocomplete="off">
            {csrf_field(csrf)}
            {select_field("kind", "The person is named by", "", &kinds, &typed.kind, wrong)}
            {text_field("identifier", "Number or address", &hint, "", wrong)}
            {select_field("wish", "The person wants to", "", &wishes, &typed.wish, wrong)}
            {text_field("purpose", "Legal basis", "The law or rule under which the person asks.", &typed.purpose, wrong)}
            {text_area("reason", "What was asked", "Without naming the person: this text is kept, and the domains read it.", &typed.reason, wrong)}
            <button type="submit" class="button">"Look now"</button>
        </form>
    }
    .into_any()
}
