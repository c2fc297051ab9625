//! Bounds on what a source can build. Collections share what they hold, so a few lines could build one that takes for ever to compare:
//! `b := [a, a]`, `c := [b, b]` … Two numbers follow every value: how many collections the rule wraps around each other, and how often
//! something built is put in more than once. Both stay small in rules that somebody means.

use super::check::{Fault, head_name};
use super::syntax::{function, kind, list, variable};
use crate::functions::{Gives, found};
use serde_json::Value;
use std::collections::BTreeMap;

/// Collections around each other, the set of violations and the violation included.
const DEEPEST: u8 = 5;
/// How often something built is put in more than once.
const MOST_FOLDS: u8 = 1;
/// Multiplications and divisions of what was multiplied.
const MOST_PRODUCTS: u8 = 4;
/// Expressions looked at: queries within queries are gone through again and again.
const MOST_LOOKS: u32 = 200_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Built {
    depth: u8,
    folds: u8,
    products: u8,
}

impl Built {
    fn or(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth), folds: self.folds.max(other.folds), products: self.products.max(other.products) }
    }

    const fn wrapped(self, folded: bool) -> Self {
        Self { depth: self.depth.saturating_add(1), folds: self.folds.saturating_add(if folded { 1 } else { 0 }), products: self.products }
    }

    const fn is_too_much(self) -> bool {
        self.depth > DEEPEST || self.folds > MOST_FOLDS || self.products > MOST_PRODUCTS
    }
}

type Scope = BTreeMap<String, Variable>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Variable {
    built: Built,
    /// Goes round with the innermost query that defines it.
    round: u32,
}

pub struct Builder {
    rules: BTreeMap<String, Built>,
    /// How many queries there have been; each has its own number.
    queries: u32,
    looks: u32,
}

impl Builder {
    pub fn faults(module: &Value) -> Vec<Fault> {
        let rules = list(module, "rules");
        let mut builder = Self { rules: BTreeMap::new(), queries: 0, looks: 0 };
        // As often as there are rules: then what the last uses has reached the first.
        for _ in 0..=rules.len().min(64) {
            let before = builder.rules.clone();
            for rule in rules {
                let Some((name, _)) = head_name(rule) else { continue };
                let built = builder.rule(rule);
                if built.is_too_much() {
                    let parts = rule.as_object().and_then(|rule| rule.values().next()).unwrap_or(rule);
                    return vec![Fault::at(parts, fault(&name, built))];
                }
                let known = builder.rules.get(&name).copied().unwrap_or_default();
                builder.rules.insert(name, known.or(built));
            }
            if before == builder.rules {
                break;
            }
        }
        Vec::new()
    }

    fn rule(&mut self, rule: &Value) -> Built {
        let Some(spec) = rule.get("Spec").or_else(|| rule.get("Default")) else { return Built::default() };
        let Some((head_kind, head)) = spec.get("head").and_then(kind) else {
            return spec.get("value").map_or_else(Built::default, |value| self.expression(value, &Scope::new(), 0));
        };
        let mut total = Built::default();
        // Whoever calls a function may give it something built.
        let mut arguments = Scope::new();
        for argument in list(head, "args") {
            bind(Some(argument), Built { depth: 1, ..Built::default() }, 0, &mut arguments);
        }
        let bodies = list(spec, "bodies");
        let empty = Value::Null;
        let queries: Vec<&Value> = if bodies.is_empty() { vec![&empty] } else { bodies.iter().collect() };
        for (at, body) in queries.into_iter().enumerate() {
            let (scope, rounds, worst) = self.query(body.get("query").unwrap_or(&Value::Null), &arguments);
            total = total.or(Built { depth: 0, ..worst });
            let own = body.get("assign").filter(|assign| !assign.is_null());
            let assigned = own.or_else(|| head.get("assign").filter(|assign| at == 0 && !assign.is_null())).and_then(|assign| assign.get("value"));
            let value = assigned.map_or_else(Built::default, |value| self.expression(value, &scope, rounds.number));
            total = total.or(match head_kind {
                "Set" => {
                    let key = head.get("key").filter(|key| !key.is_null());
                    let key_built = key.map_or_else(Built::default, |key| self.expression(key, &scope, rounds.number));
                    key_built.wrapped(key.is_some_and(|key| self.is_folded(key, &scope, rounds)))
                }
                "Compr" if head.get("refr").and_then(kind).is_some_and(|(kind, _)| kind == "RefBrack") => {
                    value.wrapped(assigned.is_some_and(|value| self.is_folded(value, &scope, rounds)))
                }
                _ => value,
            });
        }
        total
    }

