//! P1: latency of the product page at a fixed rate, warm, on loopback.

use super::client::{Reader, at_rate};
use super::search::settled;
use super::{Bench, print};
use anyhow::Result;
use std::time::Duration;

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let _server = bench.setting.serve()?;
    settled(bench)?;
    load(bench)
}

/// The load itself, for measurements that follow it.
pub fn load(bench: &Bench<'_>) -> Result<()> {
    let reader = Reader::signed_in(bench.setting)?;
    let url = format!("{}/products/{}", bench.setting.base_url, bench.options.product);
    reader.warm(&url)?;
    let times = at_rate(&reader, &|_| url.clone(), bench.options.rate, Duration::from_secs(bench.options.seconds))?;
    for (name, quantile) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
        let micros = u32::try_from(times.value_at_quantile(quantile))?;
        print(&format!("product-page-{name}"), f64::from(micros) / 1000.0, "ms");
    }
    Ok(())
}
