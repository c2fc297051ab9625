//! Rules that teams declare, results of quality checks by run, and what trusted centres expect.

mod benchmark;
mod declare;
mod probe;
mod read;
mod report;

pub use benchmark::{BenchmarkLine, ProductQuality, benchmarks, end_benchmark, sector, sector_quality, sectors, set_benchmark};
pub use declare::{DeclaredLine, LatestResult, RulePlace, declare, declared, end_rule, rule_places};
pub use probe::{ColumnFormat, ProbedRule, format_of, probe_error, probed_rules, put_off, rules_due};
pub use read::{CheckLine, RunLine, checks_now, checks_of, run, runs};
pub use report::{Measured, Reported, measured, report};
