//! `sample/judged.yaml`: everyday queries over the sample catalogue, judged by hand.

use super::{JudgedQuery, QueryKind};
use crate::{Unreadable, read};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    queries: Vec<RawQuery>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuery {
    words: String,
    /// Addresses of products.
    products: Vec<String>,
}

/// The queries in the file's order; expected are addresses of products.
pub fn read_judged(folder: &Path) -> Result<Vec<JudgedQuery<String>>, Unreadable> {
    let file = folder.join("judged.yaml");
    let raw: Raw = read(&file)?;
    if let Some(query) = raw.queries.iter().find(|query| query.products.is_empty() || query.words.trim().is_empty()) {
        return Err(Unreadable { file: file.display().to_string(), reason: format!("“{}” needs words and at least one product", query.words) });
    }
    let judged = |query: RawQuery| JudgedQuery { words: query.words, expected: query.products, kind: QueryKind::Everyday };
    Ok(raw.queries.into_iter().map(judged).collect())
}
