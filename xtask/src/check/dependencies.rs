//! What other people's crates may be in the build, by licence and by name. The lists stand in `deny.toml`, in the form
//! cargo-deny reads, so that an operator can run that program with its advisories on the same lists.

use super::workspace::{self, Metadata};
use anyhow::{Context as _, Result};
use serde::Deserialize;
use spdx::Expression;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Lists {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
    #[serde(default, rename = "deny-multiple-versions")]
    once: bool,
}

pub fn check(root: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(root.join("deny.toml")).context("deny.toml")?;
    let lists: Lists = toml::from_str(&text).context("deny.toml")?;
    let all = workspace::metadata(root)?;
    let mut found = licences(&lists.licenses.allow, &all);
    found.extend(bans(&lists.bans.deny, &all));
    Ok(found)
}

fn licences(allowed: &[String], all: &Metadata) -> Vec<String> {
    let others = all.packages.iter().filter(|package| !all.is_member(package));
    others
        .filter(|package| !package.license.as_deref().is_some_and(|text| is_allowed(text, allowed)))
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("no stated licence");
            format!("{} {} is under {licence}, which deny.toml does not allow", package.name, package.version)
        })
        .collect()
}

/// Whether the expression is satisfied by the allowed licences alone.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    // Old manifests write a slash for OR, which the lax mode reads.
    Expression::parse_mode(expression, spdx::ParseMode::LAX).is_ok_and(|parsed| {
        parsed.evaluate(|requirement| {
            let licence = requirement.to_string();
            allowed.contains(&licence)
        })
    })
}

fn bans(bans: &[Ban], all: &Metadata) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in &all.packages {
        versions.entry(&package.name).or_default().push(&package.version);
    }
    let mut found = Vec::new();
    for ban in bans {
        let Some(present) = versions.get(ban.name.as_str()) else {
            continue;
        };
        if !ban.once {
            found.push(format!("{} is banned: {}", ban.name, ban.reason));
        } else if present.len() > 1 {
            found.push(format!("{} is there {} times ({}): {}", ban.name, present.len(), present.join(", "), ban.reason));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn an_expression_is_weighed_not_searched() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        assert!(is_allowed("MIT OR GPL-3.0", &allowed));
        assert!(is_allowed("MIT/Apache-2.0", &allowed));
        assert!(is_allowed("Apache-2.0 WITH LLVM-exception", &allowed));
        assert!(!is_allowed("MIT AND GPL-3.0", &allowed));
        assert!(!is_allowed("nonsense of my own", &allowed));
    }
}
