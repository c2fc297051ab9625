//! `/admin/organisations`: sectors, agencies and domains by hand: the list, one to add or change, and the question before one is
//! retired.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{
    breadcrumbs, count, csrf_field, data_table, empty_state, error_summary, hidden, moment, notice, select_field, status_tag, summary_list,
    text_field,
};
use domain::Violation;
use domain::organisation::{UnitForm, UnitKind};
use leptos::prelude::*;
use store::organisation::KeptUnit;

/// What was just done, said on the page that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitDone {
    Added,
    Changed,
    Retired,
    Restored,
}

impl UnitDone {
    const fn text(self) -> &'static str {
        match self {
            Self::Added => "It was added. Roles can be granted there, and data can be described in it.",
            Self::Changed => "It was changed. Pages say so at once, and search follows within seconds.",
            Self::Retired => {
                "It was retired. No role is granted there any longer; what it did stays in the audit trail, and it can be taken into use again."
            }
            Self::Restored => "It is in use again.",
        }
    }
}

const KINDS: [(UnitKind, &str, &str); 3] =
    [(UnitKind::Sector, "Sectors", "Add a sector"), (UnitKind::Agency, "Agencies", "Add an agency"), (UnitKind::Domain, "Domains", "Add a domain")];

fn at(unit: &KeptUnit) -> String {
    format!("/admin/organisations/{}/{}", unit.kind, unit.slug)
}

/// Every unit. `done` names what was just done.
pub fn units_page(csrf: &str, units: &[KeptUnit], done: Option<UnitDone>) -> AnyView {
    let section = |(kind, title, add): (UnitKind, &'static str, &'static str)| {
        let rows: Vec<Vec<AnyView>> = units.iter().filter(|unit| unit.kind == kind).map(|unit| row(csrf, unit)).collect();
        let heads: &[&str] = match kind {
            UnitKind::Sector => &["Name", "Trusted centre", "Domains", "Products", "State", "Actions"],
            UnitKind::Agency => &["Name", "Known as", "Domains", "Products", "State", "Actions"],
            UnitKind::Domain => &["Name", "Agency and sector", "Products", "State", "Actions"],
        };
        let list = if rows.is_empty() {
            let text = match kind {
                UnitKind::Domain => "Agencies own their data in domains. Add the first once there is an agency and a sector.",
                UnitKind::Sector => "Each domain belongs to one, whose trusted centre curates its data.",
                UnitKind::Agency => "Each domain belongs to one.",
            };
            empty_state(&format!("No {} yet.", title.to_lowercase()), text, ().into_any()).into_any()
        } else {
            data_table(title, heads, rows).into_any()
        };
        view! { {list}<p><a href=format!("/admin/organisations/new?kind={kind}") class="button button-secondary">{add}</a></p> }
    };
    view! {
        {done.map(|done| notice(done.text().into_any()))}
        <h1>"Organisations"</h1>
        <p class="lead">"Agencies own their data in domains; each sector has a trusted centre that curates it."</p>
        {administration_tabs(AdministrationPage::Organisations)}
        {KINDS.map(section).into_iter().collect_view()}
    }
    .into_any()
}

fn row(csrf: &str, unit: &KeptUnit) -> Vec<AnyView> {
    let title = unit.title.clone();
    let link = move |href: String, label: &'static str, title: &str| {
        view! { <a href=href>{label}<span class="sr-only">{format!(" {title}")}</span></a> }.into_any()
    };
    let (state, next) = match unit.retired_at {
        Some(since) => (view! { {status_tag("Retired")}" "{moment(since)} }.into_any(), restore(csrf, unit)),
        None => ("In use".into_any(), link(format!("{}/retire", at(unit)), "Retire", &title)),
    };
    let actions = view! { <div class="row-actions">{link(at(unit), "Change", &title)}{next}</div> };
    let mut cells = vec![view! { {title}<br/><code>{unit.slug.clone()}</code> }.into_any()];
    if let (Some((_, agency)), Some((_, sector))) = (&unit.agency, &unit.sector) {
        cells.push(view! { {agency.clone()}<br/><span class="muted">{sector.clone()}</span> }.into_any());
    } else {
        cells.push(unit.note.clone().unwrap_or_default().into_any());
        cells.push(count(unit.domains).into_any());
    }
    cells.extend([count(unit.products).into_any(), state, actions.into_any()]);
    cells
}

fn restore(csrf: &str, unit: &KeptUnit) -> AnyView {
    view! {
        <form method="post" action=format!("{}/restore", at(unit)) class="inline">
            {csrf_field(csrf)}
            <button type="submit" class="link-button">"Take into use again"<span class="sr-only">{format!(" {}", unit.title)}</span></button>
        </form>
    }
    .into_any()
}

