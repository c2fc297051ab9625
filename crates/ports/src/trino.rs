//! The same plan for a fleet's engine: as Trino's SQL, and as the answers that Trino's plugin for the Open Policy Agent asks for.
//!
//! An engine has no keys and makes no groups over rows: pseudonyms and noise become nothing there, and a dataset whose policy is about
//! groups gives no row. A mask keeps the column's own type, so that a number which would become text becomes nothing too.

use crate::source::{ColumnPlan, Plan, ViewPlan};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// What Trino reads instead of a column of this type; none when it is shown as it is.
pub fn column_mask(column: &ColumnPlan, column_type: &str) -> Option<String> {
    let name = quoted(&column.column);
    let nothing = Some(format!("CAST(NULL AS {column_type})"));
    let word = |key: &str| column.technique.get(key).and_then(Value::as_str).unwrap_or_default();
    let number = |key: &str| column.technique.get(key).and_then(Value::as_i64);
    let kind = column_type.to_ascii_lowercase();
    let base = kind.split('(').next().unwrap_or_default().trim();
    let text = matches!(base, "varchar" | "char");
    let whole = matches!(base, "tinyint" | "smallint" | "integer" | "bigint");
    let counted = whole || matches!(base, "decimal" | "double" | "real");
    let expression = match word("technique") {
        "clear" => return None,
        "mask" if text => {
            let (Some(first), Some(last), Some(shortest)) = (number("first"), number("last"), number("shortest")) else { return nothing };
            let begin = if first > 0 { format!("substr({name}, 1, {first}) || ") } else { String::new() };
            let end = if last > 0 { format!(" || substr({name}, -{last})") } else { String::new() };
            // Without an ELSE that is reached, a null would become text.
            format!("CASE WHEN {name} IS NULL THEN NULL WHEN length({name}) < {shortest} THEN 'xxxxx' ELSE {begin}'xxxxx'{end} END")
        }
        "postal-sector" if text => format!("CASE WHEN regexp_like({name}, '^[0-9]{{6}}$') THEN substr({name}, 1, 2) END"),
        "band" if counted => match number("width") {
            Some(width) if width > 1 => format!("floor(CAST({name} AS double) / {width}) * {width}"),
            _ => return nothing,
        },
        "grid" if counted && !whole => match number("thousandths") {
            Some(size) if size > 0 => format!("floor(CAST({name} AS double) * 1000 / {size}) * {size} / 1000"),
            _ => return nothing,
        },
        "round" if counted => match number("digits") {
            Some(digits) => format!("round({name}, {digits})"),
            None => return nothing,
        },
        "date-to" if matches!(word("unit"), "day" | "month" | "quarter" | "year") => match base {
            "date" => format!("date_trunc('{}', {name})", word("unit")),
            _ if kind.starts_with("timestamp") && kind.ends_with("with time zone") => {
                format!("date_trunc('{}', {name} AT TIME ZONE 'Asia/Singapore')", word("unit"))
            }
            _ => return nothing,
        },
        // Also what this release does not know.
        _ => return nothing,
    };
    Some(format!("CAST({expression} AS {column_type})"))
}

/// Conditions that a row must fulfil, all of them.
pub fn row_filters(view: &ViewPlan, until: DateTime<Utc>, held: bool) -> Vec<String> {
    let groups = view.policy.get("k").is_some() || view.policy.get("aggregate").is_some();
    if held || groups {
        return vec!["false".into()];
    }
    let list = |values: &mut dyn Iterator<Item = &str>| values.map(literal).collect::<Vec<_>>().join(", ");
    let mut all = vec![format!("current_timestamp < from_iso8601_timestamp({})", literal(&until.to_rfc3339_opts(SecondsFormat::Secs, true)))];
    for (column, values) in &view.rows {
        all.push(if values.is_empty() {
            "false".into()
        } else {
            format!("CAST({} AS varchar) IN ({})", quoted(column), list(&mut values.iter().map(String::as_str)))
        });
    }
    for (column, values) in view.policy.get("without").and_then(Value::as_object).into_iter().flatten() {
        let Some(values) = values.as_array().filter(|values| !values.is_empty() && values.iter().all(Value::is_string)) else {
            return vec!["false".into()];
        };
        all.push(format!("NOT coalesce(CAST({} AS varchar) IN ({}), false)", quoted(column), list(&mut values.iter().filter_map(Value::as_str))));
    }
    all
}

