//! What a product costs by month, on the page of its usage: in all, for each who reads, and for each thousand rows.

use crate::ui::{count, data_table, moment, plot_with_table};
use charts::{Bar, Bars, Words, bars};
use domain::cost::{each, per_thousand_rows};
use leptos::prelude::*;
use store::cost::MonthOfCost;

/// `S$1,234.50`.
fn dollars(cents: i64) -> String {
    format!("S${}.{:02}", count(cents / 100), cents % 100)
}

/// A share of something that costs: less than a cent is not nothing.
fn share(of: i64, cents: Option<i64>) -> String {
    match cents {
        None => "–".into(),
        Some(0) if of > 0 => "less than S$0.01".into(),
        Some(cents) => dollars(cents),
    }
}

pub fn costs(months: &[MonthOfCost]) -> AnyView {
    let Some(latest) = months.first() else {
        return view! { <h2>"Cost"</h2><p class="muted">"Nobody has reported what it costs."</p> }.into_any();
    };
    let title = format!("It cost {} in {}", dollars(latest.cents), latest.first_day.format("%B %Y"));
    #[expect(clippy::cast_precision_loss, reason = "the drawing needs no cent")]
    let bar =
        |one: &MonthOfCost| Bar { label: one.first_day.format("%b %Y").to_string(), value: Some(one.cents as f64 / 100.0), said: dollars(one.cents) };
    let plot = Bars { bars: months.iter().rev().map(bar).collect(), target: None };
    let svg = bars(Words { id: "plot-cost", title: &title, description: "Bars: Singapore dollars by month, as last reported." }, &plot);
    let rows = months
        .iter()
        .map(|one| {
            vec![
                one.first_day.format("%B %Y").to_string().into_any(),
                dollars(one.cents).into_any(),
                share(one.cents, each(one.cents, one.readers)).into_any(),
                share(one.cents, one.rows_read.and_then(|rows| per_thousand_rows(one.cents, rows))).into_any(),
                view! { {one.measured_by.clone()}<br/>{moment(one.recorded_at)} }.into_any(),
            ]
        })
        .collect();
    let heads = ["Month", "Cost", "For each reader", "For a thousand rows read", "Measured by"];
    view! {
        <h2>{title.clone()}</h2>
        {plot_with_table(svg, data_table("What it cost, newest first", &heads, rows).into_any())}
        <p class="muted">"Readers are counted from the trail of reads. Rows are as the source counts them; a dash where nobody read, or where they are not reported."</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_dollars_and_cents() {
        assert_eq!((dollars(123_456_705), dollars(0)), ("S$1,234,567.05".into(), "S$0.00".into()));
        assert_eq!((share(5, Some(0)), share(0, Some(0)), share(5, None)), ("less than S$0.01".into(), "S$0.00".into(), "–".into()));
    }
}
