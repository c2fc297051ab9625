//! `/admin/synonyms`: the data office's sets of phrases, and one set to change or remove.

use crate::features::administration::{AdministrationPage, administration_tabs};
use crate::ui::{breadcrumbs, count, csrf_field, data_table, empty_state, error_summary, moment, notice, summary_list, text_area, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::glossary::Synonym;

/// Sets on the page at once; others are found by their words.
const MOST: usize = 100;

/// What the administrator typed, kept when something is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct SynonymForm {
    pub words: String,
    pub note: String,
}

impl From<&Synonym> for SynonymForm {
    fn from(synonym: &Synonym) -> Self {
        Self { words: phrases(synonym), note: synonym.note.clone().unwrap_or_default() }
    }
}

fn phrases(synonym: &Synonym) -> String {
    synonym.words.join(", ")
}

/// What was just done, said on the page that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SynonymDone {
    Added,
    Changed,
    Removed,
}

impl SynonymDone {
    const fn said(self) -> &'static str {
        match self {
            Self::Added => "The set was added. Search takes it up within moments.",
            Self::Changed => "The set was changed. Search takes it up within moments.",
            Self::Removed => "The set was removed. Its phrases are in the audit trail, should it be wanted again.",
        }
    }
}

/// Sets that hold the words, or every set without words, in the order in which they are given.
pub fn synonyms_page(csrf: &str, words: &str, synonyms: &[Synonym], done: Option<SynonymDone>, form: &SynonymForm, wrong: &[Violation]) -> AnyView {
    let list = if synonyms.is_empty() && !words.is_empty() {
        let next = view! { <a href="/admin/synonyms">"Show every set"</a> };
        empty_state("No set has these words.", "Add one above, or try a shorter word.", next.into_any()).into_any()
    } else if synonyms.is_empty() {
        empty_state("No sets yet.", "Add phrases that people use for the same thing, and search will find either.", ().into_any()).into_any()
    } else {
        let rows = synonyms.iter().take(MOST).map(row).collect();
        let size = i64::try_from(synonyms.len()).unwrap_or_default();
        let table = data_table(&format!("Sets ({})", count(size)), &["Phrases", "Note", "Changed", "Actions"], rows);
        let beyond = (synonyms.len() > MOST)
            .then(|| view! { <p class="muted">{format!("The {MOST} changed last are shown. Find the others by words in them.")}</p> });
        view! { {beyond}{table} }.into_any()
    };
    view! {
        {error_summary(wrong)}
        {done.map(|done| notice(done.said().into_any()))}
        <h1>"Search synonyms"</h1>
        <p class="lead">"Phrases in one set find the same products, whichever of them is typed."</p>
        {administration_tabs(AdministrationPage::Synonyms)}
        <section aria-labelledby="add">
            <h2 id="add">"Add a set"</h2>
            {set_form(csrf, "/admin/synonyms", "Add set", form, wrong)}
        </section>
        <section aria-labelledby="sets">
            <h2 id="sets">"Sets in use"</h2>
            <form method="get" action="/admin/synonyms" class="inline-form" role="search" aria-label="Sets">
                <div class="field"><label for="q">"Words in a set"</label><input type="search" id="q" name="q" value=words.to_owned() maxlength="200"/></div>
                <button type="submit" class="button button-secondary">"Find"</button>
            </form>
            {list}
        </section>
    }
    .into_any()
}

fn set_form(csrf: &str, action: &str, button: &'static str, form: &SynonymForm, wrong: &[Violation]) -> impl IntoView + use<> {
    view! {
        <form method="post" action=action.to_owned() class="narrow">
            {csrf_field(csrf)}
            {text_area("words", "Phrases that mean the same", "With commas between them: car park, carpark, parking lot. Capitals make no difference.", &form.words, wrong)}
            {text_field("note", "Note (optional)", "Why they mean the same, for whoever looks at this later.", &form.note, wrong)}
            <button type="submit" class="button">{button}</button>
        </form>
    }
}

fn row(synonym: &Synonym) -> Vec<AnyView> {
    let words = phrases(synonym);
    let at = format!("/admin/synonyms/{}", synonym.id);
    let link = |href: String, label: &'static str| view! { <a href=href>{label}<span class="sr-only">{format!(" the set {words}")}</span></a> };
    let actions = view! { <div class="row-actions">{link(at.clone(), "Change")}{link(format!("{at}/remove"), "Remove")}</div> };
    vec![words.clone().into_any(), synonym.note.clone().unwrap_or_default().into_any(), changed(synonym), actions.into_any()]
}

fn changed(synonym: &Synonym) -> AnyView {
    let by = synonym.changed_by.clone().map(|name| view! { <br/><span class="muted">{format!("by {name}")}</span> });
    view! { {moment(synonym.changed_at)}{by} }.into_any()
}

fn way_back() -> impl IntoView {
    breadcrumbs(vec![("/admin".into(), "Administration".into()), ("/admin/synonyms".into(), "Search synonyms".into())])
}

/// One set, to change.
pub fn synonym_page(csrf: &str, synonym: &Synonym, form: &SynonymForm, wrong: &[Violation]) -> AnyView {
    let at = format!("/admin/synonyms/{}", synonym.id);
    view! {
        {error_summary(wrong)}
        {way_back()}
        <h1>"Change a set of phrases"</h1>
        {summary_list(vec![("Now", phrases(synonym).into_any()), ("Changed", changed(synonym))])}
        {set_form(csrf, &at, "Save set", form, wrong)}
        <p><a href=format!("{at}/remove")>"Remove this set"</a></p>
    }
    .into_any()
}

/// Asks whether a set is to be removed.
pub fn remove_synonym_page(csrf: &str, synonym: &Synonym) -> AnyView {
    let mut facts = vec![("Phrases", phrases(synonym).into_any())];
    facts.extend(synonym.note.clone().map(|note| ("Note", note.into_any())));
    facts.push(("Changed", changed(synonym)));
    view! {
        {way_back()}
        <h1>"Remove this set of phrases?"</h1>
        <p class="lead">"Whoever types one of them will find only products that use that one."</p>
        {summary_list(facts)}
        <form method="post" action=format!("/admin/synonyms/{}/remove", synonym.id)>
            {csrf_field(csrf)}
            <button type="submit" class="button">"Remove set"</button>
            " "
            <a href="/admin/synonyms">"Keep it"</a>
        </form>
    }
    .into_any()
}
