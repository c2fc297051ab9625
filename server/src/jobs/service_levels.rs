//! Pasar's own probes: what is due is asked of the source, one short question at a time, and written down. Nothing is locked while the source
//! answers; a probe that died is asked again at its next time.

use crate::measuring::{Asked, What, ask};
use crate::state::AppState;
use anyhow::Context;
use domain::service_level::{Measure, MeasuredBy};
use std::time::Duration;
use store::service_level::{self, NewMeasurement, Probe};
use store::{access, lineage, quality};

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
    if probe.measure == Measure::Traced {
        return traced(state, probe).await;
    }
    let mut conn = state.pool.acquire().await?;
    let dataset = probe.dataset.as_deref().unwrap_or_default();
    let format = match (probe.measure, &probe.column) {
        (Measure::Written, Some(column)) => quality::format_of(&mut conn, probe.product, dataset, column).await?,
        _ => None,
    };
    let view = match probe.measure {
        Measure::Read => access::newest_view(&mut conn, probe.product, dataset, state.now()).await?,
        _ => None,
    };
    drop(conn);
    let what = What {
        table: probe.table.as_ref(),
        measure: probe.measure,
        column: probe.column.as_deref(),
        range: probe.range,
        format: format.as_ref().map(|format| (&format.rule, format.personal)),
        view: view.as_ref().map(|(agreement, view)| (agreement.0, view.as_str())),
    };
    match ask(state, &what).await {
        Asked::Number { value, looked, took } => {
            let good = probe.comparison.holds(value, probe.bound);
            write(state, probe, Some(value), good, (Some(looked), took)).await
        }
        Asked::Down(_) if probe.measure.silence_counts() => write(state, probe, None, false, (None, None)).await,
        Asked::Nothing(why) | Asked::Unfit(why) | Asked::Down(why) => put_off(state, probe, Some(why)).await,
    }
}

/// Read in the record: no source knows where its data comes from.
#[expect(clippy::cast_precision_loss, reason = "no more datasets than a float can count")]
async fn traced(state: &AppState, probe: &Probe) -> anyhow::Result<()> {
    let (datasets, traced) = lineage::traced(&mut *state.pool.acquire().await?, probe.product).await?;
    if datasets == 0 {
        return put_off(state, probe, Some("The product has no dataset yet.")).await;
    }
    let value = (traced as f64 * 1000.0 / datasets as f64).floor() / 10.0;
    write(state, probe, Some(value), probe.comparison.holds(value, probe.bound), (None, None)).await
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
