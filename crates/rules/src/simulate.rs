//! What a standard would do before it does anything: asked of every product, beside the version in force, on all processors.

mod csv_text;

use crate::input::{Facts, Input, UnreadableInput};
use crate::judge::Compiled;
use crate::limits::Limits;
use crate::rule::Machine;
use crate::verdict::{CannotTell, Verdict, Violation};
use std::collections::BTreeMap;
use std::thread;

/// What a row speaks of. Products come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Product,
    /// An agreement on it, by its id.
    Agreement(String),
    /// What is asked of it and not decided yet, by the request's id.
    Request(String),
}

/// What would change for one product, for one agreement on it, or for one request for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub address: String,
    pub title: String,
    pub agency: String,
    pub about: About,
    /// Agency of whoever holds the agreement, when the row speaks of one and its reader may know.
    pub holder: Option<String>,
    /// None when no version is in force.
    pub before: Option<Verdict>,
    pub after: Verdict,
}

/// Numbers of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub looked_at: usize,
    pub met: usize,
    pub violated: usize,
    pub cannot_tell: usize,
    /// Met, or not asked, before and violated after; and the other way round.
    pub newly_violated: usize,
    pub newly_met: usize,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    pub all: Counts,
    pub by_agency: BTreeMap<String, Counts>,
    /// Products first, then agreements, then requests, each by address.
    pub rows: Vec<Row>,
}

impl Impact {
    /// The whole answer of all shares.
    pub fn of(mut rows: Vec<Row>) -> Self {
        rows.sort_by(|a, b| (&a.about, &a.address).cmp(&(&b.about, &b.address)));
        let (mut all, mut by_agency) = (Counts::default(), BTreeMap::<String, Counts>::new());
        for row in &rows {
            all.add(row);
            by_agency.entry(row.agency.clone()).or_default().add(row);
        }
        Self { all, by_agency, rows }
    }

    /// How many were not asked, because there was no time left for them.
    pub fn not_asked(&self) -> usize {
        self.rows.iter().filter(|row| row.after == LATE).count()
    }
}

impl Row {
    /// Id of the agreement that it speaks of.
    pub fn agreement(&self) -> Option<&str> {
        if let About::Agreement(id) = &self.about { Some(id) } else { None }
    }

    /// Id of the request that it speaks of.
    pub fn request(&self) -> Option<&str> {
        if let About::Request(id) = &self.about { Some(id) } else { None }
    }

    /// Violations that are not there today.
    pub fn new_violations(&self) -> Vec<&Violation> {
        let before = self.before.as_ref().map_or(&[][..], Verdict::violations);
        self.after.violations().iter().filter(|violation| !before.contains(violation)).collect()
    }

    /// Violations that would be gone.
    pub fn gone_violations(&self) -> Vec<&Violation> {
        let before = self.before.as_ref().map_or(&[][..], Verdict::violations);
        before.iter().filter(|violation| !self.after.violations().contains(violation)).collect()
    }
}

impl Counts {
    fn add(&mut self, row: &Row) {
        let violated_before = matches!(row.before, Some(Verdict::Violated(_)));
        self.looked_at += 1;
        match &row.after {
            Verdict::Met => {
                self.met += 1;
                self.newly_met += usize::from(violated_before);
            }
            Verdict::Violated(_) => {
                self.violated += 1;
                self.newly_violated += usize::from(!violated_before);
            }
            Verdict::CannotTell(_) => self.cannot_tell += 1,
        }
    }
}

/// What is said of an input that is not asked any more.
const LATE: Verdict = Verdict::CannotTell(CannotTell::NoTime);

/// Asks a version of every input that it covers, dates left aside, beside the version in force if there is one.
/// An input with an agreement or a request counts for that, one with neither for its product. `threads` of nought is one.
pub fn simulate(candidate: &Compiled, current: Option<&Compiled>, inputs: &[Input], threads: usize) -> Impact {
    let share = inputs.len().div_ceil(threads.max(1)).max(1);
    let rows = thread::scope(|scope| {
        let parts: Vec<_> = inputs.chunks(share).map(|part| scope.spawn(move || rows_while(candidate, current, part, &|| true))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    Impact::of(rows)
}

/// A share of it, on this thread, for whoever has no time without end: `more` is asked before each input whether there is some left. Of what is not
/// asked any more nobody can tell.
pub fn rows_while(candidate: &Compiled, current: Option<&Compiled>, inputs: &[Input], more: &dyn Fn() -> bool) -> Vec<Row> {
    let mut after = candidate.rule.machine(Limits::default());
    let mut before = current.map(|current| (current, current.rule.machine(Limits::default())));
    let covered = inputs.iter().filter(|input| {
        candidate.standard.scope.covers(&input.product) || current.is_some_and(|current| current.standard.scope.covers(&input.product))
    });
    covered
        .map(|input| {
            if more() {
                let facts = input.facts();
                let was = before.as_mut().map(|(current, machine)| ask(current, machine, input, &facts));
                row(input, was, ask(candidate, &mut after, input, &facts))
            } else {
                row(input, current.map(|_| LATE), LATE)
            }
        })
        .collect()
}

fn row(input: &Input, before: Option<Verdict>, after: Verdict) -> Row {
    Row {
        address: input.product.address.clone(),
        title: input.product.title.clone(),
        agency: input.product.agency.clone(),
        about: match (&input.agreement, &input.request) {
            (Some(agreement), _) => About::Agreement(agreement.id.clone()),
            (None, Some(request)) => About::Request(request.id.clone()),
            (None, None) => About::Product,
        },
        holder: input.agreement.as_ref().map(|agreement| agreement.agency.clone()),
        before,
        after,
    }
}

fn ask(compiled: &Compiled, machine: &mut Machine<'_>, input: &Input, facts: &Result<Facts, UnreadableInput>) -> Verdict {
    // A product that moved out of the scope is free of it.
    if compiled.standard.scope.covers(&input.product) { machine.ask(facts) } else { Verdict::Met }
}

#[cfg(test)]
mod tests;
