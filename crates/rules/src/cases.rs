//! Tests that are stored beside a rule: the example product, changed a little, and what the rule must say of it.

use crate::input::Input;
use crate::rule::Rule;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// Laid over the example product: objects field by field, everything else whole; null takes a field away.
    #[serde(default)]
    pub given: Value,
    /// Codes of the violations, in any order; none when the standard is met.
    #[serde(default)]
    pub expect: Vec<String>,
}

/// How a test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// The input that was described is none.
    Unreadable(String),
    /// The codes that came instead, or why none came.
    Failed {
        expected: Vec<String>,
        got: Result<Vec<String>, String>,
    },
}

impl Case {
    /// The input that the test is about.
    pub fn input(&self) -> Result<Input, String> {
        let mut whole = serde_json::to_value(Input::example()).map_err(|error| error.to_string())?;
        lay(&mut whole, &self.given);
        serde_json::from_value(whole).map_err(|error| error.to_string())
    }

    pub fn run(&self, rule: &Rule) -> Outcome {
        let facts = match self.input().and_then(|input| input.facts().map_err(|error| error.to_string())) {
            Ok(facts) => facts,
            Err(why) => return Outcome::Unreadable(why),
        };
        let mut expected = self.expect.clone();
        expected.sort();
        let got = match rule.evaluate(&facts) {
            Verdict::Met => Ok(Vec::new()),
            Verdict::Violated(found) => {
                let mut codes: Vec<String> = found.into_iter().map(|violation| violation.code).collect();
                codes.sort();
                Ok(codes)
            }
            Verdict::CannotTell(why) => Err(why.to_string()),
        };
        if got.as_ref() == Ok(&expected) { Outcome::Passed } else { Outcome::Failed { expected, got } }
    }
}

/// Reads tests as they are typed: a list in YAML or JSON; nothing is no tests.
pub fn read(typed: &str) -> Result<Vec<Case>, String> {
    if typed.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_saphyr::from_str(typed).map_err(|error| error.to_string())
}

/// As a JSON merge patch (RFC 7386).
fn lay(whole: &mut Value, patch: &Value) {
    match (whole, patch) {
        (_, Value::Null) => {}
        (Value::Object(whole), Value::Object(patch)) => {
            for (name, change) in patch {
                if change.is_null() {
                    whole.insert(name.clone(), Value::Null);
                } else {
                    lay(whole.entry(name.clone()).or_insert(Value::Null), change);
                }
            }
        }
        (whole, patch) => *whole = patch.clone(),
    }
}
