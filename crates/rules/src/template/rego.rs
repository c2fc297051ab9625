//! Pieces of Rego that templates write.

use serde_json::Value;

/// A text as a literal. Rego quotes as JSON does.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// An array of texts.
pub fn array<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| quoted(&item.to_string())).collect();
    format!("[{}]", items.join(",\n\t"))
}

/// A violation: `field` and `message` are expressions, the rest are texts; `when` are the lines of its body.
pub fn violation(code: &str, field: &str, message: &str, mend: &str, page: &str, when: &[&str]) -> String {
    format!(
        "violations contains {{\n\t\"code\": {},\n\t\"field\": {field},\n\t\"message\": {message},\n\t\"mend\": {},\n\t\"page\": {},\n}} if {{\n\t{}\n}}\n\n",
        quoted(code),
        quoted(mend),
        quoted(page),
        when.join("\n\t"),
    )
}

/// Where a column stands.
pub const COLUMN: &str = r#"sprintf("datasets.%s.columns.%s", [dataset.name, column.name])"#;
/// Where a dataset stands.
pub const DATASET: &str = r#"sprintf("datasets.%s", [dataset.name])"#;
/// Goes through all columns.
pub const EACH_COLUMN: [&str; 2] = ["some dataset in input.datasets", "some column in dataset.columns"];
