//! The project's own files, without what tools produce.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::{Path, PathBuf};

const PRODUCED: [&str; 6] = ["target", "node_modules", "test-results", "playwright-report", ".git", ".sqlx"];

/// Every file below the folder with this extension, in order.
pub fn under(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.retain(|file| file.extension().is_some_and(|own| own == extension));
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !PRODUCED.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), found)?;
            }
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// The path as it reads from the checkout, with forward slashes.
pub fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

/// Rust without its comments, line by line as before; texts stay.
pub fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    let mut in_text = false;
    while let Some(letter) = rest.next() {
        match letter {
            '\\' if in_text => {
                out.push(letter);
                out.extend(rest.next());
            }
            '"' => {
                in_text = !in_text;
                out.push(letter);
            }
            '\'' if !in_text && rest.peek() == Some(&'"') => {
                // The character literal of a quotation mark opens no text.
                out.push(letter);
                out.extend(rest.next());
            }
            '/' if !in_text && rest.peek() == Some(&'/') => {
                for skipped in rest.by_ref() {
                    if skipped == '\n' {
                        out.push('\n');
                        break;
                    }
                }
            }
            _ => out.push(letter),
        }
    }
    out
}

/// What stands before the first test module.
pub fn without_tests(source: &str) -> &str {
    source.find("#[cfg(test)]").map_or(source, |at| &source[..at])
}

#[cfg(test)]
mod tests {
    use super::{without_comments, without_tests};

    #[test]
    fn comments_go_and_texts_stay() {
        assert_eq!(without_comments("a // b\nc \"// d\" e"), "a \nc \"// d\" e");
        assert_eq!(without_comments("'\"' // x\n\"y\""), "'\"' \n\"y\"");
    }

    #[test]
    fn tests_are_cut_off() {
        assert_eq!(without_tests("fn a() {}\n#[cfg(test)]\nmod tests {}"), "fn a() {}\n");
    }
}
