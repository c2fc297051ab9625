//! Problems that readers report, what is answered, incidents, and how a product is used.

mod cost;
mod list;
mod report;
mod show;
mod usage;

pub use list::{Product, open_problems_page, problems_page, problems_section};
pub use report::report_page;
pub use show::{AnswerForm, problem_page};
pub(crate) use usage::survey;
pub use usage::{Usage, neglected_page, usage_page};

use crate::ui::moment;
use chrono::TimeDelta;
use domain::problem::ProblemState;
use leptos::prelude::*;
use store::problem::ProblemLine;

/// As word and shape; never colour alone.
fn state_badge(state: ProblemState) -> AnyView {
    let (shape, style) = match state {
        ProblemState::Reported => ("▲", "level-state level-risk"),
        ProblemState::Accepted => ("◆", "level-state level-risk"),
        ProblemState::Mended => ("●", "level-state level-met"),
        ProblemState::Declined => ("○", "level-state level-unknown"),
    };
    view! { <span class=style><span aria-hidden="true">{shape}" "</span>{state.label()}</span> }.into_any()
}

/// "3 hours", "2 days".
fn time(time: TimeDelta) -> String {
    let (n, unit) = match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (days, ..) if days >= 2 => (days, "day"),
        (_, hours, _) if hours >= 2 => (hours, "hour"),
        (_, _, minutes) => (minutes, "minute"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

fn place(line: &ProblemLine) -> AnyView {
    match (&line.dataset, &line.column) {
        (Some(dataset), Some(column)) => view! { <code>{format!("{dataset}.{column}")}</code> }.into_any(),
        (Some(dataset), None) => view! { <code>{dataset.clone()}</code> }.into_any(),
        (None, _) => "The product".into_any(),
    }
}

/// The first words, and where all of them are.
fn link(line: &ProblemLine) -> AnyView {
    const SHOWN: usize = 90;
    let cut = line.words.chars().count() > SHOWN;
    let words: String = line.words.chars().take(SHOWN).collect();
    view! { <a href=format!("/problems/{}", line.id)>{words}{cut.then_some("…")}</a> }.into_any()
}

fn ended(line: &ProblemLine) -> AnyView {
    match line.ended_at {
        Some(at) => view! { {state_badge(line.state)}", after "{time(at - line.reported_at)}<br/>{moment(at)} }.into_any(),
        None => state_badge(line.state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_the_unit_that_fits() {
        let said = [time(TimeDelta::minutes(1)), time(TimeDelta::minutes(90)), time(TimeDelta::hours(47)), time(TimeDelta::hours(49))];
        assert_eq!(said, ["1 minute", "90 minutes", "47 hours", "2 days"]);
    }
}
