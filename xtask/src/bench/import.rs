//! P13: a whole catalogue imported, with its search words written. The products must be there afterwards.

use super::{Bench, print};
use crate::steps;
use anyhow::{Result, bail};
use std::path::Path;
use std::time::Instant;

pub fn run(bench: &Bench<'_>, file: &Path) -> Result<()> {
    let before = products(bench)?;
    let begun = Instant::now();
    fill(bench, file)?;
    let took = begun.elapsed();
    let created = products(bench)? - before;
    if created == 0 {
        bail!("the import created nothing: see the log in {}", bench.setting.state().display());
    }
    print("import", took.as_secs_f64(), "s");
    print("import-products", f64::from(created), "products");
    let begun = Instant::now();
    fill(bench, file)?;
    print("import-again", begun.elapsed().as_secs_f64(), "s");
    Ok(())
}

/// Standards are asked of all of it; what the sample's would keep back is published, so that there is something to search.
pub fn fill(bench: &Bench<'_>, file: &Path) -> Result<()> {
    let log = bench.setting.state().join("import.log");
    steps::quiet("Importing the catalogue", bench.setting.pasar().args(["import", "data-gov-sg", "--as-published"]).arg(file), &log)
}

fn products(bench: &Bench<'_>) -> Result<i32> {
    Ok(bench.setting.databases.admin().on("pasar").run("SELECT count(*) FROM product")?.parse()?)
}
