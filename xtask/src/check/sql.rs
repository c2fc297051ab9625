//! SQL stands only in the crates whose business it is, so that what is read and written can be looked up in one place.

use super::files;
use anyhow::Result;
use regex::Regex;
use std::path::Path;

/// Folders that may hold SQL, with the reason.
const ALLOWED: [(&str, &str); 6] = [
    ("crates/store/", "the record"),
    ("crates/search/", "the Postgres search engine"),
    ("crates/ports/", "grants and reads at the sources"),
    ("migrations/", "the record's shape"),
    ("xtask/", "roles and databases, made through psql before there is a portal"),
    ("benches/", "the bare program runs the portal's queries for comparison"),
];

pub fn check(root: &Path) -> Result<Vec<String>> {
    let patterns = patterns()?;
    let mut found = Vec::new();
    for file in files::under(root, "rs")? {
        let shown = files::shown(root, &file);
        if ALLOWED.iter().any(|(folder, _)| shown.starts_with(folder)) || is_test(&shown) {
            continue;
        }
        let source = std::fs::read_to_string(&file)?;
        found.extend(findings(&patterns, &source).into_iter().map(|(line, what)| format!("{shown}:{line}: {what}")));
    }
    Ok(found)
}

/// A test of the whole server may look into the database; code that ships may not.
fn is_test(shown: &str) -> bool {
    shown.starts_with("server/tests/")
}

fn patterns() -> Result<Vec<Regex>> {
    [
        r"\bSELECT\b[^;{}]{1,400}?\bFROM\b",
        r"\bINSERT\s+INTO\b",
        r"\bUPDATE\s+\w+\s+SET\b",
        r"\bDELETE\s+FROM\b",
        r"\b(CREATE|ALTER|DROP)\s+(TABLE|ROLE|VIEW|SCHEMA|DATABASE|INDEX|FUNCTION)\b",
        r"\bsqlx::query\w*\b",
        r"\bquery(_as|_scalar)?!\s*\(",
    ]
    .iter()
    .map(|pattern| Ok(Regex::new(pattern)?))
    .collect()
}

fn findings(patterns: &[Regex], source: &str) -> Vec<(usize, String)> {
    let code = files::without_comments(files::without_tests(source));
    let mut found: Vec<(usize, String)> = patterns
        .iter()
        .flat_map(|pattern| pattern.find_iter(&code))
        .map(|hit| {
            let line = code[..hit.start()].matches('\n').count() + 1;
            (line, hit.as_str().split_whitespace().take(6).collect::<Vec<_>>().join(" "))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::{findings, patterns};

    #[test]
    fn sql_is_found_and_prose_is_not() {
        let patterns = patterns().unwrap();
        let count = |source: &str| findings(&patterns, source).len();
        assert_eq!(count("let q = \"SELECT a,\n b FROM c\";"), 1);
        assert_eq!(count("let q = \"INSERT INTO a VALUES (1)\";"), 1);
        assert_eq!(count("let q = \"UPDATE a SET b = 1\";"), 1);
        assert_eq!(count("sqlx::query(text)"), 1);
        assert_eq!(count("// SELECT a FROM b\nlet text = \"select a product from the list\";"), 0);
        assert_eq!(count("#[cfg(test)]\nmod tests { const A: &str = \"DELETE FROM a\"; }"), 0);
    }

    #[test]
    fn a_finding_names_its_line() {
        assert_eq!(findings(&patterns().unwrap(), "\n\n\"DELETE FROM a\"")[0].0, 3);
    }
}
