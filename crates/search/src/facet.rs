//! What a list can be narrowed by. Each value of a filter has a code that documents carry; the code begins with the
//! facet's number, so that one pass over the matches counts every facet.

use std::collections::HashMap;

/// Codes of one facet.
pub(crate) const STEP: i32 = 1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FacetKind {
    Access = 1,
    Type = 2,
    Classification = 3,
    Sector = 4,
    Agency = 5,
    Trust = 6,
    Freshness = 7,
    Frequency = 8,
    Format = 9,
    Place = 10,
    Tag = 11,
}

impl FacetKind {
    pub const ALL: [Self; 11] = [
        Self::Access,
        Self::Type,
        Self::Classification,
        Self::Sector,
        Self::Agency,
        Self::Trust,
        Self::Freshness,
        Self::Frequency,
        Self::Format,
        Self::Place,
        Self::Tag,
    ];

    /// The URL's parameter.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Type => "type",
            Self::Classification => "classification",
            Self::Sector => "sector",
            Self::Agency => "agency",
            Self::Trust => "trust",
            Self::Freshness => "freshness",
            Self::Frequency => "frequency",
            Self::Format => "format",
            Self::Place => "place",
            Self::Tag => "tag",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Access => "Access for me",
            Self::Type => "Type",
            Self::Classification => "Classification",
            Self::Sector => "Sector",
            Self::Agency => "Agency",
            Self::Trust => "Trust",
            Self::Freshness => "Last updated",
            Self::Frequency => "How often updated",
            Self::Format => "Format",
            Self::Place => "Place",
            Self::Tag => "Tag",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) const fn number(self) -> i16 {
        self as i16
    }

    pub(crate) fn of_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| i32::from(kind.number()) == code / STEP)
    }
}

/// The value of the access facet for what a reader holds already. It is nobody else's business, so no document carries it.
pub const MINE: &str = "mine";

/// The value of the place facet for the whole country: it is under every area.
pub(crate) const WHOLE: &str = "whole";

/// The value of the place facet that no product has: for a place that is in no area.
pub const NOWHERE: &str = "-";

/// All values by code and back.
#[derive(Debug, Default)]
pub struct FacetValues {
    by_code: HashMap<i32, (FacetKind, String, String)>,
    codes: HashMap<(FacetKind, String), i32>,
}

impl FacetValues {
    pub fn new(rows: impl Iterator<Item = (i32, String, String)>) -> Self {
        let mut all = Self::default();
        for (code, value, label) in rows {
            if let Some(kind) = FacetKind::of_code(code) {
                all.codes.insert((kind, value.clone()), code);
                all.by_code.insert(code, (kind, value, label));
            }
        }
        all
    }

    pub fn get(&self, code: i32) -> Option<&(FacetKind, String, String)> {
        self.by_code.get(&code)
    }

    /// None for a value that no product has.
    pub fn code(&self, kind: FacetKind, value: &str) -> Option<i32> {
        self.codes.get(&(kind, value.to_owned())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_its_facet() {
        for kind in FacetKind::ALL {
            assert_eq!(FacetKind::of_code(i32::from(kind.number()) * STEP + 7), Some(kind));
            assert_eq!(FacetKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(FacetKind::of_code(5), None);
    }
}
