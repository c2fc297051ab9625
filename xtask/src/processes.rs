//! Programs started for as long as this one runs. Each has its own process group and is stopped by that group's number:
//! never by a name, and never one that somebody else started.

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and SIGTERM only leave a note, so that whatever runs can stop its children in order.
pub fn listen_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")
}

pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// An error when somebody pressed Ctrl-C: call it between and within long steps.
pub fn go_on() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    Ok(())
}

/// A child with its own process group, stopped when dropped.
pub struct Running {
    name: String,
    child: Child,
    log: PathBuf,
    stop_with: Signal,
    patience: Duration,
}

impl Running {
    /// Starts it with both outputs in `log`.
    pub fn start(name: &str, command: &mut Command, log: &Path, stop_with: Signal) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned(), stop_with, patience: Duration::from_secs(20) })
    }

    /// Starts it on the screen, for a test run whose output is the point.
    pub fn on_screen(name: &str, command: &mut Command) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name} ({})", command.get_program().display()))?;
        Ok(Self { name: name.to_owned(), child, log: PathBuf::new(), stop_with: Signal::SIGTERM, patience: Duration::from_secs(20) })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it prints, when its output was asked to be piped.
    pub fn output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks `ready` until it says yes; an error when the child ends or the time is over, with the end of its log.
    pub fn wait_until(&mut self, patience: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let begun = Instant::now();
        loop {
            go_on()?;
            if ready() {
                return Ok(());
            }
            if let Some(status) = self.ended()? {
                bail!("{} ended ({status}). The end of {}:\n{}", self.name, self.log.display(), tail(&self.log, 30));
            }
            if begun.elapsed() > patience {
                bail!("{} is not ready after {} s. The end of {}:\n{}", self.name, patience.as_secs(), self.log.display(), tail(&self.log, 30));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn signal(&self, signal: Signal) {
        if let Ok(number) = i32::try_from(self.child.id()) {
            // The group may be gone already: then there is nothing to stop.
            let _ = killpg(Pid::from_raw(number), signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        self.signal(self.stop_with);
        let begun = Instant::now();
        while begun.elapsed() < self.patience {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        eprintln!("{} did not stop in {} s and is killed", self.name, self.patience.as_secs());
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// The last lines of a log, for a message.
pub fn tail(log: &Path, lines: usize) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Running, tail};
    use nix::sys::signal::Signal;
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::{Duration, Instant};

    fn log(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("pasar-{name}-{}", std::process::id()))
    }

    #[test]
    fn dropping_stops_the_child_and_its_children() {
        let log = log("drop");
        let begun = Instant::now();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]);
        drop(Running::start("sleeper", &mut command, &log, Signal::SIGTERM).unwrap());
        assert!(begun.elapsed() < Duration::from_secs(10));
        let _ = std::fs::remove_file(log);
    }

    #[test]
    fn an_early_end_shows_the_log() {
        let log = log("end");
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken; exit 3"]);
        let mut running = Running::start("thing", &mut command, &log, Signal::SIGTERM).unwrap();
        let fault = running.wait_until(Duration::from_secs(10), || false).unwrap_err().to_string();
        assert!(fault.contains("broken") && fault.contains("thing ended"), "{fault}");
        assert_eq!(tail(&log, 1), "  | broken");
        let _ = std::fs::remove_file(log);
    }
}
