//! Pasar's own probes: what is due is asked of the source, one short question at a time, and written down. Nothing is locked while the source
//! answers; a probe that died is asked again at its next time.

use crate::state::AppState;
use anyhow::Context;
use domain::service_level::MeasuredBy;
use ports::{Answer, PortError, Question};
use std::time::Duration;
use store::service_level::{self, NewMeasurement, Probe};

/// Questions of one turn: a source is never asked more than one at once.
const MOST: i64 = 50;
/// Objectives judged anew in one turn.
const JUDGED: i64 = 500;

/// One turn.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let due = service_level::due(&mut tx, MOST, state.now()).await?;
    tx.commit().await?;
    for probe in &due {
        measure(state, probe).await.with_context(|| format!("measuring {}", probe.level))?;
    }
    let mut tx = state.pool.begin().await?;
    service_level::judge_due(&mut tx, JUDGED, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks, and writes down what came: a number, or why there is none. That a source is down is a measurement of whether it answers,
/// and says nothing of how fresh or how full it is.
async fn measure(state: &AppState, probe: &Probe) -> anyhow::Result<()> {
    let at = state.now();
    let Some((schema, table)) = &probe.table else {
        return put_off(state, probe, Some("The dataset is not at a source any more.")).await;
    };
    let question = Question { schema, table, what: probe.measure.as_str(), column: probe.column.as_deref(), range: probe.range };
    match state.source.measure(&question, at).await {
        Ok((Answer::Number { value, looked }, took)) => {
            let good = probe.comparison.holds(value, probe.bound);
            write(state, probe, Some(value), good, (Some(looked), Some(took))).await
        }
        Ok((Answer::None(why), _)) => put_off(state, probe, Some(why)).await,
        Err(PortError::Unavailable(_) | PortError::Refused) if probe.measure.silence_counts() => write(state, probe, None, false, (None, None)).await,
        Err(error) => {
            tracing::warn!(level = %probe.level, %error, "could not be measured");
            let why = match error {
                PortError::Source(_) => "The source took too long, or could not count it.",
                PortError::Unavailable(_) | PortError::Refused => "The source could not be reached.",
            };
            put_off(state, probe, Some(why)).await
        }
    }
}

async fn write(
    state: &AppState,
    probe: &Probe,
    value: Option<f64>,
    good: bool,
    (rows_looked, took): (Option<i64>, Option<Duration>),
) -> anyhow::Result<()> {
    let now = state.now();
    let new = NewMeasurement {
        level: probe.level,
        product: probe.product,
        at: now,
        value,
        good,
        by: MeasuredBy::Probe,
        said_by: None,
        tool: None,
        run: None,
        rows_looked,
        took_ms: took.map(|took| i32::try_from(took.as_millis()).unwrap_or(i32::MAX)),
    };
    let mut tx = state.pool.begin().await?;
    service_level::put_off(&mut tx, probe.level, None).await?;
    service_level::record(&mut tx, &new, &state.ids, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn put_off(state: &AppState, probe: &Probe, why: Option<&str>) -> anyhow::Result<()> {
    service_level::put_off(&mut *state.pool.acquire().await?, probe.level, why).await?;
    Ok(())
}
