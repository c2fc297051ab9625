//! A product as its team describes it: what an import or a sample document says, before it has identifiers.

use super::{
    Classification, ColumnType, Distribution, Onward, PersonalCategory, ProductStatus, ProductType, Sensitivity, Sharing, SpatialCoverage, TermsText,
    ToolLink, Visibility,
};
use crate::Urn;
use crate::access::Answer;
use crate::flow::Handling;
use crate::quality::{NewRule, RuleDocument, check_rules};
use crate::service_level::{Comparison, Measure, OFTENEST, SELDOMEST, Spoken, minute_of, spoken};
use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use std::collections::BTreeSet;

/// A whole product. Equal documents make no change when they are applied again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductDocument {
    pub domain: String,
    pub name: String,
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub product_type: ProductType,
    pub version: String,
    pub status: ProductStatus,
    pub visibility: Visibility,
    pub tags: Vec<String>,
    pub frequency: Option<String>,
    /// The place in words.
    pub coverage: Option<String>,
    /// The place for search and maps; none while it is not said. Left out of the digest then, so that what was applied before
    /// places were known stays unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<SpatialCoverage>,
    pub coverage_start: Option<NaiveDate>,
    pub coverage_end: Option<NaiveDate>,
    pub updated_on: Option<NaiveDate>,
    /// E-mail address of the owner and of the steward, when they are known.
    pub owner: Option<String>,
    pub steward: Option<String>,
    /// Where it was imported from (`data.gov.sg`), and its own id there.
    pub source: Option<String>,
    pub source_id: Option<String>,
    pub datasets: Vec<DatasetDocument>,
    pub input_ports: Vec<InputPortDocument>,
    pub output_ports: Vec<OutputPortDocument>,
    pub agreement: DataSharingAgreement,
    pub service_levels: Vec<ServiceLevelDocument>,
    /// Pages of it in other tools. Left out of the digest while there are none, so that what was applied before stays unchanged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ToolLink>,
    /// What its data keeps to. Left out of the digest while there is nothing, for the same reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quality_rules: Vec<RuleDocument>,
}

impl ProductDocument {
    pub fn urn(&self) -> Result<Urn, crate::urn::UrnError> {
        Urn::product(&self.domain, &self.name)
    }

    /// Every place that it says: its own, and those of its datasets.
    pub fn places(&self) -> impl Iterator<Item = &SpatialCoverage> {
        self.place.iter().chain(self.datasets.iter().filter_map(|dataset| dataset.place.as_ref()))
    }

