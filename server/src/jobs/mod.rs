//! What happens without a request: the outbox's work, expiry, and putting right what a crash left behind.

pub mod access_reviews;
pub mod areas;
pub mod audit_seal;
pub mod audit_stream;
pub mod drift;
pub mod events;
pub mod flows;
pub mod lineage;
pub mod linkages;
pub mod mail;
pub mod new_matches;
pub mod outbox;
pub mod overdue;
pub mod polysemes;
pub mod proposals;
pub mod quality_audits;
pub mod quality_rules;
pub mod reconcile;
pub mod retention;
pub mod roles;
pub mod search;
pub mod service_levels;
pub mod source_log;
pub mod standards;
pub mod terms;
pub mod webhooks;

use crate::state::AppState;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The outbox is looked at when rung and at least this often: another server may have filled it.
const OUTBOX: Duration = Duration::from_secs(1);
/// Agreements expire to the minute; the port refuses rows at the very second by itself.
const EXPIRY: Duration = Duration::from_secs(5);
/// How soon an agreement is held once the day to accept its terms is over.
const TERMS: Duration = Duration::from_mins(1);
const TIDYING: Duration = Duration::from_mins(1);
/// How soon people and programs are told of a change.
const EVENTS: Duration = Duration::from_secs(1);
/// How soon e-mail goes out when its notices have settled.
const MAIL: Duration = Duration::from_secs(5);
/// How soon a program is told.
const WEBHOOKS: Duration = Duration::from_secs(1);
/// Deliveries under way at once: one slow receiver holds up no other.
const DELIVERERS: usize = 4;
/// How often it is looked whether an agreement ends soon.
const REMINDERS: Duration = Duration::from_mins(1);
/// How often it is looked whether a saved search is due for a count.
const NEW_MATCHES: Duration = Duration::from_mins(1);
/// How soon a read made directly at a source is in the audit trail.
const SOURCE_LOG: Duration = Duration::from_secs(2);
/// How long an event of the audit trail waits for its seal.
const AUDIT_SEAL: Duration = Duration::from_secs(3);
/// How soon a log store outside is told of what is sealed.
const AUDIT_STREAM: Duration = Duration::from_secs(2);

/// How soon what flows between products is looked at again.
const FLOWS: Duration = Duration::from_secs(1);

/// How soon a product that changed is held against its standards.
const STANDARDS: Duration = Duration::from_secs(1);
/// How soon what products declare is in the graph of lineage.
const LINEAGE: Duration = Duration::from_secs(2);

/// How soon a linkage that both owners approved is counted.
const LINKAGES: Duration = Duration::from_secs(2);

/// How often it is looked whether something is to be measured.
const SERVICE_LEVELS: Duration = Duration::from_secs(5);

/// How often it is looked whether values of a column are to be held against a format.
const POLYSEMES: Duration = Duration::from_secs(5);

/// How often it is looked whether an audit of quality is due, and whether what it found is mended.
const QUALITY_AUDITS: Duration = Duration::from_secs(10);

/// How often it is looked whether declared rules of quality are to be run.
const QUALITY_RULES: Duration = Duration::from_secs(10);

/// How soon a dataset that was described, or whose detectors changed, is looked at.
const PROPOSALS: Duration = Duration::from_secs(5);
/// How often changes are looked for that are to be found. The other engine is told of them at once, and looked after as often.
const SEARCH: Duration = Duration::from_millis(250);
const FRESHNESS: Duration = Duration::from_mins(10);

/// How often it is looked whether a quarter's reviews are to be opened, or reminded of.
const REVIEWS: Duration = Duration::from_mins(5);
/// How soon after midnight in Singapore what was kept long enough is deleted.
const RETENTION: Duration = Duration::from_mins(30);

/// Running jobs.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Jobs {
    /// Lets each job finish what it is doing.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.running.join_next().await.is_some() {}
    }
}

