//! What the source really grants is compared with what was agreed, and made so again. What is too much is taken back first; what
//! cannot be taken back keeps its reader locked out, and stays open where people see it.

use super::outbox::at_the_source;
use crate::state::AppState;
use domain::access::{DriftKind, GrantState};
use domain::audit::{AuditAction, AuditEvent, Origin};
use domain::id::AgreementId;
use ports::{Found, HolderStanding, RoleOf, Standing};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::access::{self, Drift, DriftPlace, GrantPlan};
use store::{PgConnection, audit, outbox};
use uuid::Uuid;

pub async fn repair(state: &AppState) -> anyhow::Result<()> {
    let source = state.config.source_name();
    // The source first: a grant made between the two readings is then in the record already, and never taken for a stray.
    let standing = state.source.standing(None).await?;
    let beside = state.source.standing_credentials(None).await?;
    let mut conn = state.pool.acquire().await?;
    let known: HashMap<Uuid, GrantState> = access::pending_grants(&mut conn).await?.into_iter().collect();
    let plans = access::granted_plans(&mut conn).await?;
    let rightful: HashSet<Uuid> = access::standing_credentials(&mut conn).await?.into_iter().collect();
    let open = access::open_drift(&mut conn, &source).await?;
    drop(conn);
    for stray in standing.keys().filter(|id| !known.contains_key(id)) {
        reported("a stray role", *stray, end_stray(state, &source, *stray).await);
    }
    for stray in beside.keys().filter(|id| !rightful.contains(id)) {
        reported("a stray role of a credential", *stray, end_stray_credential(state, &source, *stray).await);
    }
    for (id, plan) in &plans {
        if !open.contains(&id.0) && differences(*id, plan, standing.get(&id.0), &beside).is_empty() {
            continue;
        }
        reported("an agreement", id.0, make_as_agreed(state, &source, *id).await);
    }
    for gone in open.iter().filter(|id| !plans.contains_key(&AgreementId(**id)) && !standing.contains_key(id)) {
        reported("findings about a role that is gone", *gone, close_of_gone(state, &source, *gone).await);
    }
    others(state, &source).await
}

