//! What a source must be before it is compiled: short, shallow, within its own package, calling nothing but our functions, reading
//! nothing but the input's names. Every fault has its place and says what to write instead.

use super::building::{Builder, names};
use super::syntax::{function, kind, list, literal, path, place};
use crate::functions::{self, check_pattern};
use crate::input::{Reads, unknown_path};
use crate::limits::LONGEST_CHAIN;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One thing that is wrong with a source. Line and column from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Fault {
    pub line: u32,
    pub column: u32,
    pub message: String,
}

impl Fault {
    pub(crate) fn at(parts: &Value, message: impl Into<String>) -> Self {
        let (line, column) = place(parts);
        Self { line, column, message: message.into() }
    }

    /// From what the library says: `--> rule:3:7`, the line, a caret, and `error: why`.
    pub(crate) fn told(text: &str) -> Self {
        let place = text.lines().find_map(|line| line.trim().strip_prefix("--> ")).and_then(|place| {
            let mut parts = place.rsplitn(3, ':');
            let column = parts.next()?.parse::<u32>().ok()?;
            Some((parts.next()?.parse::<u32>().ok()?, column))
        });
        let (line, column) = place.unwrap_or((1, 1));
        Self { line: line.max(1), column: column.max(1), message: plain(text) }
    }
}

/// The words of an error, without its drawing.
pub fn plain(text: &str) -> String {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_start_matches("error: ").chars().take(300).collect()
}

/// Which parts of the input a tree may read: it reaches its input by the name `input` alone. Or every fault of it.
pub fn tree(json: &str) -> Result<Reads, Vec<Fault>> {
    let Ok(tree) = serde_json::from_str::<Value>(json) else {
        return Err(vec![Fault { line: 1, column: 1, message: "the rule is nested too deeply; give parts of it names of their own".to_owned() }]);
    };
    let Some(module) = tree.pointer("/0/ast") else {
        return Err(vec![Fault { line: 1, column: 1, message: "the rule is empty".to_owned() }]);
    };
    let mut checker = Checker { own: BTreeSet::new(), faults: Vec::new(), reads: Reads::NOTHING };
    checker.module(module);
    if checker.faults.is_empty() {
        checker.faults = Builder::faults(module);
    }
    checker.faults.sort();
    checker.faults.dedup();
    if checker.faults.is_empty() { Ok(checker.reads) } else { Err(checker.faults) }
}

struct Checker {
    /// Names that the source itself defines.
    own: BTreeSet<String>,
    faults: Vec<Fault>,
    reads: Reads,
}

impl Checker {
    fn fault(&mut self, parts: &Value, message: impl Into<String>) {
        self.faults.push(Fault::at(parts, message));
    }

    fn module(&mut self, module: &Value) {
        let package = module.get("package").unwrap_or(&Value::Null);
        if package.get("refr").and_then(path).is_none_or(|path| path != ["standard"]) {
            self.fault(package, "a rule begins with “package standard”");
        }
        for import in list(module, "imports") {
            let ok = import.get("refr").and_then(path).is_some_and(|path| path.first().is_some_and(|first| first == "rego" || first == "future"));
            if !ok {
                self.fault(import, "only “import rego.v1” may be imported: a rule reads its input and nothing else");
            }
        }
        let mut sets = false;
        for rule in list(module, "rules") {
            if let Some((name, is_set)) = head_name(rule) {
                sets |= is_set && name == "violations";
                if name == "input" || name == "data" || functions::found(&name).is_some() {
                    self.fault(
                        rule.as_object().and_then(|r| r.values().next()).unwrap_or(rule),
                        format!("“{name}” has a meaning of its own; choose another name"),
                    );
                }
                self.own.insert(name);
            }
        }
        if !sets {
            self.fault(module.get("package").unwrap_or(module), "a rule needs “violations contains {…} if {…}”");
        }
        for rule in list(module, "rules") {
            self.walk(rule);
        }
        self.circles(module);
    }

    /// Rules that come back to themselves. A variable that is named like a rule counts as the rule: it would mislead people too.
    fn circles(&mut self, module: &Value) {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for rule in list(module, "rules") {
            let Some((name, _)) = head_name(rule) else { continue };
            let below = uses.entry(name).or_default();
            if let Some(spec) = rule.get("Spec") {
                let head = spec.get("head").and_then(kind).map_or(&Value::Null, |(_, head)| head);
                let key = head.get("refr").and_then(kind).and_then(|(_, refr)| refr.get("index"));
                for part in [spec.get("bodies"), head.get("assign"), head.get("key"), key] {
                    names(part.unwrap_or(&Value::Null), &mut |name| {
                        if self.own.contains(name) {
                            below.insert(name.to_owned());
                        }
                    });
                }
            }
        }
        self.going_round(module, &uses);
        if self.faults.is_empty() {
            let mut lengths = BTreeMap::new();
            if let Some((name, _)) = uses.keys().map(|name| (name, length(name, &uses, &mut lengths))).find(|(_, length)| *length > LONGEST_CHAIN) {
                self.fault(module.get("package").unwrap_or(module), format!("“{name}” uses rules that use rules, more than {LONGEST_CHAIN} deep"));
            }
        }
    }

