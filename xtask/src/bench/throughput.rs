//! P2: product pages a second, in turn with a bare axum program that runs the same queries on the same database.

use super::client::{Reader, flat_out};
use super::{Bench, bare, median, print};
use anyhow::Result;
use std::time::Duration;

pub fn run(bench: &Bench<'_>) -> Result<()> {
    let _server = bench.setting.serve()?;
    let (_bare, bare_url) = bare::start(bench)?;
    let reader = Reader::signed_in(bench.setting)?;
    let path = format!("/products/{}", bench.options.product);
    let (ours, theirs) = (format!("{}{path}", bench.setting.base_url), format!("{bare_url}{path}"));
    reader.warm(&ours)?;
    reader.warm(&theirs)?;
    // In turns, so that a slow minute of the machine slows both.
    let turn = Duration::from_secs((bench.options.seconds / 4).max(1));
    let (mut portal, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        portal.push(flat_out(&reader, &ours, turn)?);
        plain.push(flat_out(&reader, &theirs, turn)?);
    }
    let (portal, plain) = (median(portal), median(plain));
    print("throughput-portal", portal, "pages/s");
    print("throughput-bare", plain, "pages/s");
    print("throughput-ratio", portal / plain, "of-bare");
    Ok(())
}
