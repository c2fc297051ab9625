//! How long sharing takes now, kept in memory for the home page: everybody sees it, and working it out reads every request of
//! half a year. It is over what everybody may know of, so that it can be the same for all.

use crate::http::sharing::{figures, lately};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Sharing;
use std::sync::Arc;
use store::{PgPool, Result};
use tokio::sync::Mutex;

/// How soon a first read is seen.
const KEPT: TimeDelta = TimeDelta::minutes(1);

#[derive(Default)]
pub struct SharingNow(Mutex<Option<(DateTime<Utc>, Arc<Sharing>)>>);

impl SharingNow {
    /// One caller works it out, the others wait for that one.
    pub async fn get(&self, pool: &PgPool, now: DateTime<Utc>) -> Result<Arc<Sharing>> {
        let mut kept = self.0.lock().await;
        if let Some((_, known)) = kept.as_ref().filter(|(at, _)| now - *at < KEPT) {
            return Ok(known.clone());
        }
        let found = Arc::new(figures(&mut *pool.acquire().await?, None, &lately(now), now).await?);
        *kept = Some((now, found.clone()));
        Ok(found)
    }
}
