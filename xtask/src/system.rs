//! What the operating system must bring: Postgres's programs and, for tests, Chromium. Installed from the distribution's
//! packages when this process may; otherwise the exact command is told. It never changes anything else.

use crate::context::Context;
use crate::steps;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder with `initdb`, `postgres` and `psql`, newest version first.
pub fn postgres_programs(context: &Context) -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install(context, "postgresql", "the portal keeps its record in Postgres")?;
    find_postgres().ok_or_else(|| anyhow::anyhow!("initdb is in no folder of PATH nor in /usr/lib/postgresql/*/bin"))
}

/// `psql` alone, for a cluster that runs elsewhere.
pub fn psql(context: &Context) -> Result<PathBuf> {
    if let Some(found) = in_path("psql") {
        return Ok(found);
    }
    Ok(postgres_programs(context)?.join("psql"))
}

/// A Chromium for the journeys.
pub fn chromium(context: &Context) -> Result<PathBuf> {
    if let Some(given) = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|given| given.is_file()) {
        return Ok(given);
    }
    let find = || ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].iter().find_map(|name| in_path(name));
    if let Some(found) = find() {
        return Ok(found);
    }
    install(context, "chromium", "the journeys run in a real browser")?;
    find().ok_or_else(|| anyhow::anyhow!("no Chromium in PATH; set CHROMIUM to its program"))
}

/// A Python 3 that can make virtual environments.
pub fn python(context: &Context) -> Result<PathBuf> {
    let find = || {
        let able = |program: &PathBuf| {
            let mut ask = Command::new(program);
            ask.args(["-c", "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"]).stdout(Stdio::null()).stderr(Stdio::null());
            ask.status().is_ok_and(|status| status.success())
        };
        in_path("python3").into_iter().chain([PathBuf::from("/usr/bin/python3")]).find(able)
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    install(context, "python3-venv", "a journey reads data with Python")?;
    find().ok_or_else(|| anyhow::anyhow!("no Python 3.11 or newer with its venv module in PATH"))
}

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

pub fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn find_postgres() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| is_program(&folder.join(name)));
    let mut packaged: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    packaged.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    packaged
        .into_iter()
        .map(|(_, folder)| folder)
        .find(complete)
        .or_else(|| in_path("initdb").and_then(|program| program.parent().map(Path::to_path_buf)).filter(complete))
}

fn install(context: &Context, package: &str, why: &str) -> Result<()> {
    if in_path("apt-get").is_none() {
        bail!("{package} is missing ({why}). Install it with this system's package manager and run the command again");
    }
    let (prefix, allowed): (&[&str], bool) = if is_root() {
        (&[], true)
    } else {
        let sudo = in_path("sudo").is_some()
            && Command::new("sudo").args(["-n", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        (&["sudo", "-n", "env"], sudo)
    };
    if !allowed {
        bail!(
            "{package} is missing ({why}). Run this, then the command again:\n\n    sudo apt-get update && sudo apt-get install --yes --no-install-recommends {package}\n"
        );
    }
    println!("Installing {package} from the distribution: {why}.");
    let log = context.cache.join("apt.log");
    for words in [&["update"][..], &["install", "--yes", "--no-install-recommends", package]] {
        let mut all: Vec<&str> = prefix.to_vec();
        all.extend(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        all.extend(words);
        let (program, rest) = if is_root() { ("env", &all[..]) } else { (all[0], &all[1..]) };
        steps::quiet(&format!("apt-get {}", words.join(" ")), Command::new(program).args(rest), &log)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::in_path;

    #[test]
    fn a_program_is_found_and_a_missing_one_is_not() {
        assert!(in_path("sh").is_some());
        assert!(in_path("no-such-program-anywhere").is_none());
    }
}
