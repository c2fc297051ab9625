//! Standards to begin with, one or more of each kind, after the capabilities that the white paper's figure 4e names. Nothing here is an
//! official wording: a data office replaces them by its own.

use crate::standard::Standard;

/// Name and text of each document.
pub const DOCUMENTS: [(&str, &str); 15] = [
    ("metadata", include_str!("../examples/metadata.yaml")),
    ("anonymisation", include_str!("../examples/anonymisation.yaml")),
    ("classification", include_str!("../examples/classification.yaml")),
    ("access-policy", include_str!("../examples/access-policy.yaml")),
    ("security", include_str!("../examples/security.yaml")),
    ("request-workflow", include_str!("../examples/request-workflow.yaml")),
    ("boundary", include_str!("../examples/boundary.yaml")),
    ("discovery", include_str!("../examples/discovery.yaml")),
    ("lineage", include_str!("../examples/lineage.yaml")),
    ("told-personal-data", include_str!("../examples/told-personal-data.yaml")),
    ("told-without-columns", include_str!("../examples/told-without-columns.yaml")),
    ("consent", include_str!("../examples/consent.yaml")),
    ("taxonomy", include_str!("../examples/taxonomy.yaml")),
    ("quality", include_str!("../examples/quality.yaml")),
    ("quality-promised", include_str!("../examples/quality-promised.yaml")),
];

/// All of them; a document that cannot be read is left out, which a test forbids.
pub fn all() -> Vec<Standard> {
    DOCUMENTS.iter().filter_map(|(_, text)| Standard::read(text).ok()).collect()
}
