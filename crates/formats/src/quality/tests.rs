use super::*;
use domain::quality::{Layer, Outcome, Passed, Tool};
use proptest::prelude::*;
use serde_json::json;

fn example(name: &str) -> Value {
    let text = match name {
        "0.18" => include_str!("../../examples/great_expectations_0_18.json"),
        "1" => include_str!("../../examples/great_expectations_1.json"),
        "dbt" => include_str!("../../examples/dbt_run_results.json"),
        _ => include_str!("../../examples/openlineage_assertions.json"),
    };
    serde_json::from_str(text).unwrap()
}

fn one(document: &Value) -> CheckRun {
    let [run] = <[CheckRun; 1]>::try_from(read(document).unwrap()).unwrap();
    run
}

fn said(run: &CheckRun) -> Vec<(&str, Layer, Outcome, Option<i64>)> {
    run.results.iter().map(|one| (one.title.as_str(), one.layer, one.outcome, one.unexpected)).collect()
}

#[test]
fn great_expectations_of_both_kinds_are_read() {
    let run = one(&example("0.18"));
    assert_eq!((run.tool, run.tool_version.as_deref(), run.suite.as_deref()), (Tool::GreatExpectations, Some("0.18.22"), Some("routes.nightly")));
    assert_eq!(run.run.as_deref(), Some("nightly 2026-11-22T18:00:00.000000+00:00 / routes.nightly / routes"));
    assert_eq!(run.at, Some("2026-11-22T18:00:01.500Z".parse().unwrap()));
    assert_eq!(
        said(&run),
        [
            ("table row count to be between", Layer::Structural, Outcome::Passed, None),
            ("driver: column values to not be null", Layer::Schema, Outcome::Failed, Some(3)),
            ("hours: column values to be between", Layer::Business, Outcome::Error, None),
        ]
    );
    assert_eq!(
        (run.results[1].dataset.as_deref(), run.results[1].column.as_deref(), run.results[1].looked),
        (Some("routes"), Some("driver"), Some(40))
    );
    let run = one(&example("1"));
    assert_eq!((run.suite.as_deref(), run.at), (Some("routes_nightly"), Some("2026-11-22T18:00:01.500Z".parse().unwrap())));
    let outcomes: Vec<Outcome> = run.results.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Passed, Outcome::Warned, Outcome::Error]);
    assert_eq!(Passed::of(outcomes), Passed { passed: 2, counted: 3 });
}

/// What the tools wrote themselves: Great Expectations 1.24.1 and 0.18.22 over forty rows, and dbt 1.9.11 on a Postgres, with tracebacks and queries cut.
#[test]
fn runs_of_the_tools_themselves_are_read() {
    let outcomes = |document: &str| {
        let run = one(&serde_json::from_str(document).unwrap());
        assert!(run.run.is_some() && run.at.is_some() && run.tool_version.is_some());
        let told = format!("{run:?}");
        assert!(!told.contains("Rahimah") && !told.contains("T99"), "{told}");
        run.results.into_iter().map(|one| (one.title, one.outcome, one.unexpected)).collect::<Vec<_>>()
    };
    let said = |title: &str, outcome, unexpected| (title.to_owned(), outcome, unexpected);
    assert_eq!(
        outcomes(include_str!("../../examples/great_expectations_1_run.json")),
        [
            said("gone: column values to be in set", Outcome::Error, None),
            said("table row count to be between", Outcome::Passed, None),
            said("driver: column values to not be null", Outcome::Failed, Some(3)),
            said("hours: column values to be between", Outcome::Warned, Some(2)),
            said("route: column values to be unique", Outcome::Passed, Some(0)),
        ]
    );
    assert_eq!(
        outcomes(include_str!("../../examples/great_expectations_0_18_run.json")),
        [
            said("table row count to be between", Outcome::Passed, None),
            said("driver: column values to not be null", Outcome::Failed, Some(3)),
            said("hours: column values to be between", Outcome::Failed, Some(2)),
        ]
    );
    assert_eq!(
        outcomes(include_str!("../../examples/dbt_run.json")),
        [
            said("kind: accepted values", Outcome::Warned, Some(1)),
            said("hours add up", Outcome::Failed, Some(1)),
            said("driver: not null", Outcome::Failed, Some(3)),
            said("route: not null", Outcome::Passed, Some(0)),
            said("route: unique", Outcome::Passed, Some(0)),
        ]
    );
}

