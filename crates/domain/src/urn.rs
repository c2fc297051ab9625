//! Addresses of products, datasets and ports, as in seed 0: `ssot-a.busroutes-dp.routes_dataset`, or with the port
//! `ssot-a.busroutes-dp.output-port1.routes_dataset`. Parsed once at the edge; nothing behind it handles raw text.

use std::fmt;
use std::str::FromStr;

/// The longest a part of an address may be, in bytes.
pub const LONGEST_PART: usize = 63;

/// A parsed address: two to four lower-case parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn {
    pub domain: String,
    pub product: String,
    pub port: Option<String>,
    pub dataset: Option<String>,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrnError {
    #[error("an address has two to four parts between dots, such as ssot-a.busroutes-dp; this one has {0}")]
    PartCount(usize),
    #[error("“{0}” cannot be part of an address: use 1 to 63 of a–z, 0–9, - and _, starting with a letter or digit")]
    Part(String),
}

impl Urn {
    /// The address of a product.
    pub fn product(domain: &str, product: &str) -> Result<Self, UrnError> {
        Ok(Self { domain: part(domain)?, product: part(product)?, port: None, dataset: None })
    }

    /// The same product, without port and dataset.
    #[must_use]
    pub fn to_product(&self) -> Self {
        Self { port: None, dataset: None, ..self.clone() }
    }

    /// `domain.product`.
    pub fn product_address(&self) -> String {
        format!("{}.{}", self.domain, self.product)
    }
}

fn part(text: &str) -> Result<String, UrnError> {
    let first_fits = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let all_fit = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if first_fits && all_fit && text.len() <= LONGEST_PART { Ok(text.to_owned()) } else { Err(UrnError::Part(text.chars().take(80).collect())) }
}

impl FromStr for Urn {
    type Err = UrnError;

    fn from_str(text: &str) -> Result<Self, UrnError> {
        let parts: Vec<&str> = text.split('.').collect();
        let (domain, product, port, dataset) = match parts.as_slice() {
            [d, p] => (d, p, None, None),
            [d, p, s] => (d, p, None, Some(s)),
            [d, p, o, s] => (d, p, Some(o), Some(s)),
            other => return Err(UrnError::PartCount(other.len())),
        };
        Ok(Self {
            domain: part(domain)?,
            product: part(product)?,
            port: port.map(|t| part(t)).transpose()?,
            dataset: dataset.map(|t| part(t)).transpose()?,
        })
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.domain, self.product)?;
        for part in [&self.port, &self.dataset].into_iter().flatten() {
            write!(f, ".{part}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_seeds_addresses_parse() {
        let dataset: Urn = "ssot-a.busroutes-dp.routes_dataset".parse().unwrap();
        assert_eq!(dataset.dataset.as_deref(), Some("routes_dataset"));
        assert_eq!(dataset.port, None);
        let port: Urn = "ssot-a.busroutes-dp.output-port1.routes_dataset".parse().unwrap();
        assert_eq!(port.port.as_deref(), Some("output-port1"));
        assert_eq!(port.product_address(), "ssot-a.busroutes-dp");
    }

    #[test]
    fn what_is_no_address_says_why() {
        assert_eq!("ssot-a".parse::<Urn>(), Err(UrnError::PartCount(1)));
        assert_eq!("a.b.c.d.e".parse::<Urn>(), Err(UrnError::PartCount(5)));
        assert!(matches!("ssot-a.Bus routes".parse::<Urn>(), Err(UrnError::Part(_))));
        assert!(matches!("a..b".parse::<Urn>(), Err(UrnError::Part(_))));
    }

    proptest! {
        #[test]
        fn written_and_read_again_is_the_same(parts in prop::collection::vec("[a-z0-9][a-z0-9_-]{0,20}", 2..=4)) {
            let text = parts.join(".");
            let urn: Urn = text.parse().unwrap();
            prop_assert_eq!(urn.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = text.parse::<Urn>();
        }
    }
}
