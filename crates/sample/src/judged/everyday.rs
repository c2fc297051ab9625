//! Everyday queries, judged by hand: `sample/judged.yaml` over the sample catalogue, and other files of that form over others.

use super::{JudgedQuery, QueryKind, Titled};
use crate::{Unreadable, read};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
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
    /// Addresses of products, or their ids where they came from.
    products: Vec<String>,
}

/// The queries of the sample catalogue, in the file's order; expected are addresses of products.
pub fn read_judged(folder: &Path) -> Result<Vec<JudgedQuery<String>>, Unreadable> {
    read_judged_file(&folder.join("judged.yaml"))
}

/// The queries of any file of that form, in its order; expected are addresses or ids as the file has them.
pub fn read_judged_file(file: &Path) -> Result<Vec<JudgedQuery<String>>, Unreadable> {
    let raw: Raw = read(file)?;
    if let Some(query) = raw.queries.iter().find(|query| query.products.is_empty() || query.words.trim().is_empty()) {
        return Err(Unreadable { file: file.display().to_string(), reason: format!("“{}” needs words and at least one product", query.words) });
    }
    let judged = |query: RawQuery| JudgedQuery { words: query.words, expected: query.products, kind: QueryKind::Everyday };
    Ok(raw.queries.into_iter().map(judged).collect())
}

/// Judged queries held against the products that there are.
#[derive(Debug, PartialEq, Eq)]
pub struct Answerable {
    /// Expected are addresses of products that there are.
    pub queries: Vec<JudgedQuery<String>>,
    /// As they were judged: nothing that is wanted is there.
    pub left_out: Vec<JudgedQuery<String>>,
}

/// Finds what is wanted among `products`, known by their addresses: by address, and otherwise by the id where it came from. An
/// engine cannot be blamed for what is not there.
pub fn answerable(judged: Vec<JudgedQuery<String>>, products: &[Titled<String>]) -> Answerable {
    let addresses: HashSet<&str> = products.iter().map(|product| product.id.as_str()).collect();
    let mut by_source: HashMap<&str, Vec<&str>> = HashMap::new();
    for product in products {
        if let Some(source_id) = &product.source_id {
            by_source.entry(source_id).or_default().push(&product.id);
        }
    }
    let mut found = Answerable { queries: vec![], left_out: vec![] };
    for query in judged {
        let mut expected: Vec<String> = vec![];
        for wanted in &query.expected {
            if let Some(address) = addresses.get(wanted.as_str()) {
                expected.push((*address).to_owned());
            } else {
                expected.extend(by_source.get(wanted.as_str()).into_iter().flatten().map(|address| (*address).to_owned()));
            }
        }
        if expected.is_empty() {
            found.left_out.push(query);
        } else {
            found.queries.push(JudgedQuery { expected, ..query });
        }
    }
    found
}
