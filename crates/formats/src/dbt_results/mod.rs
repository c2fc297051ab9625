//! dbt's `run_results.json` (v4 to v6): its tests. Sent alone, or as `{"run_results": …, "manifest": …}`, then with the names of models and
//! columns; the manifest says which test is of which column.

use crate::place::Refused;
use crate::pointed::{Pointed, moment, plain};
use crate::quality::{MOST, numbered};
use domain::quality::{CheckResult, CheckRun, Outcome, Tool, layer_of};
use serde_json::Value;

pub(crate) fn read(root: &Pointed<'_>) -> Result<CheckRun, Refused> {
    let run = root.get("run_results").unwrap_or_else(|| root.clone());
    let manifest = root.get("manifest");
    let metadata = run.need("metadata")?;
    let schema = metadata.need("dbt_schema_version")?;
    if !schema.text()?.contains("/run-results/") {
        return Err(schema.fault("not_run_results", "This is another of dbt’s documents; send run_results.json."));
    }
    let mut results = vec![];
    for one in run.need("results")?.items(MOST)? {
        let id = one.need("unique_id")?;
        let id = id.text()?;
        let status = one.need("status")?;
        // Models, seeds and snapshots are built, not checked.
        if id.starts_with("test.") || id.starts_with("unit_test.") {
            results.push(check(&one, id, &status, manifest.as_ref())?);
        }
    }
    Ok(CheckRun {
        tool: Tool::Dbt,
        tool_version: metadata.text_at(&["dbt_version"]).map(plain),
        run: metadata.text_at(&["invocation_id"]).map(plain),
        suite: manifest.as_ref().and_then(|manifest| manifest.text_at(&["metadata", "project_name"])).map(plain),
        at: metadata.text_at(&["generated_at"]).and_then(moment),
        results: numbered(results),
    })
}

fn check(one: &Pointed<'_>, id: &str, status: &Pointed<'_>, manifest: Option<&Pointed<'_>>) -> Result<CheckResult, Refused> {
    let outcome = match status.text()? {
        "pass" | "success" => Outcome::Passed,
        "warn" => Outcome::Warned,
        "fail" => Outcome::Failed,
        "error" | "runtime error" | "partial success" => Outcome::Error,
        "skipped" | "no-op" => Outcome::Skipped,
        _ => return Err(status.fault("status_unknown", "dbt knows pass, success, warn, fail, error and skipped.")),
    };
    let node = manifest.and_then(|manifest| manifest.value.get("nodes")).and_then(|nodes| nodes.get(id));
    let text = |path: &[&str]| {
        let found = path.iter().try_fold(node?, |value, name| value.get(name));
        found.and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(plain)
    };
    // `test.project.name.hash`; a test that was written as a query has no hash.
    let name = text(&["name"]).unwrap_or_else(|| plain(id.split('.').nth(2).unwrap_or(id)));
    let kind = text(&["test_metadata", "name"]).unwrap_or_else(|| name.clone());
    let column = text(&["column_name"]).or_else(|| text(&["test_metadata", "kwargs", "column_name"]));
    let dataset = model(node, manifest).map(plain);
    let title = match (&column, node) {
        (Some(column), Some(_)) => format!("{column}: {}", kind.replace('_', " ")),
        _ => name.replace('_', " "),
    };
    let failures = one.get("failures").and_then(|failures| failures.value.as_i64()).filter(|n| *n >= 0);
    Ok(CheckResult { key: plain(id), layer: layer_of(&kind), title, dataset, table: None, column, outcome, unexpected: failures, looked: None })
}

/// The model that a test is of: the one that it hangs on, or the one that it depends on, where that is one.
fn model<'a>(node: Option<&'a Value>, manifest: Option<&Pointed<'a>>) -> Option<&'a str> {
    let (node, manifest) = (node?, manifest?);
    let attached = node.get("attached_node").and_then(Value::as_str);
    let depends = || node.get("depends_on")?.get("nodes")?.as_array().filter(|nodes| nodes.len() == 1)?.first()?.as_str();
    let id = attached.or_else(depends)?;
    let of = ["nodes", "sources"].into_iter().find_map(|kind| manifest.value.get(kind)?.get(id))?;
    ["alias", "identifier", "name"].into_iter().find_map(|name| of.get(name)?.as_str())
}
