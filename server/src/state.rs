//! What every handler may use. Nothing here changes while the server runs.

use crate::config::Config;
use crate::jobs::audit_seal::Sealing;
use crate::mailer::Mailer;
use crate::neighbours::Neighbours;
use crate::outlines::Outlines;
use crate::rate::Rates;
use crate::sharing_now::SharingNow;
use crate::standards::Rules;
use crate::webhooks::Webhooks;
use app::shell::Assets;
use chrono::{DateTime, Utc};
use domain::{Clock, Ids};
use std::ops::Deref;
use std::sync::Arc;
use store::PgPool;

#[derive(Clone)]
pub struct AppState(Arc<Inner>);

pub struct Inner {
    pub pool: PgPool,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    pub config: Config,
    pub source: ports::Source,
    pub provider: identity::Provider,
    pub assets: Assets,
    pub searcher: search::Searcher,
    pub outlines: Outlines,
    pub neighbours: Neighbours,
    pub sharing_now: SharingNow,
    pub rates: Rates,
    /// Rules of standards that were compiled before.
    pub rules: Rules,
    /// Sends e-mail; none when it is not configured.
    pub mailer: Option<Mailer>,
    pub webhooks: Webhooks,
    /// What this server has seen of the audit trail's end.
    pub sealing: Sealing,
    /// Taken by what is noted beside answers, so that it never holds many connections.
    pub notes: Arc<tokio::sync::Semaphore>,
    /// Rung after a commit that left work in the outbox.
    pub work: tokio::sync::Notify,
    /// Rung when search documents were written, so that another engine is told of them.
    pub documents: tokio::sync::Notify,
}

impl AppState {
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

impl Deref for AppState {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
