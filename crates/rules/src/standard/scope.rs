//! Where a standard holds.

use crate::input::Product;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Written `whole`, `sector:geospatial` or `domain:geospatial/ssot-a`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    Whole,
    Sector(String),
    Domain { sector: String, domain: String },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no scope: write whole, sector:NAME or domain:SECTOR/NAME")]
pub struct NotAScope(String);

impl Scope {
    /// Whether the standard holds for a product.
    pub fn covers(&self, product: &Product) -> bool {
        match self {
            Self::Whole => true,
            Self::Sector(sector) => *sector == product.sector,
            Self::Domain { domain, .. } => *domain == product.domain,
        }
    }

    /// Whether everything here is also there, and something there is not here.
    pub fn is_narrower_than(&self, wider: &Self) -> bool {
        match (self, wider) {
            (Self::Sector(_) | Self::Domain { .. }, Self::Whole) => true,
            (Self::Domain { sector, .. }, Self::Sector(wider)) => sector == wider,
            _ => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole"),
            Self::Sector(sector) => write!(f, "sector:{sector}"),
            Self::Domain { sector, domain } => write!(f, "domain:{sector}/{domain}"),
        }
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        let scope = match text.split_once(':') {
            None if text == "whole" => Some(Self::Whole),
            Some(("sector", sector)) if is_name(sector) => Some(Self::Sector(sector.to_owned())),
            Some(("domain", rest)) => rest
                .split_once('/')
                .filter(|(sector, domain)| is_name(sector) && is_name(domain))
                .map(|(sector, domain)| Self::Domain { sector: sector.to_owned(), domain: domain.to_owned() }),
            _ => None,
        };
        scope.ok_or_else(|| NotAScope(text.chars().take(80).collect()))
    }
}

impl TryFrom<String> for Scope {
    type Error = NotAScope;

    fn try_from(text: String) -> Result<Self, NotAScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}
