//! Values of columns that carry a shared concept are held against its format: what is due is asked of the source, one short question at a
//! time, and the share written down. Nothing is locked while the source answers; one that died is asked again at its next time.

use crate::measuring::{Asked, What, ask};
use crate::state::AppState;
use anyhow::Context;
use domain::service_level::Measure;
use store::glossary::{self, Due};

/// Questions of one turn: a source is never asked more than one at once.
const MOST: i64 = 50;

/// One turn.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let due = glossary::checks_due(&mut tx, MOST, state.now()).await?;
    tx.commit().await?;
    for one in &due {
        look(state, one).await.with_context(|| format!("looking at {}.{}", one.dataset, one.column))?;
    }
    Ok(())
}

async fn look(state: &AppState, due: &Due) -> anyhow::Result<()> {
    let what = What {
        table: due.table.as_ref(),
        measure: Measure::Written,
        column: Some(&due.column),
        range: None,
        format: Some((&due.rule, due.personal)),
        view: None,
    };
    match ask(state, &what).await {
        Asked::Number { value, looked, .. } => {
            let mut tx = state.pool.begin().await?;
            glossary::looked_at(&mut tx, due, value, looked, state.now()).await?;
            tx.commit().await?;
        }
        Asked::Nothing(why) | Asked::Unfit(why) | Asked::Down(why) => {
            glossary::not_looked_at(&mut *state.pool.acquire().await?, due, why).await?;
        }
    }
    Ok(())
}
