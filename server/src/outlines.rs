//! Outlines of planning areas, kept in memory: they are large, every search page and many a product's draw them, and they change with an import.

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalogue::AreaOutlines;
use std::sync::Arc;
use store::{PgPool, Result, catalogue};
use tokio::sync::RwLock;

/// How soon an import is seen.
const KEPT: TimeDelta = TimeDelta::seconds(10);

#[derive(Default)]
pub struct Outlines(RwLock<Option<(DateTime<Utc>, Arc<AreaOutlines>)>>);

impl Outlines {
    pub async fn get(&self, pool: &PgPool, now: DateTime<Utc>) -> Result<Arc<AreaOutlines>> {
        if let Some((_, known)) = self.0.read().await.as_ref().filter(|(read_at, _)| now - *read_at < KEPT) {
            return Ok(known.clone());
        }
        let outlines = Arc::new(catalogue::outlines(&mut *pool.acquire().await?).await?);
        *self.0.write().await = Some((now, outlines.clone()));
        Ok(outlines)
    }
}