    /// Its rules of quality, held against its datasets and columns; otherwise what is wrong with one.
    pub fn checked_rules(&self) -> Result<Vec<NewRule>, String> {
        if self.quality_rules.is_empty() {
            return Ok(vec![]);
        }
        let datasets: Vec<String> = self.datasets.iter().map(|dataset| dataset.name.clone()).collect();
        let columns: Vec<String> =
            self.datasets.iter().flat_map(|dataset| dataset.columns.iter().map(move |column| format!("{}.{}", dataset.name, column.name))).collect();
        check_rules(&self.quality_rules, &datasets, &columns)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetDocument {
    pub name: String,
    pub title: String,
    pub description: Option<String>,
    pub format: Option<String>,
    pub rows: Option<i64>,
    pub updated_on: Option<NaiveDate>,
    pub source_id: Option<String>,
    /// Schema and table in the source database, when there is one to read.
    pub table: Option<(String, String)>,
    /// The place of this dataset, when it is another than its product's or the product says none. Left out of the digest while it
    /// is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<SpatialCoverage>,
    pub columns: Vec<ColumnDocument>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnDocument {
    pub name: String,
    pub column_type: ColumnType,
    pub description: Option<String>,
    pub nullable: bool,
    pub key: bool,
    /// Its values may narrow which rows somebody gets: a planning area, a year.
    pub scope: bool,
    pub classification: Classification,
    pub sensitivity: Sensitivity,
    pub personal: PersonalCategory,
    /// Nobody has said yet what the column is; the three words above then hide it. Left out of the digest while it is not so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unclassified: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputPortDocument {
    pub name: String,
    pub description: Option<String>,
    /// A source system in words, or the address of another product.
    pub from: String,
    /// What it takes of that product; empty is everything. Left out of the digest then, so that what was applied before stays unchanged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnFlowDocument>,
}

/// A column that an input port takes, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnFlowDocument {
    /// `dataset.column` of the product that it comes from.
    pub from: String,
    /// `dataset.column` of this product; none when it is dropped.
    pub to: Option<String>,
    pub handling: Handling,
    /// How it is protected, or what is kept instead of it; said unless it is kept as it is.
    pub statement: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputPortDocument {
    pub name: String,
    pub kind: String,
    pub description: Option<String>,
    /// Names of the datasets that it serves.
    pub datasets: Vec<String>,
}

/// The product's terms: who may use it, for what, and what they may pass on (seed 3).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSharingAgreement {
    pub sharing: Sharing,
    /// Codes of purposes allowed (empty: all) and forbidden.
    pub purposes: Vec<String>,
    pub forbidden: Vec<String>,
    pub who_may: Option<String>,
    pub who_may_not: Option<String>,
    pub distribution: Distribution,
    pub retention: Option<String>,
    /// The longest an agreement may last, in days.
    pub longest_days: i32,
    // What follows is left out of the digest while it is not said, so that what was applied before stays unchanged.
    /// Slugs of agencies whose officers may ask (empty: all), and of those whose officers may not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agencies_may: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agencies_may_not: Vec<String>,
    /// Whom it may be passed on to, as far as `distribution` allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onward: Option<Onward>,
    /// Days after the end of an agreement within which copies must be gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i32>,
    #[serde(skip_serializing_if = "TermsText::is_empty")]
    pub text: TermsText,
    /// The answers that a request must have beside its purpose; none for what is usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<BTreeSet<Answer>>,
}

impl DataSharingAgreement {
    /// Terms that say nothing beyond what every agreement must: how it is shared, what may be passed on, and for how long.
    pub fn plain(sharing: Sharing, distribution: Distribution, longest_days: i32) -> Self {
        Self {
            sharing,
            purposes: vec![],
            forbidden: vec![],
            who_may: None,
            who_may_not: None,
            distribution,
            retention: None,
            longest_days,
            agencies_may: vec![],
            agencies_may_not: vec![],
            onward: None,
            retention_days: None,
            text: TermsText::default(),
            asks: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceLevelDocument {
    pub dimension: String,
    pub objective: String,
    pub target: f64,
    pub unit: String,
    pub window: String,
    pub measured_how: String,
    /// How Pasar measures it; none where a tool or a person does. Left out of the digest then, so that what was applied before stays unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<IndicatorDocument>,
}

/// A quantity that Pasar asks the source for, and what one measurement keeps to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorDocument {
    pub measure: Measure,
    pub dataset: String,
    pub column: Option<String>,
    /// The least and the greatest value that are right.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub comparison: Comparison,
    pub bound: f64,
    /// How often, in minutes.
    pub every_minutes: i32,
    /// At which time of the day in Singapore; it is then measured every day, or every so many. Left out of the digest where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<NaiveTime>,
}

const A_DAY: i32 = 24 * 60;

impl ServiceLevelDocument {
    /// The minute of the day in Singapore at which it is measured; none is whenever it is due.
    pub fn probe_minute(&self) -> Option<i32> {
        self.indicator.as_ref().and_then(|one| one.at).map(minute_of)
    }

    /// The promise in numbers: its indicator's where it has one, else what its words say.
    pub fn spoken(&self) -> Spoken {
        let said = spoken(&self.dimension, self.target, &self.unit, &self.window);
        match &self.indicator {
            Some(one) => {
                let often = one.every_minutes.clamp(OFTENEST, SELDOMEST);
                // What has a time of the day is measured on whole days.
                let every_minutes = if one.at.is_some() { (often / A_DAY).max(1) * A_DAY } else { often };
                Spoken { every_minutes, bound: Some((one.comparison, one.bound)), ..said }
            }
            None => said,
        }
    }
}
