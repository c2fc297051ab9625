//! Values for the detectors of personal data, and sample rows that follow what is decided. Values are for looking at once: nobody
//! keeps them or writes them down.

use crate::error::PortError;
use crate::source::{ColumnPlan, Plan, Source};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Values of each column, as text.
pub type Sampled = BTreeMap<String, Vec<Option<String>>>;

/// A column's name and its values, as the source answers.
type Answered = (String, Option<Vec<Option<String>>>);

impl Source {
    /// At most `most` values of each of these columns. None when the source lets this login look at no value, or does not share the table.
    pub async fn sample_values(&self, schema: &str, table: &str, columns: &[String], most: i32) -> Result<Option<Sampled>, PortError> {
        let ask = sqlx::query_as("SELECT column_name, sampled FROM pasar_source.sample_values($1, $2, $3, $4)");
        let rows: Result<Vec<Answered>, sqlx::Error> = ask.bind(schema).bind(table).bind(columns).bind(most).fetch_all(&self.pool).await;
        match rows {
            Ok(rows) => Ok(Some(rows.into_iter().map(|(name, values)| (name, values.unwrap_or_default())).collect())),
            // 42501: not allowed; 42883: not installed yet; 42P01: not shared; 22023: no column of it is there.
            Err(sqlx::Error::Database(fault)) if fault.code().is_some_and(|code| ["42501", "42883", "42P01", "22023"].contains(&&*code)) => Ok(None),
            // What the source says of values stays here: it may quote one.
            Err(sqlx::Error::Database(fault)) => Err(PortError::Source(format!("values cannot be sampled ({})", fault.code().unwrap_or_default()))),
            Err(error) => Err(error.into()),
        }
    }

    /// Sample rows of a dataset with these columns, or none: also where the table cannot be shown so.
    pub async fn settle_preview(&self, dataset: Uuid, schema: &str, table: &str, columns: &[ColumnPlan], policy: &Value) -> Result<(), PortError> {
        if !columns.is_empty() {
            match self.set_preview(dataset, schema, table, columns, policy).await {
                Err(PortError::Source(_)) => {}
                done => return done,
            }
        }
        sqlx::query("SELECT pasar_source.drop_preview($1)").bind(dataset).execute(&self.pool).await?;
        Ok(())
    }

    /// As [`Source::settle`], for what may wait for nobody: whoever reads so long that views cannot be made anew is thrown out, and
    /// comes in again to the new ones.
    pub async fn tighten(&self, agreement: Uuid, plan: &Plan) -> Result<Vec<(String, String)>, PortError> {
        match self.settle_within(agreement, plan, "1s").await {
            Err(PortError::Source(_)) => {
                self.lock_out_all(agreement, plan).await?;
                self.settle_within(agreement, plan, "5s").await
            }
            done => done,
        }
    }
}
