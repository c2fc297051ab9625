//! Expiry, and what is put right every minute.

use super::drift;
use crate::state::AppState;
use domain::audit::Origin;
use sqlx::Connection;
use store::{PgConnection, access, protection, session, team};

/// Ends agreements, and waivers of techniques, whose time has come.
pub async fn expire(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let ended = access::expire_due(&mut tx, state.now()).await?;
    let waivers = protection::end_waivers(&mut tx, state.now()).await?;
    tx.commit().await?;
    if ended > 0 || waivers > 0 {
        tracing::info!(ended, waivers, "agreements and waivers expired");
        state.work.notify_one();
    }
    Ok(())
}

/// Removes what has run out, and makes the source allow what was agreed, no more and no less.
pub async fn tidy(state: &AppState) -> anyhow::Result<()> {
    let mut conn = state.pool.acquire().await?;
    session::tidy(&mut conn, state.config.sessions, state.now()).await?;
    state.rates.tidy();
    access::forget_api_sessions(&mut conn, state.now()).await?;
    hold_newcomers(state, &mut conn).await?;
    drop_leavers(state, &mut conn).await?;
    drop(conn);
    drift::repair(state).await
}

/// Who left an agency, or was disabled, is out of its teams by then; what they held ends at the source too.
async fn drop_leavers(state: &AppState, conn: &mut PgConnection) -> anyhow::Result<()> {
    let mut tx = conn.begin().await?;
    team::drop_out(&mut tx, state.now()).await?;
    let mut ended = access::end_lost_credentials(&mut tx, state.now()).await?.len();
    ended += access::end_left_downloads(&mut tx, state.now()).await?;
    tx.commit().await?;
    if ended > 0 {
        state.work.notify_one();
    }
    Ok(())
}

/// People come to an agency that is suspended; what they hold is held too.
async fn hold_newcomers(state: &AppState, conn: &mut PgConnection) -> anyhow::Result<()> {
    let mut tx = conn.begin().await?;
    let held = access::hold_suspended(&mut tx, &Origin::default(), &state.ids, state.now()).await?;
    tx.commit().await?;
    if held > 0 {
        state.work.notify_one();
    }
    Ok(())
}
