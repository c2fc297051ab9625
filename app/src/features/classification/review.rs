//! `/products/{urn}/classify`: every column with what is proposed, why, and what follows for readers. One form; keys are an addition.

use super::row::{dataset_table, heading_id};
use crate::features::standard::{advice_on_columns, check_list};
use crate::ui::{breadcrumbs, classification_badge, csrf_field, empty_state, error_summary, hidden, moment, notice, tabs};
use chrono::{DateTime, Utc};
use domain::Violation;
use domain::catalogue::ProductStatus;
use domain::classification::{Highest, Scheme, Typed};
use frontend::ReviewKeys;
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::catalogue::ProductView;
use store::classification::ReviewColumn;
use store::standard::FindingView;

/// Which columns a review shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Those about which something is to be decided.
    Open,
    Personal,
    All,
}

impl Shown {
    pub const ALL: [Self; 3] = [Self::Open, Self::Personal, Self::All];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Personal => "personal",
            Self::All => "all",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Open => "To decide",
            Self::Personal => "Personal",
            Self::All => "All columns",
        }
    }

    pub fn fits(self, column: &ReviewColumn) -> bool {
        match self {
            Self::Open => column.is_open(),
            Self::Personal => {
                column.now.is_some_and(|now| now.personal.is_personal())
                    || column.proposal.as_ref().is_some_and(|proposal| proposal.class.personal.is_personal())
            }
            Self::All => true,
        }
    }
}

/// All that the page shows.
pub struct Review {
    pub product: ProductView,
    pub scheme: Scheme,
    /// Every column of the product.
    pub columns: Vec<ReviewColumn>,
    pub shown: Shown,
    pub highest: Option<Highest>,
    /// What was typed, now or in a draft, by `dataset.column`.
    pub typed: BTreeMap<String, Typed>,
    /// Whether what is shown and not decided is to be accepted.
    pub rest: bool,
    pub saved_at: Option<DateTime<Utc>>,
    /// What was just done.
    pub done: Option<String>,
    pub wrong: Vec<Violation>,
    /// What standards ask of the product and is not met.
    pub standards: Vec<FindingView>,
}

pub fn review_page(csrf: &str, review: &Review) -> AnyView {
    let at = format!("/products/{}", review.product.address);
    let shown: Vec<&ReviewColumn> = review.columns.iter().filter(|column| review.shown.fits(column)).collect();
    let open = review.columns.iter().filter(|column| column.is_open()).count();
    let links = Shown::ALL.iter().map(|one| (one.label(), format!("{at}/classify?show={}", one.word()), *one == review.shown)).collect();
    let lead = match open {
        0 => "Every column is classified, and nothing contradicts it.".to_owned(),
        1 => "One column is to be decided.".to_owned(),
        n => format!("{n} columns are to be decided."),
    };
    view! {
        {error_summary(&review.wrong)}
        {breadcrumbs(vec![(at.clone(), review.product.title.clone())])}
        <h1>"Classify columns"</h1>
        {review.done.clone().map(|text| view! { <div class="notice" role="status">{text}</div> })}
        <p class="lead">{lead}</p>
        {of_product(review)}
        {interrupted(csrf, review, &at)}
        {tabs("Columns", links)}
        {form(csrf, review, &shown, &at)}
        <div class="actions">
            <form method="post" action=format!("{at}/classify/propose")>{csrf_field(csrf)}<button type="submit" class="button button-secondary">"Look at the data again"</button></form>
            {publish(csrf, review, &at)}
        </div>
        {check_list(&review.standards)}
        <p><a href=format!("{at}/classify/history")>"How columns came to be what they are"</a>" · "<a href=format!("{at}/protection")>"What readers get"</a>" · "<a href="/classification">"What the levels mean"</a>" · "<a href="/detectors">"Detectors of domains"</a></p>
    }
    .into_any()
}

/// What the product takes from its columns, with the column that causes it.
fn of_product(review: &Review) -> AnyView {
    let Some(highest) = &review.highest else {
        return view! { <p>"The product has no classification yet: none of its columns has one."</p> }.into_any();
    };
    let scheme = &review.scheme;
    let title = |code: &'static str| scheme.title(code).to_owned();
    view! {
        <p>
            "The product is "{classification_badge(highest.class.classification)}" "{highest.classification_cause.words()}"; "
            {title(highest.class.sensitivity.as_str())}" "{highest.sensitivity_cause.words()}"."
        </p>
    }
    .into_any()
}

