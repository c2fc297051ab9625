//! Who decides while somebody is away.

use crate::ui::{csrf_field, data_table, date_field, empty_state, error_summary, moment, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::access::DelegationView;

/// What was typed, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct DelegationForm {
    pub email: String,
    pub since: String,
    pub until: String,
    pub wrong: Vec<Violation>,
}

pub fn delegations_page(csrf: &str, delegations: &[DelegationView], form: &DelegationForm) -> AnyView {
    let rows: Vec<Vec<AnyView>> = delegations
        .iter()
        .map(|one| {
            let end = one.own.then(|| {
                view! {
                    <form method="post" action=format!("/delegations/{}/end", one.id) class="inline">
                        {csrf_field(csrf)}<button type="submit" class="link-button">"End"<span class="sr-only">{format!(" {}", one.deputy)}</span></button>
                    </form>
                }
            });
            vec![one.person.clone().into_any(), one.deputy.clone().into_any(), moment(one.since).into_any(), moment(one.until).into_any(), end.into_any()]
        })
        .collect();
    let list = if rows.is_empty() {
        let next = view! { <a href="#email">"Name somebody"</a> }.into_any();
        empty_state("Nobody stands in for you.", "Whoever you name decides with your roles on those days, and the record says for whom.", next)
            .into_any()
    } else {
        data_table("Who stands in for whom", &["Away", "Decides", "From", "Until", "End"], rows).into_any()
    };
    view! {
        <div class="narrow">
            {error_summary(&form.wrong)}
            <h1>"While you are away"</h1>
            {list}
            <h2>"Name somebody"</h2>
            <form method="post" action="/delegations" novalidate="">
                {csrf_field(csrf)}
                {text_field("email", "E-mail address", "Somebody who has signed in to Pasar before.", &form.email, &form.wrong)}
                {date_field("since", "First day", "", &form.since, &form.wrong)}
                {date_field("until", "Last day", "At most 90 days.", &form.until, &form.wrong)}
                <button type="submit" class="button">"Let them decide for me"</button>
            </form>
            <p><a href="/work">"Back to work"</a></p>
        </div>
    }
    .into_any()
}
