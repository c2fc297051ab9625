//! Two versions of a standard, word by word.

use crate::features::catalogue::terms::side;
use crate::ui::{breadcrumbs, data_table, hidden, notice};
use domain::catalogue::{Standing, word_difference};
use leptos::prelude::*;
use store::standard::{Version, parts};
use uuid::Uuid;

/// `key` is that of a shared draft, when it was opened by one.
pub fn compare_page(former: &Version, latter: &Version, versions: &[u32], key: Option<Uuid>) -> AnyView {
    let slug = &latter.standard.id;
    let (from, to) = (former.standard.version, latter.standard.version);
    let choice = |id: &'static str, label: &'static str, chosen: u32| {
        let options = versions
            .iter()
            .map(|version| view! { <option value=version.to_string() selected=*version == chosen>{format!("Version {version}")}</option> })
            .collect_view();
        view! { <div class="field"><label for=id>{label}</label><select id=id name=id>{options}</select></div> }
    };
    let (old, new) = (facts(former), facts(latter));
    let rows: Vec<Vec<AnyView>> = old
        .iter()
        .zip(&new)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((name, before), (_, after))| part_row(name, before, after))
        .collect();
    let difference = if rows.is_empty() {
        notice("Nothing differs between these two.".into_any()).into_any()
    } else {
        let heads = ["Part".to_owned(), format!("Version {from}"), format!("Version {to}")];
        view! {
            {data_table("What differs", &[&heads[0], &heads[1], &heads[2]], rows)}
            {words_hint()}
        }
        .into_any()
    };
    view! {
        {breadcrumbs(vec![("/standards".into(), "Standards".into()), (format!("/standards/{slug}"), latter.standard.title.clone())])}
        <h1>{format!("Versions {from} and {to}")}</h1>
        <form method="get" action=format!("/standards/{slug}/compare") class="inline-form">
            {choice("from", "From", from)}{choice("to", "To", to)}{key.map(|key| hidden("key", &key.to_string()))}
            <button type="submit" class="button button-secondary">"Compare"</button>
        </form>
        {difference}
    }
    .into_any()
}

/// A part of a standard with what went and what came.
pub(super) fn part_row(name: &str, before: &str, after: &str) -> Vec<AnyView> {
    let pieces = word_difference(before, after);
    vec![name.to_owned().into_any(), side(&pieces, Standing::Gone), side(&pieces, Standing::New)]
}

pub(super) fn words_hint() -> AnyView {
    view! { <p class="muted">"Words that went are struck through, words that came are underlined."</p> }.into_any()
}

fn facts(version: &Version) -> Vec<(&'static str, String)> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut facts = parts(&version.standard, &version.rego);
    facts.extend([("First day", day(version.standard.effective_from)), ("Last", day(version.standard.effective_until))]);
    facts
}
