//! Results of quality checks, whichever of the tools wrote them: told apart by what only one of them has.

use crate::place::Refused;
use crate::pointed::Pointed;
use crate::{dbt_results, great_expectations, openlineage_assertions};
use domain::quality::{CheckResult, CheckRun};
use serde_json::Value;
use std::collections::HashMap;

/// Checks of one run that are taken.
pub(crate) const MOST: usize = 5000;

/// Reads a document of any of the tools; more than one run where it holds more.
pub fn read(document: &Value) -> Result<Vec<CheckRun>, Refused> {
    let root = Pointed::root(document);
    if !document.is_object() {
        return Err(root.fault("not_object", "Send one JSON object: what Great Expectations, dbt or OpenLineage wrote."));
    }
    if root.get("run_results").is_some_and(|inner| inner.get("metadata").is_some()) || root.text_at(&["metadata", "dbt_schema_version"]).is_some() {
        return dbt_results::read(&root).map(|run| vec![run]);
    }
    if root.get("eventTime").is_some() && root.get("run").is_some() {
        return openlineage_assertions::read(&root).map(|run| vec![run]);
    }
    if root.get("results").is_some() || root.get("run_results").is_some() {
        return great_expectations::read(&root);
    }
    Err(root
        .fault("tool_unknown", "This is neither a validation result of Great Expectations, nor dbt’s run_results.json, nor an OpenLineage event."))
}

/// No key twice: a check that is written down twice is two.
pub(crate) fn numbered(mut results: Vec<CheckResult>) -> Vec<CheckResult> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for result in &mut results {
        let times = seen.entry(result.key.clone()).and_modify(|times| *times += 1).or_insert(1);
        if *times > 1 {
            result.key = format!("{} #{times}", result.key);
        }
    }
    results
}

#[cfg(test)]
mod tests;
