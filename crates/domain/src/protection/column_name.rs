//! The name of a column within a technique.

use serde::{Deserialize, Serialize};
use std::fmt;

/// At most 63 bytes, as long as a source's names can be; small enough to be copied with its technique.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ColumnName {
    bytes: [u8; 63],
    length: u8,
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a column's name has 1 to 63 bytes")]
pub struct NotAColumnName;

impl ColumnName {
    pub fn new(text: &str) -> Result<Self, NotAColumnName> {
        let length = u8::try_from(text.len()).ok().filter(|length| (1..=63).contains(length)).ok_or(NotAColumnName)?;
        let mut bytes = [0; 63];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length })
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl TryFrom<String> for ColumnName {
    type Error = NotAColumnName;

    fn try_from(text: String) -> Result<Self, NotAColumnName> {
        Self::new(&text)
    }
}

impl From<ColumnName> for String {
    fn from(name: ColumnName) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Debug for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_and_one_that_is_too_long_is_none() {
        assert_eq!(ColumnName::new("längen_grad").unwrap().as_str(), "längen_grad");
        assert!(ColumnName::new("").is_err() && ColumnName::new(&"x".repeat(64)).is_err());
        assert_eq!(ColumnName::new(&"x".repeat(63)).unwrap().as_str().len(), 63);
    }
}
