//! Quality checks that tools run on a product's data, in the three layers of seed 0; rules that its team declares; and what a trusted centre
//! expects of its sector.

mod benchmark;
mod layer;
mod rule;

pub use benchmark::{Benchmark, BenchmarkForm, NewBenchmark, Shortfall, check_benchmark, falls_short};
pub use layer::{Layer, layer_of};
pub use rule::{MEASURES, MOST_RULES, NewRule, RuleDocument, RuleForm, check_rule, check_rules};

use crate::text_enum;
use chrono::{DateTime, Utc};

text_enum! {
    /// What ran the checks.
    Tool, "tool" {
        GreatExpectations = "great-expectations", "Great Expectations";
        Dbt = "dbt", "dbt";
        OpenLineage = "openlineage", "OpenLineage";
        /// Runs what was declared and can be measured.
        Pasar = "pasar", "Pasar";
    }
}

text_enum! {
    Outcome, "outcome of a check" {
        Passed = "passed", "Passed";
        Warned = "warned", "Warned";
        Failed = "failed", "Failed";
        Error = "error", "Could not be run";
        Skipped = "skipped", "Skipped";
    }
}

impl Outcome {
    /// Whether it counts, and as what: what was skipped says nothing, what could not be run is no pass.
    pub const fn passes(self) -> Option<bool> {
        match self {
            Self::Passed | Self::Warned => Some(true),
            Self::Failed | Self::Error => Some(false),
            Self::Skipped => None,
        }
    }
}

/// One check of a run. Numbers alone: what a tool shows of rows that it did not expect is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// What makes it the same check in the next run.
    pub key: String,
    pub layer: Layer,
    pub title: String,
    /// As the tool calls it; whoever keeps it finds the product's dataset.
    pub dataset: Option<String>,
    /// `schema.table`, where the tool says it beside a name of its own for the data.
    pub table: Option<String>,
    pub column: Option<String>,
    pub outcome: Outcome,
    /// How many were not as expected, and of how many.
    pub unexpected: Option<i64>,
    pub looked: Option<i64>,
}

/// A run of checks as a tool tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    pub tool: Tool,
    pub tool_version: Option<String>,
    /// What the tool calls it; none where the tool gives runs no name.
    pub run: Option<String>,
    pub suite: Option<String>,
    /// When it was; none where the tool does not say.
    pub at: Option<DateTime<Utc>>,
    /// In the order of the document; no key twice.
    pub results: Vec<CheckResult>,
}

/// Checks that passed, of those that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    pub passed: usize,
    pub counted: usize,
}

impl Passed {
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        outcomes
            .into_iter()
            .filter_map(Outcome::passes)
            .fold(Self::default(), |sum, passes| Self { passed: sum.passed + usize::from(passes), counted: sum.counted + 1 })
    }

    /// In %; none where nothing counts.
    #[expect(clippy::cast_precision_loss, reason = "as many checks as a run has")]
    pub fn share(self) -> Option<f64> {
        (self.counted > 0).then(|| self.passed as f64 * 100.0 / self.counted as f64)
    }
}