/// One dataset as a query that an engine's own view can be made of.
pub fn select(view: &ViewPlan, catalog: &str, types: &Map<String, Value>, until: DateTime<Utc>, held: bool) -> String {
    let column = |column: &ColumnPlan| {
        let name = quoted(&column.column);
        let kind = types.get(&column.column).and_then(Value::as_str).unwrap_or("varchar");
        column_mask(column, kind).map_or_else(|| name.clone(), |mask| format!("{mask} AS {name}"))
    };
    let columns: Vec<String> = view.columns.iter().map(column).collect();
    format!(
        "SELECT {} FROM {}.{}.{} WHERE {}",
        columns.join(", "),
        quoted(catalog),
        quoted(&view.schema),
        quoted(&view.table),
        row_filters(view, until, held).join(" AND ")
    )
}

/// Answers a question of the plugin about what one reader may see: `input` as it is posted. None: the reader has no such table, and the
/// column or row is not shown.
pub fn answer(plan: Option<&Plan>, input: &Value) -> Value {
    let action = &input["action"];
    let view_of = |at: &Value| {
        // Rows of a linkage stand at the source alone.
        let named = |view: &&ViewPlan| view.linked.is_none() && at["schemaName"] == view.schema.as_str() && at["tableName"] == view.table.as_str();
        plan.and_then(|plan| plan.views.iter().find(named).map(|view| (plan, view)))
    };
    let mask = |at: &Value| {
        let kind = at["columnType"].as_str().filter(|kind| is_type(kind)).unwrap_or("varchar");
        let Some(column) = view_of(at).and_then(|(_, view)| view.columns.iter().find(|column| at["columnName"] == column.column.as_str())) else {
            return Some(format!("CAST(NULL AS {kind})"));
        };
        column_mask(column, kind)
    };
    match action["operation"].as_str() {
        Some("GetColumnMask") => match action["filterResources"].as_array() {
            None => mask(&action["resource"]["column"]).map_or(Value::Null, |expression| json!({ "expression": expression })),
            // Many at once: those that are masked, by their place in the question.
            Some(all) => all
                .iter()
                .enumerate()
                .filter_map(|(index, one)| Some(json!({"index": index, "viewExpression": {"expression": mask(&one["column"])?}})))
                .collect(),
        },
        Some("GetRowFilters") => match view_of(&action["resource"]["table"]) {
            None => json!([{"expression": "false"}]),
            Some((plan, view)) => {
                row_filters(view, plan.until, plan.held).into_iter().map(|expression| json!({ "expression": expression })).collect()
            }
        },
        _ => Value::Null,
    }
}

