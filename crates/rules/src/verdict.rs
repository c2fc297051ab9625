//! What a rule found. A rule that failed or ran out has found nothing either way, and says so.

use domain::text_enum;
use serde::{Deserialize, Serialize};

text_enum! {
    /// Where a violation is mended.
    Page, "page" {
        Overview = "overview", "Overview";
        Schema = "schema", "Schema and classification";
        Agreement = "agreement", "Data sharing agreement";
        ServiceLevels = "service-levels", "Service levels";
        Lineage = "lineage", "Lineage";
        Ports = "ports", "Ports";
        Request = "request", "Request";
    }
}

impl Page {
    /// The page's path for a product or, for a request, its id.
    pub fn path(self, address: &str, request: Option<&str>) -> String {
        match (self, request) {
            (Self::Request, Some(id)) => format!("/requests/{id}"),
            (Self::Overview | Self::Request, _) => format!("/products/{address}"),
            (Self::Agreement, _) => format!("/products/{address}/agreement/edit"),
            (tab, _) => format!("/products/{address}/{tab}"),
        }
    }
}

/// One thing that a rule found wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Violation {
    /// Stable, for programs: `owner_missing`.
    pub code: String,
    /// Where, as a path of the product: `datasets.staff_dataset.columns.nric`; empty for the product as a whole.
    #[serde(default)]
    pub field: String,
    /// For people: what is wrong.
    pub message: String,
    /// For people: what to do about it.
    #[serde(default)]
    pub mend: String,
    pub page: Page,
}

/// Why there is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotTell {
    #[error("the rule took more than {0} steps")]
    Steps(usize),
    #[error("the rule took longer than {0} milliseconds")]
    Time(u128),
    #[error("the rule made more than {0} bytes of text and collections")]
    Memory(usize),
    #[error("the rule failed: {0}")]
    Failed(String),
    #[error("there was no time left: what was asked before took all that there is for one rule")]
    NoTime,
    #[error("the rule answered something that is no list of violations: {0}")]
    Answer(String),
}

/// What one rule says of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Met,
    /// In a fixed order, never empty.
    Violated(Vec<Violation>),
    CannotTell(CannotTell),
}

impl Verdict {
    pub fn violations(&self) -> &[Violation] {
        if let Self::Violated(found) = self { found } else { &[] }
    }

    pub const fn is_met(&self) -> bool {
        matches!(self, Self::Met)
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn every_page_has_a_path() {
        for page in Page::ALL {
            assert!(page.path("ssot-a.busroutes-dp", Some("r1")).starts_with('/'));
        }
        assert_eq!(Page::Request.path("a.b", Some("r1")), "/requests/r1");
        assert_eq!(Page::Schema.path("a.b", None), "/products/a.b/schema");
    }
}
