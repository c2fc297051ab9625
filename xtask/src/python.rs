//! Pythons of the journeys' own: with the packages that the page "How to connect" names, and with the tools that pipelines use. What officers
//! and teams are told to run is run.

use crate::context::Context;
use crate::{steps, system};
use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A list of packages, each with its version and digests, and what they are for. Each list has a virtual environment of its own, since tools
/// disagree on what they need.
pub struct Packages {
    list: &'static str,
    why: &'static str,
}

/// What officers read with, and OpenLineage's client.
pub const READERS: Packages = Packages { list: "end2end/requirements.txt", why: "a journey reads data as its page says" };
/// dbt with its OpenLineage integration, and Great Expectations: 720 MB unpacked.
pub const TOOLS: Packages = Packages { list: "end2end/tools/requirements.txt", why: "dbt and Great Expectations tell the portal of their runs" };

/// Great Expectations 0.18 needs older versions of everything, and a Python before 3.13: 670 MB unpacked.
pub const OLD_TOOLS: Packages =
    Packages { list: "end2end/tools/requirements-0.18.txt", why: "Great Expectations 0.18 tells the portal of its runs, as 1.x does" };

/// The program of a virtual environment that holds exactly those packages; made again when their list has changed.
pub fn prepare(context: &Context, packages: &Packages) -> Result<PathBuf> {
    let list = context.root.join(packages.list);
    let home = context.cache.join(format!("python-{}", &hex::encode(Sha256::digest(fs::read(&list)?))[..12]));
    let program = home.join("bin/python");
    let mark = home.join("complete");
    if mark.is_file() {
        return Ok(program);
    }
    let python = system::python(context)?;
    println!("Installing Python packages into {}: {}.", home.display(), packages.why);
    let log = context.cache.join("pip.log");
    // What a run that was stopped left behind is no environment.
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    steps::quiet("python3 -m venv", Command::new(python).args(["-m", "venv"]).arg(&home), &log)?;
    let mut install = Command::new(&program);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "-r"]).arg(&list);
    steps::quiet("pip install", &mut install, &log)?;
    if !program.is_file() {
        bail!("the virtual environment in {} has no Python", home.display());
    }
    fs::write(mark, "")?;
    Ok(program)
}
