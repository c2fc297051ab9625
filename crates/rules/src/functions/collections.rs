//! Functions of arrays, sets and objects. Elements are shared, never copied; places for them are paid for.

use super::wrong;
use crate::limits::charge;
use anyhow::Result;
use regorus::Value;
use std::collections::BTreeSet;

/// What one more element costs.
const PLACE: usize = 24;

pub fn count<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let number = match arguments.first() {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Set(items)) => items.len(),
        Some(Value::Object(items)) => items.len(),
        Some(Value::String(text)) => text.chars().count(),
        other => return Err(wrong("count", "a collection or a text", other)),
    };
    Ok(Value::from(number))
}

fn items(function: &str, value: Option<&Value>) -> Result<Vec<Value>> {
    let items: Vec<Value> = match value {
        Some(Value::Array(items)) => {
            charge(items.len().saturating_mul(PLACE))?;
            items.iter().cloned().collect()
        }
        Some(Value::Set(items)) => {
            charge(items.len().saturating_mul(PLACE))?;
            items.iter_sorted().cloned().collect()
        }
        other => return Err(wrong(function, "an array or a set", other)),
    };
    Ok(items)
}

pub fn array_concat<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let mut all = items("array.concat", arguments.first())?;
    all.extend(items("array.concat", arguments.get(1))?);
    Ok(Value::from(all))
}

pub fn array_slice<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let all = items("array.slice", arguments.first())?;
    let end = |at: usize| arguments.get(at).and_then(|value| value.as_i64().ok()).and_then(|number| usize::try_from(number.max(0)).ok());
    let (from, to) = (end(1).unwrap_or_default(), end(2).unwrap_or_default());
    Ok(Value::from(all.into_iter().take(to).skip(from).collect::<Vec<_>>()))
}

pub fn sort<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let mut all = items("sort", arguments.first())?;
    all.sort();
    Ok(Value::from(all))
}

pub fn max<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(items("max", arguments.first())?.into_iter().max().unwrap_or(Value::Undefined))
}

pub fn min<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(items("min", arguments.first())?.into_iter().min().unwrap_or(Value::Undefined))
}

pub fn object_get<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    match (arguments.first(), arguments.get(1), arguments.get(2)) {
        (Some(Value::Object(object)), Some(key), Some(otherwise)) => Ok(object.get(key).unwrap_or(otherwise).clone()),
        (other, ..) => Err(wrong("object.get", "an object, a key and a value", other)),
    }
}

pub fn object_keys<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    match arguments.first() {
        Some(Value::Object(object)) => {
            charge(object.len().saturating_mul(PLACE))?;
            Ok(Value::from(object.iter().map(|(key, _)| key.clone()).collect::<BTreeSet<Value>>()))
        }
        other => Err(wrong("object.keys", "an object", other)),
    }
}

macro_rules! kinds {
    ($($function:ident: $pattern:pat,)+) => {
        $(pub fn $function<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
            Ok(Value::from(matches!(arguments.first(), Some($pattern))))
        })+
    };
}

kinds! {
    is_array: Value::Array(_),
    is_boolean: Value::Bool(_),
    is_null: Value::Null,
    is_number: Value::Number(_),
    is_object: Value::Object(_),
    is_set: Value::Set(_),
    is_string: Value::String(_),
}
