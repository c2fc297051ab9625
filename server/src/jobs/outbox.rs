//! Takes work from the outbox, one row at a time, and does it at least once. A row stays locked while it is worked on, so
//! that many servers can share the work, and is free again when a process dies.

use crate::jobs::OUTBOX;
use crate::state::AppState;
use anyhow::Context;
use domain::id::{AgreementId, DatasetId};
use domain::protection::{DatasetPolicy, Technique};
use ports::{ColumnPlan, Holder, LinkedWith, Plan, ViewPlan};
use store::access::{AgreedView, GrantPlan};
use store::outbox::Due;
use store::{PgConnection, access, outbox, protection};
use tokio::sync::watch;

pub async fn run(state: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        match step(&state).await {
            Ok(true) if !*stopped.borrow() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(error = %format!("{error:#}"), "the outbox cannot be worked on"),
        }
        tokio::select! {
            _ = stopped.changed() => return,
            () = state.work.notified() => {}
            () = tokio::time::sleep(OUTBOX) => {}
        }
    }
}

/// Does one piece of work that is due; false when there is none.
pub async fn step(state: &AppState) -> anyhow::Result<bool> {
    let mut tx = state.pool.begin().await?;
    let Some(due) = outbox::take(&mut tx, state.now()).await? else { return Ok(false) };
    match perform(state, &mut tx, &due).await {
        Ok(()) => outbox::done(&mut tx, due.id, state.now()).await?,
        Err(error) => {
            tracing::warn!(topic = %due.topic, object = %due.object_id, attempts = due.attempts, error = %format!("{error:#}"), "will be tried again");
            // What the attempt wrote must not stay; only the note of its failure does.
            tx.rollback().await?;
            let mut conn = state.pool.acquire().await?;
            outbox::failed(&mut conn, &due, &format!("{error:#}"), state.now()).await?;
            return Ok(true);
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// A column and its technique, as a source is told of them.
pub(crate) fn column_plan(name: &str, technique: Technique) -> ColumnPlan {
    let Ok(serde_json::Value::Object(technique)) = serde_json::to_value(technique) else {
        // Not understood at the source: no view is made of it.
        return ColumnPlan { column: name.to_owned(), technique: serde_json::Map::new() };
    };
    ColumnPlan { column: name.to_owned(), technique }
}

/// A policy as a source is told of it. One that cannot be written is refused there.
pub(crate) fn policy_plan(policy: &DatasetPolicy) -> serde_json::Value {
    serde_json::to_value(policy).unwrap_or_default()
}

/// What was agreed, as a source is told of it.
pub(crate) fn at_the_source(plan: &GrantPlan) -> Plan {
    Plan {
        until: plan.until,
        views: plan.views.iter().map(view_plan).collect(),
        held: plan.held,
        credential: plan.credential,
        holders: plan.holders.iter().map(|one| Holder { credential: one.credential, set: one.set }).collect(),
        purpose: Some(plan.purpose.clone()),
    }
}

/// One dataset of it.
pub(crate) fn view_plan(agreed: &AgreedView) -> ViewPlan {
    ViewPlan {
        view: agreed.view.clone(),
        schema: agreed.schema.clone(),
        table: agreed.table.clone(),
        columns: agreed.columns.iter().map(|(name, technique)| column_plan(name, *technique)).collect(),
        rows: agreed.rows.0.clone(),
        policy: policy_plan(&agreed.policy),
        linked: agreed.linked.as_ref().map(|link| LinkedWith {
            linkage: link.linkage,
            column: link.column.clone(),
            other_agreement: link.other_agreement,
            other: Box::new(view_plan(&link.other)),
            other_column: link.other_column.clone(),
            until: link.until,
        }),
    }
}

async fn perform(state: &AppState, conn: &mut PgConnection, due: &Due) -> anyhow::Result<()> {
    let id = AgreementId(due.object_id);
    match due.topic.as_str() {
        // Each makes the source allow what the record says at that moment, so that their order does not matter.
        "agreement.grant" | "agreement.hold" | "agreement.resume" | "agreement.protect" => {
            // Ended meanwhile: the row that ended it does the rest.
            let Some(plan) = access::grant_plan(conn, id).await? else { return Ok(()) };
            let made = state.source.settle(id.0, &at_the_source(&plan)).await.context("granting at the port")?;
            access::note_made(conn, id, &made).await?;
            access::grant_confirmed(conn, id, state.now()).await?;
            if matches!(due.topic.as_str(), "agreement.hold" | "agreement.resume") {
                access::follow_linked(conn, id, state.now()).await?;
            }
        }
        "agreement.end" => {
            for credential in access::credentials_of(conn, id).await? {
                state.source.end_credential(credential).await.context("removing a credential from the port")?;
            }
            state.source.end(id.0).await.context("removing from the port")?;
            access::removal_confirmed(conn, id, state.now()).await?;
            access::follow_linked(conn, id, state.now()).await?;
        }
        "credential.end" => state.source.end_credential(due.object_id).await.context("removing a credential from the port")?,
        protection::ROTATE_AGREEMENT => {
            state.source.rotate_key(id.0, None).await.context("making a key anew at the port")?;
        }
        protection::ROTATE_PURPOSE => {
            let Some(plan) = access::grant_plan(conn, id).await? else { return Ok(()) };
            state.source.rotate_key(id.0, Some(&plan.purpose)).await.context("making a purpose's key anew at the port")?;
        }
        "preview.settle" => crate::tightening::settle_preview(state, DatasetId(due.object_id)).await.context("sample rows at the port")?,
        other => anyhow::bail!("no work is known under {other}"),
    }
    Ok(())
}
