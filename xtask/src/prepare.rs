//! The compile-time descriptions of SQL queries (`.sqlx`): made by compiling the crates that hold queries against a scratch
//! database with every migration applied. The descriptions let everybody else build without a database.

use crate::context::Context;
use crate::postgres::{Cluster, Durability};
use crate::psql::Psql;
use crate::steps;
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SCRATCH: &str = "pasar_prepare";

/// File name to content.
pub type Descriptions = BTreeMap<String, String>;

pub fn run(context: &Context) -> Result<()> {
    let cluster = Cluster::start(context, "test", Durability::Throwaway)?;
    let made = describe(context, &cluster.admin)?;
    let folder = context.root.join(".sqlx");
    let kept = read(&folder)?;
    fs::create_dir_all(&folder)?;
    for name in kept.keys().filter(|name| !made.contains_key(*name)) {
        fs::remove_file(folder.join(name))?;
    }
    for (name, text) in &made {
        if kept.get(name) != Some(text) {
            fs::write(folder.join(name), text)?;
        }
    }
    println!("{} queries described in .sqlx", made.len());
    Ok(())
}

/// Compiles every crate that holds queries against a scratch database and returns what the compiler wrote.
pub fn describe(context: &Context, admin: &Psql) -> Result<Descriptions> {
    let packages = packages_with_queries(&context.root)?;
    if packages.is_empty() {
        return Ok(Descriptions::new());
    }
    admin.run(&format!("DROP DATABASE IF EXISTS {SCRATCH};"))?;
    admin.run(&format!("CREATE DATABASE {SCRATCH};"))?;
    let scratch = admin.on(SCRATCH);
    steps::step("Migrating a scratch database", || scratch.migrate(&context.root.join("migrations")))?;
    let folder = context.state("test")?.join("sqlx");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut command = context.cargo();
    command.args(["check", "--locked", "--all-targets"]);
    for (name, home) in &packages {
        command.args(["-p", name]);
        // Queries are described while they compile: what cargo believes to be compiled already must look changed.
        touch_roots(home)?;
    }
    command.env("SQLX_OFFLINE", "false").env("SQLX_OFFLINE_DIR", &folder).env("DATABASE_URL", scratch.url.as_str());
    let names: Vec<&str> = packages.iter().map(|(name, _)| name.as_str()).collect();
    let log = context.state("test")?.join("prepare.log");
    let outcome = steps::quiet(&format!("Describing the queries of {}", names.join(", ")), &mut command, &log);
    // The next ordinary build must not reuse what was compiled against the scratch database.
    for (_, home) in &packages {
        touch_roots(home)?;
    }
    outcome?;
    let made = read(&folder)?;
    if made.is_empty() {
        bail!("the compiler described no query at all");
    }
    Ok(made)
}

/// The descriptions in a folder; none when it is missing.
pub fn read(folder: &Path) -> Result<Descriptions> {
    let mut all = Descriptions::new();
    if !folder.is_dir() {
        return Ok(all);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") && entry.path().extension().is_some_and(|extension| extension == "json") {
            all.insert(name, fs::read_to_string(entry.path())?);
        }
    }
    Ok(all)
}

/// Workspace packages in whose sources a query macro is called, with their folders.
fn packages_with_queries(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for package in crate::check::workspace::packages(root)? {
        let has =
            crate::check::files::under(&package.folder, "rs")?.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| calls_query_macro(&text)));
        if has && package.name != "xtask" {
            found.push((package.name, package.folder));
        }
    }
    Ok(found)
}

fn calls_query_macro(text: &str) -> bool {
    ["query!(", "query_as!(", "query_scalar!("].iter().any(|call| text.contains(call))
}

#[expect(clippy::disallowed_methods, reason = "cargo compares a file's time with the machine's clock; nothing is decided by it here")]
fn touch_roots(home: &Path) -> Result<()> {
    for folder in ["src", "tests", "benches"] {
        for entry in fs::read_dir(home.join(folder)).into_iter().flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let file = fs::File::options().append(true).open(&path)?;
                file.set_modified(std::time::SystemTime::now())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::calls_query_macro;

    #[test]
    fn a_query_macro_is_recognised() {
        assert!(calls_query_macro("let row = sqlx::query_as!(Row, \"…\")"));
        assert!(!calls_query_macro("let row = sqlx::query(\"…\")"));
    }
}
