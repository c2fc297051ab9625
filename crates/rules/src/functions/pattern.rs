//! Patterns. They stand in the source as literals, are small, and are compiled once a thread; matching takes time in proportion to
//! the text, which is bounded too, so that no pattern is a bomb.

use super::text_at;
use crate::limits::{LARGEST_PATTERN, LONGEST_PATTERN, LONGEST_TEXT, fail};
use anyhow::Result;
use regex::{Regex, RegexBuilder};
use regorus::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// Patterns kept compiled on each thread.
const KEPT: usize = 256;

thread_local! {
    static COMPILED: RefCell<HashMap<Box<str>, Regex>> = RefCell::new(HashMap::new());
}

/// Whether rules may use the pattern, or why not.
pub(crate) fn check(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("the pattern is {} bytes long; write one of at most {LONGEST_PATTERN}", pattern.len()));
    }
    RegexBuilder::new(pattern).size_limit(LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN).nest_limit(16).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern repeats too much to be matched in bounded time; use smaller repetitions".to_owned(),
        other => {
            let said = other.to_string();
            format!("the pattern cannot be read: {}", said.lines().last().unwrap_or_default().trim_start_matches("error: "))
        }
    })
}

pub fn regex_match<S, E>(_: &S, _: &[E], arguments: &[Value], _: bool) -> Result<Value> {
    let (pattern, text) = (text_at("regex.match", arguments, 0)?, text_at("regex.match", arguments, 1)?);
    if text.len() > LONGEST_TEXT {
        return Err(fail(format!("“regex.match” was given a text of {} bytes; {LONGEST_TEXT} at most", text.len())));
    }
    let matched: Result<bool, String> = COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(regex.is_match(text));
        }
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        let regex = check(pattern)?;
        let matched = regex.is_match(text);
        compiled.insert(pattern.into(), regex);
        Ok(matched)
    });
    matched.map(Value::from).map_err(fail)
}
