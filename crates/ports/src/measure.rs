//! What Pasar measures of a shared table itself: one number an answer, within a few seconds, and no value of the data.

use crate::error::PortError;
use crate::source::Source;
use chrono::{DateTime, Utc};
use sqlx::Row;
use std::time::{Duration, Instant};

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question<'a> {
    pub schema: &'a str,
    pub table: &'a str,
    /// As `setup/postgres_measure.sql` knows it: `age`, `rows`, `filled`.
    pub what: &'a str,
    pub column: Option<&'a str>,
    pub range: Option<(f64, f64)>,
}

/// What the source said.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The number, and how many rows were looked at.
    Number { value: f64, looked: i64 },
    /// Why there is no number, in a word.
    None(&'static str),
}

/// The longest that a source may take.
const LONGEST: Duration = Duration::from_secs(5);

impl Source {
    /// Asks; `moment` is what ages are counted to. Gives how long it took beside the answer; of a read that is the number.
    pub async fn measure(&self, question: &Question<'_>, moment: DateTime<Utc>) -> Result<(Answer, Duration), PortError> {
        // Also where the source accepts and then says nothing.
        match tokio::time::timeout(LONGEST * 2, self.ask_measure(question, moment)).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(PortError::Unavailable("it did not answer in time".into())),
        }
    }

    async fn ask_measure(&self, question: &Question<'_>, moment: DateTime<Utc>) -> Result<(Answer, Duration), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SELECT set_config('statement_timeout', $1, true)").bind(format!("{}ms", LONGEST.as_millis())).execute(&mut *tx).await?;
        // A connection that was at hand is no part of the time.
        let began = Instant::now();
        let row = sqlx::query("SELECT outcome, number, looked FROM pasar_source.measure($1, $2, $3, $4, $5, $6, $7)")
            .bind(question.schema)
            .bind(question.table)
            .bind(question.what)
            .bind(question.column)
            .bind(question.range.map(|(low, _)| low))
            .bind(question.range.map(|(_, high)| high))
            .bind(moment)
            .fetch_one(&mut *tx)
            .await?;
        let took = began.elapsed();
        tx.rollback().await?;
        let outcome: String = row.try_get("outcome")?;
        let answer = match (outcome.as_str(), question.what) {
            ("number", "read") => Answer::Number { value: (took.as_secs_f64() * 1000.0).round(), looked: row.try_get("looked")? },
            ("number", _) => Answer::Number { value: row.try_get("number")?, looked: row.try_get("looked")? },
            ("not-shared", _) => Answer::None("The table is not shared any more."),
            ("no-column", _) => Answer::None("The table has no such column."),
            ("empty", _) => Answer::None("There is nothing in the column."),
            ("too-few", _) => Answer::None("There are too few rows to say it of."),
            _ => Answer::None("The column is of a type that cannot be measured so."),
        };
        Ok((answer, took))
    }
}
