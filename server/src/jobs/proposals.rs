//! Looks at columns, by their names and by some of their values, and proposes what they are. Values are in memory while a dataset is looked
//! at, and nowhere else: what is kept is counted or masked.

use crate::state::AppState;
use chrono::TimeDelta;
use detect::{Column, Detectors, Kind, Proposal, Rule, masked};
use domain::catalogue::PersonalCategory;
use domain::classification::{ColumnClass, name_pattern};
use domain::id::ProductId;
use ports::Sampled;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use store::PgConnection;
use store::classification::{self, Due, NewProposal};

/// How often a dataset is looked at again: its rows change without anybody saying so.
const AGAIN: TimeDelta = TimeDelta::hours(24);
/// Values of each column.
const VALUES: i32 = 200;
/// Masked values that are kept to be shown.
const EXAMPLES: usize = 3;
/// Datasets of one turn.
const MOST: i64 = 20;
/// Changes when the program's own detectors do, so that everything is looked at again.
const EDITION: &str = "1";

/// Looks at what is due.
pub async fn follow(state: &AppState) -> anyhow::Result<()> {
    let rules = rules(&mut *state.pool.acquire().await?).await?;
    let before = state.now() - AGAIN;
    // Those of before a change of detectors have waited less than a day: the change is theirs to see at once.
    let changed = classification::forget_runs(&mut *state.pool.acquire().await?, &edition(&rules)).await?;
    if changed > 0 {
        tracing::info!(changed, "detectors changed: datasets are looked at again");
    }
    let due = classification::due(&mut *state.pool.acquire().await?, before, MOST, state.now()).await?;
    look(state, &rules, due).await.map(|_| ())
}

/// Looks at one product at once; gives how many proposals are new.
pub async fn look_at(state: &AppState, product: ProductId) -> anyhow::Result<usize> {
    let rules = rules(&mut *state.pool.acquire().await?).await?;
    let due = classification::due_of(&mut *state.pool.acquire().await?, product).await?;
    look(state, &rules, due).await
}

async fn look(state: &AppState, rules: &[Rule], due: Vec<Due>) -> anyhow::Result<usize> {
    if due.is_empty() {
        return Ok(0);
    }
    let detectors = usable(rules);
    let made_from = edition(rules);
    let mut new = 0;
    for one in due {
        let sampled = sampled(state, &one).await;
        let rejected = classification::rejected(&mut *state.pool.acquire().await?, one.domain).await?;
        let found = {
            let (detectors, one) = (detectors.clone(), one.clone());
            tokio::task::spawn_blocking(move || proposals(&detectors, &one, sampled.as_ref(), &rejected)).await?
        };
        let mut tx = state.pool.begin().await?;
        new += classification::keep_proposals(&mut tx, &one, &made_from, &found, &state.ids, state.now()).await?;
        tx.commit().await?;
    }
    Ok(new)
}

/// Values of a dataset; none where the source lets nobody look, or cannot be reached just now.
async fn sampled(state: &AppState, due: &Due) -> Option<Sampled> {
    let (schema, table) = due.table.as_ref()?;
    let names: Vec<String> = due.columns.iter().map(|column| column.name.clone()).collect();
    match state.source.sample_values(schema, table, &names, VALUES).await {
        Ok(sampled) => sampled,
        Err(error) => {
            tracing::warn!(dataset = %due.dataset, %error, "names decide alone: no value was sampled");
            None
        }
    }
}

async fn rules(conn: &mut PgConnection) -> anyhow::Result<Vec<Rule>> {
    let lines = classification::detectors(conn).await?;
    let rule = |line: classification::DetectorLine| Rule {
        name: line.name,
        domain: line.domain.map(|(slug, _)| slug),
        category: line.category,
        name_patterns: line.name_patterns,
        value_pattern: line.value_pattern,
    };
    Ok(lines.into_iter().map(rule).collect())
}

/// One that cannot be read must not silence the others: it was checked when it was added.
fn usable(rules: &[Rule]) -> Detectors {
    let good = rules.iter().filter(|rule| match Detectors::with([(*rule).clone()]) {
        Ok(_) => true,
        Err(fault) => {
            tracing::error!(%fault, "a detector is left out");
            false
        }
    });
    Detectors::with(good.cloned()).unwrap_or_default()
}

/// What proposals of now are made from, besides the data.
fn edition(rules: &[Rule]) -> String {
    hex::encode(&Sha256::digest(format!("{EDITION} {rules:?}"))[..8])
}

/// What is proposed for each column. What the domain has rejected is not proposed again, and the proposal says so.
fn proposals(detectors: &Detectors, due: &Due, sampled: Option<&Sampled>, rejected: &BTreeSet<(String, String)>) -> Vec<NewProposal> {
    let values: Vec<Vec<Option<&str>>> = due
        .columns
        .iter()
        .map(|column| sampled.and_then(|all| all.get(&column.name)).map(|all| all.iter().map(Option::as_deref).collect()).unwrap_or_default())
        .collect();
    let columns: Vec<Column<'_>> = due
        .columns
        .iter()
        .zip(&values)
        .map(|(column, values)| Column {
            column_type: Some(column.column_type),
            term: column.term.as_deref(),
            domain: Some(&due.domain_slug),
            ..Column::new(&due.name, &column.name, values)
        })
        .collect();
    let found = detectors.table(&columns);
    due.columns
        .iter()
        .zip(&values)
        .zip(found)
        .map(|((column, values), proposal)| {
            let taught = proposal.kind.is_some_and(|kind| rejected.contains(&(name_pattern(&column.name), kind.to_string())));
            kept(column, values, &proposal, taught)
        })
        .collect()
}

fn kept(column: &classification::DueColumn, values: &[Option<&str>], proposal: &Proposal, taught: bool) -> NewProposal {
    let personal = if taught { PersonalCategory::None } else { proposal.category };
    let identifies = matches!(proposal.kind, Some(Kind::Nric | Kind::NationalId | Kind::Passport | Kind::Card | Kind::BankAccount));
    let class = match (personal, column.now) {
        // Whoever classified it as something personal knows more than a detector that finds nothing: only the category is asked about.
        (PersonalCategory::None, Some(now)) => ColumnClass { personal, ..now },
        (personal, now) => ColumnClass::proposed(now, personal, identifies),
    };
    let mut evidence = proposal.evidence.clone();
    if taught {
        let note = "The domain rejected this kind for columns that are called so; what was found is below.".to_owned();
        let said =
            detect::Evidence { detector: "domain".into(), basis: detect::Basis::Name, speaks_for: false, matched: 0, of: 0, examples: vec![], note };
        evidence.insert(0, said);
    }
    let mut examples: Vec<String> = vec![];
    for value in values.iter().flatten().filter(|value| !value.trim().is_empty()) {
        let hidden = masked(value);
        if examples.len() < EXAMPLES && !examples.contains(&hidden) {
            examples.push(hidden);
        }
    }
    NewProposal {
        column: column.name.clone(),
        class,
        kind: (!taught).then_some(proposal.kind).flatten().map(|kind| kind.to_string()),
        confidence: proposal.confidence,
        evidence: serde_json::to_value(&evidence).unwrap_or_default(),
        examples,
        sampled: i32::try_from(values.iter().flatten().count()).unwrap_or(i32::MAX),
    }
}
