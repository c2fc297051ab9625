//! What tools said of tables that are in no product: their columns and version, as the latest event has it. Of datasets of the catalogue their
//! documents say it.

use crate::Result;
use chrono::{DateTime, Utc};
use domain::lineage::Field;
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// Columns of one table that are read; there may be more.
const FIELDS: usize = 50;

/// What a tool said of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub version: Option<String>,
    /// Names and types, the first fifty.
    pub fields: Vec<(String, Option<String>)>,
    pub more_fields: bool,
    /// When it was so.
    pub at: DateTime<Utc>,
}

/// Of these nodes, under any of their names; of an older moment only what was not said later. Whoever calls may know the nodes' names.
pub(super) async fn told(conn: &mut PgConnection, ids: &[i64], as_of: Option<DateTime<Utc>>) -> Result<BTreeMap<i64, Told>> {
    let rows = sqlx::query!(
        r#"SELECT u.id AS "id!", x.version AS "version?", x.fields AS "fields!: Json<Vec<Field>>", x.at AS "at!"
           FROM unnest($1::bigint[]) AS u(id) CROSS JOIN LATERAL (
               SELECT n.described ->> 'version' AS version, n.described_at AS at,
                      CASE WHEN jsonb_typeof(n.described -> 'fields') = 'array' THEN jsonb_path_query_array(n.described, '$.fields[0 to 50]') ELSE '[]' END AS fields
               FROM lineage_node n WHERE (n.id = u.id OR n.same_as = u.id) AND n.described IS NOT NULL AND n.described_at IS NOT NULL
                 AND ($2::timestamptz IS NULL OR n.described_at <= $2)
               ORDER BY n.described_at DESC, n.id LIMIT 1) x"#,
        ids,
        as_of
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let more_fields = row.fields.0.len() > FIELDS;
            let fields = row.fields.0.into_iter().take(FIELDS).map(|field| (field.name, field.kind)).collect();
            (row.id, Told { version: row.version, fields, more_fields, at: row.at })
        })
        .collect())
}
