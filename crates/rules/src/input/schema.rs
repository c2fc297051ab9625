//! The names that an input has, so that a rule that misspells one is refused instead of never firing.

use super::example::full;
use regorus::Value;
use std::sync::OnceLock;

static FULL: OnceLock<Option<Value>> = OnceLock::new();

/// A step from a collection to an element.
pub(crate) const ELEMENT: &str = "[]";

/// The first name of the path that no input has, with the names that stand there instead; none when the path is right or leads to
/// something that no longer has names.
pub(crate) fn unknown_path(path: &[String]) -> Option<(String, String)> {
    let mut here = FULL.get_or_init(|| Some(full().facts().ok()?.0)).as_ref()?;
    for step in path {
        here = match here {
            Value::Object(fields) if step != ELEMENT => match fields.get(&Value::from(step.as_str())) {
                Some(next) => next,
                None => return Some((step.clone(), names(here))),
            },
            Value::Array(items) => items.iter().next()?,
            _ => return None,
        };
    }
    None
}

fn names(value: &Value) -> String {
    let Value::Object(fields) = value else { return String::new() };
    fields.iter().filter_map(|(name, _)| name.as_string().ok().map(ToString::to_string)).collect::<Vec<_>>().join(", ")
}

/// Every path of the input, for the reference: `product.title`, `datasets[].columns[].name`.
pub fn paths() -> Vec<String> {
    fields().into_iter().map(|(path, _)| path).collect()
}

/// Every path with what stands there in the example product, as JSON: whoever writes a rule sees of which kind it is.
pub fn fields() -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(facts) = full().facts() {
        walk(&facts.0, String::new(), &mut found);
    }
    found
}

fn walk(value: &Value, path: String, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter() {
                let name = name.as_string().map(ToString::to_string).unwrap_or_default();
                walk(field, if path.is_empty() { name } else { format!("{path}.{name}") }, found);
            }
        }
        Value::Array(items) if matches!(items.iter().next(), Some(Value::Object(_))) => {
            if let Some(first) = items.iter().next() {
                walk(first, format!("{path}[]"), found);
            }
        }
        _ => found.push((path, serde_json::to_string(value).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn names_that_are_there_pass_and_others_are_told_with_their_neighbours() {
        for good in ["product.title", "datasets.[].columns.[].personal", "agreement.days", "request.steps.[].roles.[]", "product.tags"] {
            assert_eq!(unknown_path(&path(good)), None, "{good}");
        }
        let (wrong, instead) = unknown_path(&path("product.titel")).unwrap();
        assert_eq!(wrong, "titel");
        assert!(instead.contains("title"), "{instead}");
    }

    /// The reference in the guide names every field and no other.
    #[test]
    fn the_guide_lists_every_field() {
        let guide = include_str!("../../../../docs/standards.md");
        for path in paths() {
            assert!(guide.contains(&format!("`{path}`")), "docs/standards.md does not name {path}");
        }
    }
}
