//! SQL for setting databases up, sent through Postgres's own `psql` as its administrator. Passwords travel in the
//! environment and on standard input, never on a command line that others can list.

use anyhow::{Context as _, Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use url::Url;

/// A server, a user and a database, with the program that reaches them.
#[derive(Clone)]
pub struct Psql {
    pub program: PathBuf,
    pub url: Url,
}

impl Psql {
    /// The same user on another database of the same server.
    pub fn on(&self, database: &str) -> Self {
        let mut url = self.url.clone();
        url.set_path(database);
        Self { program: self.program.clone(), url }
    }

    /// Another user's URL on a database of the same server.
    pub fn url_for(&self, user: &str, password: &str, database: &str) -> Result<Url> {
        let mut url = self.url.clone();
        let named = url.set_username(user).and_then(|()| url.set_password(Some(password)));
        if named.is_err() {
            bail!("this database URL cannot carry a user name");
        }
        url.set_path(database);
        Ok(url)
    }

    /// Runs the script, all or, with an error, nothing after the fault. Returns what it printed, unaligned.
    pub fn run(&self, script: &str) -> Result<String> {
        let mut command = self.command();
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let mut input = child.stdin.take().context("psql takes no input")?;
        let text = script.to_owned();
        // psql may answer before it has read all: writing must not wait for reading.
        let writer = std::thread::spawn(move || {
            // A psql that stopped at a fault closes its input; its message says more than this error would.
            let _ = input.write_all(text.as_bytes());
        });
        let output = child.wait_with_output()?;
        let _ = writer.join();
        if !output.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs one statement and throws away what it prints; how long it took, from start to the last row.
    pub fn discard(&self, statement: &str) -> Result<std::time::Duration> {
        let begun = std::time::Instant::now();
        let status = self.command().args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]).stdout(Stdio::null()).status()?;
        if !status.success() {
            bail!("psql could not read");
        }
        Ok(begun.elapsed())
    }

    /// Runs every migration file in order, each in a transaction of its own.
    pub fn migrate(&self, folder: &Path) -> Result<()> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file)?;
            self.run(&format!("BEGIN;\n{text}\nCOMMIT;\n")).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, value) in environment(&self.url) {
            command.env(name, value);
        }
        command
    }
}

/// What libpq reads from the environment, taken from an URL.
fn environment(url: &Url) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        all.push(("PGHOST", plain(host)));
    }
    if let Some(port) = url.port() {
        all.push(("PGPORT", port.to_string()));
    }
    if !url.username().is_empty() {
        all.push(("PGUSER", plain(url.username())));
    }
    if let Some(password) = url.password() {
        all.push(("PGPASSWORD", plain(password)));
    }
    let database = url.path().trim_start_matches('/');
    all.push(("PGDATABASE", if database.is_empty() { "postgres".to_owned() } else { plain(database) }));
    for (name, value) in url.query_pairs() {
        let variable = match name.as_ref() {
            "host" => "PGHOST",
            "sslmode" => "PGSSLMODE",
            "sslrootcert" => "PGSSLROOTCERT",
            _ => continue,
        };
        all.push((variable, value.into_owned()));
    }
    all
}

/// The text behind percent-encoding.
fn plain(text: &str) -> String {
    let joined = format!("v={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(joined.as_bytes()).next().map_or_else(|| text.to_owned(), |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::environment;
    use url::Url;

    #[test]
    fn an_url_becomes_an_environment() {
        let url = Url::parse("postgres://ad%20min:p%40ss+word@db.example:6543/things?sslmode=require&other=1").unwrap();
        let all = environment(&url);
        let value = |name: &str| all.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("PGUSER"), Some("ad min"));
        assert_eq!(value("PGPASSWORD"), Some("p@ss+word"));
        assert_eq!(value("PGHOST"), Some("db.example"));
        assert_eq!(value("PGPORT"), Some("6543"));
        assert_eq!(value("PGDATABASE"), Some("things"));
        assert_eq!(value("PGSSLMODE"), Some("require"));
    }

    #[test]
    fn without_a_database_it_is_the_administrators() {
        let url = Url::parse("postgres://localhost").unwrap();
        assert!(environment(&url).contains(&("PGDATABASE", "postgres".to_owned())));
    }
}
