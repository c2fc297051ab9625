//! `/audit/report`: a sector or a domain in a period, to read and to print.

use super::report_tables::{CUT, Cell, Report, ReportTable, report_tables};
use crate::ui::{breadcrumbs, data_table, date_field, day, notice, query_string, select_field};
use leptos::prelude::*;

pub fn report_page(report: &Report) -> AnyView {
    let asked = &report.asked;
    let (from, until) = (asked.from.to_string(), asked.until.to_string());
    let query = |table: &str| query_string(&[("area", &asked.area), ("from", &from), ("until", &until), ("table", table)]);
    let tables = report_tables(report).into_iter().map(|table| section(&table, &query(table.word))).collect_view();
    view! {
        {breadcrumbs(vec![("/audit".to_owned(), "Audit trail".to_owned())])}
        <h1>{format!("Who read what: {}", report.title)}</h1>
        <p class="lead">"From "{day(asked.from)}" until "{day(asked.until)}", both included. Times are in Singapore."</p>
        <form method="get" action="/audit/report" class="inline-form">
            {select_field("area", "Sector or domain", "", &report.areas, &asked.area, &[])}
            {date_field("from", "From", "", &from, &[])}
            {date_field("until", "Until, that day included", "", &until, &[])}
            <button type="submit" class="button button-secondary">"Show"</button>
        </form>
        {tables}
    }
    .into_any()
}

fn section(table: &ReportTable, query: &str) -> impl IntoView + use<> {
    let body = if table.rows.is_empty() {
        view! { <p>{table.none}</p> }.into_any()
    } else {
        let rows = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let download = view! {
            <p class="actions"><a href=format!("/audit/report.csv?{query}")>"Download as CSV"<span class="sr-only">{format!(": {}", table.caption)}</span></a></p>
        };
        view! { {data_table(table.caption, table.heads, rows)}{download} }.into_any()
    };
    view! {
        <section>
            <h2 id=table.word>{table.caption}</h2>
            <p>{table.about.clone()}</p>
            {table.cut.then(|| notice(CUT.into_any()))}
            {body}
        </section>
    }
}

fn cell(cell: &Cell) -> AnyView {
    match &cell.href {
        Some(href) => view! { <a href=href.clone()>{cell.text.clone()}</a> }.into_any(),
        None => cell.text.clone().into_any(),
    }
}
