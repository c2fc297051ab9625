//! A Postgres cluster of our own, for this checkout and this purpose. It asks for a password, listens on localhost alone,
//! and as root it runs as another user, because Postgres refuses root. It never touches a cluster it did not make.

use crate::context::{Context, make_private_folder};
use crate::ports::Ports;
use crate::processes::Running;
use crate::psql::Psql;
use crate::secrets::Secrets;
use crate::{steps, system};
use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;
use nix::unistd::{User, getuid};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const SUPERUSER: &str = "pasar_admin";

pub struct Cluster {
    pub admin: Psql,
    running: Running,
    /// Goes once it has stopped: fields are dropped in this order.
    _data: Option<Removed>,
    /// Held while the cluster runs: a second command for the same purpose is refused, not mixed up with this one.
    _lock: fs::File,
}

/// What a cluster is for decides how careful it is with its data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Kept between starts.
    Kept,
    /// Made anew each time, and fast rather than safe.
    Throwaway,
}

/// A throwaway cluster's data, removed when this is dropped.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        if let Err(fault) = fs::remove_dir_all(&self.0) {
            eprintln!("  cannot remove {}: {fault}", self.0.display());
        }
    }
}

impl Cluster {
    pub fn start(context: &Context, purpose: &str, durability: Durability) -> Result<Self> {
        let programs = system::postgres_programs(context)?;
        let state = context.state(purpose)?;
        let lock = lock(&state, purpose)?;
        let account = account()?;
        let home = home(context, purpose, &state, account.as_ref())?;
        let data = home.join("data");
        stop_left_over(&programs, &data, account.as_ref())?;
        if durability == Durability::Throwaway && data.exists() {
            fs::remove_dir_all(&data)?;
        }
        let secrets = Secrets::kept_in(&state)?;
        if !data.join("PG_VERSION").exists() {
            steps::step("Making a private Postgres cluster", || initialise(&programs, &home, &secrets, account.as_ref(), durability))?;
        }
        let port = Ports::kept_in(&state).take("postgres", 55_500)?;
        let mut command = as_user(&programs.join("postgres"), account.as_ref());
        command.current_dir(&data).arg("-D").arg(&data);
        for setting in settings(&data, port, purpose, durability) {
            command.arg("-c").arg(setting);
        }
        // SIGINT is Postgres's fast shutdown: open sessions are ended, nothing committed is lost.
        let running = Running::start("postgres", &mut command, &state.join("postgres.log"), Signal::SIGINT)?;
        let url = format!("postgres://{SUPERUSER}:{}@localhost:{port}/postgres", secrets.superuser);
        let admin = Psql { program: programs.join("psql"), url: url.parse()? };
        let data = (durability == Durability::Throwaway).then(|| Removed(data));
        let mut cluster = Self { admin, running, _data: data, _lock: lock };
        let probe = cluster.admin.clone();
        steps::step("Starting Postgres", || cluster.running.wait_until(Duration::from_mins(1), || probe.run("SELECT 1").is_ok()))?;
        Ok(cluster)
    }

