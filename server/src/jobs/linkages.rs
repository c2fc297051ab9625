//! Linkages that both owners approved are counted at the source; keys of those that ended are forgotten there. Counting takes a while,
//! so that it has a job of its own.

use crate::state::AppState;
use anyhow::Context;
use domain::id::LinkageId;
use domain::linkage::Measured;
use ports::{LinkedColumn, LinkedField, MatchSize};
use store::PgConnection;
use store::linkage::{self, LinkagePlan, PlannedSide};
use store::outbox::{self, Due};

/// One turn: whatever is due.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    loop {
        let mut tx = state.pool.begin().await?;
        let Some(due) = outbox::take_of(&mut tx, outbox::LINKAGES, state.now()).await? else { return Ok(()) };
        match perform(state, &mut tx, &due).await {
            Ok(()) => {
                outbox::done(&mut tx, due.id, state.now()).await?;
                tx.commit().await?;
            }
            Err(error) => {
                tracing::warn!(topic = %due.topic, linkage = %due.object_id, error = %format!("{error:#}"), "will be tried again");
                tx.rollback().await?;
                let mut conn = state.pool.acquire().await?;
                outbox::failed(&mut conn, &due, &format!("{error:#}"), state.now()).await?;
            }
        }
    }
}

async fn perform(state: &AppState, conn: &mut PgConnection, due: &Due) -> anyhow::Result<()> {
    let id = LinkageId(due.object_id);
    if due.topic == linkage::END {
        return state.source.end_linkage(id.0).await.context("ending a linkage at the source");
    }
    let Some(plan) = linkage::plan(conn, id, state.now()).await? else { return Ok(()) };
    let (outcome, size) = match ask(state, id, plan).await? {
        MatchSize::Size(size) => (Measured::Size, Some(size)),
        MatchSize::TooFew => (Measured::TooFew, None),
        MatchSize::TooMany => (Measured::TooMany, None),
        MatchSize::NotShared => (Measured::NotShared, None),
    };
    linkage::measured(conn, id, outcome, size, state.now()).await?;
    Ok(())
}

async fn ask(state: &AppState, id: LinkageId, plan: LinkagePlan) -> anyhow::Result<MatchSize> {
    let column = |side: PlannedSide| LinkedColumn {
        schema: side.schema,
        table: side.table,
        column: side.column,
        rows: side.rows,
        fields: side.fields.into_iter().map(|(column, weight)| LinkedField { column, hashes: weight.hashes() }).collect(),
    };
    let sides: Result<[LinkedColumn; 2], _> = plan.sides.into_iter().map(column).collect::<Vec<_>>().try_into();
    match sides {
        Ok(sides) => state.source.match_size(id.0, &sides, plan.likeness, plan.least).await.context("counting at the source"),
        // An agreement has ended or is held since: what may not be read is not counted.
        Err(_) => Ok(MatchSize::NotShared),
    }
}
