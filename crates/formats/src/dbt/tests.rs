use super::*;
use domain::lineage::Name;
use proptest::prelude::*;
use serde_json::{Value, json};

const HERE: &str = "postgres://db:5432";

fn now() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

fn manifest() -> Value {
    json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "generated_at": "2026-11-22T18:00:00.5Z", "project_name": "waiting"},
        "nodes": {
            "model.waiting.by_town": {"resource_type": "model", "database": "housing", "schema": "marts", "name": "by_town", "alias": "waiting_by_town",
                "depends_on": {"macros": [], "nodes": ["model.waiting.cleaned", "seed.waiting.towns"]},
                "columns": {"town": {"name": "town", "description": "Where", "data_type": "text"}}},
            "model.waiting.cleaned": {"resource_type": "model", "database": "housing", "schema": "marts", "name": "cleaned",
                "config": {"materialized": "ephemeral"}, "depends_on": {"nodes": ["source.waiting.office.applications"]}, "columns": {}},
            "seed.waiting.towns": {"resource_type": "seed", "database": "housing", "schema": "marts", "name": "towns", "alias": "towns",
                "columns": [{"name": "town"}]},
            "test.waiting.not_null": {"resource_type": "test", "depends_on": {"nodes": ["model.waiting.by_town"]}},
        },
        "sources": {"source.waiting.office.applications": {"resource_type": "source", "database": "housing", "schema": "office", "name": "applications",
            "identifier": "applications_2026", "columns": {}}},
    })
}

fn reading(value: &Value) -> Result<Vec<Statement>, Refused> {
    read(value.to_string().as_bytes(), HERE, now())
}

#[test]
fn models_depend_on_what_their_ephemeral_parents_read() {
    let found = reading(&manifest()).unwrap();
    let outputs: Vec<_> = found.iter().map(|one| (one.job.name.as_str(), one.outputs[0].name.name.as_str())).collect();
    let expected = [
        ("model.waiting.by_town", "housing.marts.waiting_by_town"),
        ("seed.waiting.towns", "housing.marts.towns"),
        ("source.waiting.office.applications", "housing.office.applications_2026"),
    ];
    assert_eq!(outputs, expected);
    let inputs: Vec<_> = found[0].inputs.iter().map(|one| one.name.clone()).collect();
    assert_eq!(inputs, [Name::new(HERE, "housing.marts.towns"), Name::new(HERE, "housing.office.applications_2026")]);
    assert_eq!(found[0].outputs[0].fields.as_ref().unwrap()[0].description.as_deref(), Some("Where"));
    assert_eq!(found[1].outputs[0].fields.as_ref().unwrap()[0].name, "town", "columns may be a list");
    assert_eq!(found, reading(&manifest()).unwrap(), "the same manifest says the same");
}

#[test]
fn what_is_no_manifest_is_refused() {
    let changed = |pointer: &str, value: Value| {
        let mut manifest = manifest();
        *manifest.pointer_mut(pointer).unwrap() = value;
        reading(&manifest).map(|_| ()).map_err(|refused| (refused.path, refused.code))
    };
    for schema in 9..=12 {
        changed("/metadata/dbt_schema_version", json!(format!("https://schemas.getdbt.com/dbt/manifest/v{schema}.json"))).unwrap();
    }
    let schema = changed("/metadata/dbt_schema_version", json!("https://schemas.getdbt.com/dbt/manifest/v8.json"));
    assert_eq!(schema, Err(("$.metadata.dbt_schema_version".into(), "schema_unknown")));
    assert_eq!(changed("/metadata/generated_at", json!("yesterday")), Err(("$.metadata.generated_at".into(), "moment_unreadable")));
    assert_eq!(changed("/nodes/seed.waiting.towns/schema", json!(1)), Err(("$.nodes['seed.waiting.towns'].schema".into(), "not_text")));
    assert_eq!(changed("/sources", json!(null)), Err(("$.sources".into(), "missing")));
}

proptest! {
    #[test]
    fn no_manifest_makes_it_stumble(part in "/nodes|/sources|/metadata|/nodes/model.waiting.by_town(/columns|/depends_on|/alias|/config)?", by in "[\\[\\]{}\":a-z0-9,]{0,30}") {
        let mut manifest = manifest();
        if let Some(place) = manifest.pointer_mut(&part) {
            *place = serde_json::from_str(&by).unwrap_or(Value::from(by));
        }
        if let Err(refused) = reading(&manifest) {
            prop_assert!(refused.path.starts_with('$'));
        }
    }

    #[test]
    fn circles_of_ephemeral_models_end(edges in proptest::collection::vec((0u8..6, 0u8..6), 0..20)) {
        let nodes = (0..6).map(|n| {
            let on: Vec<_> = edges.iter().filter(|(from, _)| *from == n).map(|(_, to)| format!("model.p.m{to}")).collect();
            let kind = if n < 4 { "ephemeral" } else { "table" };
            (format!("model.p.m{n}"), json!({"resource_type": "model", "name": format!("m{n}"), "config": {"materialized": kind}, "depends_on": {"nodes": on}}))
        });
        let mut manifest = manifest();
        manifest["nodes"] = nodes.collect();
        prop_assert_eq!(reading(&manifest).unwrap().len(), 3);
    }
}
