//! One long step at a time, with what it does and how long it has taken. What the programs say goes to a log,
//! whose end is shown when one fails.

use crate::processes::{Running, go_on, tail};
use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use nix::sys::signal::Signal;
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Runs a command with its output in a log and a line that shows the time it has taken.
pub fn quiet(title: &str, command: &mut Command, log: &Path) -> Result<()> {
    step(title, || {
        let mut running = Running::start(title, command, log, Signal::SIGTERM)?;
        let status = wait(&mut running)?;
        if status.success() {
            return Ok(());
        }
        bail!("{title}: {status}. The end of {}:\n{}", log.display(), tail(log, 40))
    })
}

/// Runs a command whose output is the point (a test's): it goes straight to the screen.
pub fn loud(title: &str, command: &mut Command) -> Result<()> {
    println!("\n=== {title}");
    let begun = Instant::now();
    let mut running = Running::on_screen(title, command)?;
    let status = wait(&mut running)?;
    if !status.success() {
        bail!("{title}: {status} after {:.1} s", begun.elapsed().as_secs_f32());
    }
    println!("    {title}: done in {:.1} s", begun.elapsed().as_secs_f32());
    Ok(())
}

/// How many tests went which way.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads one line of `cargo test` (`test result: ok. 3 passed; 0 failed; 1 ignored; …`) or of Playwright (`  3 passed (2s)`).
    fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_end_matches(';')).collect();
        let found = match words.as_slice() {
            ["test", "result:", _, rest @ ..] => rest,
            [number, "passed" | "failed" | "skipped" | "flaky" | "interrupted", ..] if number.parse::<u64>().is_ok() => &words[..2],
            _ => return,
        };
        for pair in found.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else {
                continue;
            };
            match pair[1] {
                "passed" | "flaky" => self.passed += number,
                "failed" | "interrupted" => self.failed += number,
                "ignored" | "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// Runs tests on the screen and counts what they report. Failed tests are in the counts; an error means that the run itself
/// broke, as when it does not compile.
pub fn counted(title: &str, command: &mut Command) -> Result<Counts> {
    println!("\n=== {title}");
    go_on()?;
    let mut running = Running::on_screen(title, command.stdout(Stdio::piped()))?;
    let output = running.output();
    let reader = std::thread::spawn(move || {
        let mut counts = Counts::default();
        for line in output.into_iter().flat_map(|output| BufReader::new(output).lines()).map_while(std::result::Result::ok) {
            println!("{line}");
            counts.read(&line);
        }
        counts
    });
    let status = wait(&mut running)?;
    let Ok(counts) = reader.join() else { bail!("{title}: its output was not readable") };
    if !status.success() && counts.failed == 0 {
        bail!("{title}: {status}, though no test failed");
    }
    Ok(counts)
}

fn wait(running: &mut Running) -> Result<ExitStatus> {
    loop {
        go_on()?;
        if let Some(status) = running.ended()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a piece of work under one line with a clock.
pub fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    go_on()?;
    let begun = Instant::now();
    let on_screen = std::io::stderr().is_terminal();
    let bar = if on_screen { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(title.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    if !on_screen {
        eprintln!("  … {title}");
    }
    let outcome = work();
    bar.finish_and_clear();
    let mark = if outcome.is_ok() { "✓" } else { "✗" };
    eprintln!("  {mark} {title} ({:.1} s)", begun.elapsed().as_secs_f32());
    outcome
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn both_runners_are_understood() {
        let mut counts = Counts::default();
        counts.read("test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.10s");
        counts.read("  12 passed (30.1s)");
        counts.read("  1 failed");
        counts.read("the 4 passed gates");
        assert_eq!(counts, Counts { passed: 15, failed: 2, skipped: 2 });
    }
}
