//! What is seen of a source before anything is parsed: its length, and how deep a parser would have to go.

use super::check::Fault;
use crate::limits::{DEEPEST_BRACKETS, LONGEST_LINE, LONGEST_PATH, LONGEST_SOURCE, MOST_OPERATORS};

/// Whether the source may be parsed.
pub fn before(source: &str) -> Result<(), Vec<Fault>> {
    let fault = |line: usize, message: String| Err(vec![Fault { line: u32::try_from(line).unwrap_or(1), column: 1, message }]);
    if source.len() > LONGEST_SOURCE {
        return fault(1, format!("the rule is {} bytes long; {LONGEST_SOURCE} at most", source.len()));
    }
    let mut operators = 0;
    for (at, line) in source.lines().enumerate() {
        if line.chars().count() >= LONGEST_LINE {
            return fault(at + 1, format!("the line is longer than {LONGEST_LINE} characters; break it"));
        }
        if line.split_whitespace().any(|word| word.matches(['.', '-']).count() + word.matches("][").count() > LONGEST_PATH)
            && !line.trim_start().starts_with('#')
        {
            return fault(at + 1, format!("a path has more than {LONGEST_PATH} steps"));
        }
        // Counted in texts too: a bound needs no exactness. A hyphen within a word is no sign.
        operators += line.split_whitespace().filter(|word| word.bytes().all(|letter| b"+-*/%|&".contains(&letter))).count();
        operators += line.matches(['+', '*', '/', '%', '|', '&']).count() / 4;
        operators += line.matches("--").count();
    }
    if operators > MOST_OPERATORS {
        return fault(1, format!("the rule has more than {MOST_OPERATORS} arithmetic signs"));
    }
    match too_deep(source) {
        Some(line) => fault(line, format!("more than {DEEPEST_BRACKETS} brackets stand within each other; give parts of it names of their own")),
        None => Ok(()),
    }
}

/// The line at which brackets are too deep within each other. Those in texts and comments do not count; a text that does not end counts
/// to the end of its line, as the parser will say.
fn too_deep(source: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let mut is_raw = false;
    for (at, line) in source.lines().enumerate() {
        let mut in_text = false;
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '`' if !in_text => is_raw = !is_raw,
                _ if is_raw => {}
                '\\' if in_text => drop(letters.next()),
                '"' => in_text = !in_text,
                _ if in_text => {}
                '#' => break,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST_BRACKETS {
                return Some(at + 1);
            }
        }
    }
    None
}
