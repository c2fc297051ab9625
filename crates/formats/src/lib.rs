//! Published formats, read into and written from the domain's documents. No I/O: text in, documents out.

pub mod data_gov_sg;
pub mod dbt;
pub mod open_lineage;
mod place;
pub mod planning_areas;