    fn going_round(&mut self, module: &Value, uses: &BTreeMap<String, BTreeSet<String>>) {
        for rule in list(module, "rules") {
            let Some((name, _)) = head_name(rule) else { continue };
            let (mut seen, mut next) = (BTreeSet::new(), vec![name.clone()]);
            while let Some(user) = next.pop() {
                for next_one in uses.get(&user).into_iter().flatten() {
                    if *next_one == name {
                        let parts = rule.as_object().and_then(|rule| rule.values().next()).unwrap_or(rule);
                        self.fault(parts, format!("“{name}” comes back to itself; a rule cannot go round"));
                        return;
                    }
                    if seen.insert(next_one.clone()) {
                        next.push(next_one.clone());
                    }
                }
            }
        }
    }

    /// Every expression, wherever it stands.
    fn walk(&mut self, node: &Value) {
        if let Some((kind, parts)) = kind(node) {
            match kind {
                "Call" => return self.call(parts),
                "RefDot" | "RefBrack" | "Var" => self.reference(node, parts),
                _ => {}
            }
            if kind == "RefDot" || kind == "RefBrack" {
                return self.indexes(parts);
            }
        }
        match node {
            Value::Object(fields) => {
                if fields.get("with_mods").and_then(Value::as_array).is_some_and(|mods| !mods.is_empty()) {
                    self.fault(node, "“with” is not to be used: a rule reads the input as it is");
                }
                fields.iter().filter(|(name, _)| *name != "span").for_each(|(_, value)| self.walk(value));
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            _ => {}
        }
    }

    /// Within a reference only what stands in brackets is looked at again: its beginning was looked at as a whole.
    fn indexes(&mut self, parts: &Value) {
        if let Some(index) = parts.get("index") {
            self.walk(index);
        }
        if let Some(inner) = parts.get("refr") {
            match kind(inner) {
                Some(("RefDot" | "RefBrack", inner)) => self.indexes(inner),
                Some(("Var", _)) | None => {}
                Some(_) => self.walk(inner),
            }
        }
    }

    fn reference(&mut self, node: &Value, parts: &Value) {
        let Some(path) = path(node) else { return };
        match path.first().map(String::as_str) {
            Some("data") => self.fault(parts, "“data” is not to be read: call what this rule defines by its name alone"),
            Some("input") => {
                let below = path.get(1..).unwrap_or_default();
                self.reads.add(below);
                if let Some((wrong, instead)) = unknown_path(below) {
                    self.fault(parts, format!("the input has no “{wrong}” here; there is {instead}"));
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, parts: &Value) {
        let name = function(parts).unwrap_or_default();
        let arguments = list(parts, "params");
        if !self.own.contains(&name) {
            match functions::found(&name) {
                None => self.fault(parts, format!("there is no function “{name}”; rules may call {}", functions::names())),
                // One more is where the answer goes, in the old way of writing.
                Some((wanted, _)) if arguments.len() != wanted => {
                    self.fault(parts, format!("“{name}” takes {wanted} arguments and is given {}", arguments.len()));
                }
                Some(_) => self.literals(&name, parts, arguments),
            }
        }
        for argument in arguments {
            self.walk(argument);
        }
    }

    /// Patterns and formats are literals, so that they are judged here and not in the middle of an evaluation.
    fn literals(&mut self, name: &str, parts: &Value, arguments: &[Value]) {
        let first = arguments.first().and_then(literal);
        match (name, first) {
            ("regex.match", Some(pattern)) => {
                if let Err(why) = check_pattern(pattern) {
                    self.fault(parts, why);
                }
            }
            ("regex.match", None) => self.fault(parts, "the pattern of “regex.match” is written out where it is used"),
            ("sprintf", Some(format)) => {
                let places = format.replace("%%", "").matches('%').count();
                let given = arguments.get(1).and_then(kind).filter(|(kind, _)| *kind == "Array").map(|(_, array)| list(array, "items").len());
                if given.is_some_and(|given| given != places) {
                    self.fault(parts, format!("“sprintf” has {places} places and is given {} values", given.unwrap_or_default()));
                }
            }
            ("sprintf", None) => self.fault(parts, "the format of “sprintf” is written out where it is used"),
            _ => {}
        }
    }
}

/// How many rules stand below one another from this one on; nothing goes round.
fn length(name: &str, uses: &BTreeMap<String, BTreeSet<String>>, known: &mut BTreeMap<String, usize>) -> usize {
    if let Some(known) = known.get(name) {
        return *known;
    }
    let below = uses.get(name).into_iter().flatten().map(|lower| length(lower, uses, known)).max().unwrap_or_default();
    known.insert(name.to_owned(), below + 1);
    below + 1
}

/// The name that a rule defines, and whether it adds to a set.
pub(super) fn head_name(rule: &Value) -> Option<(String, bool)> {
    let spec = rule.get("Spec").or_else(|| rule.get("Default"))?;
    let (refr, is_set) = match spec.get("head").and_then(kind) {
        Some(("Set", head)) => (head.get("refr")?, true),
        Some((_, head)) => (head.get("refr")?, false),
        None => (spec.get("refr")?, false),
    };
    Some((path(refr)?.first()?.clone(), is_set))
}
