use super::*;
use domain::lineage::{Assertions, ColumnSource, Name, RunState};
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

/// As the Python client writes one.
fn event() -> Value {
    json!({
        "eventTime": "2026-11-23T09:30:00.123456+08:00", "eventType": "COMPLETE",
        "producer": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/client/python",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0193560e-0000-7000-8000-000000000001", "facets": {"parent": {"_producer": "https://a", "_schemaURL": "https://b",
            "run": {"runId": "0193560e-0000-7000-8000-000000000002"}, "job": {"namespace": "airflow", "name": "nightly"}}}},
        "job": {"namespace": "airflow", "name": "nightly.waiting", "facets": {"sql": {"query": "select 1"}, "ours": {"anything": [1, null]}}},
        "inputs": [{"namespace": "postgres://db:5432", "name": "housing.public.applications", "facets": {
            "symlinks": {"identifiers": [{"namespace": "hive://m", "name": "applications", "type": "TABLE"}]},
            "version": {"datasetVersion": "7"}},
            "inputFacets": {"dataQualityAssertions": {"assertions": [{"assertion": "not_null", "success": true, "column": "town"},
                {"assertion": "unique", "success": false}]}}}],
        "outputs": [{"namespace": "pasar", "name": "housing.waiting-dp.waiting", "facets": {
            "schema": {"fields": [{"name": "town", "type": "text", "description": "Where"}, {"name": "who", "type": "struct", "fields": [{"name": "age"}]}]},
            "columnLineage": {"fields": {
                "town": {"inputFields": [{"namespace": "postgres://db:5432", "name": "housing.public.applications", "field": "town_wanted"}],
                    "transformationType": "IDENTITY"},
                "who.age": {"inputFields": [{"namespace": "postgres://db:5432", "name": "housing.public.applications", "field": "born",
                    "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": true}]}]},
                "who": {"inputFields": [{"namespace": "postgres://db:5432", "name": "housing.public.applications", "field": "nric"}],
                    "transformationType": "MASKED"}},
                "dataset": [{"namespace": "postgres://db:5432", "name": "housing.public.applications", "field": "open",
                    "transformations": [{"type": "INDIRECT", "subtype": "FILTER"}]}]}}}],
    })
}

fn reading(value: &Value) -> Result<Statement, Refused> {
    read(value.to_string().as_bytes(), now())
}

fn refusal(value: &Value) -> (String, &'static str) {
    let refused = reading(value).unwrap_err();
    (refused.path, refused.code)
}

#[test]
fn an_event_of_a_run_is_read_with_its_facets() {
    let read = reading(&event()).unwrap();
    assert_eq!((read.job, read.state), (Name::new("airflow", "nightly.waiting"), RunState::Complete));
    assert_eq!(read.at, "2026-11-23T01:30:00.123456Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(read.parent.unwrap().1, Name::new("airflow", "nightly"));
    let input = &read.inputs[0];
    assert_eq!((&input.also, input.version.as_deref()), (&vec![Name::new("hive://m", "applications")], Some("7")));
    assert_eq!(input.assertions, Some(Assertions { met: 1, missed: 1 }));
    let output = &read.outputs[0];
    let fields: Vec<_> = output.fields.as_ref().unwrap().iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["town", "who", "who.age"]);
    let source = |to: &str, from: &str, direct, masked| ColumnSource {
        to: to.into(),
        dataset: Name::new("postgres://db:5432", "housing.public.applications"),
        from: from.into(),
        direct,
        masked,
    };
    let expected = [
        source("*", "open", false, false),
        source("town", "town_wanted", true, false),
        source("who", "nric", true, true),
        source("who.age", "born", true, true),
    ];
    assert_eq!(output.columns, expected);
}

#[test]
fn what_the_python_client_sends_is_read() {
    // Sent by end2end/clients/open_lineage.py with release 1.54 of the client.
    let sent: Vec<Statement> = include_str!("client_1_54.jsonl").lines().map(|line| read(line.as_bytes(), now()).unwrap()).collect();
    assert_eq!((sent[0].state, sent[1].state, sent[0].run), (RunState::Start, RunState::Complete, sent[1].run));
    let output = &sent[1].outputs[0];
    assert_eq!((output.columns.len(), output.columns[0].direct, output.fields.as_ref().unwrap().len()), (1, true, 1));
    assert_eq!(sent[1].inputs[0].assertions, Some(Assertions { met: 1, missed: 0 }));
}

