//! What readers do at the source without the portal, from the source's own log: a reader who connects with `psql` leaves the
//! same trace as one who asks the API.

use crate::credential::RoleOf;
use crate::error::PortError;
use crate::source::Source;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::Row;

/// Bytes of the log taken at once.
const CHUNK: i32 = 1 << 20;

/// How far the log has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPosition {
    pub file: String,
    pub byte: i64,
}

/// One statement of a reader, or one refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRead {
    pub reader: RoleOf,
    pub at: DateTime<Utc>,
    /// The session at the source, as its log names it.
    pub session: String,
    /// The client's address as the source saw it.
    pub remote: Option<String>,
    /// What was asked, shortened; none for a refused connection.
    pub statement: Option<String>,
    /// None when it succeeded; otherwise the SQLSTATE and the source's message.
    pub fault: Option<(String, String)>,
}

impl SourceRead {
    /// Whether the source said no, rather than failed.
    pub fn is_refused(&self) -> bool {
        self.fault.as_ref().is_some_and(|(code, _)| code == "42501" || code.starts_with("28"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogReading {
    /// The source's server does not keep a log that can be read, or its administrator has not allowed it.
    NotKept,
    /// Nothing since.
    UpToDate,
    Read(LogPosition, Vec<SourceRead>),
}

impl Source {
    /// The readers' lines after `after`; from the oldest log that is still there when it is none.
    pub async fn log(&self, after: Option<&LogPosition>) -> Result<LogReading, PortError> {
        let installed = "SELECT has_function_privilege(to_regprocedure('pasar_log.kept()'), 'EXECUTE')";
        let installed: Option<bool> = sqlx::query_scalar(installed).fetch_one(&self.pool).await?;
        if installed != Some(true) || !sqlx::query_scalar("SELECT pasar_log.kept()").fetch_one(&self.pool).await? {
            return Ok(LogReading::NotKept);
        }
        let row = sqlx::query("SELECT file, next_byte, lines::text AS lines FROM pasar_log.read($1, $2, $3)")
            .bind(after.map(|position| &position.file))
            .bind(after.map_or(0, |position| position.byte))
            .bind(CHUNK)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(LogReading::UpToDate) };
        let lines: String = row.try_get("lines")?;
        let lines: Vec<Line> = serde_json::from_str(&lines).map_err(|error| PortError::Source(error.to_string()))?;
        Ok(LogReading::Read(LogPosition { file: row.try_get("file")?, byte: row.try_get("next_byte")? }, reads(lines)))
    }
}

#[derive(Deserialize)]
struct Line {
    at: DateTime<Utc>,
    reader: String,
    session: String,
    remote: Option<String>,
    severity: Option<String>,
    code: Option<String>,
    message: Option<String>,
    statement: Option<String>,
}

/// A statement and the error that ended it become one read.
fn reads(lines: Vec<Line>) -> Vec<SourceRead> {
    let mut reads: Vec<SourceRead> = vec![];
    for line in lines {
        let Some(reader) = RoleOf::of_name(&line.reader) else { continue };
        let message = line.message.unwrap_or_default();
        let read = SourceRead { reader, at: line.at, session: line.session, remote: line.remote, statement: None, fault: None };
        match line.severity.as_deref() {
            Some("LOG") => {
                if let Some(statement) = asked(&message).filter(|statement| reads_something(statement)) {
                    reads.push(SourceRead { statement: Some(shown(statement)), ..read });
                }
            }
            Some("ERROR" | "FATAL") => {
                let code = line.code.unwrap_or_default();
                // Classes 57 and 08: the session was ended, or the line was lost; nothing was asked.
                if code.starts_with("57") || code.starts_with("08") {
                    continue;
                }
                let statement = line.statement.as_deref().map(shown);
                let fault = Some((code, message));
                match reads.iter_mut().rev().find(|known| known.session == read.session) {
                    Some(known) if known.statement == statement && known.fault.is_none() => known.fault = fault,
                    _ => reads.push(SourceRead { statement, fault, ..read }),
                }
            }
            _ => {}
        }
    }
    reads
}

/// The statement in a line of `log_statement`.
fn asked(message: &str) -> Option<&str> {
    if let Some(statement) = message.strip_prefix("statement: ") {
        return Some(statement);
    }
    if let Some(call) = message.strip_prefix("fastpath function call: ") {
        return Some(call);
    }
    message.strip_prefix("execute ").and_then(|rest| rest.split_once(": ")).map(|(_, statement)| statement)
}

/// Words that begin a statement which reads nothing, when it stands alone.
const HOUSEKEEPING: [&str; 16] = [
    "begin",
    "start",
    "commit",
    "end",
    "rollback",
    "abort",
    "savepoint",
    "release",
    "set",
    "reset",
    "show",
    "discard",
    "deallocate",
    "close",
    "listen",
    "unlisten",
];

fn reads_something(statement: &str) -> bool {
    let statement = statement.trim().trim_end_matches(';');
    let first: String = statement.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    statement.contains(';') || !HOUSEKEEPING.contains(&first.as_str())
}

/// On one line, shortened, and without a password that somebody may have typed.
fn shown(statement: &str) -> String {
    const LONGEST: usize = 300;
    if statement.to_lowercase().contains("password") {
        return "(a statement about a password)".into();
    }
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST { line } else { line.chars().take(LONGEST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn line(severity: &str, code: Option<&str>, message: &str, statement: Option<&str>) -> Line {
        Line {
            at: DateTime::UNIX_EPOCH,
            reader: format!("pasar_a_{}", Uuid::from_u128(7).simple()),
            session: "1.2".into(),
            remote: None,
            severity: Some(severity.into()),
            code: code.map(Into::into),
            message: Some(message.into()),
            statement: statement.map(Into::into),
        }
    }

    #[test]
    fn a_statement_and_its_error_are_one_read() {
        let refused = "permission denied for table staff";
        let found = reads(vec![
            line("LOG", None, "statement: SELECT\n1", None),
            line("LOG", None, "statement: SELECT * FROM ssot.staff", None),
            line("ERROR", Some("42501"), refused, Some("SELECT * FROM ssot.staff")),
            line("FATAL", Some("28P01"), "password authentication failed", None),
            line("FATAL", Some("57P01"), "terminating connection", None),
        ]);
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].statement.as_deref(), &found[0].fault), (Some("SELECT 1"), &None));
        assert!(found[1].is_refused() && found[2].is_refused());
    }

    #[test]
    fn housekeeping_hides_no_read() {
        assert!(!reads_something("SET search_path = x;"));
        assert!(!reads_something("commit"));
        for statement in ["SET a = 1; SELECT * FROM routes", "/* x */ select 1", "FETCH 10 FROM c", "COPY routes TO STDOUT", "execute plan"] {
            assert!(reads_something(statement), "{statement}");
        }
        assert_eq!(asked("execute <unnamed>: SELECT 1"), Some("SELECT 1"));
        assert_eq!(asked("connection authorized: user=x"), None);
    }

    #[test]
    fn what_is_kept_is_short_and_holds_no_password() {
        assert!(shown(&"x ".repeat(1000)).chars().count() <= 301);
        assert!(!shown("ALTER ROLE me PASSWORD 'hunter2'").contains("hunter2"));
    }
}