    /// What a query's variables hold, how it goes round, and the worst of what its statements build by the way.
    fn query(&mut self, query: &Value, outer: &Scope) -> (Scope, Rounds, Built) {
        self.queries = self.queries.saturating_add(1);
        let mut rounds = Rounds { number: self.queries, generators: 0 };
        let mut scope = outer.clone();
        let mut worst = Built::default();
        // Statements may stand in any order.
        for _ in 0..4 {
            let before = scope.clone();
            rounds.generators = 0;
            for statement in list(query, "stmts") {
                let Some((kind, parts)) = statement.get("literal").and_then(kind) else { continue };
                match kind {
                    "SomeIn" => {
                        rounds.generators += 1;
                        let built = self.part(parts, "collection", &scope, rounds.number);
                        bind(parts.get("value"), built, rounds.number, &mut scope);
                        bind(parts.get("key"), Built::default(), rounds.number, &mut scope);
                    }
                    "Every" => {
                        let inner = parts.get("query").unwrap_or(&Value::Null);
                        let (_, _, built) = self.query(inner, &scope);
                        worst = worst.or(built);
                    }
                    "Expr" | "NotExpr" => {
                        let Some(expression) = parts.get("expr") else { continue };
                        rounds.generators += brackets(expression);
                        let built = if let Some(("AssignExpr", assign)) = super::syntax::kind(expression) {
                            let (left, right) = (self.part(assign, "lhs", &scope, rounds.number), self.part(assign, "rhs", &scope, rounds.number));
                            bind(assign.get("lhs"), right, rounds.number, &mut scope);
                            bind(assign.get("rhs"), left, rounds.number, &mut scope);
                            left.or(right)
                        } else {
                            self.expression(expression, &scope, rounds.number)
                        };
                        worst = worst.or(built);
                    }
                    _ => {}
                }
            }
            if before == scope {
                break;
            }
        }
        (scope, rounds, worst)
    }

    fn part(&mut self, parts: &Value, name: &str, scope: &Scope, round: u32) -> Built {
        parts.get(name).map_or_else(Built::default, |part| self.expression(part, scope, round))
    }

    fn expression(&mut self, expression: &Value, scope: &Scope, round: u32) -> Built {
        let Some((kind, parts)) = kind(expression) else { return Built::default() };
        self.looks += 1;
        if self.looks > MOST_LOOKS {
            return Built { depth: u8::MAX, folds: u8::MAX, products: 0 };
        }
        match kind {
            "Var" => {
                let Some(name) = variable(expression) else { return Built::default() };
                scope.get(name).map(|variable| variable.built).or_else(|| self.rules.get(name).copied()).unwrap_or_default()
            }
            "Array" | "Set" => self.literal(list(parts, "items").iter().collect(), scope, round),
            "Object" => {
                let items = list(parts, "fields").iter().filter_map(Value::as_array).flat_map(|field| field.iter().skip(1)).collect();
                self.literal(items, scope, round)
            }
            "ArrayCompr" | "SetCompr" | "ObjectCompr" => {
                let (inner, rounds, worst) = self.query(parts.get("query").unwrap_or(&Value::Null), scope);
                let terms: Vec<&Value> = ["term", "key", "value"].iter().filter_map(|name| parts.get(*name)).collect();
                let folded = terms.iter().any(|term| self.is_folded(term, &inner, rounds));
                let built = terms.into_iter().fold(Built { depth: 0, ..worst }, |sum, term| sum.or(self.expression(term, &inner, rounds.number)));
                built.wrapped(folded)
            }
            "Call" => {
                let arguments = list(parts, "params").iter().fold(Built::default(), |sum, argument| sum.or(self.expression(argument, scope, round)));
                let name = function(parts).unwrap_or_default();
                match (self.rules.get(&name), found(&name)) {
                    (Some(own), _) => Built {
                        depth: own.depth.saturating_add(arguments.depth),
                        folds: own.folds.saturating_add(arguments.folds),
                        products: own.products.saturating_add(arguments.products),
                    },
                    (None, Some((_, Gives::Same))) => arguments,
                    _ => Built { depth: 0, ..arguments },
                }
            }
            "RefDot" | "RefBrack" => self.part(parts, "refr", scope, round),
            "BinExpr" => self.part(parts, "lhs", scope, round).or(self.part(parts, "rhs", scope, round)),
            "ArithExpr" => {
                let both = self.part(parts, "lhs", scope, round).or(self.part(parts, "rhs", scope, round));
                let grows = parts.get("op").and_then(Value::as_str).is_some_and(|op| op == "Mul" || op == "Div");
                Built { products: both.products.saturating_add(u8::from(grows)), ..both }
            }
            "BoolExpr" | "AssignExpr" | "Membership" | "UnaryExpr" => {
                let names = ["lhs", "rhs", "value", "collection", "key", "expr"];
                let all = names.iter().fold(Built::default(), |sum, name| sum.or(self.part(parts, name, scope, round)));
                Built { depth: 0, ..all }
            }
            _ => Built::default(),
        }
    }

