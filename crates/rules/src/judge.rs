//! All standards that cover a product, asked of it. What they find is put together and nothing is ever taken away.

use crate::gate::{Effect, Gate, outcome};
use crate::input::{Facts, Input};
use crate::limits::Limits;
use crate::rule::{Fault, Machine, Rule};
use crate::standard::{Acting, Standard};
use crate::verdict::{Verdict, Violation};
use chrono::NaiveDate;

/// A standard with its compiled rule.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub standard: Standard,
    pub rule: Rule,
}

/// Standards to ask, compiled once and shared.
#[derive(Debug, Clone, Default)]
pub struct Ruleset(Vec<Compiled>);

/// What one standard says of one product.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<'a> {
    pub standard: &'a Standard,
    pub acting: Acting,
    pub verdict: Verdict,
}

/// One violation as people and programs are told it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// Id and version of the standard.
    pub standard: String,
    pub version: u32,
    #[serde(flatten)]
    pub violation: Violation,
    /// The page that mends it.
    pub link: String,
}

impl Compiled {
    pub fn new(standard: Standard) -> Result<Self, Vec<Fault>> {
        Ok(Self { rule: standard.compile()?, standard })
    }
}

impl Ruleset {
    pub const fn new(compiled: Vec<Compiled>) -> Self {
        Self(compiled)
    }

    pub fn standards(&self) -> &[Compiled] {
        &self.0
    }

    /// Machines to ask many products with, on one thread.
    pub fn judge(&self) -> Judge<'_> {
        Judge(self.0.iter().map(|compiled| (&compiled.standard, compiled.rule.machine(Limits::default()))).collect())
    }
}

/// See [`Ruleset::judge`].
#[derive(Debug)]
pub struct Judge<'a>(Vec<(&'a Standard, Machine<'a>)>);

impl<'a> Judge<'a> {
    /// What every standard that covers the product and acts that day says of it, in the order of the set.
    pub fn findings(&mut self, input: &Input, facts: &Facts, today: NaiveDate) -> Vec<Finding<'a>> {
        let mut findings = Vec::new();
        for (standard, machine) in &mut self.0 {
            if let Some(acting) = standard.acts_on(&input.product, today) {
                findings.push(Finding { standard, acting, verdict: machine.evaluate(facts) });
            }
        }
        findings
    }
}

impl Finding<'_> {
    /// What follows at a gate.
    pub fn effect(&self, gate: Gate) -> Effect {
        outcome(self.standard.severity, gate, self.acting, &self.verdict)
    }

    pub fn told(&self, input: &Input) -> Vec<Told> {
        let request = input.request.as_ref().map(|request| request.id.as_str());
        let each = self.verdict.violations().iter().map(|violation| Told {
            standard: self.standard.id.clone(),
            version: self.standard.version,
            link: violation.page.path(&input.product.address, request),
            violation: violation.clone(),
        });
        each.collect()
    }
}
