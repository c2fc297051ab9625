//! How somebody wants to be told: one choice for each kind.

use crate::ui::{breadcrumbs, csrf_field, error_summary, notice, select_field};
use domain::Violation;
use domain::notice::{DIGEST_HOUR, Delivery, NoticeKind};
use leptos::prelude::*;

#[derive(Debug, Clone)]
pub struct Preferences {
    /// Each kind with the word that is chosen, or was typed.
    pub chosen: Vec<(NoticeKind, String)>,
    /// Just kept.
    pub kept: bool,
    /// Whether this installation sends e-mail.
    pub mail: bool,
    pub address: String,
}

pub fn preferences_page(csrf: &str, page: &Preferences, wrong: &[Violation]) -> AnyView {
    let options: Vec<(String, String)> = Delivery::ALL.iter().map(|way| (way.as_str().to_owned(), way.label().to_owned())).collect();
    let fields = page.chosen.iter().map(|(kind, value)| select_field(kind.as_str(), kind.label(), "", &options, value, wrong)).collect_view();
    let how = if page.mail {
        format!(
            "E-mail goes to {}. What is sent by e-mail stands in the portal too; once a day means at {DIGEST_HOUR:02}:00, and leaves out what you have read.",
            page.address
        )
    } else {
        "This installation sends no e-mail: whatever you choose stands in the portal, save what you turn off.".to_owned()
    };
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/notices".into(), "Notices".into())])}
        <h1>"How you are told"</h1>
        {page.kept.then(|| notice("Kept. It holds for what happens from now on.".into_any()))}
        <p class="lead">{how}</p>
        <form method="post" action="/notices/preferences" novalidate="">
            {csrf_field(csrf)}
            {fields}
            <button type="submit" class="button">"Keep"</button>
        </form>
        <p><a href="/admin/webhooks">"Tell a program instead: webhooks"</a></p>
    }
    .into_any()
}
