//! Which crate may depend on which: `domain <- store, search, ports, formats, rules, identity, sample <- app, server`, and nothing back;
//! `seal` stands alone, so that an export can be verified where there is neither database nor portal.

use super::workspace::{self, Package};
use anyhow::Result;
use std::path::Path;

/// Crates that reach outside the process.
const REACH_OUT: [&str; 9] = ["tokio", "sqlx", "reqwest", "axum", "leptos", "hyper", "ureq", "openidconnect", "async-std"];

struct Rule {
    package: &'static str,
    /// Workspace crates it may use.
    own: &'static [&'static str],
    /// Crates of others it must not use.
    never: &'static [&'static str],
}

const RULES: [Rule; 15] = [
    Rule { package: "domain", own: &[], never: &REACH_OUT },
    Rule { package: "formats", own: &["domain"], never: &REACH_OUT },
    // It works on values of persons: what cannot reach outside cannot leak them. Randomness would make proposals differ.
    Rule {
        package: "detect",
        own: &["domain"],
        never: &["tokio", "sqlx", "reqwest", "axum", "leptos", "hyper", "ureq", "openidconnect", "async-std", "rand", "tracing"],
    },
    // A verdict follows from its input alone: no way out, no clock, no chance.
    Rule {
        package: "rules",
        own: &["domain"],
        never: &["tokio", "sqlx", "reqwest", "axum", "leptos", "hyper", "ureq", "openidconnect", "async-std", "rand", "uuid", "tracing"],
    },
    Rule { package: "sample", own: &["domain"], never: &REACH_OUT },
    Rule { package: "seal", own: &[], never: &REACH_OUT },
    Rule { package: "charts", own: &[], never: &REACH_OUT },
    Rule { package: "store", own: &["domain", "rules", "seal"], never: &["axum", "leptos", "reqwest"] },
    Rule { package: "search", own: &["domain", "store"], never: &["axum", "leptos"] },
    Rule { package: "ports", own: &["domain"], never: &["axum", "leptos", "reqwest"] },
    Rule { package: "identity", own: &["domain"], never: &["axum", "leptos", "sqlx"] },
    Rule { package: "frontend", own: &[], never: &["tokio", "sqlx", "reqwest", "axum", "regex"] },
    // Pages are views of what they are given: they may name what the store read, but never read it themselves.
    Rule {
        package: "app",
        own: &["charts", "domain", "frontend", "rules", "search", "store"],
        never: &["tokio", "sqlx", "reqwest", "axum", "leptos_axum"],
    },
    Rule {
        package: "server",
        own: &["app", "detect", "domain", "formats", "frontend", "identity", "ports", "rules", "sample", "seal", "search", "store"],
        never: &["leptos_axum", "leptos_router"],
    },
    Rule { package: "bare", own: &["domain", "store"], never: &["leptos"] },
];

pub fn check(root: &Path) -> Result<Vec<String>> {
    Ok(findings(&workspace::packages(root)?))
}

fn findings(packages: &[Package]) -> Vec<String> {
    let names: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| package.name != "xtask") {
        let Some(rule) = RULES.iter().find(|rule| rule.package == package.name) else {
            found.push(format!("{} has no rule: say in xtask/src/check/arrows.rs what it may depend on", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.as_str();
            if rule.never.contains(&name) {
                found.push(format!("{} must not depend on {name}", package.name));
            } else if names.contains(&name) && !rule.own.contains(&name) {
                found.push(format!("{} must not depend on the crate {name}", package.name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::findings;
    use crate::check::workspace::Package;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependencies = dependencies.iter().map(|name| (*name).to_owned()).collect();
        Package { name: name.to_owned(), folder: "/".into(), dependencies }
    }

    #[test]
    fn the_arrows_as_they_are_drawn_pass() {
        let all = [package("domain", &["serde"]), package("store", &["domain", "sqlx"]), package("app", &["store", "leptos"])];
        assert_eq!(findings(&all), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_back_a_reach_outside_and_an_unknown_crate_are_found() {
        let all = [package("domain", &["tokio", "store"]), package("store", &["domain"]), package("novelty", &[])];
        let found = findings(&all);
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
