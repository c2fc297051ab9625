//! P15: from starting the server's process to its first page for a signed-in reader, on a migrated database.

use super::client::Reader;
use super::{Bench, median, print};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let reader = Reader::signed_in(bench.setting)?;
    let url = format!("{}/products/{}", bench.setting.base_url, bench.options.product);
    let mut times = Vec::new();
    for _ in 0..7 {
        let begun = Instant::now();
        let mut server = bench.setting.launch()?;
        while reader.get(&url, "identity").is_err() {
            if server.ended()?.is_some() || begun.elapsed() > Duration::from_secs(30) {
                bail!("the portal does not answer: see the log in {}", bench.setting.state().display());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    print("cold-start", median(times), "ms");
    Ok(())
}