/// What was open about an agreement when it ended, or when its stray role was removed, is gone with the role.
async fn close_of_gone(state: &AppState, source: &str, id: Uuid) -> anyhow::Result<()> {
    let place = DriftPlace { source, agreement: Some(AgreementId(id)), product: None, address: None };
    let mut tx = state.pool.begin().await?;
    access::close_drift(&mut tx, &place, &[], state.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// One that cannot be put right must not keep the rest from it.
fn reported(what: &str, id: Uuid, done: anyhow::Result<()>) {
    if let Err(error) = done {
        tracing::error!(%id, error = %format!("{error:#}"), "{what} at the source cannot be put right");
    }
}

fn drifts(found: Vec<Found>) -> Vec<Drift> {
    found.into_iter().filter_map(|one| Some(Drift { kind: one.kind.parse().ok()?, object: one.object, found: one.found })).collect()
}

fn differences(id: AgreementId, plan: &GrantPlan, standing: Option<&Standing>, beside: &BTreeMap<Uuid, HolderStanding>) -> Vec<Drift> {
    let made: BTreeMap<String, String> = plan.views.iter().filter_map(|view| Some((view.view.clone(), view.digest.clone()?))).collect();
    let nothing = Standing::default();
    drifts(standing.unwrap_or(&nothing).differs(id.0, &at_the_source(plan), &made, beside))
}

/// What differs just now.
async fn differences_now(state: &AppState, id: AgreementId, plan: &GrantPlan) -> anyhow::Result<Vec<Drift>> {
    let standing = state.source.standing(Some(&[id.0])).await?.remove(&id.0).unwrap_or_default();
    let ids: Vec<Uuid> = plan.holders.iter().map(|holder| holder.credential).collect();
    let beside = if ids.is_empty() { BTreeMap::new() } else { state.source.standing_credentials(Some(&ids)).await? };
    Ok(differences(id, plan, Some(&standing), &beside))
}

/// A role of a credential that ended, or never was: its holder left, and the door is shut.
async fn end_stray_credential(state: &AppState, source: &str, id: Uuid) -> anyhow::Result<()> {
    let place = DriftPlace { source, agreement: None, product: None, address: None };
    // Its end was under way while it was looked at.
    if !state.source.standing_credentials(Some(&[id])).await?.contains_key(&id) {
        return Ok(());
    }
    let object = RoleOf::Credential(id).name();
    tracing::warn!(role = object, "a role without a credential in force was found at the source and is removed");
    let found = Drift { kind: DriftKind::RoleStray, object, found: String::new() };
    let mut tx = state.pool.begin().await?;
    access::note_drift(&mut tx, &place, &[found], &state.ids, state.now()).await?;
    tx.commit().await?;
    // Its finding is closed with those of others, when nothing is left.
    Ok(state.source.end_credential(id).await?)
}

/// A role that no agreement stands behind: whatever it was, it ends.
async fn end_stray(state: &AppState, source: &str, id: Uuid) -> anyhow::Result<()> {
    // Its end was under way while it was looked at.
    if state.source.standing(Some(&[id])).await?.get(&id).is_none_or(Standing::is_nothing) {
        return Ok(());
    }
    tracing::warn!(agreement = %id, "a role without an agreement in force was found at the source and is removed");
    let place = DriftPlace { source, agreement: Some(AgreementId(id)), product: None, address: None };
    let found = Drift { kind: DriftKind::RoleStray, object: ports::Source::role(id), found: String::new() };
    let mut tx = state.pool.begin().await?;
    access::note_drift(&mut tx, &place, &[found], &state.ids, state.now()).await?;
    tx.commit().await?;
    state.source.end(id).await?;
    let mut tx = state.pool.begin().await?;
    let event = AuditEvent {
        reason: Some("No agreement in force stood behind this role.".into()),
        ..AuditEvent::done(None, AuditAction::AgreementEnd, "agreement", Some(id), Origin::default())
    };
    if access::close_drift(&mut tx, &place, &[], state.now()).await? > 0 {
        audit::append(&mut tx, &event, state.now()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Looks again with the agreement locked, so that nobody changes it meanwhile; what was found is kept also when the source cannot
/// be made as agreed.
async fn make_as_agreed(state: &AppState, source: &str, id: AgreementId) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let Some(plan) = access::grant_plan(&mut tx, id).await? else { return Ok(()) };
    if plan.views.iter().any(|view| view.digest.is_none()) {
        // Granted before views were compared: made once more, and compared from then on.
        outbox::push(&mut tx, "agreement.grant", id.0, state.now()).await?;
        tx.commit().await?;
        return Ok(());
    }
    let place = DriftPlace { source, agreement: Some(id), product: Some(plan.product), address: Some(&plan.address) };
    let found = differences_now(state, id, &plan).await?;
    // That the door is shut is news only when it was not shut for what is open still.
    let open = access::open_drift(&mut tx, source).await?.contains(&id.0);
    let news: Vec<Drift> = found.iter().filter(|one| !(open && one.kind == DriftKind::RoleLogin && one.found == "may not log in")).cloned().collect();
    if access::note_drift(&mut tx, &place, &news, &state.ids, state.now()).await? > 0 {
        tracing::warn!(agreement = %id, findings = found.len(), "the source differs from what was agreed and is made so again");
    }
    let left = if found.is_empty() {
        vec![]
    } else {
        made_again(state, &mut tx, id, &plan).await.unwrap_or_else(|error| {
            reported("an agreement", id.0, Err(error));
            found
        })
    };
    access::close_drift(&mut tx, &place, &left, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the source as agreed, and says what could not be made so; then the door stays shut.
async fn made_again(state: &AppState, conn: &mut PgConnection, id: AgreementId, plan: &GrantPlan) -> anyhow::Result<Vec<Drift>> {
    let made = match state.source.restore(id.0, &at_the_source(plan)).await {
        Ok(made) => made,
        Err(error) => {
            state.source.lock_out_all(id.0, &at_the_source(plan)).await?;
            return Err(error.into());
        }
    };
    access::note_made(conn, id, &made).await?;
    let mut plan = plan.clone();
    for view in &mut plan.views {
        view.digest = made.iter().find(|(name, _)| *name == view.view).map(|(_, digest)| digest.clone());
    }
    let left = differences_now(state, id, &plan).await?;
    if !left.is_empty() {
        state.source.lock_out_all(id.0, &at_the_source(&plan)).await?;
    }
    Ok(left)
}

/// What was given to others on what is Pasar's at the source.
async fn others(state: &AppState, source: &str) -> anyhow::Result<()> {
    let place = DriftPlace { source, agreement: None, product: None, address: None };
    let found = drifts(state.source.other_grants().await?);
    let mut tx = state.pool.begin().await?;
    let left = if found.is_empty() {
        vec![]
    } else {
        access::note_drift(&mut tx, &place, &found, &state.ids, state.now()).await?;
        state.source.close_others().await?;
        drifts(state.source.other_grants().await?)
    };
    access::close_drift(&mut tx, &place, &left, state.now()).await?;
    tx.commit().await?;
    Ok(())
}
