//! How many people two shared tables have in common: one number from the source, and nothing else.

use crate::error::PortError;
use crate::source::Source;
use serde::Serialize;
use sqlx::Row;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A field among several, and how many bits each of its pairs of letters sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkedField {
    pub column: String,
    pub hashes: u16,
}

/// One side: a column, within the rows of its agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkedColumn {
    pub schema: String,
    pub table: String,
    pub column: String,
    pub rows: BTreeMap<String, BTreeSet<String>>,
    /// Where several are compared, all of them, the column first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<LinkedField>,
}

/// What the source said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchSize {
    Size(i64),
    /// Fewer than the least; how many, the source does not say.
    TooFew,
    TooMany,
    NotShared,
}

impl Source {
    /// Counts the match; `likeness` below 1 compares what is written alike, under a key that the source makes for this linkage.
    pub async fn match_size(&self, linkage: Uuid, sides: &[LinkedColumn; 2], likeness: f64, least: i64) -> Result<MatchSize, PortError> {
        let mut tx = self.pool.begin().await?;
        sqlx::raw_sql("SET LOCAL statement_timeout = '60s'").execute(&mut *tx).await?;
        let row = sqlx::query("SELECT outcome, match FROM pasar_source.match_size($1, $2, $3, $4)")
            .bind(linkage)
            .bind(Json(sides))
            .bind(likeness)
            .bind(least)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        let outcome: String = row.try_get("outcome")?;
        Ok(match outcome.as_str() {
            "size" => MatchSize::Size(row.try_get("match")?),
            "too-few" => MatchSize::TooFew,
            "too-many" => MatchSize::TooMany,
            _ => MatchSize::NotShared,
        })
    }

    /// Has the source forget a linkage's key. May be repeated.
    pub async fn end_linkage(&self, linkage: Uuid) -> Result<(), PortError> {
        sqlx::query("SELECT pasar_source.end_linkage($1)").bind(linkage).execute(&self.pool).await?;
        Ok(())
    }
}
