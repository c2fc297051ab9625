//! `cargo xtask test`: every check and every test, in the order in which a fault is cheapest to find.
//! A failed step does not hide the later ones; a step that is left out says so.

use crate::check;
use crate::context::Context;
use crate::journeys::{self, Tools};
use crate::meilisearch::Meilisearch;
use crate::npm;
use crate::ports::Ports;
use crate::postgres::{Cluster, Durability};
use crate::processes::{go_on, interrupted};
use crate::python;
use crate::site::{self, Profile};
use crate::space;
use crate::steps::{self, Counts};
use crate::tools;
use anyhow::{Result, bail};
use clap::Args;
use std::process::Command;
use std::time::Instant;

#[derive(Args)]
pub struct Options {
    /// Only tests and journeys whose name holds this text; format, lints and checks are left out.
    #[arg(long)]
    filter: Option<String>,
}

/// What went wrong, and how many tests went which way.
struct Report {
    faults: Vec<String>,
    counts: Counts,
}

impl Report {
    fn note(&mut self, outcome: Result<()>) -> Result<()> {
        if interrupted() {
            return outcome;
        }
        if let Err(fault) = outcome {
            eprintln!("\nFAILED: {fault:#}");
            self.faults.push(format!("{fault:#}").lines().next().unwrap_or_default().to_owned());
        }
        Ok(())
    }

    fn count(&mut self, outcome: Result<Counts>) -> Result<()> {
        match outcome {
            Ok(counts) => {
                self.counts.add(&counts);
                Ok(())
            }
            Err(fault) => self.note(Err(fault)),
        }
    }
}

/// How often the fault test kills the server.
const KILLS: &str = "200";

/// Where tests find a Meilisearch: never the portal's own names, so that no test writes to an index in use.
const MEILI_URL: &str = "PASAR_TEST_MEILI_URL";
const MEILI_KEY: &str = "PASAR_TEST_MEILI_KEY";
/// The program, for the test that kills one of its own.
const MEILI_PROGRAM: &str = "PASAR_TEST_MEILI_PROGRAM";

pub fn run(context: &Context, options: &Options) -> Result<()> {
    let begun = Instant::now();
    let mut report = Report { faults: Vec::new(), counts: Counts::default() };
    heading("Tools");
    space::make_room(context)?;
    tools::prepare(context)?;
    npm::prepare(context, "", "Tailwind makes the style sheet and wasm-opt shrinks the browser's bundle")?;

    if options.filter.is_none() {
        heading("Format");
        report.note(steps::loud("cargo fmt --check", context.cargo().args(["fmt", "--all", "--check"])))?;
        heading("Lints");
        let mut clippy = context.cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
        report.note(steps::loud("cargo clippy", &mut clippy))?;
        heading("Invariants");
        report.note(check::static_checks(context))?;
    } else {
        skipped("format, lints and invariants", "a filter was given");
    }

    heading("Postgres for tests");
    let cluster = Cluster::start(context, "test", Durability::Throwaway)?;
    if options.filter.is_none() {
        report.note(check::prepared_queries(context, &cluster.admin))?;
    }

    heading("Meilisearch for tests");
    let meilisearch = match meilisearch(context) {
        Ok(started) => started,
        Err(fault) => {
            report.note(Err(fault))?;
            skipped("tests against a Meilisearch", "there is none");
            None
        }
    };

    heading("Tests");
    let mut tests = context.cargo();
    tests.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    with_databases(&mut tests, &cluster);
    if let Some(own) = &meilisearch {
        tests.env(MEILI_URL, &own.url).env(MEILI_KEY, &own.key).env(MEILI_PROGRAM, &own.program);
    }
    if let Some(filter) = &options.filter {
        tests.arg(filter);
    }
    report.count(steps::counted("cargo test", &mut tests))?;
    drop(meilisearch);

    heading("The browser's build");
    match site::build(context, Profile::Development) {
        Ok(site) => {
            heading("Journeys");
            let tools = installed_tools(context, &mut report)?;
            report.count(journeys::run(context, &cluster, &site, &tools, options.filter.as_deref()))?;
        }
        Err(fault) => {
            report.note(Err(fault))?;
            skipped("the journeys", "the portal was not built");
        }
    }
    drop(cluster);
    go_on()?;

    println!("\n=== Result after {:.0} s", begun.elapsed().as_secs_f32());
    for fault in &report.faults {
        println!("  failed: {fault}");
    }
    if report.counts.skipped > 0 {
        println!("  {} skipped", report.counts.skipped);
    }
    println!("{} passed, {} failed", report.counts.passed, report.counts.failed);
    if !report.faults.is_empty() || report.counts.failed > 0 {
        bail!("{} steps and {} tests failed", report.faults.len(), report.counts.failed);
    }
    Ok(())
}

/// Pythons of dbt and Great Expectations. That they could not be installed fails the whole, and leaves the other journeys alone; 0.18 of the
/// latter is left out where the Python is too new for it.
fn installed_tools(context: &Context, report: &mut Report) -> Result<Tools> {
    let mut tools = Tools::default();
    match python::prepare(context, &python::TOOLS) {
        Ok(program) => tools.current = Some(program),
        Err(fault) => {
            report.note(Err(fault))?;
            skipped("the journey of dbt and Great Expectations", "they could not be installed");
            return Ok(tools);
        }
    }
    match python::prepare(context, &python::OLD_TOOLS) {
        Ok(program) => tools.old = Some(program),
        Err(_) if !interrupted() => {
            skipped(
                "the journey of Great Expectations 0.18",
                "it could not be installed; it needs a Python before 3.13 (pip.log in the cache folder)",
            );
        }
        Err(fault) => return Err(fault),
    }
    Ok(tools)
}

/// Tests make their own databases on this cluster: the record's and the sources'.
fn with_databases(command: &mut Command, cluster: &Cluster) {
    command.env("DATABASE_URL", cluster.admin.url.as_str()).env("PASAR_TEST_SOURCE_URL", cluster.admin.url.as_str()).env("PASAR_KILLS", KILLS);
}

/// One started for the tests; none when the caller names another for them.
fn meilisearch(context: &Context) -> Result<Option<Meilisearch>> {
    if std::env::var_os(MEILI_URL).is_some_and(|given| !given.is_empty()) {
        println!("    the one that {MEILI_URL} names is used");
        return Ok(None);
    }
    let state = context.state("test")?;
    Meilisearch::start(context, &state, &mut Ports::kept_in(&state), Durability::Throwaway).map(Some)
}

fn heading(title: &str) {
    println!("\n━━━ {title}");
}

fn skipped(what: &str, why: &str) {
    println!("\n!!! SKIPPED: {what}, because {why}");
}
