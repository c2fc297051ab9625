//! `cargo xtask`: everything a person or a build machine does with this repository.
//! It prepares the machine, starts what the portal needs, and stops all it started. It must never be needed in production.

mod bench;
mod check;
mod context;
mod databases;
mod journeys;
mod meilisearch;
mod npm;
mod portal;
mod ports;
mod postgres;
mod prepare;
mod processes;
mod provider;
mod psql;
mod python;
mod secrets;
mod site;
mod space;
mod steps;
mod system;
mod test;
mod tools;
mod up;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Start, test and measure Pasar")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start Pasar with everything it needs, on this machine.
    Up(up::Options),
    /// Format, lints, checks, tests, the browser's build and the journeys in Chromium.
    Test(test::Options),
    /// The invariants of ARCHITECTURE.md that a program can check.
    Check(check::Options),
    /// Write the compile-time descriptions of all SQL queries to .sqlx.
    Prepare,
    /// Measure one of the figures this project set itself.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(fault) = processes::listen_for_interrupts() {
        eprintln!("error: {fault:#}");
        return ExitCode::FAILURE;
    }
    let outcome = context::Context::here().and_then(|context| match arguments.command {
        Command::Up(options) => up::run(&context, &options),
        Command::Test(options) => test::run(&context, &options),
        Command::Check(options) => check::run(&context, &options),
        Command::Prepare => prepare::run(&context),
        Command::Bench(options) => bench::run(&context, &options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("\nerror: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