    /// Removes the data and secrets of a private cluster that is not running.
    pub fn forget(context: &Context, purpose: &str) -> Result<()> {
        let programs = system::postgres_programs(context)?;
        let state = context.state(purpose)?;
        let _lock = lock(&state, purpose)?;
        let account = account()?;
        let data = home(context, purpose, &state, account.as_ref())?.join("data");
        stop_left_over(&programs, &data, account.as_ref())?;
        for folder in [data] {
            if folder.exists() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
        let secrets = state.join("secrets.json");
        if secrets.exists() {
            fs::remove_file(secrets)?;
        }
        Ok(())
    }
}

/// Held by one command at a time, until it ends or is killed.
pub fn lock(state: &Path, purpose: &str) -> Result<fs::File> {
    let file = fs::File::create(state.join("lock"))?;
    if file.try_lock().is_err() {
        bail!("another `cargo xtask {purpose}` of this checkout is running: stop it first");
    }
    Ok(file)
}

/// The account Postgres runs under when we are root.
fn account() -> Result<Option<User>> {
    if !system::is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    bail!("Postgres refuses to run as root and there is neither a user postgres nor nobody")
}

/// A folder the account can reach: beside the state when the way there is open, else under /var/tmp.
fn home(context: &Context, purpose: &str, state: &Path, account: Option<&User>) -> Result<PathBuf> {
    let Some(user) = account else {
        return Ok(state.to_owned());
    };
    let top = PathBuf::from(format!("/var/tmp/pasar-{}", getuid()));
    let home = top.join(&context.checkout).join(purpose);
    // Everybody may write to /var/tmp: what is there already must be a folder of ours.
    if let Ok(found) = top.symlink_metadata()
        && (!found.is_dir() || found.uid() != getuid().as_raw())
    {
        bail!("{} belongs to somebody else; remove it", top.display());
    }
    fs::create_dir_all(&home)?;
    for folder in [top.clone(), top.join(&context.checkout)] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
    }
    make_private_folder(&home)?;
    chown(&home, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
    Ok(home)
}

fn as_user(program: &Path, account: Option<&User>) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C.UTF-8").env_remove("PGDATA");
    if let Some(user) = account {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", "/");
    }
    command
}

fn initialise(programs: &Path, home: &Path, secrets: &Secrets, account: Option<&User>, durability: Durability) -> Result<()> {
    let data = home.join("data");
    if data.exists() {
        // An earlier attempt was cut short: a whole cluster has a PG_VERSION.
        fs::remove_dir_all(&data)?;
    }
    let password = home.join("superuser-password");
    crate::secrets::write_private(&password, secrets.superuser.as_bytes())?;
    if let Some(user) = account {
        chown(&password, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
    }
    let mut command = as_user(&programs.join("initdb"), account);
    command.current_dir(home).arg("-D").arg(&data).arg(format!("--pwfile={}", password.display()));
    command.args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--username", SUPERUSER]);
    if durability == Durability::Throwaway {
        command.arg("--no-sync");
    }
    let output = command.stdin(Stdio::null()).output().context("cannot start initdb");
    fs::remove_file(&password)?;
    let output = output?;
    if !output.status.success() {
        bail!("initdb: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

fn settings(data: &Path, port: u16, purpose: &str, durability: Durability) -> Vec<String> {
    // A socket's path may have at most 107 bytes; TCP on localhost is what everything here uses.
    let socket = if data.as_os_str().len() < 90 { data.display().to_string() } else { String::new() };
    let mut all = vec![
        format!("port={port}"),
        "listen_addresses=localhost".to_owned(),
        format!("unix_socket_directories={socket}"),
        "max_connections=200".to_owned(),
        "password_encryption=scram-sha-256".to_owned(),
        // As JSON and in files of its own: reads made directly at the source are taken from it.
        "logging_collector=on".to_owned(),
        "log_destination=jsonlog".to_owned(),
        "log_directory=log".to_owned(),
        "log_rotation_size=64MB".to_owned(),
    ];
    if purpose == "bench" {
        // A quarter of a small server's memory, as Postgres's manual advises; it comes set up for a tenth of that.
        all.push("shared_buffers=1GB".to_owned());
    }
    if durability == Durability::Throwaway {
        all.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    all
}

/// A cluster of ours whose command was killed is still running: it is asked to stop through its own data folder.
fn stop_left_over(programs: &Path, data: &Path, account: Option<&User>) -> Result<()> {
    if !data.join("postmaster.pid").exists() {
        return Ok(());
    }
    let control = |words: &[&str]| {
        let mut command = as_user(&programs.join("pg_ctl"), account);
        command.current_dir("/").arg("-D").arg(data).args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()
    };
    if control(&["status"])?.success() {
        eprintln!("  a Postgres left over from an earlier start is stopped first");
        if !control(&["stop", "-m", "fast", "-w", "-t", "30"])?.success() {
            bail!("a Postgres left over in {} does not stop", data.display());
        }
    }
    Ok(())
}