pub fn spawn(state: AppState) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    running.spawn(outbox::run(state.clone(), stopped.clone()));
    running.spawn(every(EXPIRY, stopped.clone(), state.clone(), |state| async move { reconcile::expire(&state).await }));
    running.spawn(every(SOURCE_LOG, stopped.clone(), state.clone(), |state| async move { source_log::follow(&state).await }));
    running.spawn(every(AUDIT_SEAL, stopped.clone(), state.clone(), |state| async move { audit_seal::follow(&state).await }));
    running.spawn(every(AUDIT_STREAM, stopped.clone(), state.clone(), |state| async move { audit_stream::follow(&state).await }));
    running.spawn(every(EVENTS, stopped.clone(), state.clone(), |state| async move { events::follow(&state).await }));
    running.spawn(every(MAIL, stopped.clone(), state.clone(), |state| async move { mail::follow(&state).await }));
    for _ in 0..DELIVERERS {
        running.spawn(every(WEBHOOKS, stopped.clone(), state.clone(), |state| async move { webhooks::follow(&state).await }));
    }
    running.spawn(every(REMINDERS, stopped.clone(), state.clone(), |state| async move { events::remind(&state).await }));
    running.spawn(every(SEARCH, stopped.clone(), state.clone(), |state| async move { search::follow(&state).await }));
    running.spawn(fed(stopped.clone(), state.clone()));
    running.spawn(every(FRESHNESS, stopped.clone(), state.clone(), |state| async move { search::refresh_stale(&state).await }));
    running.spawn(every(FLOWS, stopped.clone(), state.clone(), |state| async move { flows::follow(&state).await }));
    running.spawn(every(STANDARDS, stopped.clone(), state.clone(), |state| async move { standards::follow(&state).await }));
    running.spawn(every(LINEAGE, stopped.clone(), state.clone(), |state| async move { lineage::follow(&state).await }));
    running.spawn(every(LINKAGES, stopped.clone(), state.clone(), |state| async move { linkages::follow(&state).await }));
    running.spawn(every(SERVICE_LEVELS, stopped.clone(), state.clone(), |state| async move { service_levels::follow(&state).await }));
    running.spawn(every(POLYSEMES, stopped.clone(), state.clone(), |state| async move { polysemes::follow(&state).await }));
    running.spawn(every(QUALITY_AUDITS, stopped.clone(), state.clone(), |state| async move { quality_audits::follow(&state).await }));
    running.spawn(every(QUALITY_RULES, stopped.clone(), state.clone(), |state| async move { quality_rules::follow(&state).await }));
    running.spawn(every(NEW_MATCHES, stopped.clone(), state.clone(), |state| async move { new_matches::count(&state).await }));
    running.spawn(every(PROPOSALS, stopped.clone(), state.clone(), |state| async move { proposals::follow(&state).await }));
    running.spawn(every(TIDYING, stopped.clone(), state.clone(), |state| async move { overdue::watch(&state).await }));
    running.spawn(every(TIDYING, stopped.clone(), state.clone(), |state| async move { roles::watch(&state).await }));
    running.spawn(every(REVIEWS, stopped.clone(), state.clone(), |state| async move { access_reviews::follow(&state).await }));
    running.spawn(every(RETENTION, stopped.clone(), state.clone(), |state| async move { retention::sweep(&state).await }));
    running.spawn(every(TERMS, stopped.clone(), state.clone(), |state| async move { terms::hold(&state).await }));
    running.spawn(every(TIDYING, stopped.clone(), state.clone(), |state| async move { areas::follow(&state).await }));
    running.spawn(every(TIDYING, stopped, state, |state| async move { reconcile::tidy(&state).await }));
    Jobs { stop, running }
}

/// The other engine follows as soon as documents are written: while it takes in what came before, what came since waits for no turn.
async fn fed(stopped: watch::Receiver<bool>, state: AppState) {
    let documents = state.clone();
    turns(SEARCH, &documents.documents, stopped, state, |state| async move { search::feed(&state).await }).await;
}

/// Runs a job now and then at intervals, until told to stop; a failure is logged and tried again at the next turn.
async fn every<F, R>(interval: Duration, stopped: watch::Receiver<bool>, state: AppState, job: F)
where
    F: Fn(AppState) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    turns(interval, &Notify::new(), stopped, state, job).await;
}

/// The same, and whenever it is rung.
async fn turns<S, F, R>(interval: Duration, bell: &Notify, mut stopped: watch::Receiver<bool>, state: S, job: F)
where
    S: Clone,
    F: Fn(S) -> R,
    R: Future<Output = anyhow::Result<()>>,
{
    loop {
        if let Err(error) = job(state.clone()).await {
            tracing::error!(error = %format!("{error:#}"), "a job failed");
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = bell.notified() => {}
            () = tokio::time::sleep(interval) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::turns;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Notify, mpsc, watch};

    #[tokio::test]
    async fn whoever_rings_waits_for_no_turn() {
        let (stop, stopped) = watch::channel(false);
        let (told, mut runs) = mpsc::unbounded_channel();
        let bell = Arc::new(Notify::new());
        let heard = bell.clone();
        let job = tokio::spawn(async move {
            turns(Duration::from_hours(24), &heard, stopped, told, |told| async move { Ok(told.send(())?) }).await;
        });
        runs.recv().await.unwrap();
        bell.notify_one();
        runs.recv().await.unwrap();
        // What is rung before the job listens is not lost.
        bell.notify_one();
        bell.notify_one();
        runs.recv().await.unwrap();
        stop.send(true).unwrap();
        job.await.unwrap();
    }
}
