//! P12: what the server holds in memory after the load of P1.

use super::{Bench, print, product_page};
use anyhow::{Context as _, Result};

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let server = bench.setting.serve()?;
    product_page::load(bench)?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid()))?;
    let kilobytes = resident(&status).context("the kernel does not say how much memory the server holds")?;
    print("memory", f64::from(kilobytes) / 1024.0, "MB");
    Ok(())
}

fn resident(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::resident;

    #[test]
    fn the_resident_size_is_read() {
        assert_eq!(resident("VmPeak:\t  10 kB\nVmRSS:\t    2048 kB\n"), Some(2048));
    }
}
