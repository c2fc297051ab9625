//! The functions that rules may call, all of them our own: bounded in what they make, without time, network, randomness or files.
//! A name that stands here is all that a rule can reach.

mod collections;
mod numbers;
mod pattern;
mod text;

pub(crate) use pattern::check as check_pattern;

use crate::limits::fail;
use anyhow::{Result, anyhow};
use regorus::Value;
use regorus::rvm::Program;

/// What a function gives, as far as bounds need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// A text, a number, a yes or no.
    Plain,
    /// A collection of what it was given, or one of its elements.
    Same,
}

/// Declares the table once: names for the checks, functions for the machine.
macro_rules! functions {
    ($($name:literal $arguments:literal $gives:ident $function:path;)+) => {
        /// Name, number of arguments, and what it gives.
        pub(crate) const TABLE: &[(&str, usize, Gives)] = &[$(($name, $arguments, Gives::$gives),)+];

        /// Puts our functions where the library's stood.
        pub(crate) fn install(program: &mut Program) -> Result<()> {
            for (slot, info) in program.resolved_builtins.iter_mut().zip(&program.builtin_info_table) {
                slot.0 = match info.name.as_str() {
                    $($name => $function,)+
                    other => return Err(anyhow!("“{other}” is no function that rules may call")),
                };
            }
            Ok(())
        }
    };
}

/// Every function that a rule may call, with the number of its arguments, for whoever writes one.
pub fn offered() -> Vec<(&'static str, usize)> {
    TABLE.iter().map(|(name, arguments, _)| (*name, *arguments)).collect()
}

functions! {
    "abs" 1 Plain numbers::abs;
    "array.concat" 2 Same collections::array_concat;
    "array.slice" 3 Same collections::array_slice;
    "ceil" 1 Plain numbers::ceil;
    "concat" 2 Plain text::concat;
    "contains" 2 Plain text::contains;
    "count" 1 Plain collections::count;
    "endswith" 2 Plain text::endswith;
    "floor" 1 Plain numbers::floor;
    "indexof" 2 Plain text::indexof;
    "is_array" 1 Plain collections::is_array;
    "is_boolean" 1 Plain collections::is_boolean;
    "is_null" 1 Plain collections::is_null;
    "is_number" 1 Plain collections::is_number;
    "is_object" 1 Plain collections::is_object;
    "is_set" 1 Plain collections::is_set;
    "is_string" 1 Plain collections::is_string;
    "lower" 1 Plain text::lower;
    "max" 1 Same collections::max;
    "min" 1 Same collections::min;
    "object.get" 3 Same collections::object_get;
    "object.keys" 1 Same collections::object_keys;
    "regex.match" 2 Plain pattern::regex_match;
    "replace" 3 Plain text::replace;
    "round" 1 Plain numbers::round;
    "sort" 1 Same collections::sort;
    "split" 2 Same text::split;
    "sprintf" 2 Plain text::sprintf;
    "startswith" 2 Plain text::startswith;
    "substring" 3 Plain text::substring;
    "sum" 1 Plain numbers::sum;
    "trim_prefix" 2 Plain text::trim_prefix;
    "trim_space" 1 Plain text::trim_space;
    "trim_suffix" 2 Plain text::trim_suffix;
    "upper" 1 Plain text::upper;
}

/// The names, in order, for a message.
pub(crate) fn names() -> String {
    TABLE.iter().map(|(name, ..)| *name).collect::<Vec<_>>().join(", ")
}

pub(crate) fn found(name: &str) -> Option<(usize, Gives)> {
    TABLE.iter().find(|(own, ..)| *own == name).map(|(_, arguments, gives)| (*arguments, *gives))
}

/// The argument at a place; a wrong kind of value is an error, which makes the whole answer “cannot tell”.
fn text_at<'a>(function: &str, arguments: &'a [Value], at: usize) -> Result<&'a str> {
    match arguments.get(at) {
        Some(Value::String(text)) => Ok(text),
        other => Err(wrong(function, "a text", other)),
    }
}

fn wrong(function: &str, wants: &str, got: Option<&Value>) -> anyhow::Error {
    fail(format!("“{function}” needs {wants} and got {}", got.map_or("nothing", kind)))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "nothing",
    }
}
