//! The portal's side of a source: it asks the source's functions, under a login that may do nothing else.

use crate::credential::{Credential, role};
use crate::error::PortError;
use crate::holders::Holder;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::types::Json;
use sqlx::{PgPool, Postgres, Row, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

const CONNECTIONS: u32 = 8;
/// How long what is changed waits for a reader who is at it.
pub(crate) const LONGEST_WAIT: &str = "10s";

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
    pub columns: Vec<ColumnPlan>,
    /// For each named column the values that its rows may have, as text; a column that is not named does not narrow.
    pub rows: BTreeMap<String, BTreeSet<String>>,
    /// What holds for rows together, as `setup/postgres_mask.sql` reads it; an empty object for nothing.
    pub policy: Value,
    /// Beside whose rows these stand, where two agreements are linked.
    pub linked: Option<LinkedWith>,
}

/// The other side of a linked view; `ViewPlan::view` is then the name of the view of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedWith {
    pub linkage: Uuid,
    /// What is linked of these rows: shown as a pseudonym of the linkage alone.
    pub column: String,
    pub other_agreement: Uuid,
    pub other: Box<ViewPlan>,
    pub other_column: String,
    /// When the first of both agreements ends.
    pub until: DateTime<Utc>,
}

impl ViewPlan {
    /// As `set_linked_view` reads one side.
    fn side(&self, agreement: Uuid, column: &str) -> Value {
        json!({"agreement": agreement, "schema": self.schema, "table": self.table, "columns": self.columns, "rows": self.rows, "policy": self.policy, "column": column})
    }
}

/// One column and what is done to it: `{"technique": "band", "width": 5}`. The source checks every word and parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnPlan {
    pub column: String,
    #[serde(flatten)]
    pub technique: Map<String, Value>,
}

impl ColumnPlan {
    /// Shown as it is.
    pub fn clear(column: impl Into<String>) -> Self {
        Self { column: column.into(), technique: [("technique".to_owned(), "clear".into())].into_iter().collect() }
    }
}