    fn literal(&mut self, items: Vec<&Value>, scope: &Scope, round: u32) -> Built {
        let built: Vec<Built> = items.into_iter().map(|item| self.expression(item, scope, round)).collect();
        let composite = built.iter().filter(|built| built.depth > 0).count();
        built.into_iter().fold(Built::default(), Built::or).wrapped(composite > 1)
    }

    /// Whether something built is put in once for each round of a query that does not bring it anew.
    fn is_folded(&mut self, term: &Value, scope: &Scope, rounds: Rounds) -> bool {
        if self.expression(term, scope, rounds.number).depth == 0 {
            return false;
        }
        let mut outside = false;
        let mut inside = false;
        names(term, &mut |name| match scope.get(name) {
            Some(variable) if variable.built.depth > 0 && variable.round == rounds.number => inside = true,
            Some(variable) => outside |= variable.built.depth > 0,
            None => outside |= self.rules.get(name).is_some_and(|rule| rule.depth > 0),
        });
        (outside && rounds.generators > 0) || (inside && rounds.generators > 1)
    }
}

/// How a query goes round.
#[derive(Debug, Clone, Copy)]
struct Rounds {
    number: u32,
    generators: u32,
}

fn fault(name: &str, built: Built) -> String {
    if built.products > MOST_PRODUCTS {
        format!("“{name}” multiplies what was multiplied more than {MOST_PRODUCTS} times over")
    } else {
        format!("“{name}” builds collections out of collections that it built, again and again; take texts and numbers from the input instead")
    }
}

/// Variables that a pattern names hold what is assigned to it.
fn bind(pattern: Option<&Value>, built: Built, round: u32, scope: &mut Scope) {
    let Some(pattern) = pattern else { return };
    names(pattern, &mut |name| {
        let variable = scope.entry(name.to_owned()).or_default();
        *variable = Variable { built: variable.built.or(built), round };
    });
}

/// Every variable below an expression; names after a dot are none.
pub fn names(node: &Value, each: &mut dyn FnMut(&str)) {
    if let Some(name) = variable(node) {
        return each(name);
    }
    match node {
        Value::Object(fields) => fields.iter().filter(|(name, _)| *name != "span" && *name != "field").for_each(|(_, value)| names(value, each)),
        Value::Array(items) => items.iter().for_each(|item| names(item, each)),
        _ => {}
    }
}

/// How many brackets with a variable in them: `x[_]` goes round as `some` does.
fn brackets(node: &Value) -> u32 {
    let here = kind(node).is_some_and(|(kind, parts)| kind == "RefBrack" && parts.get("index").and_then(variable).is_some());
    let below: u32 = match node {
        Value::Object(fields) => fields.values().map(brackets).sum(),
        Value::Array(items) => items.iter().map(brackets).sum(),
        _ => 0,
    };
    below.saturating_add(u32::from(here))
}
