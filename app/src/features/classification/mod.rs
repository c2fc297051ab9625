//! Pages about what columns are: the review of a product's columns, its history, the levels, and the detectors that domains add.

pub mod detectors;
pub mod history;
mod manage;
pub mod review;
mod row;
pub mod scheme;

pub use manage::manage_page;
pub use row::seen;