/// A type as Trino writes it; anything else is not repeated into an expression.
fn is_type(kind: &str) -> bool {
    !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '(' | ')' | ',' | ' ' | '_'))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, technique: Value) -> ColumnPlan {
        let Value::Object(technique) = technique else { panic!("a technique is an object") };
        ColumnPlan { column: name.into(), technique }
    }

    fn plan() -> Plan {
        let view = ViewPlan {
            view: "staff".into(),
            schema: "ssot".into(),
            table: "staff".into(),
            columns: vec![
                ColumnPlan::clear("route"),
                column("nric", json!({"technique": "mask", "first": 0, "last": 4, "shortest": 8})),
                column("account", json!({"technique": "pseudonym", "per": "agreement"})),
                column("born", json!({"technique": "date-to", "unit": "year"})),
            ],
            rows: [("area".to_owned(), ["O'Brien".to_owned(), "AM".to_owned()].into())].into(),
            policy: json!({"without": {"kind": ["VIP"]}}),
            linked: None,
        };
        let until = "2027-01-01T00:00:00Z".parse().unwrap();
        Plan { until, views: vec![view], held: false, credential: true, holders: vec![], purpose: None }
    }

    fn asked(operation: &str, resource: &Value) -> Value {
        json!({"context": {"identity": {"user": "x"}}, "action": {"operation": operation, "resource": resource}})
    }

    fn of(name: &str, kind: &str) -> Value {
        json!({"column": {"catalogName": "c", "schemaName": "ssot", "tableName": "staff", "columnName": name, "columnType": kind}})
    }

    #[test]
    fn a_column_is_masked_or_nothing() {
        let mask = |name: &str, kind: &str| answer(Some(&plan()), &asked("GetColumnMask", &of(name, kind)));
        assert_eq!(mask("route", "varchar"), Value::Null, "shown as it is");
        let nric =
            r#"CAST(CASE WHEN "nric" IS NULL THEN NULL WHEN length("nric") < 8 THEN 'xxxxx' ELSE 'xxxxx' || substr("nric", -4) END AS varchar(9))"#;
        assert_eq!(mask("nric", "varchar(9)"), json!({ "expression": nric }));
        assert_eq!(mask("born", "date"), json!({"expression": r#"CAST(date_trunc('year', "born") AS date)"#}));
        for (name, kind) in [("account", "varchar"), ("name", "varchar"), ("nric", "bigint"), ("born", "varchar")] {
            assert_eq!(mask(name, kind), json!({"expression": format!("CAST(NULL AS {kind})")}), "{name}");
        }
        assert_eq!(answer(None, &asked("GetColumnMask", &of("route", "varchar"))), json!({"expression": "CAST(NULL AS varchar)"}));
        let hostile = answer(Some(&plan()), &asked("GetColumnMask", &of("name", "varchar); DROP TABLE x --")));
        assert_eq!(hostile, json!({"expression": "CAST(NULL AS varchar)"}));
    }

    #[test]
    fn many_columns_are_answered_by_their_place() {
        let input = json!({"action": {"operation": "GetColumnMask", "filterResources": [of("route", "varchar"), of("name", "varchar")]}});
        assert_eq!(answer(Some(&plan()), &input), json!([{"index": 1, "viewExpression": {"expression": "CAST(NULL AS varchar)"}}]));
    }

    #[test]
    fn rows_are_filtered_and_values_quoted() {
        let table = |name: &str| json!({"table": {"catalogName": "c", "schemaName": "ssot", "tableName": name}});
        let filters = answer(Some(&plan()), &asked("GetRowFilters", &table("staff")));
        assert_eq!(
            filters,
            json!([
                {"expression": "current_timestamp < from_iso8601_timestamp('2027-01-01T00:00:00Z')"},
                {"expression": r#"CAST("area" AS varchar) IN ('AM', 'O''Brien')"#},
                {"expression": r#"NOT coalesce(CAST("kind" AS varchar) IN ('VIP'), false)"#},
            ])
        );
        assert_eq!(answer(Some(&plan()), &asked("GetRowFilters", &table("pay"))), json!([{"expression": "false"}]));
        let mut grouped = plan();
        grouped.views[0].policy = json!({"k": {"k": 5, "identifiers": ["born"]}});
        assert_eq!(answer(Some(&grouped), &asked("GetRowFilters", &table("staff"))), json!([{"expression": "false"}]));
        let sql = select(&plan().views[0], "source", &Map::new(), plan().until, true);
        assert!(sql.starts_with(r#"SELECT "route", CAST(CASE"#) && sql.ends_with(r#"FROM "source"."ssot"."staff" WHERE false"#), "{sql}");
    }
}
