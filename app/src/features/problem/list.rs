//! `/products/{address}/problems` and `/problems`.

use super::{ended, link, place, time};
use crate::ui::{breadcrumbs, csrf_field, cut_notice, data_table, empty_state, error_summary, moment, summary_list, text_field};
use domain::Violation;
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::problem::{INCIDENTS, IncidentLine, Mending, PROBLEMS, ProblemLine};

/// A product's problems, as one reader may see them.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub product: ProductView,
    pub problems: Vec<ProblemLine>,
    pub incidents: Vec<IncidentLine>,
    pub mending: Mending,
    /// The reader sees what others reported, too.
    pub all: bool,
    /// The reader answers for the product.
    pub answers: bool,
}

fn mending(mending: &Mending) -> AnyView {
    let within = |middle: Option<chrono::TimeDelta>| middle.map_or_else(|| "–".to_owned(), |middle| format!("Half within {}", time(middle)));
    summary_list(vec![
        ("Open now", mending.open.to_string().into_any()),
        ("Over in the last year", mending.over.to_string().into_any()),
        ("Time to an answer", within(mending.answered).into_any()),
        ("Time to mend, with incidents", within(mending.mended).into_any()),
    ])
    .into_any()
}

fn incidents(csrf: &str, model: &Product) -> AnyView {
    let address = &model.product.address;
    if model.incidents.is_empty() {
        return view! { <p>"No incident is known."</p> }.into_any();
    }
    let most = usize::try_from(INCIDENTS).unwrap_or_default();
    let rows = model
        .incidents
        .iter()
        .take(most)
        .map(|one| {
            let state = match (&one.cause, one.mended_at) {
                (Some(cause), Some(at)) => view! { "Mended after "{time(at - one.opened_at)}": "{cause.clone()} }.into_any(),
                _ if model.answers => mend_form(csrf, address, one),
                _ => "Being mended".into_any(),
            };
            vec![one.title.clone().into_any(), moment(one.opened_at).into_any(), one.problems.to_string().into_any(), state]
        })
        .collect();
    let cut = cut_notice(model.incidents.len(), most);
    view! { {cut}{data_table("Incidents, open ones first", &["What is wrong", "Since", "Reports", "State"], rows)} }.into_any()
}

fn mend_form(csrf: &str, address: &str, one: &IncidentLine) -> AnyView {
    let id = format!("cause-{}", one.id);
    view! {
        <form method="post" action=format!("/products/{address}/incidents/{}/mend", one.id)>
            {csrf_field(csrf)}
            <div class="field"><label for=id.clone()>"What it was, and what was done"</label><input type="text" id=id name="cause" maxlength="500"/></div>
            <button type="submit" class="button button-secondary">{format!("Mended: {}", one.title)}</button>
        </form>
    }
    .into_any()
}

pub fn problems_page(csrf: &str, model: &Product, wrong: &[Violation]) -> AnyView {
    let product = &model.product;
    let most = usize::try_from(PROBLEMS).unwrap_or_default();
    let cut = cut_notice(model.problems.len(), most);
    let rows: Vec<Vec<AnyView>> = model
        .problems
        .iter()
        .take(most)
        .map(|line| vec![link(line), place(line), line.about.label().into_any(), moment(line.reported_at).into_any(), ended(line)])
        .collect();
    let table = if rows.is_empty() {
        empty_state("No problem is reported.", "What readers report of this product would be listed here, with what its team answers.", ().into_any())
            .into_any()
    } else {
        data_table("Problems, open ones first", &["Problem", "Of what", "About", "Reported", "State"], rows).into_any()
    };
    let left_out = (!model.all)
        .then(|| view! { <p class="muted">"You see what you reported yourself. Whoever holds an agreement on the product sees all reports."</p> });
    let open = model.answers.then(|| {
        view! {
            <h2>"Open an incident"</h2>
            <form method="post" action=format!("/products/{}/incidents", product.address) class="narrow">
                {csrf_field(csrf)}
                {text_field("title", "What is wrong", "Everyone who holds an agreement is told.", "", wrong)}
                <button type="submit" class="button">"Open the incident"</button>
            </form>
        }
    });
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![(format!("/products/{}", product.address), product.title.clone())])}
        <h1>"Problems and incidents"</h1>
        <p><a class="button" href=format!("/products/{}/problems/new", product.address)>"Report a problem"</a></p>
        {mending(&model.mending)}
        <h2>"Incidents"</h2>
        {incidents(csrf, model)}
        <h2>"Reported problems"</h2>
        {cut}
        {table}
        {left_out}
        {open}
    }
    .into_any()
}

/// Lines in the list of work.
const WAITING: usize = 20;

/// In the list of work: what waits for whoever looks after products.
pub fn problems_section(lines: &[ProblemLine]) -> Option<impl IntoView + use<>> {
    let more = (lines.len() > WAITING).then(|| view! { <p><a href="/problems">"There are more reported problems"</a></p> });
    let table = open_table(&lines[..lines.len().min(WAITING)]);
    (!lines.is_empty()).then(|| view! { <section id="problems"><h2>"Reported problems"</h2>{table}{more}</section> })
}

fn open_table(lines: &[ProblemLine]) -> AnyView {
    let rows: Vec<Vec<AnyView>> = lines
        .iter()
        .map(|line| {
            let product = view! { <a href=format!("/products/{}/problems", line.product_address)>{line.product_title.clone()}</a> };
            vec![link(line), product.into_any(), place(line), line.about.label().into_any(), moment(line.reported_at).into_any(), ended(line)]
        })
        .collect();
    data_table("Open problems, oldest first", &["Problem", "Product", "Of what", "About", "Reported", "State"], rows).into_any()
}

/// The same by itself; `most` are shown.
pub fn open_problems_page(lines: &[ProblemLine], most: usize) -> AnyView {
    let cut = cut_notice(lines.len(), most);
    let body = if lines.is_empty() {
        empty_state(
            "No reported problem waits for you.",
            "What readers report of products that you look after would be listed here, oldest first.",
            ().into_any(),
        )
        .into_any()
    } else {
        open_table(&lines[..lines.len().min(most)])
    };
    view! { <h1>"Reported problems"</h1>{cut}{body}<p><a href="/usage">"Products that nobody reads"</a></p> }.into_any()
}
