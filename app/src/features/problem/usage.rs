//! `/products/{address}/usage`: how much a product is used, and how it is liked; `/usage`: what nobody reads.

use super::cost::costs;
use crate::ui::{breadcrumbs, count, csrf_field, cut_notice, data_table, empty_state, error_summary, moment, plot_with_table, select_field};
use charts::{Bar, Bars, Words, bars};
use domain::Violation;
use leptos::prelude::*;
use store::catalogue::ProductView;
use store::cost::MonthOfCost;
use store::problem::{COLUMNS, ColumnUsed, MonthOfUse, Neglected, Satisfaction};

#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// Oldest first.
    pub months: Vec<MonthOfUse>,
    /// The most used first.
    pub columns: Vec<ColumnUsed>,
    pub satisfaction: Satisfaction,
    /// Newest first; months of which nothing was reported are not in it.
    pub costs: Vec<MonthOfCost>,
    /// The reader has read it, and what they said of it.
    pub mine: Option<Option<(i16, i16)>>,
}

const GRADES: [(&str, &str); 5] = [("1", "1: not at all"), ("2", "2: a little"), ("3", "3: somewhat"), ("4", "4: well"), ("5", "5: fully")];

fn liked(satisfaction: &Satisfaction) -> String {
    let of = |grade: Option<f64>| grade.map_or_else(|| "–".into(), |grade| format!("{grade:.1} of 5"));
    match satisfaction.answers {
        0 => "Nobody has said yet how useful it is.".into(),
        1 => format!("One reader finds it useful by {} and trusts it by {}.", of(satisfaction.useful), of(satisfaction.trusted)),
        n => format!("{n} readers find it useful by {} and trust it by {}.", of(satisfaction.useful), of(satisfaction.trusted)),
    }
}

fn by_month(usage: &Usage) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "no more reads than a float can count")]
    let bar = |one: &MonthOfUse| Bar { label: one.first_day.format("%b %Y").to_string(), value: Some(one.reads as f64), said: count(one.reads) };
    let all: i64 = usage.months.iter().map(|one| one.reads).sum();
    let title = match all {
        0 => "Nobody has read it in twelve months".to_owned(),
        1 => "Read once in twelve months".to_owned(),
        n => format!("Read {} times in twelve months", count(n)),
    };
    let plot = Bars { bars: usage.months.iter().map(bar).collect(), target: None };
    let svg = bars(
        Words { id: "plot-usage", title: &title, description: "Bars: reads at ports by month, through Pasar and directly at the source." },
        &plot,
    );
    let rows = usage
        .months
        .iter()
        .rev()
        .map(|one| {
            vec![
                one.first_day.format("%B %Y").to_string().into_any(),
                count(one.reads).into_any(),
                rows_read(one).into_any(),
                count(one.people).into_any(),
                count(one.machines).into_any(),
                count(one.agreements).into_any(),
                count(one.columns).into_any(),
            ]
        })
        .collect();
    let heads = ["Month", "Reads", "Rows", "People", "Machine clients", "Agreements that read", "Columns that left"];
    view! { <h2>{title.clone()}</h2>{plot_with_table(svg, data_table("By month, newest first", &heads, rows).into_any())} }.into_any()
}

/// Reads whose rows nobody counted are said, so that a small sum is not taken for all.
fn rows_read(one: &MonthOfUse) -> String {
    match (one.reads, one.counted) {
        (0, _) => "0".into(),
        (_, 0) => "Not counted".into(),
        (reads, counted) if counted < reads => format!("{} in {} of {} reads", count(one.rows), count(counted), count(reads)),
        _ => count(one.rows),
    }
}