/// A review that was interrupted between hiding and deciding.
fn interrupted(csrf: &str, review: &Review, at: &str) -> Option<AnyView> {
    let names: Vec<String> = review.columns.iter().filter(|column| column.pending.is_some()).map(ReviewColumn::full_name).collect();
    let first = review.columns.iter().find_map(|column| column.pending.as_ref())?;
    let text = format!(
        "{} began to decide about {} and was interrupted. Readers get what both the old and the new classification allow until it is decided below, or taken back.",
        first.by,
        names.join(", ")
    );
    let form = view! {
        <form method="post" action=format!("{at}/classify/take-back") class="inline">
            {csrf_field(csrf)}<button type="submit" class="link-button">"Take it back"</button>
        </form>
    };
    Some(notice(view! { {text}" "{form} }.into_any()).into_any())
}

fn publish(csrf: &str, review: &Review, at: &str) -> Option<AnyView> {
    (review.product.status == ProductStatus::Draft).then(|| {
        view! {
            <form method="post" action=format!("{at}/classify/publish")>
                {csrf_field(csrf)}<button type="submit" class="button" id="publish">"Publish the product"</button>
            </form>
        }
        .into_any()
    })
}

fn form(csrf: &str, review: &Review, shown: &[&ReviewColumn], at: &str) -> AnyView {
    if shown.is_empty() {
        let next = view! { <a href=format!("{at}/classify?show=all")>"Show all columns"</a> }.into_any();
        return empty_state("No column here.", "What detectors find anew, or somebody contradicts, will be listed here.", next).into_any();
    }
    let mut datasets: Vec<(&str, Vec<&ReviewColumn>)> = vec![];
    for column in shown {
        match datasets.last_mut() {
            Some((name, columns)) if *name == column.dataset_name => columns.push(column),
            _ => datasets.push((&column.dataset_name, vec![column])),
        }
    }
    let advice = advice_on_columns(&review.standards);
    let tables = datasets
        .iter()
        .map(|(name, columns)| {
            let title = columns.first().map(|column| column.dataset_title.clone()).unwrap_or_default();
            view! { <h2 id=heading_id(name)>{title}</h2>{dataset_table(name, columns, &review.scheme, &review.typed, &advice)} }
        })
        .collect_view();
    let saved = review.saved_at.map(|at| view! { <p class="muted">"Your half-done review was saved "{moment(at)}"."</p> });
    view! {
        <form method="post" action=format!("{at}/classify") data-review="" id="review" novalidate="">
            {csrf_field(csrf)}{hidden("show", review.shown.word())}
            {saved}
            <ReviewKeys>{keys_help()}{tables}</ReviewKeys>
            <div class="choice">
                <input type="checkbox" id="rest" name="rest" value="accept" checked=review.rest/>
                <label for="rest">"Accept what is proposed for every other column shown here"<span class="hint">"Columns with a decision of yours above keep it."</span></label>
            </div>
            <div class="actions">
                <button type="submit" class="button" name="do" value="confirm">"Confirm decisions"</button>
                <button type="submit" class="button button-secondary" name="do" value="save">"Save for later"</button>
            </div>
            <p class="hint">"Columns are hidden at the source before a decision is confirmed. Where the source cannot be reached, nothing is decided and your review is kept."</p>
        </form>
    }
    .into_any()
}

/// What keys do, for whoever has scripting; without it the table says nothing of keys.
fn keys_help() -> impl IntoView {
    let keys = [
        ("↓ ↑", "next and previous column"),
        ("p", "next column that is proposed as personal"),
        ("a", "accept, and go on"),
        ("r", "reject, and go on"),
        ("e", "change: choose levels; Esc leads back to the row"),
        ("u", "leave the column undecided"),
        ("A", "accept every other column shown"),
        ("s", "confirm decisions"),
        ("?", "show or hide this list"),
    ];
    let items = keys.into_iter().map(|(key, what)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }).collect_view();
    view! {
        <details id="review-keys" class="needs-script">
            <summary>"Keys in this table"</summary>
            <p>"They work while the focus is on a row: press Tab until it is on the table."</p>
            <dl class="summary">{items}</dl>
        </details>
    }
}
