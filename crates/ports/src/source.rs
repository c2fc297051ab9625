//! The portal's side of a source: it asks the source's functions, under a login that may do nothing else.

use crate::credential::{Credential, role};
use crate::error::PortError;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Row};
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

const CONNECTIONS: u32 = 8;

/// One source database.
#[derive(Debug, Clone)]
pub struct Source {
    pub(crate) pool: PgPool,
    pub(crate) options: PgConnectOptions,
}

/// One dataset of an agreement, as its holder may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewPlan {
    pub view: String,
    pub schema: String,
    pub table: String,
    /// In order; what is not named here is absent.
    pub columns: Vec<String>,
}

/// A view that exists at the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub agreement: Uuid,
    pub may_log_in: bool,
    pub until: Option<DateTime<Utc>>,
    /// None when the role has no view yet.
    pub view: Option<String>,
    pub columns: Vec<String>,
}

/// Column names and rows, as text.
pub type Preview = (Vec<String>, Vec<Vec<Option<String>>>);

impl Source {
    /// Checks the URL; connects when first used, so that a source that is down does not keep the portal from starting.
    pub fn new(url: &str) -> Result<Self, PortError> {
        let options = PgConnectOptions::from_str(url).map_err(|_| PortError::Unavailable("the URL cannot be read".into()))?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options.clone());
        Ok(Self { pool, options })
    }

    /// Makes the source allow exactly this: role, views, end. In one transaction; may be repeated.
    pub async fn grant(&self, agreement: Uuid, views: &[ViewPlan], until: DateTime<Utc>) -> Result<(), PortError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SELECT pasar_source.grant_agreement($1, $2)").bind(agreement).bind(until).execute(&mut *tx).await?;
        for plan in views {
            sqlx::query("SELECT pasar_source.set_view($1, $2, $3, $4, $5, $6)")
                .bind(agreement)
                .bind(&plan.view)
                .bind(&plan.schema)
                .bind(&plan.table)
                .bind(&plan.columns)
                .bind(until)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Gives the agreement's role this credential; the former one stops working.
    pub async fn set_credential(&self, agreement: Uuid, credential: &Credential) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.set_credential($1, $2)").bind(agreement).bind(credential.verifier()).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends sessions, views and role of an agreement. May be repeated.
    pub async fn end(&self, agreement: Uuid) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.end_agreement($1)").bind(agreement).execute(&self.pool).await?;
        Ok(())
    }

    /// Everything that is really granted.
    pub async fn granted(&self) -> Result<Vec<Granted>, PortError> {
        let rows =
            sqlx::query("SELECT reader, may_log_in, valid_until, view_name, columns FROM pasar_source.granted()").fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let reader: String = row.try_get("reader")?;
                let agreement = Uuid::try_parse(reader.trim_start_matches("pasar_a_")).map_err(|error| PortError::Source(error.to_string()))?;
                Ok(Granted {
                    agreement,
                    may_log_in: row.try_get("may_log_in")?,
                    until: row.try_get("valid_until")?,
                    view: row.try_get("view_name")?,
                    columns: row.try_get::<Option<Vec<String>>, _>("columns")?.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Prepares sample rows of a dataset with the columns that every officer may see.
    pub async fn set_preview(&self, dataset: Uuid, schema: &str, table: &str, columns: &[String]) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.set_preview($1, $2, $3, $4)")
            .bind(dataset)
            .bind(schema)
            .bind(table)
            .bind(columns)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Sample rows; none when the dataset has no preview, or no row.
    pub async fn preview(&self, dataset: Uuid, most: i32) -> Result<Option<Preview>, PortError> {
        let rows = sqlx::query("SELECT cells::text AS cells FROM pasar_source.preview($1, $2) ORDER BY place")
            .bind(dataset)
            .bind(most)
            .fetch_all(&self.pool)
            .await?;
        let mut columns: Vec<String> = vec![];
        let mut cells = vec![];
        for row in rows {
            let text: String = row.try_get("cells")?;
            let object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&text).map_err(|error| PortError::Source(error.to_string()))?;
            if columns.is_empty() {
                columns = object.keys().cloned().collect();
            }
            cells.push(
                object
                    .into_iter()
                    .map(|(_, value)| match value {
                        serde_json::Value::Null => None,
                        serde_json::Value::String(text) => Some(text),
                        other => Some(other.to_string()),
                    })
                    .collect(),
            );
        }
        Ok((!columns.is_empty()).then_some((columns, cells)))
    }

    /// The role that an agreement's holder connects as.
    pub fn role(agreement: Uuid) -> String {
        role(agreement)
    }
}
