//! Functions of numbers. None makes a number much longer than those it was given.

use super::wrong;
use crate::limits::fail;
use anyhow::Result;
use regorus::Value;

fn number(function: &str, arguments: &[Value]) -> Result<f64> {
    match arguments.first() {
        Some(value @ Value::Number(_)) => value.as_f64().map_err(|_| fail(format!("“{function}” was given a number that is too large"))),
        other => Err(wrong(function, "a number", other)),
    }
}

pub fn abs<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(whole(number("abs", arguments)?.abs()))
}

pub fn ceil<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(whole(number("ceil", arguments)?.ceil()))
}

pub fn floor<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(whole(number("floor", arguments)?.floor()))
}

pub fn round<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(whole(number("round", arguments)?.round()))
}

pub fn sum<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let total: Result<f64> = match arguments.first() {
        Some(Value::Array(items)) => items.iter().map(|item| number("sum", std::slice::from_ref(item))).sum(),
        Some(Value::Set(items)) => items.iter_sorted().map(|item| number("sum", std::slice::from_ref(item))).sum(),
        other => Err(wrong("sum", "an array or a set of numbers", other)),
    };
    Ok(whole(total?))
}

/// Whole numbers compare and print as whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far within i64")]
fn whole(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT { Value::from(number as i64) } else { Value::from(number) }
}
