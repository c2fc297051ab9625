//! Functions of texts. What they make is paid for before it is made.

use super::{text_at, wrong};
use crate::limits::{LONGEST_TEXT, charge, charge_text, fail};
use anyhow::Result;
use regorus::Value;
use std::fmt::Write as _;

fn made(text: &str) -> Value {
    Value::from(text)
}

/// Pays for a text as long as the argument, times what a change of case may add.
fn paid<'a>(function: &str, arguments: &'a [Value]) -> Result<&'a str> {
    let text = text_at(function, arguments, 0)?;
    charge_text(text.len().saturating_mul(2))?;
    Ok(text)
}

pub fn lower<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(Value::from(paid("lower", arguments)?.to_lowercase()))
}

pub fn upper<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(Value::from(paid("upper", arguments)?.to_uppercase()))
}

pub fn trim_space<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(made(paid("trim_space", arguments)?.trim()))
}

pub fn trim_prefix<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let text = paid("trim_prefix", arguments)?;
    Ok(made(text.strip_prefix(text_at("trim_prefix", arguments, 1)?).unwrap_or(text)))
}

pub fn trim_suffix<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let text = paid("trim_suffix", arguments)?;
    Ok(made(text.strip_suffix(text_at("trim_suffix", arguments, 1)?).unwrap_or(text)))
}

pub fn contains<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(Value::from(text_at("contains", arguments, 0)?.contains(text_at("contains", arguments, 1)?)))
}

pub fn startswith<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(Value::from(text_at("startswith", arguments, 0)?.starts_with(text_at("startswith", arguments, 1)?)))
}

pub fn endswith<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    Ok(Value::from(text_at("endswith", arguments, 0)?.ends_with(text_at("endswith", arguments, 1)?)))
}

/// In characters, −1 when it is not there.
pub fn indexof<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let text = text_at("indexof", arguments, 0)?;
    let at = text.find(text_at("indexof", arguments, 1)?).and_then(|at| text.get(..at)).map(|before| before.chars().count());
    Ok(at.map_or_else(|| Value::from(-1_i64), Value::from))
}

/// Characters from a place on; a negative length is the rest.
pub fn substring<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let text = paid("substring", arguments)?;
    let number = |at: usize| arguments.get(at).and_then(|value| value.as_i64().ok());
    let (Some(from), Some(length)) = (number(1).and_then(|from| usize::try_from(from).ok()), number(2)) else {
        return Err(wrong("substring", "a text, a start of nought or more and a length", arguments.get(1)));
    };
    Ok(Value::from(text.chars().skip(from).take(usize::try_from(length).unwrap_or(usize::MAX)).collect::<String>()))
}

pub fn replace<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let (text, old, new) = (text_at("replace", arguments, 0)?, text_at("replace", arguments, 1)?, text_at("replace", arguments, 2)?);
    let times = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    charge_text(text.len().saturating_add(times.saturating_mul(new.len())))?;
    Ok(Value::from(text.replace(old, new)))
}

pub fn split<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let (text, at) = (text_at("split", arguments, 0)?, text_at("split", arguments, 1)?);
    if at.is_empty() {
        charge(text.len().saturating_mul(40))?;
        return Ok(Value::from(text.chars().map(|letter| Value::from(letter.to_string())).collect::<Vec<_>>()));
    }
    charge(text.len().saturating_add(text.matches(at).count().saturating_add(1).saturating_mul(40)))?;
    Ok(Value::from(text.split(at).map(Value::from).collect::<Vec<_>>()))
}

pub fn concat<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let between = text_at("concat", arguments, 0)?;
    let items: Vec<&Value> = match arguments.get(1) {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(Value::Set(items)) => items.iter_sorted().collect(),
        other => return Err(wrong("concat", "an array or a set of texts", other)),
    };
    let mut parts: Vec<&str> = Vec::with_capacity(items.len());
    let mut length = 0_usize;
    for item in items {
        let Value::String(part) = item else { return Err(wrong("concat", "texts", Some(item))) };
        length = length.saturating_add(part.len()).saturating_add(between.len());
        parts.push(part);
    }
    charge_text(length)?;
    Ok(Value::from(parts.join(between)))
}

/// `%s`, `%d` and `%v` stand for the next value as it reads, `%%` for a percent sign; nothing else is known.
pub fn sprintf<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let format = text_at("sprintf", arguments, 0)?;
    let Some(Value::Array(values)) = arguments.get(1) else { return Err(wrong("sprintf", "an array of values", arguments.get(1))) };
    let mut values = values.iter();
    let mut out = String::with_capacity(format.len().saturating_mul(2).min(LONGEST_TEXT));
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('%') => out.push('%'),
            Some('s' | 'd' | 'v') => match values.next() {
                Some(value) => say(&mut out, value)?,
                None => return Err(fail("“sprintf” has more places than values".to_owned())),
            },
            _ => return Err(fail("“sprintf” knows %s, %d, %v and %% alone".to_owned())),
        }
        if out.len() > LONGEST_TEXT {
            break;
        }
    }
    if values.next().is_some() && out.len() <= LONGEST_TEXT {
        return Err(fail("“sprintf” has more values than places".to_owned()));
    }
    charge_text(out.len())?;
    Ok(Value::from(out))
}

fn say(out: &mut String, value: &Value) -> Result<()> {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Number(_) | Value::Bool(_) | Value::Null => write!(out, "{value}")?,
        other => return Err(wrong("sprintf", "texts, numbers and yes or no", Some(other))),
    }
    Ok(())
}
