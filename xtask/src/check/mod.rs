//! The invariants a program can check. Each check returns its findings as lines; none of them changes a file.

mod arrows;
mod dependencies;
mod documents;
pub mod files;
mod length;
mod migrations;
mod queries;
mod sql;
pub mod workspace;

use crate::context::Context;
use crate::postgres::{Cluster, Durability};
use crate::psql::Psql;
use anyhow::{Result, bail};
use clap::Args;
use std::path::Path;

#[derive(Args)]
pub struct Options {
    /// Leave out the check that needs Postgres and a compiler: whether .sqlx is current.
    #[arg(long)]
    without_database: bool,
}

type Check = fn(&Path) -> Result<Vec<String>>;

const CHECKS: [(&str, Check); 6] = [
    ("SQL only where it belongs", sql::check),
    ("crates depend the right way round", arrows::check),
    ("licences and banned crates", dependencies::check),
    ("documents name files that exist", documents::check),
    ("file length", length::check),
    ("every migration says why", migrations::check),
];

pub fn run(context: &Context, options: &Options) -> Result<()> {
    let first = static_checks(context);
    let second = if options.without_database {
        println!("!!! SKIPPED: whether .sqlx is current, because --without-database was given");
        Ok(())
    } else {
        let cluster = Cluster::start(context, "test", Durability::Throwaway)?;
        prepared_queries(context, &cluster.admin)
    };
    first.and(second)
}

/// All checks that read files only.
pub fn static_checks(context: &Context) -> Result<()> {
    let mut failed = Vec::new();
    for (title, check) in CHECKS {
        if !report(title, &check(&context.root)?) {
            failed.push(title);
        }
    }
    conclude(&failed)
}

/// Whether `.sqlx` says what the compiler says now.
pub fn prepared_queries(context: &Context, admin: &Psql) -> Result<()> {
    let title = ".sqlx is current";
    if report(title, &queries::check(context, admin)?) { Ok(()) } else { conclude(&[title]) }
}

fn report(title: &str, findings: &[String]) -> bool {
    let (mark, colon) = if findings.is_empty() { ("✓", "") } else { ("✗", ":") };
    println!("  {mark} {title}{colon}");
    for finding in findings {
        println!("      {finding}");
    }
    findings.is_empty()
}

fn conclude(failed: &[&str]) -> Result<()> {
    if !failed.is_empty() {
        bail!("check: {}", failed.join("; "));
    }
    Ok(())
}
