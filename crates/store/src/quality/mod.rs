//! Results of quality checks by run, and what trusted centres expect.

mod benchmark;
mod read;
mod report;

pub use benchmark::{BenchmarkLine, ProductQuality, benchmarks, end_benchmark, sector, sector_quality, sectors, set_benchmark};
pub use read::{CheckLine, RunLine, checks_now, checks_of, run, runs};
pub use report::{Reported, report};
