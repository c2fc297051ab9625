//! Who there is: sectors, agencies and domains; and, for administrators, people and the roles they hold, and
//! the lists that the data office keeps.

mod holidays;
mod person;
mod purposes;
mod retention;
mod units;

pub use holidays::{HolidayDone, HolidayForm, holidays_page};
pub use person::{May, own_roles_page, person_page};
pub use purposes::{PurposeDone, purpose_page, purposes_page, retire_page};
pub use retention::{RetentionForm, retention_page};
pub use units::{UnitAsked, UnitDone, UnitPage, retire_unit_page, unit_page, units_page};

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{
    breadcrumbs, count, csrf_field, data_table, date_field, empty_state, error_summary, hidden, notice, select_field, status_tag, text_field,
};
use chrono::{DateTime, Utc};
use domain::organisation::Role;
use domain::{Violation, calendar};
use leptos::prelude::*;
use store::organisation::{PersonView, RoleView, Unit, UnitKind, UnitProduct};

pub fn organisations_page(units: &[Unit]) -> AnyView {
    let section = |kind: UnitKind, title: &'static str, note: &'static str| {
        let rows: Vec<Vec<AnyView>> = units
            .iter()
            .filter(|unit| unit.kind == kind)
            .map(|unit| {
                let name = view! { <a href=format!("/organisations/{}", unit.slug)>{unit.title.clone()}</a> };
                vec![name.into_any(), unit.note.clone().unwrap_or_default().into_any(), count(unit.products).into_any()]
            })
            .collect();
        (!rows.is_empty()).then(|| data_table(title, &["Name", note, "Products"], rows))
    };
    view! {
        <h1>"Organisations"</h1>
        <p class="lead">"Agencies own their data in domains; each sector has a trusted centre that curates it."</p>
        {section(UnitKind::Sector, "Sectors", "Trusted centre")}
        {section(UnitKind::Domain, "Domains", "Agency")}
        {section(UnitKind::Agency, "Agencies", "Known as")}
    }
    .into_any()
}

pub fn organisation_page(unit: &Unit, products: &[UnitProduct]) -> AnyView {
    let list = if products.is_empty() {
        empty_state("No products yet.", "What it publishes will be listed here.", ().into_any()).into_any()
    } else {
        let items = products
            .iter()
            .map(|product| {
                view! {
                    <li>
                        <a href=format!("/products/{}", product.address)>{product.title.clone()}</a>
                        <p class="muted">{product.summary.clone()}</p>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="plain-list">{items}</ul> }.into_any()
    };
    let (kind, name) = match unit.kind {
        UnitKind::Sector => ("Sector, curated by", "sector"),
        UnitKind::Agency => ("Agency, known as", "agency"),
        UnitKind::Domain => ("Domain of", "domain"),
    };
    let shown = i64::try_from(products.len()).unwrap_or_default();
    let heading = if shown < unit.products {
        format!("First {} of {} products", count(shown), count(unit.products))
    } else {
        format!("Products ({})", count(unit.products))
    };
    view! {
        {breadcrumbs(vec![("/organisations".into(), "Organisations".into())])}
        <h1>{unit.title.clone()}</h1>
        {unit.note.clone().map(|note| view! { <p class="lead">{format!("{kind} {note}")}</p> })}
        <p><a href=format!("/fitness?{name}={}", unit.slug)>"How fit its products are"</a></p>
        <h2>{heading}</h2>
        {list}
    }
    .into_any()
}

/// What the administrator typed when granting a role, kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct RoleForm {
    pub email: String,
    pub role: String,
    pub scope: String,
    /// Its last day; empty for a role without an end.
    pub until: String,
}

pub fn people_page(
    csrf: &str,
    words: &str,
    people: &[PersonView],
    roles: &[RoleView],
    granted: bool,
    form: &RoleForm,
    wrong: &[Violation],
) -> AnyView {
    let rows = people.iter().map(|person| person_row(csrf, person, roles)).collect();
    let options: Vec<(String, String)> = Role::ALL.iter().map(|role| (role.as_str().to_owned(), role.label().to_owned())).collect();
    view! {
        {error_summary(wrong)}
        {granted.then(|| notice("The role was granted. It counts from the next page that its holder opens.".into_any()))}
        <h1>"People and roles"</h1>
        {administration_tabs(AdministrationPage::People)}
        <form method="get" action="/admin/people" class="inline-form">
            <div class="field"><label for="q">"Name, e-mail address or agency"</label><input type="search" id="q" name="q" value=words.to_owned() maxlength="200"/></div>
            <button type="submit" class="button button-secondary">"Find"</button>
        </form>
        {if people.is_empty() {
            let back = view! { <a href="/admin/people">"Show everybody"</a> }.into_any();
            empty_state("Nobody is found.", "No name, address or agency has these words.", back).into_any()
        } else {
            data_table("People", &["Name", "Agency", "Roles", "Account"], rows).into_any()
        }}
        <section aria-labelledby="grant">
            <h2 id="grant">"Grant a role"</h2>
            <form method="post" action="/admin/roles">
                {csrf_field(csrf)}
                {text_field("email", "E-mail address", "The person must have signed in once, or be named in a product's document.", &form.email, wrong)}
                {select_field("role", "Role", "", &options, &form.role, wrong)}
                {text_field("scope", "Where", "whole, sector:geospatial, domain:ssot-a or product:ssot-a.busroutes-dp", &form.scope, wrong)}
                {date_field("until", "Last day (optional)", "The role ends when this day does, in Singapore. Empty for a role without an end.", &form.until, wrong)}
                <button type="submit" class="button">"Grant role"</button>
            </form>
        </section>
    }
    .into_any()
}

/// The last day of what ends with a day in Singapore.
fn last_day(until: DateTime<Utc>) -> String {
    calendar::last_day(until).format("%-d %b %Y").to_string()
}

fn person_row(csrf: &str, person: &PersonView, roles: &[RoleView]) -> Vec<AnyView> {
    let held = roles
        .iter()
        .filter(|role| role.person == person.id)
        .map(|role| {
            let what = format!("{}, {}", role.role.label(), role.scope_title);
            view! {
                <li>
                    {what.clone()}{role.until.map(|until| view! { <span class="muted">{format!(", until {}", last_day(until))}</span> })}" "
                    <form method="post" action=format!("/admin/roles/{}/end", role.id) class="inline">
                        {csrf_field(csrf)}
                        <button type="submit" class="link-button">"End"<span class="sr-only">{format!(" {what} of {}", person.name)}</span></button>
                    </form>
                </li>
            }
        })
        .collect_view();
    let (action, label) = if person.disabled { ("enable", "Enable") } else { ("disable", "Disable") };
    let account = view! {
        {person.disabled.then(|| status_tag("Disabled"))}
        {(!person.arrived).then(|| status_tag("Has not signed in yet"))}
        <form method="post" action=format!("/admin/people/{}/{action}", person.id) class="inline">
            {csrf_field(csrf)}
            {hidden("from", "people")}
            <button type="submit" class="link-button">{label}<span class="sr-only">{format!(" {}", person.name)}</span></button>
        </form>
    };
    vec![
        view! { <a href=format!("/admin/people/{}", person.id)>{person.name.clone()}</a><br/><span class="muted">{person.email.clone()}</span> }
            .into_any(),
        person.agency.clone().unwrap_or_default().into_any(),
        view! { <ul class="plain-list">{held}</ul> }.into_any(),
        account.into_any(),
    ]
}