/// As Great Expectations 1.24.1 and dbt's OpenLineage integration 1.54 wrote them, from what is in `end2end/tools`.
#[test]
fn a_check_is_of_its_table_and_is_told_once() {
    let run = one(&serde_json::from_str(include_str!("../../examples/great_expectations_1_table_run.json")).unwrap());
    let place = (Some("ssot_a.depots_dp_chargers"), Some("charging points"));
    assert!(run.results.iter().all(|one| (one.table.as_deref(), one.dataset.as_deref()) == place), "{run:?}");
    let outcomes: Vec<Outcome> = run.results.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Error, Outcome::Passed, Outcome::Passed, Outcome::Failed, Outcome::Warned]);
    let event = include_str!("../open_lineage/dbt_1_54.jsonl").lines().last().unwrap();
    let run = one(&serde_json::from_str(event).unwrap());
    assert_eq!(
        said(&run),
        [("trips: accepted values", Layer::Schema, Outcome::Failed, None), ("planning_area: not null", Layer::Schema, Outcome::Passed, None),]
    );
}

#[test]
fn a_checkpoint_holds_several_runs() {
    let (first, second) = (example("1"), example("0.18"));
    let checkpoint = json!({ "success": false, "run_id": { "run_name": "night", "run_time": "2026-11-22T18:00:00Z" },
        "run_results": { "a": first, "b": { "validation_result": second, "actions_results": {} } } });
    let runs = read(&checkpoint).unwrap();
    assert_eq!(runs.len(), 2);
    assert!(runs.iter().all(|run| run.run.as_deref().unwrap().starts_with("night 2026-11-22T18:00:00Z / routes")));
    assert_ne!(runs[0].run, runs[1].run);
}

#[test]
fn a_check_is_the_same_in_the_next_run_and_names_no_value() {
    let keys = |document: &Value| one(document).results.into_iter().map(|one| one.key).collect::<Vec<_>>();
    let mut other = example("1");
    other["results"][0]["expectation_config"]["kwargs"]["batch_id"] = "another".into();
    assert_eq!(keys(&example("1")), keys(&other), "whichever batch it looks at");
    other["results"][1]["expectation_config"]["kwargs"]["max_value"] = 24.into();
    assert_ne!(keys(&example("1"))[1], keys(&other)[1], "another bound is another check");
    for name in ["0.18", "1", "dbt", "openlineage"] {
        let told = format!("{:?}", read(&example(name)).unwrap());
        assert!(["T9900001X", "Rahimah", "Traceback", "Got 3"].iter().all(|value| !told.contains(value)), "{told}");
    }
    let mut twice = example("0.18");
    let again = twice["results"][0].clone();
    twice["results"].as_array_mut().unwrap().push(again);
    let keys = keys(&twice);
    assert!(keys[3].ends_with(" #2") && keys[3].starts_with(&keys[0]), "{keys:?}");
}

#[test]
fn dbt_is_read_with_and_without_its_manifest() {
    let run = one(&example("dbt"));
    assert_eq!((run.tool, run.run.as_deref(), run.suite.as_deref()), (Tool::Dbt, Some("8a7cb0a3-8e0a-43a6-8ac9-f7d1b5c37a26"), Some("buses")));
    assert_eq!(
        said(&run),
        [
            ("route: not null", Layer::Schema, Outcome::Passed, Some(0)),
            ("kind: accepted values", Layer::Schema, Outcome::Failed, Some(3)),
            ("hours add up", Layer::Business, Outcome::Warned, Some(1)),
            ("route: unique", Layer::Schema, Outcome::Skipped, None),
        ]
    );
    assert!(run.results.iter().all(|one| one.dataset.as_deref() == Some("routes")));
    let bare = one(&example("dbt")["run_results"]);
    assert_eq!(said(&bare)[0], ("not null routes route", Layer::Schema, Outcome::Passed, Some(0)));
    assert_eq!(bare.results[1].key, run.results[1].key);
}

