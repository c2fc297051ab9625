//! Rules of standards, in process.

use super::example;
use crate::context::Context;
use anyhow::{Result, ensure};
use std::process::Command;

/// Made-up products for the figure over all standards, when `--products` does not say otherwise.
const PRODUCTS: u32 = 100_000;

pub fn run(context: &Context, products: Option<u32>) -> Result<()> {
    let mut figures = Command::new(example(context, "rules", "figures")?);
    let status = figures.arg(context.root.join("sample")).arg(products.unwrap_or(PRODUCTS).to_string()).status()?;
    ensure!(status.success(), "the figures of rules: {status}");
    Ok(())
}
