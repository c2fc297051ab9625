//! Expiry, and comparing what agreements say with what the source really grants.

use crate::state::AppState;
use domain::access::GrantState;
use domain::audit::{AuditAction, AuditEvent, Origin};
use std::collections::{HashMap, HashSet};
use store::{access, audit, session};
use uuid::Uuid;

/// Ends agreements whose time has come.
pub async fn expire(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let ended = access::expire_due(&mut tx, state.now()).await?;
    tx.commit().await?;
    if ended > 0 {
        tracing::info!(ended, "agreements expired");
        state.work.notify_one();
    }
    Ok(())
}

/// Removes what has run out, and every role at the source that no agreement stands behind.
pub async fn tidy(state: &AppState) -> anyhow::Result<()> {
    let mut conn = state.pool.acquire().await?;
    session::tidy(&mut conn, state.config.sessions, state.now()).await?;
    state.rates.tidy();
    access::forget_api_sessions(&mut conn, state.now()).await?;
    // The source first: a grant made between the two readings is then in the record already, and never taken for a stray.
    let granted: HashSet<Uuid> = state.source.granted().await?.into_iter().map(|granted| granted.agreement).collect();
    let wanted: HashMap<Uuid, GrantState> = access::pending_grants(&mut conn).await?.into_iter().collect();
    for stray in granted.iter().filter(|id| !wanted.contains_key(id)) {
        tracing::warn!(agreement = %stray, "a role without an agreement in force was found at the source and is removed");
        state.source.end(*stray).await?;
        let event = AuditEvent {
            reason: Some("No agreement in force stood behind this role.".into()),
            ..AuditEvent::done(None, AuditAction::AgreementEnd, "agreement", Some(*stray), Origin::default())
        };
        audit::append(&mut conn, &event, state.now()).await?;
    }
    for (lost, grant) in wanted.iter().filter(|(id, grant)| **grant == GrantState::Granted && !granted.contains(id)) {
        tracing::warn!(agreement = %lost, state = %grant, "a granted role is missing at the source and is made again");
        store::outbox::push(&mut conn, "agreement.grant", *lost, state.now()).await?;
    }
    Ok(())
}
