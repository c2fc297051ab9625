//! Fitness: how far a product has the six characteristics. Each is a set of named checks, written in Rego over the same input that
//! standards read and run by the same engine. A check stops nothing: it says what would make the product better, and by how much.
//!
//! A rule of a check defines `violations` with the code `unmet`, or with `not_applicable` where it has nothing to say of such a product.

mod assess;

pub use assess::{Assessed, Assessor, Checked, Evidence, State};

use crate::cases::Case;
use crate::rule::{Fault, Rule};
use domain::fitness::Characteristic;
use domain::text_enum;
use serde::Deserialize;
use std::sync::LazyLock;

/// What makes a check ask nothing of a product.
const NOT_APPLICABLE: &str = "not_applicable";

/// The checks of each characteristic, with examples as tests beside each.
const DOCUMENTS: [(Characteristic, &str); domain::fitness::CHARACTERISTICS] = [
    (Characteristic::SelfDescribable, include_str!("../../fitness/self-describable.yaml")),
    (Characteristic::Addressable, include_str!("../../fitness/addressable.yaml")),
    (Characteristic::Discoverable, include_str!("../../fitness/discoverable.yaml")),
    (Characteristic::Secure, include_str!("../../fitness/secure.yaml")),
    (Characteristic::Trustworthy, include_str!("../../fitness/trustworthy.yaml")),
    (Characteristic::Interoperable, include_str!("../../fitness/interoperable.yaml")),
];

text_enum! {
    /// Where what a check asks for is done.
    Mends, "page" {
        Overview = "overview", "Overview";
        Schema = "schema", "Schema";
        Ports = "ports", "Ports";
        Versions = "versions", "Versions";
        Lineage = "lineage", "Lineage";
        ServiceLevels = "service-levels", "Service levels";
        Promise = "promise", "Declare a service level";
        Agreement = "agreement", "Data sharing agreement";
        Classify = "classify", "Classify and publish";
        Protection = "protection", "What readers get";
    }
}

impl Mends {
    /// The page's path for a product.
    pub fn path(self, address: &str) -> String {
        match self {
            Self::Overview => format!("/products/{address}"),
            Self::Promise => format!("/products/{address}/service-levels/new"),
            Self::Agreement => format!("/products/{address}/agreement/edit"),
            page => format!("/products/{address}/{page}"),
        }
    }
}

/// One check.
#[derive(Debug, Clone)]
pub struct Check {
    /// Stable, for programs and the record: `columns_described`.
    pub code: String,
    pub characteristic: Characteristic,
    /// How much of its characteristic it is, among those that apply.
    pub weight: u32,
    /// What holds when it is met.
    pub title: String,
    /// What to do when it is not.
    pub mend: String,
    pub mends: Mends,
    pub cases: Vec<Case>,
    pub rule: Rule,
}

/// The document, key by key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckFile {
    code: String,
    weight: u32,
    title: String,
    mend: String,
    mends: Mends,
    rego: String,
    cases: Vec<Case>,
}

#[derive(Debug, thiserror::Error)]
pub enum UnreadableCheck {
    #[error("the checks cannot be read: {0}")]
    Yaml(String),
    #[error("the check “{0}”: {faults}", faults = .1.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rule(String, Vec<Fault>),
}

static CHECKS: LazyLock<Vec<Check>> =
    LazyLock::new(|| DOCUMENTS.iter().flat_map(|(characteristic, text)| read(*characteristic, text).unwrap_or_default()).collect());

/// All checks, in the order of the characteristics; compiled once. A document that cannot be read is left out, which a test forbids.
pub fn checks() -> &'static [Check] {
    &CHECKS
}

/// The check of a code.
pub fn check(code: &str) -> Option<&'static Check> {
    checks().iter().find(|check| check.code == code)
}

/// Reads the document of a characteristic, and compiles its rules.
pub fn read(characteristic: Characteristic, yaml: &str) -> Result<Vec<Check>, UnreadableCheck> {
    let files: Vec<CheckFile> = serde_saphyr::from_str(yaml).map_err(|error| UnreadableCheck::Yaml(error.to_string()))?;
    files
        .into_iter()
        .map(|file| {
            let CheckFile { code, weight, title, mend, mends, rego, cases } = file;
            let rule = Rule::compile(&source(&rego)).map_err(|faults| UnreadableCheck::Rule(code.clone(), faults))?;
            Ok(Check { code, characteristic, weight, title, mend, mends, cases, rule })
        })
        .collect()
}

/// What every rule begins with, and what it may use.
fn source(rego: &str) -> String {
    let missing = if rego.contains("is_missing(") {
        "\nis_missing(value) if is_null(value)\n\nis_missing(value) if {\n\tis_string(value)\n\ttrim_space(value) == \"\"\n}\n"
    } else {
        ""
    };
    format!("package standard\n\nimport rego.v1\n\n{rego}{missing}")
}

/// Every document as it is read, for whoever wants to know why one is left out.
pub fn documents() -> impl Iterator<Item = (Characteristic, Result<Vec<Check>, UnreadableCheck>)> {
    DOCUMENTS.iter().map(|(characteristic, text)| (*characteristic, read(*characteristic, text)))
}
