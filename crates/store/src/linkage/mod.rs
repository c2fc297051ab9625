//! Linkages: asked for by the holder of two agreements, approved by the owners of both products, counted at the source.

mod ask;
mod decide;
mod measure;
mod read;

pub use ask::{LinkableColumn, ask, linkable};
pub use decide::{approve, end, refuse};
pub use measure::{LinkagePlan, PlannedSide, measured, plan};
pub use read::{FieldView, LinkageLine, LinkageView, SideView, linkage, linkages};

/// Work that is left for the source, in the outbox.
pub const MEASURE: &str = "linkage.measure";
pub const END: &str = "linkage.end";
