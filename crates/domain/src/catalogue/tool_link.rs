//! Pages of a product in tools that its team works with. Whoever follows one leaves the portal, so that where it leads is checked first.

use crate::text_enum;
use serde::Serialize;

text_enum! {
    /// What kind of page it is, by the tool that shows it.
    LinkedTool, "tool" {
        OpenMetadata = "openmetadata", "OpenMetadata";
        Airflow = "airflow", "Airflow";
        Superset = "superset", "Superset";
        Other = "other", "Another tool";
    }
}

/// Links of one product that are taken.
pub const MOST_LINKS: usize = 20;
const LONGEST_TITLE: usize = 100;
const LONGEST_URL: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolLink {
    pub tool: LinkedTool,
    /// What is there, as a reader is told: "The nightly pipeline".
    pub title: String,
    pub url: String,
}

impl ToolLink {
    /// What is wrong with it, for whoever wrote the document. Its words are quoted only when they are short and plain.
    pub fn fault(&self) -> Option<String> {
        let title = self.title.trim();
        if title.is_empty() || title != self.title || title.chars().count() > LONGEST_TITLE || title.chars().any(char::is_control) {
            return Some(format!("a link’s title has 1 to {LONGEST_TITLE} characters on one line"));
        }
        let wrong = |what: &str| Some(format!("the link “{title}” {what}"));
        // Browsers read a backslash as a slash, and what stands before an @ as a name.
        if self.url.len() > LONGEST_URL || self.url.bytes().any(|byte| !byte.is_ascii_graphic() || byte == b'\\') {
            return wrong("must have an address of at most 500 letters, digits and signs, without spaces and backslashes");
        }
        if !self.url.starts_with("https://") {
            return wrong("must begin with https://");
        }
        let authority = self.authority();
        if authority.contains('@') || !self.host().bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return wrong("must lead to a host, without a user name");
        }
        None
    }

    fn authority(&self) -> &str {
        let rest = self.url.strip_prefix("https://").unwrap_or_default();
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    }

    /// The host that it leads to, for readers to see before they follow it.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

/// The first thing that is wrong with the links of a document.
pub fn links_fault(links: &[ToolLink]) -> Option<String> {
    if links.len() > MOST_LINKS {
        return Some(format!("at most {MOST_LINKS} links to tools are taken"));
    }
    links.iter().find_map(ToolLink::fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> ToolLink {
        ToolLink { tool: LinkedTool::Airflow, title: "The nightly pipeline".into(), url: url.into() }
    }

    #[test]
    fn only_https_to_a_host_is_taken() {
        for right in ["https://airflow.example.invalid/dags/routes/grid?run=1#log", "https://airflow.example.invalid:8443", "https://[2001:db8::1]/x"]
        {
            assert_eq!(link(right).fault(), None, "{right}");
        }
        for wrong in [
            "",
            "http://airflow.example.invalid/",
            "HTTPS://airflow.example.invalid/",
            "javascript:alert(1)",
            "https://",
            "https:///dags",
            "https://:443/",
            "https://somebody@airflow.example.invalid/",
            "https://good.example\\@elsewhere.example/",
            "https://a b/",
            "https://a/\n",
            "//airflow.example.invalid/",
        ] {
            assert!(link(wrong).fault().is_some(), "{wrong}");
        }
        assert!(link(&format!("https://a/{}", "x".repeat(LONGEST_URL))).fault().is_some());
        for title in ["", " padded", "two\nlines", &"x".repeat(LONGEST_TITLE + 1)] {
            assert!(ToolLink { title: title.into(), ..link("https://a/") }.fault().is_some(), "{title}");
        }
        assert!(links_fault(&vec![link("https://a/"); MOST_LINKS]).is_none() && links_fault(&vec![link("https://a/"); MOST_LINKS + 1]).is_some());
    }

    #[test]
    fn the_host_is_shown_without_its_port() {
        let hosts = ["https://airflow.example.invalid:8443/dags", "https://a.example?x:1", "https://[2001:db8::1]:1/"];
        assert_eq!(hosts.map(|url| link(url).host().to_owned()), ["airflow.example.invalid", "a.example", "[2001:db8::1]"]);
    }
}
