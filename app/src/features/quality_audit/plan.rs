//! `/quality-audits/plans/{id}`: one plan with its audits; and the form that makes and changes plans.

use super::list::{audits_table, next};
use super::{about, criteria, home};
use crate::ui::{
    breadcrumbs, choice_list, csrf_field, date_field, day, error_summary, hidden, moment, select_field, status_tag, summary_list, text_field,
};
use domain::Violation;
use domain::id::{DomainId, ProductId};
use domain::quality_audit::{Criterion, Hearer, PlanForm, PlanScope, PlanState, Rhythm};
use leptos::prelude::*;
use store::quality_audit::{AuditLine, PlanView};

/// One plan; `keeps` says that its reader may change it.
pub fn plan_page(csrf: &str, plan: &PlanView, audits: &[AuditLine], keeps: bool) -> AnyView {
    let told: Vec<&str> = std::iter::once("The owners of the products").chain(plan.told.iter().map(|one| one.label())).collect();
    let announced = match plan.announce_days {
        0 => "Not announced".to_owned(),
        1 => "1 day before".to_owned(),
        days => format!("{days} days before"),
    };
    let facts = vec![
        ("State", status_tag(plan.state.label()).into_any()),
        ("Next audit", next(plan)),
        ("How often", view! { {plan.rhythm.label()}", from "{day(plan.first_on)} }.into_any()),
        ("About", about(plan).into_any()),
        ("What counts", criteria(&plan.criteria).into_any()),
        ("Announced", announced.into_any()),
        ("Told", told.join("; ").into_any()),
        ("Days to mend", plan.mend_days.to_string().into_any()),
        ("Planned", view! { {moment(plan.made_at)}", by "{plan.made_by.clone()} }.into_any()),
    ];
    let products = (!plan.products.is_empty()).then(|| {
        let items =
            plan.products.iter().map(|(_, address, title)| view! { <li><a href=format!("/products/{address}/quality")>{title.clone()}</a></li> });
        view! { <h2>"Products"</h2><ul>{items.collect_view()}</ul> }
    });
    view! {
        {breadcrumbs(vec![home(), (format!("/quality/{}", plan.sector_slug), format!("{} sector", plan.sector_title))])}
        <h1>{plan.name.clone()}</h1>
        {summary_list(facts)}
        {(keeps && plan.state != PlanState::Ended).then(|| actions(csrf, plan))}
        {products}
        <h2>"Audits"</h2>
        {audits_table(audits)}
    }
    .into_any()
}

fn actions(csrf: &str, plan: &PlanView) -> AnyView {
    let moves = [(PlanState::Paused, "Pause it"), (PlanState::Active, "Go on with it"), (PlanState::Ended, "End it for good")];
    let buttons = moves
        .into_iter()
        .filter(|(to, _)| plan.state.to(*to).is_ok())
        .map(|(to, label)| {
            view! {
                <form method="post" action=format!("/quality-audits/plans/{}/state", plan.id) class="inline">
                    {csrf_field(csrf)}{hidden("to", to.as_str())}{hidden("version", &plan.version.to_string())}
                    <button type="submit" class="button button-secondary">{label}</button>
                </form>
            }
        })
        .collect_view();
    view! { <div class="actions"><a class="button" href=format!("/quality-audits/plans/{}/change", plan.id)>"Change it"</a>{buttons}</div> }
        .into_any()
}

/// The form with what it is chosen from.
#[derive(Debug, Clone)]
pub struct Editing {
    pub sector_slug: String,
    pub sector_title: String,
    /// The plan that is changed; none for a new one.
    pub plan: Option<(String, String)>,
    /// The version that is changed, or the key by which a form sent twice is one plan.
    pub key: String,
    pub form: PlanForm,
    pub domains: Vec<(DomainId, String)>,
    /// With the titles of their domains.
    pub products: Vec<(ProductId, String, String)>,
    pub wrong: Vec<Violation>,
}

pub fn plan_form_page(csrf: &str, page: &Editing) -> AnyView {
    let Editing { sector_slug, sector_title, plan, key, form, domains, products, wrong } = page;
    let mut trail = vec![home(), (format!("/quality/{sector_slug}"), format!("{sector_title} sector"))];
    let (title, action, key_name, button) = match plan {
        Some((id, name)) => {
            trail.push((format!("/quality-audits/plans/{id}"), name.clone()));
            (format!("Change {name}"), format!("/quality-audits/plans/{id}/change"), "version", "Save")
        }
        None => (format!("Plan an audit of the {sector_title} sector"), format!("/quality/{sector_slug}/audits/new"), "key", "Plan it"),
    };
    let scopes: Vec<(String, String)> = PlanScope::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
    let rhythms: Vec<(String, String)> = Rhythm::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
    let domains: Vec<(String, String)> = domains.iter().map(|(id, title)| (id.to_string(), title.clone())).collect();
    let counting = Criterion::ALL
        .iter()
        .map(|one| {
            let note = match one {
                Criterion::All => "Against what the centre expects of all checks",
                Criterion::Promises => "Each that is measured must be kept; what Pasar measures itself is measured anew for the audit",
                _ => "Against what the centre expects of this layer",
            };
            (one.as_str().to_owned(), one.label().to_owned(), note.to_owned(), form.criteria.iter().any(|word| word == one.as_str()))
        })
        .collect();
    let hearing = Hearer::ALL
        .iter()
        .map(|one| (one.as_str().to_owned(), one.label().to_owned(), String::new(), form.told.iter().any(|word| word == one.as_str())))
        .collect();
    let choose = (!products.is_empty()).then(|| {
        let offered = products
            .iter()
            .map(|(id, title, domain)| {
                let id = id.to_string();
                let chosen = form.products.contains(&id);
                (id, title.clone(), domain.clone(), chosen)
            })
            .collect();
        choice_list("products", "Products, where you choose them", offered, wrong)
    });
    view! {
        <div class="narrow">
            {error_summary(wrong)}
            {breadcrumbs(trail)}
            <h1>{title}</h1>
            <form method="post" action=action novalidate="">
                {csrf_field(csrf)}{hidden(key_name, key)}
                {text_field("name", "Name", "Everybody who may know of a product in it reads this.", &form.name, wrong)}
                {select_field("scope", "About", "", &scopes, &form.scope, wrong)}
                {select_field("domain", "Domain", "Where it is about one.", &domains, &form.domain, wrong)}
                {choose}
                {choice_list("criteria", "What counts", counting, wrong)}
                {select_field("rhythm", "How often", "", &rhythms, &form.rhythm, wrong)}
                {date_field("first_on", "First audit", "In Singapore. The others are on the same day of the month.", &form.first_on, wrong)}
                {text_field("announce_days", "Announced so many days before", "0 is not announced.", &form.announce_days, wrong)}
                {text_field("mend_days", "Days to mend what falls short", "", &form.mend_days, wrong)}
                {choice_list("told", "Told, beside the owners of the products", hearing, wrong)}
                <button type="submit" class="button">{button}</button>
            </form>
        </div>
    }
    .into_any()
}
