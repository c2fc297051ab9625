//! `/classification`: what the levels mean, for everyone; `/admin/classification/{code}`: changing one, for the data office.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{breadcrumbs, choice_list, csrf_field, data_table, error_summary, hidden, moment, status_tag, text_area, text_field};
use domain::Violation;
use domain::classification::{Dimension, Level, LevelForm, Scheme};
use leptos::prelude::*;
use store::classification::SchemeLine;

/// `manages`: whether its reader may change the levels.
pub fn scheme_page(scheme: &Scheme, versions: &[SchemeLine], manages: bool, done: bool) -> AnyView {
    let tables = Dimension::ALL.iter().map(|dimension| table(scheme, *dimension, manages)).collect_view();
    let lines = versions
        .iter()
        .map(|line| {
            let by = line.made_by.clone().unwrap_or_else(|| "Pasar".into());
            let link = view! { <a href=format!("/classification?version={}", line.version)>{format!("Version {}", line.version)}</a> };
            vec![link.into_any(), line.note.clone().into_any(), by.into_any(), moment(line.made_at).into_any()]
        })
        .collect();
    let old = versions.first().is_some_and(|newest| newest.version != scheme.version);
    let join = &scheme.join;
    let together = format!(
        "Columns that point to nobody alone may do so together: from {} indirect columns on, in one dataset or in datasets that share a key, they count as {} and {}.",
        join.from,
        scheme.title(join.classification.as_str()),
        scheme.title(join.sensitivity.as_str())
    );
    view! {
        <h1>"What the levels mean"</h1>
        {done.then(|| view! { <div class="notice" role="status">"The level was changed; another version is in force."</div> })}
        <p class="lead">"Every column has a security classification, a sensitivity, and says whether it is about a person. A dataset and a product take the highest of their columns."</p>
        {manages.then(|| administration_tabs(AdministrationPage::Classification))}
        <p>{format!("Version {}", scheme.version)}{if old { ", which does not hold any longer." } else { ", in force." }}</p>
        {tables}
        <p>{together}</p>
        {data_table("Versions", &["Version", "What changed", "By", "Since"], lines)}
    }
    .into_any()
}

fn table(scheme: &Scheme, dimension: Dimension, manages: bool) -> AnyView {
    let rows = scheme
        .of(dimension)
        .map(|level| {
            let state = if level.in_use { "In use".into_any() } else { status_tag("Not given any longer").into_any() };
            let mut cells = vec![
                view! { {level.title.clone()}<br/><code>{level.code.clone()}</code> }.into_any(),
                level.meaning.clone().into_any(),
                level.guidance.clone().into_any(),
                state,
            ];
            if manages {
                let change = view! { <a href=format!("/admin/classification/{}", level.code)>"Change"<span class="sr-only">{format!(" {}", level.title)}</span></a> };
                cells.push(change.into_any());
            }
            cells
        })
        .collect();
    let heads: &[&str] =
        if manages { &["Level", "Meaning", "When it is right", "State", "Actions"] } else { &["Level", "Meaning", "When it is right", "State"] };
    data_table(dimension.label(), heads, rows).into_any()
}

/// One level, to change over a version.
pub fn level_page(csrf: &str, version: i32, level: &Level, form: &LevelForm, wrong: &[Violation]) -> AnyView {
    let in_use = choice_list("in_use", "Whether columns are given it", vec![("yes".into(), "In use".into(), String::new(), form.in_use)], wrong);
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![("/classification".into(), "What the levels mean".into())])}
        <h1>{format!("Change {}", level.title)}</h1>
        <p>"The code "<code>{level.code.clone()}</code>" stays, and so does the level’s place: rules and decisions rest on them."</p>
        <form method="post" action=format!("/admin/classification/{}", level.code) class="narrow">
            {csrf_field(csrf)}{hidden("over", &version.to_string())}
            {text_field("title", "Title", "", &form.title, wrong)}
            {text_area("meaning", "Meaning", "What the level says of data.", &form.meaning, wrong)}
            {text_area("guidance", "When it is right", "For whoever chooses between it and another.", &form.guidance, wrong)}
            {in_use}
            {text_field("note", "What changes, and why", "", &form.note, wrong)}
            <button type="submit" class="button">"Make the next version"</button>
            " "
            <a href="/classification">"Leave it as it is"</a>
        </form>
    }
    .into_any()
}
