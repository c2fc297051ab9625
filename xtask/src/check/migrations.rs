//! A migration opens by saying why: what it does stands in its SQL, the reason stands nowhere else.

use super::files;
use anyhow::Result;
use std::path::Path;

pub fn check(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files::under(&root.join("migrations"), "sql")? {
        if !says_why(&std::fs::read_to_string(&file)?) {
            found.push(format!("{}: its first line must be a comment `-- Why: …`", files::shown(root, &file)));
        }
    }
    Ok(found)
}

fn says_why(text: &str) -> bool {
    text.lines().next().and_then(|line| line.strip_prefix("-- Why: ")).is_some_and(|reason| reason.split_whitespace().count() >= 4)
}

#[cfg(test)]
mod tests {
    use super::says_why;

    #[test]
    fn a_reason_is_a_sentence_on_the_first_line() {
        assert!(says_why("-- Why: people ask for it every day.\nCREATE TABLE a ();"));
        assert!(!says_why("CREATE TABLE a ();\n-- Why: people ask for it every day."));
        assert!(!says_why("-- Why: because\n"));
    }
}
