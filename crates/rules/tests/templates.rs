//! Each template: what it finds in a product that was changed a little, and what it says when it is set looser.
#![expect(clippy::unwrap_used, reason = "set-up of tests stands outside of test functions")]

use rules::template::{Form, OFFERED};
use rules::{Case, Outcome, Rule, Template};
use serde_json::{Value, json};

/// Parameters, written as a document has them.
fn template(id: &str, parameters: &Value) -> Template {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = |value: &Value| value.as_array().map_or_else(|| vec![text(value)], |many| many.iter().map(text).collect());
    let form: Form = parameters.as_object().unwrap().iter().map(|(name, value)| (name.clone(), values(value))).collect();
    Template::read(id, &form).unwrap_or_else(|| panic!("no template {id}")).unwrap_or_else(|faults| panic!("{id}: {faults:?}"))
}

/// Template, parameters, what is laid over the example, and the codes that come.
fn found() -> Vec<(&'static str, Value, Value, Vec<&'static str>)> {
    let request = |steps: Value| json!({"request": {"id": "r", "agency": "a", "own_agency": false, "purpose": "planning", "days": 30, "classification": "restricted", "classification_rank": 2, "personal": true, "steps": steps}});
    vec![
        (
            "required-fields",
            json!({"fields": ["tags", "retention"]}),
            json!({"product": {"tags": [], "terms": {"retention_days": null}}}),
            vec!["tags_missing", "retention_missing"],
        ),
        (
            "required-fields",
            json!({"fields": ["column-term"]}),
            json!({"datasets": [{"name": "d", "columns": [{"name": "id", "key": true}, {"name": "x"}]}]}),
            vec!["column_term_missing"],
        ),
        ("allowed-values", json!({"field": "frequency", "values": ["daily", "weekly"]}), json!({}), vec![]),
        (
            "allowed-values",
            json!({"field": "frequency", "values": ["daily"]}),
            json!({"product": {"frequency": "now and then"}}),
            vec!["value_not_allowed"],
        ),
        ("allowed-values", json!({"field": "purposes", "values": ["planning", "services"]}), json!({}), vec![]),
        (
            "allowed-values",
            json!({"field": "purposes", "values": ["planning"]}),
            json!({"product": {"terms": {"purposes": []}}}),
            vec!["value_not_allowed"],
        ),
        (
            "allowed-values",
            json!({"field": "port-kind", "values": ["postgres"]}),
            json!({"ports": {"output": [{"name": "bulk", "kind": "s3"}]}}),
            vec!["value_not_allowed"],
        ),
        (
            "classification-floor",
            json!({"indirect": "restricted", "direct": "confidential", "sensitive": "secret"}),
            json!({}),
            vec!["classification_too_low", "classification_too_low"],
        ),
        (
            "classification-needs-technique",
            json!({"personal": ["direct"], "from": "restricted", "techniques": ["suppress"]}),
            json!({}),
            vec!["technique_missing"],
        ),
        ("maximum-duration", json!({"days": 100, "from": "official-open", "personal-only": "yes"}), json!({}), vec!["terms_too_long"]),
        ("maximum-duration", json!({"days": 100, "from": "official-open", "personal-only": "yes"}), json!({"product": {"personal": false}}), vec![]),
        (
            "restricted-personal-data",
            json!({"days": 100, "from": "restricted", "personal": ["direct"], "techniques": ["suppress"]}),
            json!({}),
            vec!["terms_too_long", "technique_missing"],
        ),
        (
            "restricted-personal-data",
            json!({"days": 365, "from": "restricted", "personal": ["direct"], "techniques": ["suppress", "mask", "pseudonym"]}),
            json!({}),
            vec![],
        ),
        ("approval-steps", json!({"from": "restricted", "roles": ["owner"]}), request(json!([{"stage": 1, "roles": ["owner"]}])), vec![]),
        ("approval-steps", json!({"from": "restricted", "roles": ["owner"]}), request(json!([])), vec!["step_missing"]),
        (
            "request-answers",
            json!({"from": "restricted", "answers": ["team", "explanation"]}),
            request(json!([])),
            vec!["explanation_missing", "team_missing"],
        ),
        (
            "request-answers",
            json!({"from": "restricted", "personal-only": "yes", "answers": ["legal-basis", "others"]}),
            request(json!([])),
            vec!["legal_basis_missing", "seen_by_missing"],
        ),
        ("request-answers", json!({"from": "confidential", "answers": ["others"]}), request(json!([])), vec![]),
        ("request-answers", json!({"from": "official-open", "answers": ["others"]}), json!({}), vec![]),
        ("minimum-quality", json!({"dimension": "quality", "at-least": 99}), json!({}), vec!["quality_not_promised"]),
        ("minimum-quality", json!({"dimension": "quality", "at-least": 98, "measured-within": 7}), json!({}), vec![]),
        ("freshness", json!({"days": 7}), json!({}), vec![]),
        (
            "freshness",
            json!({"days": 7, "datasets": "yes"}),
            json!({"product": {"days_since_update": 8}, "datasets": [{"name": "d", "days_since_update": 9}]}),
            vec!["update_late", "dataset_update_late"],
        ),
        ("freshness", json!({"days": 7}), json!({"product": {"days_since_update": null}}), vec!["update_unknown"]),
        (
            "naming",
            json!({"style": "words", "longest": 8, "avoid": ["depot"]}),
            json!({"datasets": [{"name": "d", "columns": [{"name": "depot"}, {"name": "a-b_c"}, {"name": "far_too_long"}]}]}),
            vec!["column_name_avoided", "column_name"],
        ),
        ("lineage-present", json!({"types": ["source-aligned"]}), json!({"lineage": {"known": false}}), vec!["lineage_missing"]),
        ("personal-data-policy", json!({}), json!({"product": {"privacy_policy": false}}), vec!["privacy_policy_missing"]),
        (
            "personal-data-policy",
            json!({"upstream": "yes", "no-public": "yes"}),
            json!({"product": {"privacy_policy": false, "terms": {"onward": "public"}}, "lineage": {"upstream": [{"address": "a.b", "classification": "restricted", "classification_rank": 2, "personal": true}]}}),
            vec!["privacy_policy_missing", "upstream_policy_missing", "personal_data_public"],
        ),
    ]
}

