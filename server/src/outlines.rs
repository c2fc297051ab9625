//! Outlines of planning areas, kept in memory: they are large, every search page draws them, and they change with an import.

use domain::catalogue::AreaOutlines;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{PgPool, Result, catalogue};
use tokio::sync::RwLock;

/// How soon an import is seen.
const KEPT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub struct Outlines(RwLock<Option<(Instant, Arc<AreaOutlines>)>>);

impl Outlines {
    pub async fn get(&self, pool: &PgPool) -> Result<Arc<AreaOutlines>> {
        if let Some((_, known)) = self.0.read().await.as_ref().filter(|(read_at, _)| read_at.elapsed() < KEPT) {
            return Ok(known.clone());
        }
        let outlines = Arc::new(catalogue::outlines(&mut *pool.acquire().await?).await?);
        *self.0.write().await = Some((Instant::now(), outlines.clone()));
        Ok(outlines)
    }
}
