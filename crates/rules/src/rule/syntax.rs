//! The syntax tree of a source, as the library tells it in JSON: each expression is an object with one key, its kind.

use serde_json::Value;

/// Kind and parts of an expression.
pub fn kind(expression: &Value) -> Option<(&str, &Value)> {
    expression.as_object().filter(|object| object.len() == 1).and_then(|object| object.iter().next()).map(|(kind, parts)| (kind.as_str(), parts))
}

/// Line and column, from 1.
pub fn place(parts: &Value) -> (u32, u32) {
    let number = |name: &str| parts.pointer(&format!("/span/{name}")).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
    (number("line").max(1), number("col").max(1))
}

pub fn list<'a>(parts: &'a Value, name: &str) -> &'a [Value] {
    parts.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The name of a variable.
pub fn variable(expression: &Value) -> Option<&str> {
    match kind(expression)? {
        ("Var", parts) => parts.get("value")?.as_str(),
        _ => None,
    }
}

/// The text of a literal.
pub fn literal(expression: &Value) -> Option<&str> {
    match kind(expression)? {
        ("String" | "RawString", parts) => parts.get("value")?.as_str(),
        _ => None,
    }
}

/// `["input", "product", "title"]` for `input.product.title`; a step by anything else than a name is [`crate::input`]'s element.
pub fn path(expression: &Value) -> Option<Vec<String>> {
    match kind(expression)? {
        ("Var", parts) => Some(vec![parts.get("value")?.as_str()?.to_owned()]),
        ("RefDot", parts) => {
            let mut path = path(parts.get("refr")?)?;
            path.push(parts.get("field")?.get(1)?.as_str()?.to_owned());
            Some(path)
        }
        ("RefBrack", parts) => {
            let mut path = path(parts.get("refr")?)?;
            let index = parts.get("index")?;
            path.push(literal(index).unwrap_or(crate::input::ELEMENT).to_owned());
            Some(path)
        }
        _ => None,
    }
}

/// `array.concat` for a call of it.
pub fn function(parts: &Value) -> Option<String> {
    Some(path(parts.get("fcn")?)?.join("."))
}
