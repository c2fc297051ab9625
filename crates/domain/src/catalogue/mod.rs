//! The catalogue's vocabulary: products with their datasets, columns, ports, agreement and service levels.

mod difference;
mod document;
mod geometry;
mod outline;
mod outlines;
mod place;
mod place_question;
mod planning_areas;
mod postal_sectors;
mod terms;
mod tool_link;

pub use difference::{Piece, Standing, word_difference};
pub use document::{
    ColumnDocument, ColumnFlowDocument, DataSharingAgreement, DatasetDocument, IndicatorDocument, InputPortDocument, OutputPortDocument,
    ProductDocument, ServiceLevelDocument,
};
pub use outline::{NotAnOutline, Outline, Polygon, Position, Ring};
pub use outlines::AreaOutlines;
pub use place::{AreaCode, BoundingBox, NotABox, PlanningArea, Region, SpatialCoverage};
pub use place_question::{Near, PlaceAnswer, PlaceNotice, PlaceQuestion, PlaceTyped};
pub use postal_sectors::areas_of_sector;
pub use terms::{ACCEPT_DAYS, ACCEPT_DAYS_OF_DOCUMENTS, NewTerms, PURPOSE_ALONE, TermsForm, TermsText, check_terms};
pub use tool_link::{LinkedTool, MOST_LINKS, ToolLink, links_fault};

use crate::text_enum;

text_enum! {
    /// Where a product's data comes from.
    ProductType, "product type" {
        SourceAligned = "source-aligned", "Source-aligned";
        Aggregated = "aggregated", "Aggregated";
        ConsumerAligned = "consumer-aligned", "Consumer-aligned";
    }
}

text_enum! {
    ProductStatus, "product status" {
        Draft = "draft", "Draft";
        Published = "published", "Published";
        Deprecated = "deprecated", "Deprecated";
        Retired = "retired", "Retired";
    }
}

text_enum! {
    /// Who may know that a product exists.
    Visibility, "visibility" {
        Listed = "listed", "Listed";
        Hidden = "hidden", "Hidden";
    }
}

text_enum! {
    /// How access works.
    Sharing, "sharing" {
        Open = "open", "Open to every officer";
        Approval = "approval", "Approval required";
    }
}

text_enum! {
    /// What a consumer may pass on.
    Distribution, "distribution" {
        None = "none", "Not to be passed on";
        Unmodified = "unmodified", "May be passed on unmodified";
        Modified = "modified", "May be passed on, also modified";
    }
}

text_enum! {
    /// Whom a consumer may pass it on to.
    Onward, "onward sharing" {
        Nobody = "nobody", "Nobody";
        OwnAgency = "own-agency", "Officers of the holder's own agency";
        Agencies = "agencies", "Other agencies, under these terms";
        Public = "public", "Anyone";
    }
}

text_enum! {
    ColumnType, "column type" {
        Text = "text", "Text";
        Integer = "integer", "Integer";
        BigInt = "bigint", "Big integer";
        Numeric = "numeric", "Number";
        Boolean = "boolean", "Yes or no";
        Date = "date", "Date";
        Timestamptz = "timestamptz", "Date and time";
        Double = "double", "Floating number";
    }
}

text_enum! {
    /// Security classification, lowest first.
    Classification, "classification" {
        OfficialOpen = "official-open", "Official (Open)";
        OfficialClosed = "official-closed", "Official (Closed)";
        Restricted = "restricted", "Restricted";
        Confidential = "confidential", "Confidential";
        Secret = "secret", "Secret";
    }
}

text_enum! {
    /// Harm to a person or an entity, lowest first.
    Sensitivity, "sensitivity" {
        NonSensitive = "non-sensitive", "Non-sensitive";
        SensitiveNormal = "sensitive-normal", "Sensitive Normal";
        SensitiveHigh = "sensitive-high", "Sensitive High";
    }
}

text_enum! {
    /// What a column says about a person.
    PersonalCategory, "personal-data category" {
        None = "none", "Not personal";
        Indirect = "indirect", "Personal, indirect";
        Direct = "direct", "Personal, direct";
        Sensitive = "sensitive", "Personal, sensitive";
    }
}

impl PersonalCategory {
    /// Whether it says anything about a person. Such a column stays at its source until a technique is chosen (`protection::default_for`).
    pub const fn is_personal(self) -> bool {
        !matches!(self, Self::None)
    }
}
