//! Programs the build needs beyond cargo itself, each at the version this repository was proved with, kept in the cache
//! folder. What is there is used; what is missing is announced before it is installed.

use crate::context::Context;
use crate::steps;
use anyhow::{Context as _, Result, bail};
use std::process::{Command, Stdio};

/// 0.3.11 and later ask for a newer compiler than the one pinned here.
const CARGO_LEPTOS: &str = "0.3.7";

pub fn prepare(context: &Context) -> Result<()> {
    wasm_target(context)?;
    let bindgen =
        locked_version(&std::fs::read_to_string(context.root.join("Cargo.lock"))?, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    install(
        context,
        &Tool {
            package: "cargo-leptos",
            program: "cargo-leptos",
            version: CARGO_LEPTOS,
            why: "it builds the server and the browser's bundle together",
            words: &["--locked", "--features", "no_downloads", "--profile", "dev"],
            ask: &["leptos", "--version"],
        },
    )?;
    install(
        context,
        &Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: &bindgen,
            why: "its version must be exactly the one in Cargo.lock",
            words: &["--debug"],
            ask: &["--version"],
        },
    )
}

/// The toolchain file names the target, so that rustup installs it by itself; an older toolchain may still lack it.
fn wasm_target(context: &Context) -> Result<()> {
    if crate::system::in_path("rustup").is_none() {
        // A distribution's compiler brings its targets as packages: the build says what is missing.
        return Ok(());
    }
    let output = context.command("rustup").args(["target", "list", "--installed"]).output()?;
    let installed = String::from_utf8_lossy(&output.stdout).into_owned();
    if installed.lines().any(|line| line.trim() == "wasm32-unknown-unknown") {
        return Ok(());
    }
    println!("Installing the compiler's wasm32 target: the islands run in the browser.");
    let log = context.cache.join("rustup.log");
    steps::quiet("rustup target add wasm32-unknown-unknown", context.command("rustup").args(["target", "add", "wasm32-unknown-unknown"]), &log)
}

struct Tool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    why: &'a str,
    words: &'a [&'a str],
    ask: &'a [&'a str],
}

fn install(context: &Context, tool: &Tool<'_>) -> Result<()> {
    if has_version(&context.tools().join("bin").join(tool.program), tool) || has_version(tool.program.as_ref(), tool) {
        return Ok(());
    }
    println!("Installing {} {}: {}. The first time takes minutes.", tool.package, tool.version, tool.why);
    let log = context.cache.join(format!("{}.log", tool.package));
    let mut command = context.command("cargo");
    // Compiled apart from the portal: the same folder would make each rebuild what the other made.
    command.env("CARGO_TARGET_DIR", context.cache.join("tools-target")).env("CARGO_PROFILE_DEV_DEBUG", "false").env_remove("RUSTFLAGS");
    command.args(["install", tool.package, "--version", tool.version, "--root"]).arg(context.tools()).args(tool.words);
    steps::quiet(&format!("cargo install {} {}", tool.package, tool.version), &mut command, &log)?;
    if !has_version(&context.tools().join("bin").join(tool.program), tool) {
        bail!("{} was installed but does not say it is version {}", tool.program, tool.version);
    }
    Ok(())
}

fn has_version(program: &std::path::Path, tool: &Tool<'_>) -> bool {
    let answer = Command::new(program).args(tool.ask).stdin(Stdio::null()).stderr(Stdio::null()).output();
    answer.is_ok_and(|output| output.status.success() && says(&String::from_utf8_lossy(&output.stdout), tool.version))
}

fn says(answer: &str, version: &str) -> bool {
    answer.split_whitespace().any(|word| word.trim_start_matches('v') == version)
}

/// The version Cargo.lock holds of a package.
pub fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    let wanted = format!("name = \"{package}\"");
    lines.by_ref().find(|line| *line == wanted)?;
    let line = lines.next()?;
    Some(line.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{locked_version, says};

    #[test]
    fn the_lock_file_gives_the_exact_version() {
        let lock =
            "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.100"));
        assert_eq!(locked_version(lock, "absent"), None);
    }

    #[test]
    fn a_version_is_a_whole_word() {
        assert!(says("cargo-leptos 0.3.7\n", "0.3.7"));
        assert!(!says("cargo-leptos 0.3.71\n", "0.3.7"));
    }
}
