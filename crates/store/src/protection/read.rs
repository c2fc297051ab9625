//! What holds of each column: how it is classified, what was chosen, whether a waiver stands.

use crate::Result;
use domain::catalogue::{Classification, ColumnType, PersonalCategory, Sensitivity};
use domain::id::DatasetId;
use domain::protection::{DatasetPolicy, Technique, effective};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A column with everything that its protection follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedColumn {
    pub column_type: ColumnType,
    pub classification: Classification,
    pub sensitivity: Sensitivity,
    pub personal: PersonalCategory,
    /// What the steward chose; none for the default.
    pub chosen: Option<Technique>,
    /// A waiver stands.
    pub waived: bool,
    /// What is about to hold: until that is decided, nobody gets more than both allow.
    pub pending: Option<PendingColumn>,
}

/// A column's class and choice that are about to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingColumn {
    pub class: (Classification, Sensitivity, PersonalCategory),
    pub chosen: Option<Technique>,
}

impl ProtectedColumn {
    /// What a reader gets, when an agreement asks for `agreed` on top.
    pub fn effective(&self, agreed: Option<Technique>) -> Technique {
        let now = effective((self.classification, self.sensitivity, self.personal, self.column_type), self.chosen, self.waived, agreed);
        match &self.pending {
            Some(PendingColumn { class: (classification, sensitivity, personal), chosen }) => {
                now.and(effective((*classification, *sensitivity, *personal, self.column_type), *chosen, self.waived, agreed))
            }
            None => now,
        }
    }
}

/// Of each dataset every column, by name.
pub async fn columns(conn: &mut PgConnection, datasets: &[Uuid]) -> Result<HashMap<Uuid, BTreeMap<String, ProtectedColumn>>> {
    read(conn, datasets, true).await
}

/// Of each dataset the few columns of which somebody chose how they are protected, or which are about to be tightened: for all others the default
/// follows from what they are.
pub async fn chosen_columns(conn: &mut PgConnection, datasets: &[Uuid]) -> Result<HashMap<Uuid, BTreeMap<String, ProtectedColumn>>> {
    read(conn, datasets, false).await
}

async fn read(conn: &mut PgConnection, datasets: &[Uuid], all: bool) -> Result<HashMap<Uuid, BTreeMap<String, ProtectedColumn>>> {
    let rows = sqlx::query!(
        r#"SELECT c.dataset_id AS "dataset_id!", c.name AS "name!", c.column_type AS "column_type!", c.classification AS "classification!",
                  c.sensitivity AS "sensitivity!", c.personal AS "personal!", c.technique,
                  t.classification AS "t_classification?", t.sensitivity AS "t_sensitivity?", t.personal AS "t_personal?", t.technique AS "t_technique?",
                  EXISTS (SELECT FROM technique_waiver w WHERE w.dataset_id = c.dataset_id AND w.column_name = c.name AND w.ended_at IS NULL) AS "waived!"
           FROM data_column c LEFT JOIN column_tightening t ON t.dataset_id = c.dataset_id AND t.column_name = c.name
           WHERE c.dataset_id = ANY($1) AND ($2 OR c.technique IS NOT NULL OR t.dataset_id IS NOT NULL)"#,
        datasets,
        all
    )
    .fetch_all(conn)
    .await?;
    let mut found: HashMap<Uuid, BTreeMap<String, ProtectedColumn>> = HashMap::new();
    for row in rows {
        let column = ProtectedColumn {
            column_type: row.column_type.parse()?,
            classification: row.classification.parse()?,
            sensitivity: row.sensitivity.parse()?,
            personal: row.personal.parse()?,
            chosen: chosen(row.technique),
            waived: row.waived,
            pending: match (row.t_classification, row.t_sensitivity, row.t_personal) {
                (Some(classification), Some(sensitivity), Some(personal)) => {
                    Some(PendingColumn { class: (classification.parse()?, sensitivity.parse()?, personal.parse()?), chosen: chosen(row.t_technique) })
                }
                _ => None,
            },
        };
        found.entry(row.dataset_id).or_default().insert(row.name, column);
    }
    Ok(found)
}

/// A word of a release that is not this one is no choice: the default holds.
fn chosen(stored: Option<serde_json::Value>) -> Option<Technique> {
    stored.and_then(|technique| serde_json::from_value(technique).ok())
}

/// What holds for the rows of a dataset together; while it is about to change, what fulfils both.
pub async fn policy(conn: &mut PgConnection, dataset: DatasetId) -> Result<DatasetPolicy> {
    let row = sqlx::query!(
        r#"SELECT policy AS "policy: Json<DatasetPolicy>", policy_tightening AS "tightening: Json<DatasetPolicy>" FROM dataset WHERE id = $1"#,
        dataset.0
    );
    let found = row.fetch_optional(conn).await?;
    Ok(found.map(|row| holding(row.policy.0, row.tightening)).unwrap_or_default())
}

/// A dataset's policy, and what it is about to be.
pub(crate) fn holding(policy: DatasetPolicy, tightening: Option<Json<DatasetPolicy>>) -> DatasetPolicy {
    tightening.map_or_else(|| policy.clone(), |other| policy.and(&other))
}
