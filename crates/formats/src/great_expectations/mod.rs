//! Validation results of Great Expectations, as 0.18 and 1.x write them: one, or those of a checkpoint. What they show of rows that were not
//! expected (`partial_unexpected_list` and its like) is never read.

use crate::place::Refused;
use crate::pointed::{Pointed, moment, plain};
use crate::quality::{MOST, numbered};
use domain::quality::{CheckResult, CheckRun, Outcome, Tool, layer_of};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Validations of one checkpoint that are taken.
const MOST_RUNS: usize = 50;

pub(crate) fn read(root: &Pointed<'_>) -> Result<Vec<CheckRun>, Refused> {
    let Some(runs) = root.get("run_results") else { return validation(root, None).map(|run| vec![run]) };
    let fields = runs.value.as_object().ok_or_else(|| runs.fault("not_object", "This must name each validation with its result."))?;
    if fields.len() > MOST_RUNS {
        return Err(runs.fault("too_many", format!("At most {MOST_RUNS} validations are taken at once.")));
    }
    let named = run_name(root.get("run_id"));
    fields
        .iter()
        .map(|(name, value)| {
            let one = Pointed { value, path: format!("{}[\"{}\"]", runs.path, plain(name)) };
            // 0.18 wraps each in an object of its own.
            let inner = one.get("validation_result").unwrap_or(one);
            validation(&inner, named.clone())
        })
        .collect()
}

/// `{"run_name": …, "run_time": …}`, or text.
fn run_name(run: Option<Pointed<'_>>) -> Option<String> {
    let run = run?;
    let name: Vec<&str> = match run.value.as_str() {
        Some(text) => vec![text],
        None => ["run_name", "run_time"].into_iter().filter_map(|field| run.text_at(&[field])).collect(),
    };
    (!name.is_empty()).then(|| plain(&name.join(" ")))
}

fn validation(root: &Pointed<'_>, named: Option<String>) -> Result<CheckRun, Refused> {
    root.need("success")?.flag()?;
    let asset = root
        .text_at(&["meta", "active_batch_definition", "data_asset_name"])
        .or_else(|| root.text_at(&["meta", "batch_kwargs", "data_asset_name"]))
        .map(plain);
    let table = table(root);
    let results =
        root.need("results")?.items(MOST)?.iter().map(|one| check(one, asset.as_deref(), table.as_deref())).collect::<Result<Vec<_>, _>>()?;
    let suite = root.text_at(&["suite_name"]).or_else(|| root.text_at(&["meta", "expectation_suite_name"])).map(plain);
    let said = [&["meta", "validation_time"][..], &["meta", "run_id", "run_time"], &["meta", "batch_markers", "ge_load_time"]];
    let run = named.or_else(|| run_name(root.get("meta").and_then(|meta| meta.get("run_id")))).or_else(|| root.text_at(&["id"]).map(plain));
    Ok(CheckRun {
        tool: Tool::GreatExpectations,
        tool_version: root.text_at(&["meta", "great_expectations_version"]).map(plain),
        // A run has one validation for each suite and asset.
        run: run.map(|run| [Some(run), suite.clone(), asset.clone()].into_iter().flatten().collect::<Vec<_>>().join(" / ")),
        suite,
        at: said.into_iter().find_map(|path| root.text_at(path).and_then(moment)),
        results: numbered(results),
    })
}

/// An asset may be called anything; the table that it stands for is what a product describes.
fn table(root: &Pointed<'_>) -> Option<String> {
    let name = root.text_at(&["meta", "batch_spec", "table_name"])?;
    let schema = root.text_at(&["meta", "batch_spec", "schema_name"]);
    Some(plain(&schema.map_or_else(|| name.to_owned(), |schema| format!("{schema}.{name}"))))
}

fn check(one: &Pointed<'_>, asset: Option<&str>, table: Option<&str>) -> Result<CheckResult, Refused> {
    let success = one.need("success")?.flag()?;
    let config = one.need("expectation_config")?;
    let kind = match (config.get("type"), config.get("expectation_type")) {
        (Some(kind), _) | (None, Some(kind)) => kind.text()?,
        (None, None) => return Err(config.fault("field_missing", "“type” (1.x) or “expectation_type” (0.18) is missing.")),
    };
    let kind = plain(kind);
    let column = config.text_at(&["kwargs", "column"]).map(plain);
    let result = one.get("result");
    let number = |name: &str| result.as_ref().and_then(|result| result.value.get(name)).and_then(Value::as_i64).filter(|n| *n >= 0);
    let outcome = if raised(one) {
        Outcome::Error
    } else if success {
        Outcome::Passed
    } else if config.text_at(&["severity"]).is_some_and(|severity| matches!(severity, "info" | "warning")) {
        Outcome::Warned
    } else {
        Outcome::Failed
    };
    let words = kind.strip_prefix("expect_").unwrap_or(&kind).replace('_', " ");
    Ok(CheckResult {
        key: format!("{kind} {}", digest(&config)),
        layer: layer_of(&kind),
        title: match &column {
            Some(column) => format!("{column}: {words}"),
            None => words,
        },
        dataset: asset.map(str::to_owned),
        table: table.map(str::to_owned),
        column,
        outcome,
        unexpected: number("unexpected_count"),
        looked: number("element_count"),
    })
}

/// Whether the check itself broke: 0.18 says so in one object, 1.x in one for each number that it computed.
fn raised(one: &Pointed<'_>) -> bool {
    let raised = |value: &Value| value.get("raised_exception").and_then(Value::as_bool) == Some(true);
    one.get("exception_info").is_some_and(|info| raised(info.value) || info.value.as_object().is_some_and(|all| all.values().any(raised)))
}

/// Of what the check is told, save which batch it looks at. Words of it are not kept: a set of values that are right is made of values.
fn digest(config: &Pointed<'_>) -> String {
    let mut hash = Sha256::new();
    if let Some(kwargs) = config.value.get("kwargs").and_then(Value::as_object) {
        let mut told: Vec<(&String, String)> =
            kwargs.iter().filter(|(name, _)| *name != "batch_id").map(|(name, value)| (name, value.to_string())).collect();
        told.sort();
        for (name, value) in told {
            hash.update(format!("{name}={value};"));
        }
    }
    hex::encode(&hash.finalize()[..8])
}
