//! Rules of quality that teams declare and Pasar can measure: a product's are asked of the source one after another, and written down as one run, as
//! tools send theirs. Nothing is locked while the source answers; a run that died is made at its next time.

use crate::measuring::{Asked, What, ask};
use crate::state::AppState;
use anyhow::Context;
use domain::id::ProductId;
use domain::quality::{CheckResult, CheckRun, Outcome, Tool};
use store::quality::{self, Measured, ProbedRule};

/// Products of one turn: a source is never asked more than one question at once.
const MOST: i64 = 5;

/// One turn.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let mut tx = state.pool.begin().await?;
    let due = quality::rules_due(&mut tx, MOST, state.now()).await?;
    tx.commit().await?;
    for (product, address) in &due {
        run(state, *product, address).await.with_context(|| format!("running the rules of {address}"))?;
    }
    Ok(())
}

/// All rules of a product, or none: that a source is down says nothing of its data.
async fn run(state: &AppState, product: ProductId, address: &str) -> anyhow::Result<()> {
    let rules = quality::probed_rules(&mut *state.pool.acquire().await?, product).await?;
    let at = state.now();
    let (mut results, mut found) = (vec![], vec![]);
    for rule in &rules {
        let what = What {
            table: rule.table.as_ref(),
            measure: rule.measure,
            column: rule.column.as_deref(),
            range: rule.range,
            format: rule.format.as_ref().map(|format| (format, rule.personal)),
            view: None,
        };
        let (outcome, value, looked, why) = match ask(state, &what).await {
            Asked::Number { value, looked, .. } => {
                (if rule.comparison.holds(value, rule.bound) { Outcome::Passed } else { Outcome::Failed }, Some(value), Some(looked), None)
            }
            Asked::Nothing(why) => (Outcome::Skipped, None, None, Some(why.to_owned())),
            Asked::Unfit(why) => (Outcome::Error, None, None, Some(why.to_owned())),
            Asked::Down(why) => {
                quality::put_off(&mut *state.pool.acquire().await?, product, why, state.now()).await?;
                return Ok(());
            }
        };
        results.push(result(rule, outcome, looked));
        found.push(Measured { value, why });
    }
    let run = CheckRun { tool: Tool::Pasar, tool_version: None, run: None, suite: Some("Declared rules".into()), at: Some(at), results };
    let mut tx = state.pool.begin().await?;
    quality::measured(&mut tx, (product, address), &run, &found, &state.ids, state.now()).await?;
    tx.commit().await?;
    Ok(())
}

fn result(rule: &ProbedRule, outcome: Outcome, looked: Option<i64>) -> CheckResult {
    CheckResult {
        key: rule.name.clone(),
        layer: rule.layer,
        title: rule.title.clone(),
        dataset: Some(rule.dataset.clone()),
        table: None,
        column: rule.column.clone(),
        outcome,
        unexpected: None,
        looked,
    }
}
