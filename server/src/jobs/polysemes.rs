//! Values of columns that carry a shared concept are held against its format: what is due is asked of the source, one short question at a
//! time, and the share written down. Nothing is locked while the source answers; one that died is asked again at its next time.

use crate::state::AppState;
use anyhow::Context;
use ports::{Answer, FormatQuestion, PortError};
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
    let Some((schema, table)) = &due.table else {
        return not_looked_at(state, due, "The dataset is not at a source any more.").await;
    };
    if due.personal && !due.rule.fits_personal_data() {
        return not_looked_at(state, due, "The column holds personal data, and this format is so narrow that an answer could tell who is in it.")
            .await;
    }
    let question = FormatQuestion { schema, table, column: &due.column, pattern: due.rule.pattern(), codes: due.rule.codes() };
    match state.source.measure_format(&question).await {
        Ok(Answer::Number { value, looked }) => {
            let mut tx = state.pool.begin().await?;
            glossary::looked_at(&mut tx, due, value, looked, state.now()).await?;
            tx.commit().await?;
            Ok(())
        }
        Ok(Answer::None(why)) => not_looked_at(state, due, why).await,
        Err(error) => {
            tracing::warn!(dataset = %due.dataset, column = %due.column, %error, "could not be looked at");
            let why = match error {
                PortError::Source(_) => "The source took too long, or could not count it.",
                PortError::Unavailable(_) | PortError::Refused => "The source could not be reached.",
            };
            not_looked_at(state, due, why).await
        }
    }
}

async fn not_looked_at(state: &AppState, due: &Due, why: &str) -> anyhow::Result<()> {
    glossary::not_looked_at(&mut *state.pool.acquire().await?, due, why).await?;
    Ok(())
}
