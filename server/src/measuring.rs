//! Asking a source for one number, for whoever needs it: promises, rules of quality, columns that carry a concept. One short question at a time,
//! and nothing is locked while the source answers.

use crate::state::AppState;
use domain::glossary::Rule;
use domain::service_level::Measure;
use ports::{Answer, EMPTY, FormatQuestion, PortError, Question, TOO_FEW};
use std::time::Duration;
use uuid::Uuid;

/// What is asked.
#[derive(Debug)]
pub struct What<'a> {
    /// Schema and table; none while the dataset is not at a source.
    pub table: Option<&'a (String, String)>,
    pub measure: Measure,
    pub column: Option<&'a str>,
    pub range: Option<(f64, f64)>,
    /// How values are written, for [`Measure::Written`], and whether the column holds personal data.
    pub format: Option<(&'a Rule, bool)>,
    /// An agreement with its view, for [`Measure::Read`].
    pub view: Option<(Uuid, &'a str)>,
}

/// What came.
#[derive(Debug)]
pub enum Asked {
    Number {
        value: f64,
        looked: i64,
        took: Option<Duration>,
    },
    /// Nothing can be said of what is there now: it is empty, or so little that one value would show.
    Nothing(&'static str),
    /// The question does not fit what is there, or took too long.
    Unfit(&'static str),
    /// The source could not be reached.
    Down(&'static str),
}

/// Asks, and says in words why there is no number.
pub async fn ask(state: &AppState, what: &What<'_>) -> Asked {
    let Some((schema, table)) = what.table else { return Asked::Unfit("The dataset is not at a source any more.") };
    let answered = match what.measure {
        Measure::Reported | Measure::Traced => return Asked::Unfit("No source is asked for this."),
        Measure::Written => match (what.column, what.format) {
            (Some(_), Some((rule, true))) if !rule.fits_personal_data() => {
                return Asked::Unfit("The column holds personal data, and this format is so narrow that an answer could tell who is in it.");
            }
            (Some(column), Some((rule, _))) => {
                let question = FormatQuestion { schema, table, column, pattern: rule.pattern(), codes: rule.codes() };
                state.source.measure_format(&question).await.map(|answer| (answer, None))
            }
            _ => return Asked::Unfit("Nobody has said how values of the column are written."),
        },
        Measure::Read => match what.view {
            Some((agreement, view)) => state.source.measure_read(agreement, view).await.map(|(answer, took)| (answer, Some(took))),
            None => return Asked::Nothing("Nobody may read it at a port now: there is no view to read through."),
        },
        measure => {
            let question = Question { schema, table, what: measure.as_str(), column: what.column, range: what.range };
            state.source.measure(&question, state.now()).await.map(|(answer, took)| (answer, Some(took)))
        }
    };
    match answered {
        Ok((Answer::Number { value, looked }, took)) => Asked::Number { value, looked, took },
        Ok((Answer::None(why), _)) if why == EMPTY || why == TOO_FEW => Asked::Nothing(why),
        Ok((Answer::None(why), _)) => Asked::Unfit(why),
        Err(error) => {
            tracing::warn!(%schema, %table, measure = %what.measure, %error, "could not be measured");
            match error {
                PortError::Source(_) => Asked::Unfit("The source took too long, or could not count it."),
                PortError::Unavailable(_) | PortError::Refused => Asked::Down("The source could not be reached."),
            }
        }
    }
}
