//! A Postgres of a test's own, that it may kill: made with the programs of the server that DATABASE_URL names, in a folder that
//! goes with it.

use sqlx::{Connection, PgConnection};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Whom it runs as; Postgres refuses root.
    account: Option<(u32, u32)>,
    port: u16,
    running: Option<Child>,
}

/// A number that `id` tells.
fn id(option: &str, name: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(option).args(name).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

impl Cluster {
    /// `url` is any database of a superuser on this machine.
    pub async fn start(url: &str, name: &str) -> Self {
        let mut conn = PgConnection::connect(url).await.unwrap();
        let programs: String = sqlx::query_scalar("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetch_one(&mut conn).await.unwrap();
        let account = (id("-u", None) == Some(0)).then(|| {
            let found = ["postgres", "nobody"].into_iter().find_map(|name| Some((id("-u", Some(name))?, id("-g", Some(name))?)));
            found.expect("Postgres refuses root, and there is neither a user postgres nor nobody")
        });
        let folder = Path::new("/var/tmp").join(format!("pasar-{name}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        if let Some((user, group)) = account {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut cluster = Self { folder, programs: programs.into(), account, port, running: None };
        let mut initdb = cluster.command("initdb");
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "--no-sync", "-D"]).arg(cluster.folder.join("data"));
        let output = initdb.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // Readers show their passwords, as everywhere.
        let rules = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(cluster.folder.join("data/pg_hba.conf"), rules).unwrap();
        cluster.restart().await;
        cluster
    }

    fn command(&self, program: &str) -> Command {
        let installed = self.programs.join(program);
        let mut command = Command::new(if installed.exists() { installed } else { program.into() });
        command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group).env("HOME", "/");
        }
        command
    }

    pub fn url(&self, database: &str) -> url::Url {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port).parse().unwrap()
    }

    /// SIGKILL: nothing is written down, nobody is told.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.kill().unwrap();
            running.wait().unwrap();
        }
    }

    /// Until it answers. What a killed one left in memory is in the way for a moment.
    pub async fn restart(&mut self) {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < Duration::from_secs(30), "the source does not start");
            if self.running.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some()) {
                let mut postgres = self.command("postgres");
                postgres.arg("-D").arg(self.folder.join("data")).stderr(Stdio::null());
                for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=60", "logging_collector=off"]
                {
                    postgres.args(["-c", setting]);
                }
                self.running = Some(postgres.args(["-c", &format!("port={}", self.port)]).spawn().unwrap());
            }
            if PgConnection::connect(self.url("postgres").as_str()).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
        // Those whom it started go within moments, and may write until then.
        for _ in 0..50 {
            if std::fs::remove_dir_all(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