#[test]
fn each_template_finds_what_it_asks_for() {
    let mut seen = std::collections::BTreeSet::new();
    for (id, parameters, given, expect) in found() {
        seen.insert(id);
        let rule = Rule::compile(&template(id, &parameters).to_rego()).unwrap_or_else(|faults| panic!("{id}: {faults:?}"));
        let case = Case { name: id.to_owned(), given, expect: expect.into_iter().map(str::to_owned).collect() };
        assert_eq!(case.run(&rule), Outcome::Passed, "{id} {parameters}");
    }
    assert_eq!(seen.len(), OFFERED.len(), "a template has no test here");
}

#[test]
fn each_template_says_where_it_is_looser() {
    for (id, narrow, wide, fields) in [
        ("required-fields", json!({"fields": ["tags"]}), json!({"fields": ["tags", "owner"]}), vec!["fields"]),
        (
            "allowed-values",
            json!({"field": "sharing", "values": ["open", "approval"]}),
            json!({"field": "sharing", "values": ["approval"]}),
            vec!["values"],
        ),
        (
            "classification-floor",
            json!({"indirect": "official-open", "direct": "secret", "sensitive": "secret"}),
            json!({"indirect": "official-closed", "direct": "restricted", "sensitive": "restricted", "accepted": "yes"}),
            vec!["indirect", "accepted"],
        ),
        (
            "classification-needs-technique",
            json!({"personal": ["direct"], "from": "confidential", "techniques": ["mask"]}),
            json!({"personal": ["direct", "indirect"], "from": "restricted", "techniques": ["suppress"]}),
            vec!["personal", "from", "techniques"],
        ),
        (
            "maximum-duration",
            json!({"days": 400, "from": "restricted", "personal-only": "yes"}),
            json!({"days": 365, "from": "restricted"}),
            vec!["days", "personal-only"],
        ),
        (
            "restricted-personal-data",
            json!({"days": 400, "from": "confidential", "personal": ["direct"], "techniques": ["mask"]}),
            json!({"days": 365, "from": "restricted", "personal": ["direct", "sensitive"], "techniques": ["pseudonym"]}),
            vec!["days", "from", "personal", "techniques"],
        ),
        ("approval-steps", json!({"from": "restricted", "roles": ["steward"]}), json!({"from": "restricted", "roles": ["owner"]}), vec!["roles"]),
        (
            "request-answers",
            json!({"from": "restricted", "personal-only": "yes", "answers": ["team"]}),
            json!({"from": "official-open", "answers": ["team", "others"]}),
            vec!["from", "personal-only", "answers"],
        ),
        (
            "minimum-quality",
            json!({"dimension": "quality", "at-least": 90}),
            json!({"dimension": "quality", "at-least": 95, "measured-within": 31}),
            vec!["at-least", "measured-within"],
        ),
        ("freshness", json!({"days": 31}), json!({"days": 30, "datasets": "yes"}), vec!["days", "datasets"]),
        (
            "naming",
            json!({"style": "words", "longest": 50}),
            json!({"style": "snake", "longest": 40, "avoid": ["blk_no"]}),
            vec!["style", "longest", "avoid"],
        ),
        (
            "lineage-present",
            json!({"types": ["aggregated"]}),
            json!({"types": ["aggregated", "consumer-aligned"], "datasets": "yes"}),
            vec!["types", "datasets"],
        ),
        ("personal-data-policy", json!({}), json!({"upstream": "yes", "no-public": "yes"}), vec!["upstream", "no-public"]),
    ] {
        let (narrow, wide) = (template(id, &narrow), template(id, &wide));
        let looser: Vec<&str> = narrow.looser_than(&wide).unwrap().iter().map(|looser| looser.field).collect();
        assert_eq!(looser, fields, "{id}");
        assert!(!narrow.at_least_as_strict(&wide), "{id}");
        assert_eq!(wide.looser_than(&wide), Some(vec![]), "{id}");
    }
}
