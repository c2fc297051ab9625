//! `/lineage/names`: datasets that pipelines told of and that are in no product yet.

use crate::ui::{csrf_field, cut_notice, data_table, empty_state, error_summary, moment, query_string, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::lineage::Claimable;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameForm {
    pub namespace: String,
    pub name: String,
    pub dataset: String,
}

pub fn names_page(csrf: &str, found: &[Claimable], most: usize, may_claim: bool, form: &NameForm, wrong: &[Violation]) -> AnyView {
    let table = if found.is_empty() {
        let text = "Names that pipelines use for data next to your products, or that your own programs told of, are listed here until somebody says what they are.";
        empty_state("No unknown names.", text, view! { <a href="/products">"Look at products"</a> }.into_any()).into_any()
    } else {
        let rows = found
            .iter()
            .take(most)
            .map(|one| {
                let link = format!("/lineage/names?{}#namespace", query_string(&[("namespace", &one.name.namespace), ("name", &one.name.name)]));
                vec![
                    view! { <code>{one.name.name.clone()}</code> }.into_any(),
                    view! { <code>{one.name.namespace.clone()}</code> }.into_any(),
                    if one.beside.is_empty() { "None of yours".to_owned() } else { one.beside.join(", ") }.into_any(),
                    moment(one.first_at).into_any(),
                    view! { <a href=link>"Claim"<span class="sr-only">{format!(" {}", one.name.name)}</span></a> }.into_any(),
                ]
            })
            .collect();
        data_table("Unknown names", &["Name", "Namespace", "Next to", "First told", "What to do"], rows).into_any()
    };
    let cut = cut_notice(found.len(), most);
    let claim = may_claim.then(|| {
        view! {
            <h2>"Claim a name"</h2>
            <p>"Whatever pipelines tell of this name is then about your dataset, from the first event on."</p>
            <form method="post" action="/lineage/names/claim" class="narrow" novalidate="">
                {csrf_field(csrf)}
                {text_field("namespace", "Namespace", "As the tool writes it, such as postgres://host:5432", &form.namespace, wrong)}
                {text_field("name", "Name", "As the tool writes it, such as database.schema.table", &form.name, wrong)}
                {text_field("dataset", "Your dataset", "Its address, such as ssot-a.busroutes-dp.routes", &form.dataset, wrong)}
                <button type="submit" class="button">"Claim it"</button>
            </form>
        }
    });
    let release = may_claim.then(|| {
        view! {
            <h2>"Take a name back"</h2>
            <p>"What pipelines told of it is then no longer about your dataset. Fill in the same three fields."</p>
            <form method="post" action="/lineage/names/release" class="narrow" novalidate="">
                {csrf_field(csrf)}
                <div class="field"><label for="old-namespace">"Namespace to take back"</label><input type="text" id="old-namespace" name="namespace"/></div>
                <div class="field"><label for="old-name">"Name to take back"</label><input type="text" id="old-name" name="name"/></div>
                <div class="field"><label for="old-dataset">"Your dataset that it is not"</label><input type="text" id="old-dataset" name="dataset"/></div>
                <button type="submit" class="button button-secondary">"Take it back"</button>
            </form>
        }
    });
    view! {
        {error_summary(wrong)}
        <h1>"Names of your data"</h1>
        <p class="lead">"Pipelines call a table what it is called where it stands. Say which of your datasets that is, and its lineage is whole."</p>
        {cut}
        {table}
        {claim}
        {release}
    }
    .into_any()
}
