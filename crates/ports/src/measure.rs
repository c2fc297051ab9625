//! What Pasar measures of a shared table itself: one number an answer, within a few seconds, and no value of the data.

use crate::error::PortError;
use crate::source::Source;
use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::time::{Duration, Instant};
use uuid::Uuid;

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

/// How many values of a column are written in one format.
#[derive(Debug, Clone, PartialEq)]
pub struct FormatQuestion<'a> {
    pub schema: &'a str,
    pub table: &'a str,
    pub column: &'a str,
    /// One of the two: a bounded pattern, or every code that there is.
    pub pattern: Option<&'a str>,
    pub codes: Option<&'a [String]>,
}

/// What the source said.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The number, and how many rows were looked at.
    Number { value: f64, looked: i64 },
    /// Why there is no number, in a word.
    None(&'static str),
}

/// Why there is no number where the data itself has none: no fault of whoever asks.
pub const EMPTY: &str = "There is nothing in the column.";
pub const TOO_FEW: &str = "There are too few rows to say it of.";

/// The longest that a source may take.
const LONGEST: Duration = Duration::from_secs(5);

impl Source {
    /// Asks; `moment` is what ages are counted to. Gives how long it took beside the answer.
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
        Ok((answered(&row)?, took))
    }

    /// How long the first rows of an agreement's own view take, in milliseconds: through its masks, its rows and its policy.
    pub async fn measure_read(&self, agreement: Uuid, view: &str) -> Result<(Answer, Duration), PortError> {
        match tokio::time::timeout(LONGEST * 2, self.ask_read(agreement, view)).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(PortError::Unavailable("it did not answer in time".into())),
        }
    }

    async fn ask_read(&self, agreement: Uuid, view: &str) -> Result<(Answer, Duration), sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SELECT set_config('statement_timeout', $1, true)").bind(format!("{}ms", LONGEST.as_millis())).execute(&mut *tx).await?;
        let began = Instant::now();
        let row = sqlx::query("SELECT outcome, number, looked FROM pasar_source.measure_read($1, $2)")
            .bind(agreement)
            .bind(view)
            .fetch_one(&mut *tx)
            .await?;
        let took = began.elapsed();
        tx.rollback().await?;
        let answer = match answered(&row)? {
            Answer::Number { looked, .. } => Answer::Number { value: (took.as_secs_f64() * 1000.0).round(), looked },
            answer @ Answer::None(_) => answer,
        };
        Ok((answer, took))
    }

    /// Asks which share of the first values has a format, in %.
    pub async fn measure_format(&self, question: &FormatQuestion<'_>) -> Result<Answer, PortError> {
        match tokio::time::timeout(LONGEST * 2, self.ask_format(question)).await {
            Ok(answered) => Ok(answered?),
            Err(_) => Err(PortError::Unavailable("it did not answer in time".into())),
        }
    }

    async fn ask_format(&self, question: &FormatQuestion<'_>) -> Result<Answer, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SELECT set_config('statement_timeout', $1, true)").bind(format!("{}ms", LONGEST.as_millis())).execute(&mut *tx).await?;
        let row = sqlx::query("SELECT outcome, number, looked FROM pasar_source.measure_format($1, $2, $3, $4, $5)")
            .bind(question.schema)
            .bind(question.table)
            .bind(question.column)
            .bind(question.pattern)
            .bind(question.codes)
            .fetch_one(&mut *tx)
            .await?;
        tx.rollback().await?;
        answered(&row)
    }
}

fn answered(row: &PgRow) -> Result<Answer, sqlx::Error> {
    let outcome: String = row.try_get("outcome")?;
    Ok(match outcome.as_str() {
        "number" => Answer::Number { value: row.try_get("number")?, looked: row.try_get("looked")? },
        "not-shared" => Answer::None("The table is not shared any more."),
        "no-view" => Answer::None("The view is not at the source."),
        "no-column" => Answer::None("The table has no such column."),
        "empty" => Answer::None(EMPTY),
        "too-few" => Answer::None(TOO_FEW),
        "no-rule" => Answer::None("The source does not take this format."),
        _ => Answer::None("The column is of a type that cannot be measured so."),
    })
}
