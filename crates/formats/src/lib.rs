//! Published formats, read into and written from the domain's documents. No I/O: text in, documents out.

pub mod data_gov_sg;
pub mod dbt;
mod dbt_results;
mod great_expectations;
pub mod open_lineage;
mod openlineage_assertions;
mod place;
pub mod planning_areas;
mod pointed;
pub mod quality;

pub use place::Refused;
