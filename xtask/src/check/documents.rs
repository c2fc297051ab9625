//! A path named in a document must exist, so that a reader who follows it arrives.

use super::files;
use anyhow::Result;
use regex::Regex;
use std::path::Path;

const EXTENSIONS: [&str; 14] = ["rs", "md", "toml", "sql", "mjs", "ts", "js", "json", "yaml", "yml", "css", "sh", "png", "html"];
/// Folders of this checkout a path may start with: other paths are addresses, globs or examples.
const FOLDERS: [&str; 17] = [
    "app",
    "frontend",
    "server",
    "crates",
    "migrations",
    "end2end",
    "docs",
    "xtask",
    "benches",
    "style",
    "public",
    "sample",
    "standards",
    "tools",
    ".ci",
    ".cargo",
    ".github",
];

pub fn check(root: &Path) -> Result<Vec<String>> {
    let pattern = Regex::new(r"`([^`\n]+)`|\]\(([^)\s]+)\)")?;
    let mut found = Vec::new();
    for file in files::under(root, "md")? {
        let text = std::fs::read_to_string(&file)?;
        let folder = file.parent().unwrap_or(root);
        for (number, line) in text.lines().enumerate() {
            for hit in pattern.captures_iter(line) {
                let Some(quoted) = hit.get(1).or_else(|| hit.get(2)) else {
                    continue;
                };
                if let Some(path) = path_in(quoted.as_str())
                    && !root.join(&path).exists()
                    && !folder.join(&path).exists()
                {
                    found.push(format!("{}:{}: {path} does not exist", files::shown(root, &file), number + 1));
                }
            }
        }
    }
    Ok(found)
}

/// The path a quotation names, when it is one of ours.
fn path_in(quoted: &str) -> Option<String> {
    let text = quoted.split('#').next()?.trim_end_matches('/').trim_start_matches("./");
    if text.is_empty()
        || text.contains([' ', '*', '<', '>', '{', '}', '$', '…', ':', '(', '=', '?', ',', '\\', '@'])
        || text.starts_with(['/', '~', '-'])
    {
        return None;
    }
    // `file.rs:12` was refused above by its colon; `file.rs` alone is taken when it can stand in the root.
    let first = text.split('/').next()?;
    let extension = Path::new(text).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let known = EXTENSIONS.contains(&extension);
    if text.contains('/') {
        // A folder without extension counts when it starts like one of ours (`crates/domain`), a file always.
        return (FOLDERS.contains(&first) || (known && text.starts_with('.'))).then(|| text.to_owned());
    }
    let in_root = known && matches!(extension, "md" | "toml") && text.chars().next().is_some_and(char::is_alphabetic);
    in_root.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::path_in;

    #[test]
    fn our_paths_are_taken() {
        for path in ["crates/domain/src/urn.rs", "docs/security.md", "README.md", "deny.toml", "crates/store/", ".ci/run"] {
            assert!(path_in(path).is_some(), "{path}");
        }
        assert_eq!(path_in("docs/operate.md#backup").as_deref(), Some("docs/operate.md"));
    }

    #[test]
    fn addresses_commands_and_patterns_are_left_alone() {
        for path in [
            "/products/{urn}",
            "cargo xtask up",
            "http://localhost:3000",
            "src/**/*.rs",
            "application/json",
            "ssot-a.busroutes-dp",
            "--port",
            "target/site",
        ] {
            assert!(path_in(path).is_none(), "{path}");
        }
    }
}
