//! Access tokens that people make for programs of theirs. A token never opens more than its maker may open at that moment.

use crate::text_enum;
use crate::{Violation, Violations};
use chrono::{Days, NaiveDate};

text_enum! {
    /// What a token may be used for.
    TokenScope, "scope of a token" {
        Read = "read", "Read what I may read";
        Request = "request", "Ask for access and change what is mine";
        Decide = "decide", "Decide, revoke and suspend, and keep rules and webhooks, where I may";
        Lineage = "lineage", "Tell where data comes from, as pipelines do";
        Keep = "keep", "Keep standards, waivers and terms of the glossary, where I may";
        Measure = "measure", "Report measurements, quality results and costs of products that I look after";
        Credential = "credential", "Make new credentials of machine clients: whoever has one of those reads data";
    }
}

/// How every token begins, so that people and scanners know one.
pub const PREFIX: &str = "pasar_t_";
/// Longest life of a token, in days.
pub const LONGEST_LIFE: u64 = 366;
/// Longest name, in characters.
pub const LONGEST_NAME: usize = 100;
/// Tokens in force that one person may have.
pub const MOST_TOKENS: i64 = 20;

impl TokenScope {
    /// What a request to the API needs: reading is one thing, changing what is one's own another, deciding a third, reporting what was
    /// measured a fourth, and keeping what holds for others a fifth. Saying something in a consultation is one's own.
    pub fn needed(reads: bool, path: &str) -> Self {
        // Asking a standard changes nothing.
        if path.starts_with("/v1/data/") {
            return Self::Read;
        }
        if !reads && (path == "/api/v1/lineage" || path.starts_with("/api/v1/lineage/")) {
            return Self::Lineage;
        }
        if !reads && path.starts_with("/api/v1/products/") && ["/quality", "/measurements", "/costs"].iter().any(|end| path.ends_with(end)) {
            return Self::Measure;
        }
        let kept = ["/api/v1/standards", "/api/v1/glossary", "/api/v1/fitness"];
        if !reads && kept.iter().any(|at| path.starts_with(at)) && !path.ends_with("/comments") {
            return Self::Keep;
        }
        // A credential opens rows, which no other token does.
        if !reads && path.starts_with("/api/v1/agreements/") && path.ends_with("/machines/credential") {
            return Self::Credential;
        }
        // Who decides also says who decides in their stead and by which rules, suspends, and has programs told.
        let decides =
            ["/api/v1/work", "/api/v1/delegations", "/api/v1/suspensions", "/api/v1/rules", "/api/v1/webhooks"].iter().any(|at| path.starts_with(at))
                || (path.starts_with("/api/v1/") && (path.ends_with("/undo") || path.ends_with("/revoke") || path.ends_with("/decide")));
        match (reads, decides) {
            (true, _) => Self::Read,
            (false, true) => Self::Decide,
            (false, false) => Self::Request,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    pub name: String,
    pub scopes: Vec<TokenScope>,
    /// The last day on which it is accepted.
    pub until: NaiveDate,
}

impl NewToken {
    pub fn check(name: &str, scopes: &[String], until: &str, today: NaiveDate) -> Result<Self, Violations> {
        let mut wrong = vec![];
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            wrong.push(Violation::new("name", "name_missing", format!("Enter a name of at most {LONGEST_NAME} characters, such as the program’s.")));
        }
        let mut known: Vec<TokenScope> = scopes.iter().filter_map(|word| word.parse().ok()).collect();
        known.sort_unstable();
        known.dedup();
        if known.is_empty() {
            wrong.push(Violation::new("scopes", "scopes_missing", "Choose what the token may be used for."));
        }
        let last = today.checked_add_days(Days::new(LONGEST_LIFE)).unwrap_or(today);
        let until = until.trim().parse::<NaiveDate>().ok().filter(|day| *day >= today && *day <= last);
        match until {
            Some(until) if wrong.is_empty() => Ok(Self { name, scopes: known, until }),
            until => {
                if until.is_none() {
                    wrong.push(Violation::new("until", "until_missing", format!("Enter a day from today to {last}, at most a year ahead.")));
                }
                Err(wrong)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_name_a_scope_and_an_end_within_a_year() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let check = |name: &str, scopes: &[&str], until: &str| {
            NewToken::check(name, &scopes.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), until, today)
        };
        let made = check("  Nightly   report ", &["request", "read", "read"], "2027-11-23").unwrap();
        assert_eq!((made.name.as_str(), made.scopes.as_slice()), ("Nightly report", &[TokenScope::Read, TokenScope::Request][..]));
        assert_eq!(check("", &["all"], "2028-01-01").unwrap_err().len(), 3);
        assert_eq!(TokenScope::needed(true, "/api/v1/work"), TokenScope::Read);
        assert_eq!(TokenScope::needed(false, "/api/v1/requests"), TokenScope::Request);
        assert_eq!(TokenScope::needed(false, "/api/v1/agreements/1/machines"), TokenScope::Request);
        assert_eq!(TokenScope::needed(false, "/api/v1/agreements/1/machines/credential"), TokenScope::Credential);
        for path in ["/api/v1/products/a.b/quality", "/api/v1/products/a.b/service-levels/1/measurements", "/api/v1/products/a.b/costs"] {
            assert_eq!((TokenScope::needed(false, path), TokenScope::needed(true, path)), (TokenScope::Measure, TokenScope::Read));
        }
        for path in ["/api/v1/standards", "/api/v1/standards/metadata/waivers", "/api/v1/glossary/planning-area"] {
            assert_eq!((TokenScope::needed(false, path), TokenScope::needed(true, path)), (TokenScope::Keep, TokenScope::Read));
        }
        assert_eq!(TokenScope::needed(false, "/api/v1/standards/metadata/comments"), TokenScope::Request);
        for path in [
            "/api/v1/work/1/approve",
            "/api/v1/work/approve",
            "/api/v1/requests/1/undo",
            "/api/v1/agreements/1/revoke",
            "/api/v1/delegations",
            "/api/v1/suspensions/1/lift",
            "/api/v1/quality-tasks/1/decide",
            "/api/v1/rules",
            "/api/v1/webhooks/1/replay",
        ] {
            assert_eq!(TokenScope::needed(false, path), TokenScope::Decide, "{path}");
        }
        assert!(check("a", &["read"], "2026-11-22").is_err() && check("a", &["read"], "2026-11-23").is_ok());
    }
}