/// Everything that a source must allow for an agreement in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub until: DateTime<Utc>,
    pub views: Vec<ViewPlan>,
    /// Nothing may be read for now, and nobody may log in.
    pub held: bool,
    /// The holder has a credential.
    pub credential: bool,
    /// Those who have roles of their own beside the agreement's.
    pub holders: Vec<Holder>,
    /// The purpose's code, for pseudonyms that stay the same within it.
    pub purpose: Option<String>,
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

    /// Makes the source allow exactly this: roles, views, end; under a hold every door is shut first, sessions are ended and views
    /// give no row. A holder who is stopped alone keeps a role with its door shut. May be repeated. Gives each view with the digest of what was made.
    pub async fn settle(&self, agreement: Uuid, plan: &Plan) -> Result<Vec<(String, String)>, PortError> {
        self.settle_within(agreement, plan, LONGEST_WAIT).await
    }

    pub(crate) async fn settle_within(&self, agreement: Uuid, plan: &Plan, longest: &'static str) -> Result<Vec<(String, String)>, PortError> {
        if plan.held {
            self.lock_out_all(agreement, plan).await?;
        }
        for stopped in plan.holders.iter().filter(|holder| !holder.set && !plan.held) {
            self.lock_out_credential(stopped.credential).await?;
        }
        let mut tx = self.begin(longest).await?;
        sqlx::query("SELECT pasar_source.grant_agreement($1, $2)").bind(agreement).bind(plan.until).execute(&mut *tx).await?;
        let mut made = vec![];
        for view in &plan.views {
            if let Some(with) = &view.linked {
                let sides = json!([view.side(agreement, &with.column), with.other.side(with.other_agreement, &with.other_column)]);
                let digest: String = sqlx::query_scalar("SELECT pasar_source.set_linked_view($1, $2, $3, $4, $5)")
                    .bind(with.linkage)
                    .bind(agreement)
                    .bind(&view.view)
                    .bind(sides)
                    .bind((!plan.held).then_some(with.until))
                    .fetch_one(&mut *tx)
                    .await?;
                made.push((view.view.clone(), digest));
                continue;
            }
            let digest: String = sqlx::query_scalar("SELECT pasar_source.set_view($1, $2, $3, $4, $5, $6, $7, $8, $9)")
                .bind(agreement)
                .bind(&view.view)
                .bind(&view.schema)
                .bind(&view.table)
                .bind(Json(&view.columns))
                .bind(Json(&view.rows))
                .bind(Json(&view.policy))
                .bind(&plan.purpose)
                .bind((!plan.held).then_some(plan.until))
                .fetch_one(&mut *tx)
                .await?;
            made.push((view.view.clone(), digest));
        }
        if plan.credential && !plan.held {
            sqlx::query("SELECT pasar_source.let_in($1)").bind(agreement).execute(&mut *tx).await?;
        }
        for holder in &plan.holders {
            let grant = sqlx::query("SELECT pasar_source.grant_credential($1, $2, $3)");
            grant.bind(agreement).bind(holder.credential).bind(plan.until).execute(&mut *tx).await?;
            if holder.set && !plan.held {
                sqlx::query("SELECT pasar_source.let_in_credential($1)").bind(holder.credential).execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(made)
    }

    /// A transaction that waits for no reader for long: what cannot be done now is tried again.
    pub(crate) async fn begin(&self, longest: &'static str) -> Result<Transaction<'static, Postgres>, PortError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SELECT set_config('lock_timeout', $1, true)").bind(longest).execute(&mut *tx).await?;
        Ok(tx)
    }

    /// Shuts the door, and ends sessions. Committed by itself, so that nobody comes in while the rest is done.
    pub async fn lock_out(&self, agreement: Uuid) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.lock_out($1)").bind(agreement).execute(&self.pool).await?;
        Ok(())
    }

    /// The same for the agreement's role and for each holder's.
    pub async fn lock_out_all(&self, agreement: Uuid, plan: &Plan) -> Result<(), PortError> {
        self.lock_out(agreement).await?;
        for holder in &plan.holders {
            self.lock_out_credential(holder.credential).await?;
        }
        Ok(())
    }

    /// Gives the agreement's role this credential; the former one stops working, and sessions that were opened with it end. The door is shut
    /// meanwhile, so that nobody comes back with the former one.
    pub async fn set_credential(&self, agreement: Uuid, credential: &Credential) -> Result<(), PortError> {
        self.lock_out(agreement).await?;
        sqlx::query("SELECT pasar_source.set_credential($1, $2)").bind(agreement).bind(credential.verifier()).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends sessions, views and role of an agreement, and whatever else its role was given. May be repeated. Each step is committed
    /// by itself, so that one that fails gives nothing back.
    pub async fn end(&self, agreement: Uuid) -> Result<(), PortError> {
        self.take_back(agreement).await?;
        for step in ["SELECT pasar_source.drop_views($1)", "SELECT pasar_source.end_agreement($1)"] {
            let mut tx = self.begin(LONGEST_WAIT).await?;
            sqlx::query(step).bind(agreement).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Prepares sample rows of a dataset with the columns that every officer may see.
    pub async fn set_preview(&self, dataset: Uuid, schema: &str, table: &str, columns: &[ColumnPlan], policy: &Value) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.set_preview($1, $2, $3, $4, $5)")
            .bind(dataset)
            .bind(schema)
            .bind(table)
            .bind(Json(columns))
            .bind(Json(policy))
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
        preview_of(&rows)
    }

    /// Rows of one view of an agreement, as its own role reads them; none when there is no such view, or no row.
    pub async fn sample(&self, agreement: Uuid, view: &str, most: i32) -> Result<Option<Preview>, PortError> {
        let rows = sqlx::query("SELECT cells::text AS cells FROM pasar_source.sample($1, $2, $3) ORDER BY place")
            .bind(agreement)
            .bind(view)
            .bind(most)
            .fetch_all(&self.pool)
            .await?;
        preview_of(&rows)
    }

    /// Rows as a reader of such a view would get them, before anything is agreed. Pseudonyms are under a key that is forgotten at once.
    pub async fn sample_of(&self, plan: Uuid, view: &ViewPlan, most: i32) -> Result<Option<Preview>, PortError> {
        let rows = sqlx::query("SELECT cells::text AS cells FROM pasar_source.sample_of($1, $2, $3, $4, $5, $6, $7) ORDER BY place")
            .bind(plan)
            .bind(&view.schema)
            .bind(&view.table)
            .bind(Json(&view.columns))
            .bind(Json(&view.rows))
            .bind(Json(&view.policy))
            .bind(most)
            .fetch_all(&self.pool)
            .await?;
        preview_of(&rows)
    }

    /// Rows in the smallest group of those that the agreement's role sees, by the identifiers that are in its view: its k.
    pub async fn smallest_group(&self, agreement: Uuid, view: &str, identifiers: &[String]) -> Result<Option<i64>, PortError> {
        Ok(sqlx::query_scalar("SELECT pasar_source.smallest_group($1, $2, $3)")
            .bind(agreement)
            .bind(view)
            .bind(identifiers)
            .fetch_one(&self.pool)
            .await?)
    }

    /// Makes the key of an agreement's pseudonyms anew, or that of a purpose; those before cannot be joined with those after. False when
    /// there is no such key.
    pub async fn rotate_key(&self, agreement: Uuid, purpose: Option<&str>) -> Result<bool, PortError> {
        Ok(sqlx::query_scalar("SELECT pasar_source.rotate_key($1, $2)").bind(agreement).bind(purpose).fetch_one(&self.pool).await?)
    }

    /// From which outlines the source's planning areas were made; none when it has none.
    pub async fn planning_areas_digest(&self) -> Result<Option<String>, PortError> {
        Ok(sqlx::query_scalar("SELECT pasar_source.planning_areas_digest()").fetch_one(&self.pool).await?)
    }

    /// Gives the source outlines as `set_planning_areas` in `setup/postgres_mask.sql` reads them, instead of those of before.
    pub async fn set_planning_areas(&self, areas: &Value, digest: &str) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.set_planning_areas($1, $2)").bind(areas).bind(digest).execute(&self.pool).await?;
        Ok(())
    }

    /// The role that an agreement's holder connects as.
    pub fn role(agreement: Uuid) -> String {
        role(agreement)
    }
}

fn preview_of(rows: &[PgRow]) -> Result<Option<Preview>, PortError> {
    let mut columns: Vec<String> = vec![];
    let mut cells = vec![];
    for row in rows {
        let text: String = row.try_get("cells")?;
        let object: Map<String, Value> = serde_json::from_str(&text).map_err(|error| PortError::Source(error.to_string()))?;
        if columns.is_empty() {
            columns = object.keys().cloned().collect();
        }
        cells.push(
            object
                .into_iter()
                .map(|(_, value)| match value {
                    Value::Null => None,
                    Value::String(text) => Some(text),
                    other => Some(other.to_string()),
                })
                .collect(),
        );
    }
    Ok((!columns.is_empty()).then_some((columns, cells)))
}
