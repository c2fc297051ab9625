//! What the source is asked, and what it said.

use super::decide::{follow, next};
use super::read::fields;
use crate::{Result, audit};
use chrono::{DateTime, Utc};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::LinkageId;
use domain::linkage::{ComparedPair, LinkageState, Measured, Side, Weight};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};

/// One side as the source is asked for it: within the rows of its agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSide {
    pub schema: String,
    pub table: String,
    pub column: String,
    pub rows: BTreeMap<String, BTreeSet<String>>,
    /// Where several are compared: their columns and weights, in the order of both sides.
    pub fields: Vec<(String, Weight)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LinkagePlan {
    pub likeness: f64,
    pub least: i64,
    pub sides: Vec<PlannedSide>,
}

/// What is to be counted; none when it is not approved any more. A side whose agreement has ended or is held is not in it.
pub async fn plan(conn: &mut PgConnection, id: LinkageId, now: DateTime<Utc>) -> Result<Option<LinkagePlan>> {
    let linkage =
        sqlx::query!("SELECT likeness, least FROM linkage WHERE id = $1 AND state = 'approved' FOR UPDATE", id.0).fetch_optional(&mut *conn).await?;
    let Some(linkage) = linkage else { return Ok(None) };
    let sides = sqlx::query!(
        r#"SELECT DISTINCT ON (s.side) s.side, d.table_schema AS "schema!", d.table_name AS "table!", s.column_name,
                  x.row_scope AS "rows: Json<BTreeMap<String, BTreeSet<String>>>"
           FROM linkage_side s JOIN agreement a ON a.id = s.agreement_id AND a.state = 'active' AND a.until > $2 JOIN dataset d ON d.id = s.dataset_id
           JOIN agreement_dataset x ON x.agreement_id = a.id AND x.dataset_id = d.id
           WHERE s.linkage_id = $1 AND d.table_name IS NOT NULL AND d.table_schema IS NOT NULL
             AND NOT EXISTS (SELECT FROM agreement_hold h WHERE h.agreement_id = a.id AND h.lifted_at IS NULL)
           ORDER BY s.side, x.output_port_id"#,
        id.0,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let pairs = fields(conn, id).await?;
    let of = |side: Side, pair: &ComparedPair| {
        let [left, right] = &pair.columns;
        let column = match side {
            Side::Left => left,
            Side::Right => right,
        };
        (column.clone(), pair.weight)
    };
    let sides = sides
        .into_iter()
        .map(|row| {
            let side: Side = row.side.parse()?;
            let fields = pairs.iter().map(|pair| of(side, pair)).collect();
            Ok(PlannedSide { schema: row.schema, table: row.table, column: row.column_name, rows: row.rows.0, fields })
        })
        .collect::<Result<_>>()?;
    Ok(Some(LinkagePlan { likeness: linkage.likeness, least: linkage.least, sides }))
}

/// Writes down what the source said; the linkage is in force.
pub async fn measured(conn: &mut PgConnection, id: LinkageId, outcome: Measured, size: Option<i64>, now: DateTime<Utc>) -> Result<()> {
    let state = next(LinkageState::Approved, LinkageState::InForce)?;
    sqlx::query!(
        "UPDATE linkage SET state = $2, outcome = $3, size = $4, measured_at = $5 WHERE id = $1 AND state = 'approved'",
        id.0,
        state.as_str(),
        outcome.as_str(),
        size,
        now
    )
    .execute(&mut *conn)
    .await?;
    // The size is the requester's to read: the trail says that it was counted.
    let event = AuditEvent {
        detail: Some(outcome.label().to_owned()),
        ..AuditEvent::done(None, AuditAction::LinkageMeasure, "linkage", Some(id.0), Origin::default())
    };
    audit::append(conn, &event, now).await?;
    follow(conn, id, now).await
}
