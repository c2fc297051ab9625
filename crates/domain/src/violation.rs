//! What is wrong with something typed in: by field, with a stable code and words that say what to do.

/// One fault in one field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The form field or document path it belongs to.
    pub field: &'static str,
    /// Stable, for programs: `purpose_missing`.
    pub code: &'static str,
    /// For people: what to do about it.
    pub message: String,
}

impl Violation {
    pub fn new(field: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { field, code, message: message.into() }
    }
}

/// All faults of one submission, never empty when it is an error.
pub type Violations = Vec<Violation>;