#[test]
fn what_dbt_sends_is_read() {
    // Sent by release 1.54 of dbt's integration for the project in end2end/tools/dbt.
    let sent: Vec<Statement> = include_str!("dbt_1_54.jsonl").lines().map(|line| read(line.as_bytes(), now()).unwrap()).collect();
    assert_eq!((sent[0].state, sent[1].state, sent.len()), (RunState::Complete, RunState::Fail, 2));
    assert_eq!(sent[0].parent.as_ref().unwrap().1, Name::new("dbt", "dbt-run-depot_reports"));
    // A source that is called otherwise than its table is an input by its own name, and gives columns by the table's.
    let inputs: Vec<_> = sent[0].inputs.iter().map(|one| one.name.name.as_str()).collect();
    assert_eq!(inputs, ["pasar_data.depot_reports.bays_by_area", "pasar_data.ssot_a.flows"]);
    let columns: Vec<_> = sent[0].outputs[0].columns.iter().map(|one| (one.to.as_str(), one.dataset.name.as_str(), one.from.as_str())).collect();
    let expected = [
        ("bays", "pasar_data.depot_reports.bays_by_area", "bays"),
        ("planning_area", "pasar_data.depot_reports.bays_by_area", "planning_area"),
        ("trips", "pasar_data.ssot_a.ridership_dp_flows_by_area", "trips"),
    ];
    assert_eq!(columns, expected);
    assert_eq!(sent[1].inputs[0].assertions, Some(Assertions { met: 1, missed: 1 }));
}

#[test]
fn events_of_jobs_and_datasets_are_runs_of_their_own() {
    let mut of_job = event();
    let object = of_job.as_object_mut().unwrap();
    object.remove("run");
    object.remove("eventType");
    let (first, second) = (reading(&of_job).unwrap(), reading(&of_job).unwrap());
    assert_eq!(first, second, "the same event is the same run");
    of_job["eventTime"] = json!("2026-11-23T01:31:00Z");
    assert_ne!(reading(&of_job).unwrap().run, first.run);
    let of_dataset =
        reading(&json!({"eventTime": "2026-11-23T01:30:00Z", "producer": "a", "schemaURL": "b", "dataset": event()["outputs"][0]})).unwrap();
    assert_eq!((of_dataset.inputs.len(), of_dataset.outputs[0].columns.len()), (0, 4));
}

#[test]
fn a_bad_event_is_refused_with_its_place() {
    let changed = |pointer: &str, value: Value| {
        let mut event = event();
        *event.pointer_mut(pointer).unwrap() = value;
        refusal(&event)
    };
    assert_eq!(changed("/eventTime", json!("2026-11-23T09:30:00")), ("$.eventTime".into(), "moment_unreadable"));
    assert_eq!(changed("/eventTime", json!("2026-11-24T09:30:00Z")), ("$.eventTime".into(), "moment_ahead"));
    assert_eq!(changed("/eventType", json!("DONE")), ("$.eventType".into(), "state_unknown"));
    assert_eq!(changed("/run/runId", json!("7")), ("$.run.runId".into(), "run_id_unreadable"));
    assert_eq!(changed("/run", json!(null)), ("$.run".into(), "missing"));
    assert_eq!(changed("/job/name", json!("")), ("$.job.name".into(), "name_unusable"));
    assert_eq!(changed("/inputs/0/name", json!(7)), ("$.inputs[0].name".into(), "not_text"));
    assert_eq!(changed("/inputs", json!({})), ("$.inputs".into(), "not_a_list"));
    assert_eq!(changed("/outputs/0/namespace", json!("a\u{0}")), ("$.outputs[0].namespace".into(), "name_unusable"));
    let path = "/outputs/0/facets/columnLineage/fields/who.age/inputFields/0/field";
    assert_eq!(changed(path, json!(null)), ("$.outputs[0].facets.columnLineage.fields['who.age'].inputFields[0].field".into(), "missing"));
    assert_eq!(changed("/inputs/0/inputFacets/dataQualityAssertions/assertions/1/success", json!("no")).1, "not_a_flag");
    assert_eq!(read(b"{", now()).unwrap_err().code, "not_json");
    assert_eq!(refusal(&json!([])), ("$".into(), "not_an_object"));
    let many = read_many(json!([event(), {"eventTime": "x"}]).to_string().as_bytes(), now()).unwrap_err();
    assert_eq!((many.path.as_str(), many.code), ("$[1].eventTime", "moment_unreadable"));
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2026-11-23T01:30:00Z")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map("namespace|name|fields|inputFields|facets|.{0,4}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// Every place of a document, as pointers.
fn places(value: &Value, before: &str, all: &mut Vec<String>) {
    all.push(before.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                places(value, &format!("{before}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{before}/{index}"), all);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_event_makes_it_stumble(at in any::<usize>(), by in anything()) {
        let mut event = event();
        let mut all = vec![];
        places(&event, "", &mut all);
        *event.pointer_mut(&all[at % all.len()]).unwrap() = by;
        if let Err(refused) = reading(&event) {
            prop_assert!(refused.path.starts_with('$') && !refused.code.is_empty() && !refused.message.is_empty());
        }
    }

    #[test]
    fn no_text_makes_it_stumble(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(text.as_bytes(), now()).is_err() && read(&bytes, now()).is_err());
    }
}
