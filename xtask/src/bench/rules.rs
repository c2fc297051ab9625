//! Rules of standards, in process: the program that measures is an example of the crate, so that it is built as the server is.

use crate::context::Context;
use crate::steps;
use anyhow::{Result, ensure};
use std::process::Command;

/// Made-up products for the figure over all standards, when `--products` does not say otherwise.
const PRODUCTS: u32 = 100_000;

pub fn run(context: &Context, products: Option<u32>) -> Result<()> {
    let mut build = context.cargo();
    build.args(["build", "--release", "--locked", "--package", "rules", "--example", "figures"]);
    steps::quiet("Building the rules", &mut build, &context.state("bench")?.join("rules-build.log"))?;
    let mut figures = Command::new(context.target.join("release/examples/figures"));
    let status = figures.arg(context.root.join("sample")).arg(products.unwrap_or(PRODUCTS).to_string()).status()?;
    ensure!(status.success(), "the figures of rules: {status}");
    Ok(())
}