/// Each reader once a month, whether a person or a machine client.
fn readers_by_month(usage: &Usage) -> AnyView {
    #[expect(clippy::cast_precision_loss, reason = "no more readers than a float can count")]
    let bar = |one: &MonthOfUse| Bar {
        label: one.first_day.format("%b %Y").to_string(),
        value: Some((one.people + one.machines) as f64),
        said: count(one.people + one.machines),
    };
    let plot = Bars { bars: usage.months.iter().map(bar).collect(), target: None };
    let svg = bars(
        Words {
            id: "plot-readers",
            title: "Readers by month",
            description: "Bars: people and machine clients that read something in the month, each once.",
        },
        &plot,
    );
    let most = usize::try_from(COLUMNS).unwrap_or_default();
    let cut = cut_notice(usage.columns.len(), most);
    let rows = usage
        .columns
        .iter()
        .take(most)
        .map(|one| {
            vec![
                view! { <code>{format!("{}.{}", one.dataset, one.column)}</code> }.into_any(),
                count(one.reads).into_any(),
                count(one.agreements).into_any(),
                one.last_read.map_or_else(|| "Never".into_any(), |at| moment(at).into_any()),
            ]
        })
        .collect();
    let heads = ["Column", "Reads that took it", "Agreements that took it", "Last taken"];
    let columns = data_table("Columns in twelve months, the most used first", &heads, rows).into_any();
    view! { <h2>"Who reads, and which columns leave"</h2>{cut}{plot_with_table(svg, columns)} }.into_any()
}

/// The two questions to whoever has read; answered again, the new words take the place of the old.
pub(crate) fn survey(csrf: &str, address: &str, said: Option<(i16, i16)>, wrong: &[Violation]) -> AnyView {
    let options: Vec<(String, String)> = GRADES.iter().map(|(grade, label)| ((*grade).to_owned(), (*label).to_owned())).collect();
    let (useful, trusted) = said.map_or_else(Default::default, |(useful, trusted)| (useful.to_string(), trusted.to_string()));
    view! {
        <h2>"Two questions to you"</h2>
        <form method="post" action=format!("/products/{address}/usage") class="narrow">
            {csrf_field(csrf)}
            {select_field("useful", "Was it useful for what you wanted?", "", &options, &useful, wrong)}
            {select_field("trusted", "Do you trust the data?", "", &options, &trusted, wrong)}
            <button type="submit" class="button">"Say so"</button>
        </form>
    }
    .into_any()
}

pub fn usage_page(csrf: &str, product: &ProductView, usage: &Usage, wrong: &[Violation]) -> AnyView {
    let survey = usage.mine.map(|said| survey(csrf, &product.address, said, wrong));
    view! {
        {error_summary(wrong)}
        {breadcrumbs(vec![(format!("/products/{}", product.address), product.title.clone())])}
        <h1>"Usage"</h1>
        <p class="lead">{liked(&usage.satisfaction)}</p>
        {by_month(usage)}
        {(!usage.columns.is_empty()).then(|| readers_by_month(usage))}
        {costs(&usage.costs)}
        {survey}
    }
    .into_any()
}

/// `most` are shown; one more says that there are others.
pub fn neglected_page(lines: &[Neglected], most: usize) -> AnyView {
    let cut = cut_notice(lines.len(), most);
    let rows: Vec<Vec<AnyView>> = lines
        .iter()
        .take(most)
        .map(|line| {
            vec![
                view! { <a href=format!("/products/{}/usage", line.address)>{line.title.clone()}</a> }.into_any(),
                line.last_read.map_or_else(|| "Never".into_any(), |at| moment(at).into_any()),
                liked(&line.satisfaction).into_any(),
            ]
        })
        .collect();
    let body = if rows.is_empty() {
        empty_state(
            "Every product that you look after is read.",
            "What was not read for half a year, or is not liked, would be listed here.",
            ().into_any(),
        )
        .into_any()
    } else {
        data_table("Not read for half a year, or not liked", &["Product", "Last read", "What readers say"], rows).into_any()
    };
    view! { <h1>"Products that nobody reads"</h1>{cut}{body} }.into_any()
}
