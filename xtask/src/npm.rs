//! Packages from npm, exactly as each lock file has them, installed again only when the lock file has changed.

use crate::context::Context;
use crate::steps;
use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::fs;

/// `folder` is relative to the checkout; empty for its root.
pub fn prepare(context: &Context, folder: &str, why: &str) -> Result<()> {
    let home = context.root.join(folder);
    let Ok(lock) = fs::read(home.join("package-lock.json")) else {
        bail!("{} has no package-lock.json", home.display());
    };
    if crate::system::in_path("npm").is_none() {
        bail!("Node.js 20 or later with npm is needed ({why}): install it and run the command again");
    }
    let digest = hex::encode(Sha256::digest(&lock));
    let mark = home.join("node_modules/.pasar-lock");
    if fs::read_to_string(&mark).is_ok_and(|kept| kept == digest) {
        return Ok(());
    }
    let shown = if folder.is_empty() { "." } else { folder };
    println!("Installing the npm packages of {shown}: {why}.");
    let log = context.cache.join(format!("npm-{}.log", if folder.is_empty() { "root".to_owned() } else { folder.replace('/', "-") }));
    // Browsers come from the distribution; a package must not fetch its own.
    let mut command = context.command("npm");
    command.current_dir(&home).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").args(["ci", "--no-audit", "--no-fund"]);
    steps::quiet(&format!("npm ci in {shown}"), &mut command, &log)?;
    // A folder without packages leaves none.
    fs::create_dir_all(home.join("node_modules"))?;
    fs::write(mark, digest)?;
    Ok(())
}
