//! Whether a source holds a person. What names the person is a parameter of one statement and nothing else: it is in no text, no
//! error and no log, here or there.

use crate::error::PortError;
use crate::source::Source;
use sqlx::Row;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectPlace {
    pub schema: String,
    pub table: String,
    pub column: String,
    /// Columns whose values may be given out, so that a row can be found again.
    pub keys: Vec<String>,
}

/// What a source said of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectFound {
    /// How many rows, and the keys of the first of them.
    Rows {
        count: i64,
        keys: Vec<BTreeMap<String, String>>,
    },
    /// It was not looked, because the column has no index.
    NoIndex,
    /// The column holds neither text nor numbers that could be it.
    OtherType,
    NotShared,
}

impl Source {
    /// Whether the source's log would hold what names the person. Then it must not be asked.
    pub async fn logs_parameters(&self) -> Result<bool, PortError> {
        Ok(sqlx::query_scalar("SELECT pasar_source.logs_parameters()").fetch_one(&self.pool).await?)
    }

    /// Looks for a value through the column's index. Errors say nothing of the source's own words, which could hold the value.
    pub async fn find_subject(&self, place: &SubjectPlace, value: &str, most: i32) -> Result<SubjectFound, PortError> {
        self.asked(place, value, most).await.map_err(|error| match error {
            sqlx::Error::Database(database) => {
                PortError::Source(format!("code {} while a person was looked for", database.code().unwrap_or_default()))
            }
            other => PortError::from(other),
        })
    }

    async fn asked(&self, place: &SubjectPlace, value: &str, most: i32) -> Result<SubjectFound, sqlx::Error> {
        let mut tx = self.pool.begin().await?;
        // A source that logs parameters of what failed does not log these.
        sqlx::raw_sql("SET LOCAL log_parameter_max_length_on_error = 0; SET LOCAL statement_timeout = '5s'").execute(&mut *tx).await?;
        let row = sqlx::query("SELECT outcome, rows_found, row_keys FROM pasar_source.find_subject($1, $2, $3, $4, $5, $6)")
            .bind(&place.schema)
            .bind(&place.table)
            .bind(&place.column)
            .bind(value)
            .bind(&place.keys)
            .bind(most)
            .fetch_one(&mut *tx)
            .await?;
        tx.rollback().await?;
        let outcome: String = row.try_get("outcome")?;
        Ok(match outcome.as_str() {
            "found" => {
                let keys: Json<Vec<BTreeMap<String, Option<String>>>> = row.try_get("row_keys")?;
                // A key that is the person's own identifier stays where it is.
                let telling = |text: &str| text.to_lowercase().contains(&value.to_lowercase());
                let named = |keys: BTreeMap<String, Option<String>>| {
                    keys.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !telling(text))?))).collect::<BTreeMap<_, _>>()
                };
                let keys = keys.0.into_iter().map(named).filter(|keys| !keys.is_empty()).collect();
                SubjectFound::Rows { count: row.try_get("rows_found")?, keys }
            }
            "no-index" => SubjectFound::NoIndex,
            "other-type" => SubjectFound::OtherType,
            _ => SubjectFound::NotShared,
        })
    }
}
