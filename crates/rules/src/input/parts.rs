//! The parts of the input. A document that leaves a field out gets its default, so that a test beside a rule says only what it is about.

use domain::catalogue::{
    Classification, ColumnType, Distribution, Onward, PersonalCategory, ProductStatus, ProductType, Sensitivity, Sharing, Visibility,
};
use domain::organisation::Role;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// `domain.product`.
    pub address: String,
    pub domain: String,
    pub name: String,
    pub sector: String,
    pub agency: String,
    pub title: String,
    #[serde(default)]
    pub summary: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub product_type: ProductType,
    pub version: String,
    pub status: ProductStatus,
    pub visibility: Visibility,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub frequency: Option<String>,
    /// The place in words.
    #[serde(default)]
    pub coverage: Option<String>,
    /// ISO days.
    #[serde(default)]
    pub coverage_start: Option<String>,
    #[serde(default)]
    pub coverage_end: Option<String>,
    #[serde(default)]
    pub updated_on: Option<String>,
    /// Whole days from the last update to the input's day.
    #[serde(default)]
    pub days_since_update: Option<i64>,
    /// The highest of its columns.
    pub classification: Classification,
    pub classification_rank: u8,
    pub sensitivity: Sensitivity,
    /// Whether any column says something about a person.
    pub personal: bool,
    /// Whether a policy says how its personal data is protected.
    #[serde(default)]
    pub privacy_policy: bool,
    pub terms: Terms,
}

/// The data sharing agreement that it offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub sharing: Sharing,
    /// Codes of purposes allowed (empty: all) and forbidden.
    #[serde(default)]
    pub purposes: Vec<String>,
    #[serde(default)]
    pub forbidden: Vec<String>,
    pub distribution: Distribution,
    #[serde(default)]
    pub onward: Option<Onward>,
    #[serde(default)]
    pub retention_days: Option<i64>,
    /// The longest an agreement may last, in days.
    pub longest_days: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub format: Option<String>,
    #[serde(default)]
    pub rows: Option<i64>,
    #[serde(default)]
    pub updated_on: Option<String>,
    #[serde(default)]
    pub days_since_update: Option<i64>,
    /// Names of the output ports that serve it.
    #[serde(default)]
    pub served_at: Vec<String>,
    #[serde(default)]
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type", default = "text")]
    pub column_type: ColumnType,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub nullable: bool,
    #[serde(default)]
    pub key: bool,
    #[serde(default = "open")]
    pub classification: Classification,
    /// 0 for the lowest class, 4 for the highest: classes compare as numbers.
    #[serde(default)]
    pub classification_rank: u8,
    #[serde(default = "harmless")]
    pub sensitivity: Sensitivity,
    #[serde(default = "impersonal")]
    pub personal: PersonalCategory,
    /// Whether a person has accepted or set its class.
    #[serde(default)]
    pub classified: bool,
    /// Slug of the glossary's term that it carries.
    #[serde(default)]
    pub term: Option<String>,
    /// The technique that protects it at output ports: `clear` or none when nothing does.
    #[serde(default)]
    pub technique: Option<String>,
}

const fn text() -> ColumnType {
    ColumnType::Text
}

const fn open() -> Classification {
    Classification::OfficialOpen
}

const fn harmless() -> Sensitivity {
    Sensitivity::NonSensitive
}

const fn impersonal() -> PersonalCategory {
    PersonalCategory::None
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputPort {
    pub name: String,
    /// A source system in words, or the address of another product.
    pub from: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputPort {
    pub name: String,
    pub kind: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub datasets: Vec<String>,
}

/// What is known of where the data comes from and goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lineage {
    /// Whether lineage has been published at all.
    pub known: bool,
    /// Names of datasets of which the sources are known, by column too.
    pub datasets: Vec<String>,
    pub upstream: Vec<Upstream>,
    /// How many products read from it.
    pub downstream: u32,
}

/// A product that it reads from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    pub address: String,
    pub classification: Classification,
    pub classification_rank: u8,
    /// Whether it has personal columns.
    #[serde(default)]
    pub personal: bool,
    /// Whether a tool told that values of its personal columns arrive, unmasked.
    #[serde(default)]
    pub personal_told: bool,
    /// Whether a tool told that its data arrives and not which columns, so that its personal ones may be among them. Not where they are known to be.
    #[serde(default)]
    pub personal_may_come: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceLevel {
    /// `freshness`, `quality`, `availability` …
    pub dimension: String,
    pub objective: String,
    pub target: f64,
    pub unit: String,
    #[serde(default)]
    pub window: String,
    /// The latest measurement, when there is one.
    #[serde(default)]
    pub measured: Option<Measurement>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    pub value: f64,
    pub met: bool,
    /// Share of the error budget that is left, 0 to 1.
    pub budget_left: f64,
    pub days_ago: i64,
}

/// Which roles are filled for the product, and who asks: never who they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Roles that somebody holds over this product.
    pub filled: Vec<Role>,
    /// Roles of the person who acts.
    pub actor: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub id: String,
    /// Slug of the holder's agency.
    pub agency: String,
    pub purpose: String,
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// Whole days that it lasts.
    pub days: i64,
    /// Addresses of the columns that may be read: `dataset.column`.
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub held: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub id: String,
    pub agency: String,
    pub own_agency: bool,
    pub purpose: String,
    #[serde(default)]
    pub legal_basis: Option<String>,
    /// Words of the explanation; the text itself stays with the request.
    #[serde(default)]
    pub explanation_words: u32,
    /// Words about the team, and about who else will see it.
    #[serde(default)]
    pub team_words: u32,
    #[serde(default)]
    pub others_words: u32,
    pub days: i64,
    #[serde(default)]
    pub columns: Vec<String>,
    /// The highest class among the columns asked for.
    pub classification: Classification,
    pub classification_rank: u8,
    pub personal: bool,
    /// Who has to agree, as the workflow stands.
    #[serde(default)]
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub stage: u8,
    /// Any of these may decide it.
    pub roles: Vec<Role>,
}

/// The moment that the input is about; rules have no other clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The day in Singapore, ISO.
    pub today: String,
}
