//! Products and what belongs to them. Everything shown is read through `visible_product`, so that nobody learns of a
//! product they may not know.

mod apply;
mod parts;
mod read;

pub use apply::{Applied, Applier};
pub use read::{
    ColumnView, DatasetView, DomainPlace, InputPortView, OutputPortView, PortDataset, ProductView, ServiceLevelView, TrustSummary, activity, columns,
    datasets, input_ports, output_ports, preview_tables, product, redirect, service_levels,
};