/// What the page of one unit says besides its form.
pub struct UnitPage {
    pub kind: UnitKind,
    /// None for one that is to be added.
    pub known: Option<KeptUnit>,
    /// Agencies and sectors in use, as (slug, title), for a domain.
    pub agencies: Vec<(String, String)>,
    pub sectors: Vec<(String, String)>,
}

fn way_back() -> impl IntoView {
    breadcrumbs(vec![("/admin".into(), "Administration".into()), ("/admin/organisations".into(), "Organisations".into())])
}

/// One unit, to add or to change.
pub fn unit_page(csrf: &str, page: &UnitPage, form: &UnitForm, wrong: &[Violation]) -> AnyView {
    let noun = page.kind.noun();
    let article = if page.kind == UnitKind::Agency { "an" } else { "a" };
    let (heading, action, button) = match &page.known {
        Some(unit) => (format!("Change “{}”", unit.title), at(unit), "Save"),
        None => (format!("Add {article} {noun}"), "/admin/organisations/new".to_owned(), "Add"),
    };
    let note = match page.kind {
        UnitKind::Sector => text_field("note", "Trusted centre", "Who curates the data of the sector.", &form.note, wrong),
        UnitKind::Agency => {
            text_field("note", "Abbreviation (optional)", "People are known to be of the agency by its name, its abbreviation or its short name.", &form.note, wrong)
        }
        UnitKind::Domain => view! {
            {select_field("agency", "Agency", "Who owns the data of the domain.", &page.agencies, &form.agency, wrong)}
            {select_field("sector", "Sector", "Whose trusted centre curates it, and whose standards and security officers it has.", &page.sectors, &form.sector, wrong)}
        }
        .into_any(),
    };
    let known = page.known.as_ref().map(|unit| {
        let facts = vec![("Short name", view! { <code>{unit.slug.clone()}</code> }.into_any()), ("Now", unit.title.clone().into_any())];
        let kept = (page.kind == UnitKind::Agency)
            .then(|| view! { <p>"What it was called before goes on meaning it: its people stay in their teams, and suspensions hold."</p> });
        view! { {summary_list(facts)}{kept}{hidden("version", &unit.version.to_string())} }
    });
    let slug = page.known.is_none().then(|| {
        let hint = "Small letters, digits and hyphens. It stands in addresses for ever and cannot be changed.";
        view! { {hidden("kind", page.kind.as_str())}{text_field("slug", "Short name", hint, &form.slug, wrong)} }
    });
    view! {
        {error_summary(wrong)}
        {way_back()}
        <h1>{heading}</h1>
        <form method="post" action=action class="narrow">
            {csrf_field(csrf)}
            {known}
            {slug}
            {text_field("title", "Name", "As people read it.", &form.title, wrong)}
            {note}
            <button type="submit" class="button">{button}</button>
            " "
            <a href="/admin/organisations">"Leave it as it is"</a>
        </form>
    }
    .into_any()
}

/// What is asked before a unit is retired.
pub struct UnitAsked {
    pub unit: KeptUnit,
    /// Who may take its domains, as (slug, title).
    pub heirs: Vec<(String, String)>,
    pub to: String,
}

fn many(n: i64, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}

/// Asks whether a unit is to be retired, and says what still belongs to it.
pub fn retire_unit_page(csrf: &str, asked: &UnitAsked, wrong: &[Violation]) -> AnyView {
    let unit = &asked.unit;
    let held = format!("{}, {}", many(unit.domains, "domain"), many(unit.products, "product"));
    let stuck = unit.kind == UnitKind::Domain && unit.products > 0;
    let form = if stuck {
        let text = format!(
            "Still in use in this domain: {}. Retire what is in it first: addresses of products begin with its name.",
            many(unit.products, "product")
        );
        view! { <p>{text}</p><p><a href=format!("/organisations/{}", unit.slug)>"See what is in it"</a></p> }.into_any()
    } else {
        let hand = (unit.domains > 0).then(|| {
            let label = format!("Hand its {} over to", many(unit.domains, "domain"));
            select_field("to", &label, "The domains, and the products in them, belong there from now on.", &asked.heirs, &asked.to, wrong)
        });
        view! {
            <form method="post" action=format!("{}/retire", at(unit)) class="narrow">
                {csrf_field(csrf)}{hidden("version", &unit.version.to_string())}
                {hand}
                <button type="submit" class="button">{format!("Retire {}", unit.kind.noun())}</button>
                " "
                <a href="/admin/organisations">"Keep it"</a>
            </form>
        }
        .into_any()
    };
    view! {
        {error_summary(wrong)}
        {way_back()}
        <h1>{format!("Retire “{}”?", unit.title)}</h1>
        <p class="lead">"No role is granted there any longer, no domain put into it, and nobody is asked there for data. It can be taken into use again."</p>
        {summary_list(vec![("Short name", view! { <code>{unit.slug.clone()}</code> }.into_any()), ("Holds", held.into_any())])}
        {form}
    }
    .into_any()
}
