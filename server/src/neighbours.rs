//! What may stand beside a product, kept in memory: it is the same for everybody, and looking it up takes longer than all else on a product's page.
//! Whether a reader may know of it is asked of the record each time.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::ProductId;
use std::collections::HashMap;
use std::sync::Arc;
use store::mine::{self, Candidates};
use store::{PgPool, Result};
use tokio::sync::RwLock;

/// How soon another agreement or column is seen.
const KEPT: TimeDelta = TimeDelta::seconds(10);
/// Products that are kept at once; each takes a few kilobytes.
const MOST: usize = 2_000;

/// What was read, and when.
type Read = (DateTime<Utc>, Arc<Candidates>);

#[derive(Default)]
pub struct Neighbours(RwLock<HashMap<ProductId, Read>>);

impl Neighbours {
    pub async fn of(&self, pool: &PgPool, product: ProductId, now: DateTime<Utc>) -> Result<Arc<Candidates>> {
        if let Some((_, known)) = self.0.read().await.get(&product).filter(|(read_at, _)| now - *read_at < KEPT) {
            return Ok(known.clone());
        }
        let found = Arc::new(mine::candidates(&mut *pool.acquire().await?, product).await?);
        let mut kept = self.0.write().await;
        if kept.len() >= MOST {
            kept.retain(|_, (read_at, _)| now - *read_at < KEPT);
        }
        if kept.len() < MOST {
            kept.insert(product, (now, found.clone()));
        }
        Ok(found)
    }
}