#[test]
fn assertions_of_lineage_events_are_read() {
    let run = one(&example("openlineage"));
    assert_eq!((run.tool, run.suite.as_deref()), (Tool::OpenLineage, Some("check_routes")));
    assert_eq!(said(&run), [("route: not null", Layer::Schema, Outcome::Passed, None), ("hours add up", Layer::Business, Outcome::Failed, None)]);
    let mut moved = example("openlineage");
    let facets = moved["inputs"][0]["inputFacets"].take();
    moved["inputs"][0]["facets"] = facets;
    assert_eq!(one(&moved).results, run.results);
}

#[test]
fn what_does_not_fit_is_said_where_it_is() {
    let fault = |document: Value| {
        let fault = read(&document).unwrap_err();
        (fault.path, fault.code)
    };
    let with = |name: &str, path: &str, value: Value| {
        let mut document = example(name);
        *document.pointer_mut(path).unwrap() = value;
        fault(document)
    };
    assert_eq!(fault(json!([])), ("$".into(), "not_object"));
    assert_eq!(fault(json!({ "hello": 1 })), ("$".into(), "tool_unknown"));
    assert_eq!(with("1", "/results/1/success", json!("yes")), ("$.results[1].success".into(), "not_boolean"));
    assert_eq!(with("0.18", "/results/0/expectation_config", json!({})), ("$.results[0].expectation_config".into(), "field_missing"));
    assert_eq!(with("dbt", "/run_results/results/2/status", json!("green")), ("$.run_results.results[2].status".into(), "status_unknown"));
    assert_eq!(with("dbt", "/run_results/metadata/dbt_schema_version", json!("https://schemas.getdbt.com/dbt/sources/v3.json")).1, "not_run_results");
    assert_eq!(with("openlineage", "/eventTime", json!("soon")), ("$.eventTime".into(), "not_a_moment"));
    assert_eq!(with("openlineage", "/inputs/0/inputFacets", json!({})).1, "no_assertions");
    let many: Vec<Value> = vec![json!({}); MOST + 1];
    assert_eq!(with("1", "/results", many.into()).1, "too_many");
}

/// Any JSON, with words that the tools use among its names.
fn document() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from), ".{0,8}".prop_map(Value::from)];
    let names = prop::sample::select(vec![
        "success",
        "results",
        "expectation_config",
        "type",
        "kwargs",
        "meta",
        "run_results",
        "metadata",
        "dbt_schema_version",
        "unique_id",
        "status",
        "manifest",
        "nodes",
        "eventTime",
        "run",
        "runId",
        "inputs",
        "facets",
        "dataQualityAssertions",
        "assertions",
        "assertion",
        "column",
        "exception_info",
        "result",
        "name",
    ]);
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(names.clone().prop_map(str::to_owned), inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(document in document()) {
        let _ = read(&document);
    }

    /// A known document with one place replaced by anything.
    #[test]
    fn nor_does_a_document_that_is_partly_wrong(name in prop::sample::select(vec!["0.18", "1", "dbt", "openlineage"]), at in any::<prop::sample::Index>(), value in document()) {
        let mut wrong = example(name);
        let mut paths = vec![];
        walk(&wrong, String::new(), &mut paths);
        let path = &paths[at.index(paths.len())];
        *wrong.pointer_mut(path).unwrap() = value;
        let _ = read(&wrong);
    }
}

fn walk(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                walk(inner, format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), paths);
            }
        }
        Value::Array(items) => {
            for (n, inner) in items.iter().enumerate() {
                walk(inner, format!("{path}/{n}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}
