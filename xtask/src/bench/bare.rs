//! Starts the bare program (`benches/`) on the portal's database.

use super::Bench;
use crate::ports::Ports;
use crate::processes::Running;
use crate::provider::answers;
use crate::steps;
use anyhow::Result;
use nix::sys::signal::Signal;
use std::process::Command;
use std::time::Duration;

pub fn start(bench: &Bench<'_>) -> Result<(Running, String)> {
    let state = bench.context.state("bench")?;
    let mut build = bench.context.cargo();
    build.args(["build", "--release", "--locked", "--package", "bare"]);
    steps::quiet("Building the bare program", &mut build, &state.join("bare-build.log"))?;
    let port = Ports::kept_in(&state).take("bare", 3_300)?;
    let url = format!("http://localhost:{port}");
    let mut command = Command::new(bench.context.target.join("release/bare"));
    command.env("BARE_DATABASE_URL", bench.setting.databases.server.as_str()).env("BARE_LISTEN", format!("127.0.0.1:{port}"));
    let mut running = Running::start("the bare program", &mut command, &state.join("bare.log"), Signal::SIGTERM)?;
    let probe = format!("{url}/healthz");
    running.wait_until(Duration::from_secs(20), || answers(&probe))?;
    Ok((running, url))
}
